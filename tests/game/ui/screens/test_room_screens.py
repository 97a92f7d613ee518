"""Lobby, results and the menu over a match, in a real room without a socket."""

from collections.abc import Callable

import pygame
import pytest

from petard.assets.palette import CHARACTERS, PLAYER_NAMES
from petard.game.client.scram_client import Login
from petard.game.config.settings import Settings
from petard.game.doctor.diagnosis.cases import BEFORE
from petard.game.ui.layout import BODY
from petard.game.ui.screen import MatchMenuRequest, ShowDoctor, SimpleRequest
from petard.game.ui.screens.lobby import LobbyScreen
from petard.game.ui.screens.menu import CONFIRM_DELAY
from petard.game.ui.screens.pause import PauseScreen
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
from tests.game.ui.people import Person
from tests.game.ui.pictures import pixels

SETUP = Setup("classic", "last-one-standing", 3, 1, 2)


class Guest(Person):
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
        """Somebody's seat, as the room tells it."""
        assert self.context.session is not None
        return next(seat for seat in self.context.session.room.seats if seat.name == name)

    def changes(self, key: str, by: str) -> None:
        """One step to the right in a choice, or a push."""
        if by == "mouse":
            self.clicks(key, part=0.92)
        else:
            self.goes_to(key, by)
            (self.keys if by == "keys" else self.pad)("right")


def test_everything_in_the_lobby_is_chosen(by: str) -> None:
    guest = Guest()
    for key in ("map", "rules", "rounds", "bots", "skill", "away", "character", "colour"):
        guest.changes(key, by)
        guest.waits(1)
    lobby = guest.ends.sessions[2].room.lobby  # as Bo sees it
    assert lobby is not None
    assert (lobby.map, lobby.rules, lobby.rounds, lobby.bots, lobby.skill) != ("classic", "last-one-standing", 3, 1, 2)
    assert (lobby.map != "classic", lobby.rules != "last-one-standing") == (True, True)
    assert (lobby.rounds, lobby.bots, lobby.skill, lobby.away) == (4, 2, 3, Away.STATUE)
    assert guest.seat().character == 1
    assert guest.seat().colour == 1  # a bot gave it up


def test_the_hint_about_the_system_stays_in_the_lobby_until_somebody_joins_or_the_host_is_ready() -> None:
    for end in ("", "somebody comes", "the host is ready"):
        guest = Guest()
        guest.context.own_server.prompt = BEFORE["win32"]
        guest.waits(0.1)
        if end == "somebody comes":
            guest.ends.join(3, "Cy")
            guest.waits(0.1)
        elif end:
            guest.clicks("ready")
        assert bool(guest.context.own_server.prompt) is not bool(end)


def test_the_hint_about_the_system_is_drawn_in_the_lobby() -> None:
    pictures = []
    for system in ("win32", "darwin", "linux"):
        guest = Guest()
        guest.context.own_server.prompt = BEFORE.get(system, "")
        guest.waits()
        pictures.append(pixels(guest.canvas))
    assert len(set(pictures)) == 3


def test_maps_and_rules_are_written_as_large_as_everything_else() -> None:
    guest = Guest()
    for key in ("map", "rules", "away"):
        choice = guest.widget(key)
        assert isinstance(choice, ChoiceField)
        assert len(choice.options) > 1
        assert guest.canvas.width_of(choice.label, BODY) <= choice.box[2] * choice.share - 21
        for index in range(len(choice.options)):
            choice.index = index
            assert guest.canvas.width_of(choice.shown, BODY) <= choice.room


def test_the_lobby_says_how_to_leave_with_keys() -> None:
    field = Guest().widget("chat")
    assert isinstance(field, TextField)
    assert "Escape twice to leave" in field.hint


def test_choices_are_kept_in_the_settings() -> None:
    guest = Guest()
    for key in ("bots", "character", "colour"):
        guest.changes(key, "mouse")
    settings = guest.context.settings
    assert (settings.bots, settings.character, settings.colour) == (2, 1, 1)


def test_ready_and_not_ready_again(by: str) -> None:
    guest = Guest()
    guest.pushes("ready", by)
    guest.waits()
    assert guest.seat().ready
    guest.pushes("ready", by)
    guest.waits()
    assert not guest.seat().ready


