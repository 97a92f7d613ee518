"""Lobby, results and the menu over a match, in a real room without a socket."""

from collections.abc import Callable

import pygame
import pytest

from petard.assets.palette import CHARACTERS, PLAYER_NAMES
from petard.game.client.scram_client import Login
from petard.game.config.settings import Settings
from petard.game.doctor.diagnosis import BEFORE
from petard.game.ui.layout import BODY
from petard.game.ui.screen import MatchMenuRequest, ShowDoctor, SimpleRequest
from petard.game.ui.screens.dialogs import PauseScreen
from petard.game.ui.screens.lobby import LobbyScreen
from petard.game.ui.screens.menu import CONFIRM_DELAY
from petard.game.ui.screens.results import ResultsScreen, headline, table
from petard.game.ui.widgets.text_field import TextField
from petard.game.ui.widgets.widgets import ChoiceField
from petard.shared.protocol.messages import (
    Away,
    Phase,
    Ready,
    Results,
    Score,
    Seat,
    Setup,
    Spectator,
    Welcome,
)
from tests.ends import Ends
from tests.game.ui.person import Person
from tests.game.ui.pictures import pixels

SETUP = Setup("classic", "last-one-standing", 3, 1, 2)


class LobbyPerson(Person):
    """A person in the lobby of a room; Bo is the other member."""

    def __init__(self, host: bool = True, players: int = 1) -> None:
        self.ends = Ends(SETUP)
        for peer in (1, 2) if host else (2, 1):
            self.ends.join(peer, "Ada" if peer == 1 else "Bo", players if peer == 1 else 1)
        super().__init__(Settings(name="Ada"), self.ends.sessions[1])
        self.before(LobbyScreen(self.context))
        self.requests: list[object] = []
        self.navigator.answer = lambda request, now: self.requests.append(request)  # type: ignore[method-assign]

    def waits(self, seconds: float = 1 / 60) -> None:
        """Time passes in the room, too."""
        self.ends.now += seconds
        self.ends.post()
        super().waits(seconds)

    def seat(self, name: str = "Ada") -> Seat:
        """The seat of a player, as this client knows it."""
        assert self.context.session is not None
        return next(seat for seat in self.context.session.room.seats if seat.name == name)

    def changes(self, key: str, by: str) -> None:
        """Choose the next value, or press a button."""
        if by == "mouse":
            self.clicks(key, part=0.92)
        else:
            self.goes_to(key, by)
            (self.keys if by == "keys" else self.pad)("right")


def test_every_choice_in_the_lobby_can_be_changed(by: str) -> None:
    person = LobbyPerson()
    for key in ("map", "rules", "rounds", "bots", "skill", "away", "character", "colour"):
        person.changes(key, by)
        person.waits(1)
    lobby = person.ends.sessions[2].room.lobby  # as Bo sees it
    assert lobby is not None
    assert (lobby.map, lobby.rules, lobby.rounds, lobby.bots, lobby.skill) != ("classic", "last-one-standing", 3, 1, 2)
    assert (lobby.map != "classic", lobby.rules != "last-one-standing") == (True, True)
    assert (lobby.rounds, lobby.bots, lobby.skill, lobby.away) == (4, 2, 3, Away.STATUE)
    assert person.seat().character == 1
    assert person.seat().colour == 1  # a bot gave it up


def test_the_hint_about_the_system_stays_in_the_lobby_until_somebody_joins_or_the_host_is_ready() -> None:
    for end in ("", "somebody comes", "the host is ready"):
        person = LobbyPerson()
        person.context.own_server.prompt = BEFORE["win32"]
        person.waits(0.1)
        if end == "somebody comes":
            person.ends.join(3, "Cy")
            person.waits(0.1)
        elif end:
            person.clicks("ready")
        assert bool(person.context.own_server.prompt) is not bool(end)


def test_the_hint_about_the_system_is_drawn_in_the_lobby() -> None:
    pictures = []
    for system in ("win32", "darwin", "linux"):
        person = LobbyPerson()
        person.context.own_server.prompt = BEFORE.get(system, "")
        person.waits()
        pictures.append(pixels(person.canvas))
    assert len(set(pictures)) == 3


def test_maps_and_rules_have_the_same_text_size_as_other_choices() -> None:
    person = LobbyPerson()
    for key in ("map", "rules", "away"):
        choice = person.widget(key)
        assert isinstance(choice, ChoiceField)
        assert len(choice.options) > 1
        assert person.canvas.width_of(choice.label, BODY) <= choice.box[2] * choice.share - 21
        for index in range(len(choice.options)):
            choice.index = index
            assert person.canvas.width_of(choice.shown, BODY) <= choice.room


def test_the_lobby_names_the_key_to_leave() -> None:
    field = LobbyPerson().widget("chat")
    assert isinstance(field, TextField)
    assert "Escape twice to leave" in field.hint


