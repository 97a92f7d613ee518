"""The lobby, in a real room without a socket."""

import pygame
import pytest

from petard.assets.palette import PLAYER_NAMES
from petard.game.client.room_state import Audience
from petard.game.config.settings import Settings
from petard.game.doctor.diagnosis import BEFORE
from petard.game.ui.layout import BODY
from petard.game.ui.screen import ShowDoctor, SimpleRequest
from petard.game.ui.screens.lobby import LobbyScreen
from petard.game.ui.widgets.text_field import TextField
from petard.game.ui.widgets.widgets import ChoiceField
from petard.shared.protocol.messages import Away, Phase, Ready, Spectator
from petard.shared.protocol.scram_client import Login
from tests.game.ui.pictures import pixels
from tests.game.ui.screens.lobby_person import LobbyPerson, PasswordLogin


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


def test_the_lobby_says_how_many_watch_whom_the_server_does_not_list() -> None:
    pictures = []
    for unlisted in (0, 1, 900):
        person = LobbyPerson()
        room = person.ends.sessions[1].room
        room.audience = Audience(tuple(Spectator(100 + number, f"Guest {number}") for number in range(64)), unlisted)
        person.context.own_server.prompt = ""
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