def test_the_match_starts_when_all_are_ready(by: str) -> None:
    guest = Guest()
    guest.ends.sessions[2].send(Ready(True))
    guest.waits()
    guest.pushes("ready", by)
    assert guest.ends.room.phase is Phase.LOADING


def test_a_guest_reads_the_setup_and_changes_nothing() -> None:
    guest = Guest(host=False)
    assert not guest.widget("map").enabled
    for key in ("map", "bots"):
        guest.clicks(key, part=0.92)
    guest.waits(1)
    assert guest.context.session is not None
    assert guest.context.session.room.lobby is not None
    assert guest.context.session.room.lobby.map == "classic"
    assert guest.widget("map").value == "classic"  # type: ignore[attr-defined]


def test_a_new_host_may_choose_at_once() -> None:
    guest = Guest(host=False)
    guest.ends.leave(2)
    guest.waits()
    assert guest.widget("map").enabled


def test_a_taken_colour_is_not_offered() -> None:
    guest = Guest()
    worn = PLAYER_NAMES[guest.seat("Bo").colour]
    assert worn not in guest.widget("colour").options  # type: ignore[attr-defined]


def test_an_away_player_is_grey_and_nobody_waits_for_them() -> None:
    guest = Guest()
    guest.waits()
    before = pixels(guest.canvas)
    guest.ends.lose(2)
    guest.waits(1)
    assert guest.seat("Bo").away
    assert pixels(guest.canvas) != before
    assert guest.widget("ready").label == "Start"


def test_each_player_at_this_machine_is_dressed() -> None:
    guest = Guest(players=2)
    guest.changes("player", "mouse")
    guest.changes("character", "mouse")
    guest.waits(1)
    second = guest.seat("Ada 2")
    assert guest.widget("character").value == CHARACTERS[second.character]  # type: ignore[attr-defined]
    assert second.character == 2
    assert guest.seat().character == 0


def test_t_opens_the_line_return_sends_it_and_escape_leaves_it() -> None:
    guest = Guest()
    guest.keys("t")
    assert guest.screen.typing
    guest.types("hello Bo")
    guest.keys("enter")
    guest.waits()
    assert [chat.text for chat in guest.ends.sessions[2].chat.lines][-1] == "hello Bo"
    assert not guest.screen.typing, "the keys work again"
    guest.keys("t", "escape")
    assert not guest.screen.typing
    assert guest.requests == []


def test_return_pressed_twice_sends_the_line_and_starts_nothing() -> None:
    guest = Guest()
    guest.keys("t")
    guest.types("go")
    guest.keys("enter", "enter")
    guest.waits(CONFIRM_DELAY + 0.1)
    assert not guest.seat().ready
    guest.keys("enter")
    guest.waits()
    assert guest.seat().ready


def test_typed_text_stays_in_its_field_while_disconnected() -> None:
    guest = Guest()
    guest.keys("t")
    guest.types("go")
    assert guest.context.session is not None
    guest.context.session.link.is_in = False
    guest.keys("enter")
    assert (guest.screen.typing, guest.widget("chat").text) == (True, "go")  # type: ignore[attr-defined]


def test_a_word_is_said_with_a_pad_alone() -> None:
    guest = Guest()
    guest.goes_to("chat", "pad")
    guest.pad("confirm", "confirm", "down", "down", "down", "right", "right", "right", "right", "confirm")
    guest.waits()
    assert guest.ends.sessions[2].chat.lines[-1].text == "q"


def test_an_empty_line_sends_nothing() -> None:
    guest = Guest()
    said = len(guest.ends.sessions[2].chat.lines)
    guest.keys("t", "enter")
    assert len(guest.ends.sessions[2].chat.lines) == said


def test_leaving_takes_two_pushes_however_it_is_done(by: str) -> None:
    guest = Guest()
    guest.pushes("leave", by)
    assert guest.requests == []
    guest.pushes("leave", by)
    assert guest.requests == [SimpleRequest.TITLE]


@pytest.mark.parametrize("way", [("escape", "escape"), ("left", "escape", "escape"), ("escape", "enter")])
def test_escape_asks_first_and_leaves_then(way: tuple[str, ...]) -> None:
    guest = Guest()
    guest.keys(*way[:-1])
    assert guest.requests == []
    guest.keys(way[-1])
    assert guest.requests == [SimpleRequest.TITLE]


