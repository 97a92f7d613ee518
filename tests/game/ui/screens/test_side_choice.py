"""Sides in the lobby: they are chosen by keys, mouse and pad, and the cards show them as in the match."""

from dataclasses import replace

import pytest

from petard.game.ui.screen import Screen
from petard.game.ui.screens.lobby import LobbyScreen
from petard.game.ui.widgets.seat_cards import cards_of
from petard.game.ui.widgets.widgets import ChoiceField
from petard.shared.protocol.capability_words import MODES_WORD
from petard.shared.protocol.later_messages import SideChoice
from petard.shared.protocol.messages import Away, Setup
from tests.game.ui.screens.lobby_person import LobbyPerson

TEAMS = Setup("classic", "duel", 3, 2, 2, Away.BOT, "teams")
RED, BLUE = range(2)


class PagePerson(LobbyPerson):
    """Works the page over the lobby while there is one."""

    @property
    def screen(self) -> Screen:
        top = super().screen
        return top.page or top if isinstance(top, LobbyScreen) else top


def lobby(host: bool = True, players: int = 1) -> LobbyPerson:
    person = PagePerson(host, players)
    person.ends.deliver(person.ends.room.choose(TEAMS) or [])
    person.waits(1)
    return person


def test_a_person_chooses_a_side_in_the_lobby(by: str) -> None:
    person = lobby(host=False)
    person.changes("side", by)
    person.waits(1)
    assert person.context.session
    sides, slot = person.context.session.room.sides, person.seat().slot
    assert (sides[slot].side, sides[slot].is_chosen) == (RED, True)
    assert person.context.settings.side == RED, "for the next evening"
    field = person.widget("side")
    assert isinstance(field, ChoiceField)
    assert field.value == "Red"
    person.changes("side", by)
    person.changes("side", by)
    person.waits(1)
    assert field.value == "any side"
    assert not person.context.session.room.sides[slot].is_chosen


def test_each_player_at_a_machine_chooses_a_side_on_the_page_of_the_players(by: str) -> None:
    person = lobby(players=2)
    person.pushes("people", by)
    person.waits(0.1)
    person.changes("side:1", by)
    person.waits(0.2)
    assert person.context.session
    room = person.context.session.room
    assert [room.sides[slot].is_chosen for slot in room.my_slots] == [False, True]
    assert room.sides[room.my_slots[1]].side == RED


def test_the_cards_of_a_side_stand_together_in_its_colour_pattern_and_shape() -> None:
    person = lobby()
    person.ends.sessions[1].link.send(SideChoice(0, BLUE))
    person.ends.post()
    assert person.context.session
    cards = cards_of(person.context.session.room)
    assert [(card.seat.slot, card.side) for card in cards] == [(2, RED), (3, RED), (0, BLUE), (1, BLUE)]
    assert all(card.seat.colour == card.side == card.figure.slot for card in cards)


@pytest.mark.parametrize("why", ["the mode has no sides", "the server is of yesterday", "we only watch"])
def test_there_is_no_row_for_a_side_where_none_can_be_chosen(why: str) -> None:
    person = lobby()
    assert person.context.session
    room = person.context.session.room
    assert room.welcome
    if why == "the mode has no sides":
        person.ends.deliver(person.ends.room.choose(replace(TEAMS, mode="paint")) or [])
    elif why == "the server is of yesterday":
        room.welcome = replace(room.welcome, words=(MODES_WORD,))
    else:
        room.seats = tuple(seat for seat in room.seats if seat.member != room.member)
    person.waits(1)
    assert person.widget("side").hidden
    assert not person.widget("side").enabled


def test_after_the_page_of_the_players_the_focus_is_on_start(by: str) -> None:
    person = lobby()
    person.pushes("people", by)
    person.waits(0.1)
    person.pushes("back", by)
    person.waits(0.1)
    assert isinstance(person.screen, LobbyScreen)
    assert person.screen.page is None
    assert person.screen.form.focus == "ready"
    person.waits(1)
    person.pushes("ready", by)
    person.waits(0.1)
    assert person.seat().ready
