"""The strip of the lobby about copies of the room, and the setting in Options, by keys, mouse and pad."""

import pygame
import pytest

from petard.game.ui.screens.options import OptionsScreen
from petard.game.ui.widgets.widgets import ChoiceField, Switch
from petard.shared.control_channel import ControlOrder, ControlVerb
from petard.shared.protocol.later_messages import Standby
from tests.game.ui.pictures import pixels
from tests.game.ui.screens.lobby_person import LobbyPerson
from tests.game.ui.screens.usual_screens import asked_for_copy, host_of_copies


def press_k(person: LobbyPerson) -> None:
    key = {"key": pygame.K_k, "scancode": pygame.KSCAN_K, "mod": 0, "unicode": "k"}
    person.sends(pygame.event.Event(pygame.KEYDOWN, key))


def goes_to_strip(person: LobbyPerson, by: str) -> None:
    """From Leave to the left; a pad passes the line of chat."""
    person.goes_to("leave", by)
    if by == "keys":
        person.keys("left")
    else:
        person.pad("left", "up")


@pytest.mark.parametrize("by", ["letter", "keys", "mouse", "pad"])
def test_a_player_who_is_asked_answers_with_one_press(by: str) -> None:
    for is_kept in (False, True):
        person = asked_for_copy(is_kept)
        switch = person.widget("copy")
        assert isinstance(switch, Switch)
        assert (switch.on, switch.hidden) == (is_kept, False)
        if by == "letter":
            press_k(person)
        elif by == "mouse":
            person.clicks("copy")
        else:
            goes_to_strip(person, by)
            (person.keys("enter") if by == "keys" else person.pad("confirm"))
        assert person.context.own_server.consent.wanted is not is_kept


@pytest.mark.parametrize("by", ["keys", "mouse", "pad"])
def test_the_host_chooses_whether_another_computer_keeps_a_copy(by: str) -> None:
    person = host_of_copies()
    control = person.context.own_server.control
    assert control
    if by == "mouse":
        person.clicks("standby", part=0.92)
    else:
        goes_to_strip(person, by)
        (person.keys if by == "keys" else person.pad)("right")
    assert control.take_orders() == [ControlOrder(ControlVerb.STANDBY_OFF)]
    assert person.context.settings.standby == "off"
    press_k(person)
    assert control.take_orders() == [ControlOrder(ControlVerb.STANDBY_ASK)]


def test_without_a_copy_there_is_no_strip_and_k_does_nothing() -> None:
    person = LobbyPerson(host=False)
    person.waits(1)
    before = pixels(person.canvas)
    assert person.widget("copy").hidden
    assert person.widget("standby").hidden
    press_k(person)
    assert person.context.own_server.consent.wanted is None
    person.waits()
    assert pixels(person.canvas) == before


def test_every_member_reads_whose_computer_keeps_a_copy() -> None:
    person = LobbyPerson(host=False)
    person.waits(1)
    before = pixels(person.canvas)
    room = person.ends.sessions[1].room
    other = next(seat.member for seat in room.seats if seat.name == "Bo")
    room.copies.standbys = (Standby(other, ("10.0.0.6:7801",), 0),)
    person.waits(1)
    assert room.is_kept_elsewhere
    assert pixels(person.canvas) != before


@pytest.mark.parametrize("by", ["keys", "mouse", "pad"])
def test_options_say_whether_this_computer_keeps_copies(by: str) -> None:
    person = LobbyPerson()
    person.before(OptionsScreen(person.context))
    person.waits(0.5)
    choice = person.widget("copies")
    assert isinstance(choice, ChoiceField)
    assert person.context.settings.keep_copies == "ask"
    person.changes("copies", by)
    assert person.context.settings.keep_copies == "yes"