def test_a_step_elsewhere_takes_the_question_back_and_it_can_be_seen() -> None:
    guest = Guest()
    guest.keys("left")
    before = pixels(guest.canvas)
    guest.keys("enter")
    assert pixels(guest.canvas) != before
    guest.keys("right", "left")
    assert pixels(guest.canvas) == before
    guest.keys("enter")
    assert guest.requests == []


class Proved(Login):
    """The server has asked for the password and taken ours."""

    has_proved = True


def test_a_room_with_a_password_shows_a_padlock_to_members_who_used_one() -> None:
    pictures = []
    for kind in (Login, Proved):
        guest = Guest()
        assert guest.context.session is not None
        guest.context.session.link.login = kind("")
        LobbyScreen(guest.context).draw(guest.canvas, 0.0)
        pictures.append(pixels(guest.canvas))
    assert pictures[0] != pictures[1]


def test_changes_in_a_solo_game_are_not_kept_for_the_next_hosted_room() -> None:
    guest = Guest()
    guest.context.own_server.is_solo = True
    guest.changes("bots", "mouse")
    guest.waits(1)
    assert guest.ends.sessions[2].room.lobby.bots == 2  # type: ignore[union-attr]
    assert guest.context.settings.bots == Settings().bots


def test_the_menu_over_a_match_goes_on_or_leaves(by: str) -> None:
    for key, request in {"resume": MatchMenuRequest.RESUME, "leave": SimpleRequest.TITLE}.items():
        guest = Guest()
        guest.before(PauseScreen(guest.context))
        guest.pushes(key, by)
        assert guest.requests == [request]


def test_the_menu_warns_a_host_that_leaving_ends_the_game_for_friends() -> None:
    guest = Guest()
    menu = PauseScreen(guest.context)
    session = guest.context.session
    assert session is not None
    session.room.welcome = Welcome(1, "0.1.0", 1, "0" * 32, 60, "Room")
    session.room.seats, session.room.watchers = seats(2), ()
    assert menu.warning == "", "on the server of somebody else"
    guest.context.own_server.invitation = "192.168.1.20"
    assert menu.warning == "You host: the game ends for everybody."
    session.room.seats = seats(1)
    assert menu.warning == "", "nobody else is here"
    session.room.watchers = (Spectator(9, "Zoe"),)
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
    guest = Guest()
    assert guest.context.session is not None
    guest.context.session.room.results = Results(1, 0, (Score(0, 1), Score(1, 0)), False, -1, 300)
    guest.before(ResultsScreen(guest.context))
    guest.keys("enter", "down", "enter")
    guest.pad("confirm", "down", "confirm")
    guest.clicks_at(640, 360)
    assert guest.requests == []
    assert isinstance(guest.screen, ResultsScreen)


@pytest.mark.parametrize("act", ["escape", "pad", "mouse"])
def test_back_opens_the_menu_over_the_results_and_closes_it(act: str) -> None:
    guest = Guest()
    guest.before(ResultsScreen(guest.context))
    del guest.navigator.answer
    back = {"escape": lambda: guest.keys("escape"), "pad": lambda: guest.pad("back"), "mouse": right_click(guest)}[act]
    back()
    assert isinstance(guest.screen, PauseScreen)
    assert guest.context.devices.are_blocked
    back()
    assert isinstance(guest.screen, ResultsScreen)
    assert not guest.context.devices.are_blocked


def right_click(guest: Guest) -> Callable[[], None]:
    return lambda: guest.clicks_at(10, 10, 3)


def test_the_wheel_over_the_cards_is_no_harm() -> None:
    guest = Guest()
    guest.points(100, 200)
    guest.sends(pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=-1))
    assert guest.requests == []


def test_the_lobby_of_a_host_shows_what_friends_type_and_offers_the_doctor(by: str) -> None:
    guest = Guest()
    guest.waits(1.0)
    assert not guest.widget("doctor").enabled, "on the server of somebody else"
    guest.context.own_server.invitation = "192.168.178.23"
    guest.waits(1.0)
    guest.pushes("doctor", by)
    assert guest.requests == [ShowDoctor()]