def test_choices_are_saved_in_the_settings() -> None:
    person = LobbyPerson()
    for key in ("bots", "character", "colour"):
        person.changes(key, "mouse")
    settings = person.context.settings
    assert (settings.bots, settings.character, settings.colour) == (2, 1, 1)


def test_ready_can_be_taken_back(by: str) -> None:
    person = LobbyPerson()
    person.pushes("ready", by)
    person.waits()
    assert person.seat().ready
    person.pushes("ready", by)
    person.waits()
    assert not person.seat().ready


def test_the_match_starts_when_all_are_ready(by: str) -> None:
    person = LobbyPerson()
    person.ends.sessions[2].link.send(Ready(True))
    person.waits()
    person.pushes("ready", by)
    assert person.ends.room.phase is Phase.LOADING


def test_a_guest_reads_the_setup_and_changes_nothing() -> None:
    person = LobbyPerson(host=False)
    assert not person.widget("map").enabled
    for key in ("map", "bots"):
        person.clicks(key, part=0.92)
    person.waits(1)
    assert person.context.session is not None
    assert person.context.session.room.lobby is not None
    assert person.context.session.room.lobby.map == "classic"
    assert person.widget("map").value == "classic"  # type: ignore[attr-defined]


def test_a_new_host_may_choose_at_once() -> None:
    person = LobbyPerson(host=False)
    person.ends.leave(2)
    person.waits()
    assert person.widget("map").enabled


def test_a_taken_colour_is_not_offered() -> None:
    person = LobbyPerson()
    worn = PLAYER_NAMES[person.seat("Bo").colour]
    assert worn not in person.widget("colour").options  # type: ignore[attr-defined]


def test_an_away_player_is_grey_and_nobody_waits_for_them() -> None:
    person = LobbyPerson()
    person.waits()
    before = pixels(person.canvas)
    person.ends.disconnect(2)
    person.waits(1)
    assert person.seat("Bo").away
    assert pixels(person.canvas) != before
    assert person.widget("ready").label == "Start"


def test_each_player_at_this_computer_chooses_a_look() -> None:
    person = LobbyPerson(players=2)
    person.changes("player", "mouse")
    person.changes("character", "mouse")
    person.waits(1)
    second = person.seat("Ada 2")
    assert person.widget("character").value == CHARACTERS[second.character]  # type: ignore[attr-defined]
    assert second.character == 2
    assert person.seat().character == 0


def test_t_opens_the_chat_line_enter_sends_it_and_escape_closes_it() -> None:
    person = LobbyPerson()
    person.keys("t")
    assert person.screen.typing
    person.types("hello Bo")
    person.keys("enter")
    person.waits()
    assert [chat.text for chat in person.ends.sessions[2].chat.lines][-1] == "hello Bo"
    assert not person.screen.typing, "the keys work again"
    person.keys("t", "escape")
    assert not person.screen.typing
    assert person.requests == []


def test_enter_pressed_twice_sends_the_chat_line_and_does_not_start_the_match() -> None:
    person = LobbyPerson()
    person.keys("t")
    person.types("go")
    person.keys("enter", "enter")
    person.waits(CONFIRM_DELAY + 0.1)
    assert not person.seat().ready
    person.keys("enter")
    person.waits()
    assert person.seat().ready


def test_typed_text_stays_in_its_field_while_disconnected() -> None:
    person = LobbyPerson()
    person.keys("t")
    person.types("go")
    assert person.context.session is not None
    person.context.session.link.is_admitted = False
    person.keys("enter")
    assert (person.screen.typing, person.widget("chat").text) == (True, "go")  # type: ignore[attr-defined]


def test_a_chat_line_can_be_written_with_a_pad_alone() -> None:
    person = LobbyPerson()
    person.goes_to("chat", "pad")
    person.pad("confirm", "confirm", "down", "down", "down", "right", "right", "right", "right", "confirm")
    person.waits()
    assert person.ends.sessions[2].chat.lines[-1].text == "q"


def test_an_empty_line_sends_nothing() -> None:
    person = LobbyPerson()
    said = len(person.ends.sessions[2].chat.lines)
    person.keys("t", "enter")
    assert len(person.ends.sessions[2].chat.lines) == said


def test_leaving_takes_two_presses_with_every_device(by: str) -> None:
    person = LobbyPerson()
    person.pushes("leave", by)
    assert person.requests == []
    person.pushes("leave", by)
    assert person.requests == [SimpleRequest.TITLE]


@pytest.mark.parametrize("way", [("escape", "escape"), ("left", "escape", "escape"), ("escape", "enter")])
def test_the_first_escape_asks_and_the_second_leaves(way: tuple[str, ...]) -> None:
    person = LobbyPerson()
    person.keys(*way[:-1])
    assert person.requests == []
    person.keys(way[-1])
    assert person.requests == [SimpleRequest.TITLE]


def test_moving_the_focus_visibly_cancels_the_question() -> None:
    person = LobbyPerson()
    person.keys("left")
    before = pixels(person.canvas)
    person.keys("enter")
    assert pixels(person.canvas) != before
    person.keys("right", "left")
    assert pixels(person.canvas) == before
    person.keys("enter")
    assert person.requests == []


class PasswordLogin(Login):
    """The server has asked for the password and taken ours."""

    has_proved = True


def test_a_room_with_a_password_shows_a_padlock_to_members_who_used_one() -> None:
    pictures = []
    for kind in (Login, PasswordLogin):
        person = LobbyPerson()
        assert person.context.session is not None
        person.context.session.link.login = kind("")
        LobbyScreen(person.context).draw(person.canvas, 0.0)
        pictures.append(pixels(person.canvas))
    assert pictures[0] != pictures[1]


def test_changes_in_a_solo_game_are_not_kept_for_the_next_hosted_room() -> None:
    person = LobbyPerson()
    person.context.own_server.is_solo = True
    person.changes("bots", "mouse")
    person.waits(1)
    assert person.ends.sessions[2].room.lobby.bots == 2  # type: ignore[union-attr]
    assert person.context.settings.bots == Settings().bots


def test_the_menu_over_a_match_can_be_closed_or_leave_the_match(by: str) -> None:
    for key, request in {"resume": MatchMenuRequest.RESUME, "leave": SimpleRequest.TITLE}.items():
        person = LobbyPerson()
        person.before(PauseScreen(person.context))
        person.pushes(key, by)
        assert person.requests == [request]


def test_the_menu_warns_a_host_that_leaving_ends_the_game_for_friends() -> None:
    person = LobbyPerson()
    menu = PauseScreen(person.context)
    session = person.context.session
    assert session is not None
    session.room.welcome = Welcome(1, "0.1.0", 1, "0" * 32, 60, "Room")
    session.room.seats, session.room.spectators = seats(2), ()
    assert menu.warning == "", "on the server of somebody else"
    person.context.own_server.invitation = "192.168.1.20"
    assert menu.warning == "You host: the game ends for everybody."
    session.room.seats = seats(1)
    assert menu.warning == "", "nobody else is here"
    session.room.spectators = (Spectator(9, "Zoe"),)
    assert menu.warning


def seats(count: int) -> tuple[Seat, ...]:
    return tuple(Seat(slot, slot + 1, f"P{slot}", slot, slot, True, True, 0, 0) for slot in range(count))


def test_results_show_the_winner_and_the_wins_of_all() -> None:
    scores = (Score(0, 1), Score(1, 2), Score(2, 0))
    assert headline(Results(1, 1, scores, False, -1, 300), seats(3)) == "P1 wins the round!"
    assert headline(Results(1, -1, scores, False, -1, 300), seats(3)) == "This round is a draw"
    assert headline(Results(3, 0, scores, True, 1, 300), seats(3)) == "P1 is the champion!"
    assert headline(Results(3, 0, scores, True, -1, 300), seats(3)) == "The match is a draw"
    assert headline(Results(3, 2, scores, True, 2, 300), seats(2)) == "Somebody is the champion!"
    assert [(seat.slot, wins) for seat, wins in table(Results(1, 1, scores, False, -1, 300), seats(2))] == [
        (1, 2),
        (0, 1),
    ]


def test_bomb_keys_do_nothing_in_the_results() -> None:
    person = LobbyPerson()
    assert person.context.session is not None
    person.context.session.room.results = Results(1, 0, (Score(0, 1), Score(1, 0)), False, -1, 300)
    person.before(ResultsScreen(person.context))
    person.keys("enter", "down", "enter")
    person.pad("confirm", "down", "confirm")
    person.clicks_at(640, 360)
    assert person.requests == []
    assert isinstance(person.screen, ResultsScreen)


@pytest.mark.parametrize("act", ["escape", "pad", "mouse"])
def test_back_opens_the_menu_over_the_results_and_closes_it(act: str) -> None:
    person = LobbyPerson()
    person.before(ResultsScreen(person.context))
    del person.navigator.answer
    back = {"escape": lambda: person.keys("escape"), "pad": lambda: person.pad("back"), "mouse": right_click(person)}[
        act
    ]
    back()
    assert isinstance(person.screen, PauseScreen)
    assert person.context.devices.are_blocked
    back()
    assert isinstance(person.screen, ResultsScreen)
    assert not person.context.devices.are_blocked


def right_click(person: LobbyPerson) -> Callable[[], None]:
    return lambda: person.clicks_at(10, 10, 3)


def test_the_wheel_over_the_cards_changes_nothing() -> None:
    person = LobbyPerson()
    person.points(100, 200)
    person.sends(pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=-1))
    assert person.requests == []


def test_the_lobby_of_a_host_shows_the_address_for_friends_and_offers_the_doctor(by: str) -> None:
    person = LobbyPerson()
    person.waits(1.0)
    assert not person.widget("doctor").enabled, "on the server of somebody else"
    person.context.own_server.invitation = "192.168.178.23"
    person.waits(1.0)
    person.pushes("doctor", by)
    assert person.requests == [ShowDoctor()]
