"""The cards of the seats: what is written on them, for few seats and for many."""

from dataclasses import replace

import pytest

from petard.game.client.room_state import RoomState
from petard.game.config.settings import Settings
from petard.game.ui.input.key_hints import ControlHint, control_hints
from petard.game.ui.widgets.seat_cards import draw_seat_cards
from petard.shared.protocol.messages import Lobby, Phase, Seat, Welcome
from tests.game.scenes import seats
from tests.game.ui.legible import LegibleCanvas, TextRules
from tests.game.ui.pictures import dummy_canvas

AREA = (28.0, 92.0, 836.0, 408.0)
HOSTED = Lobby(Phase.LOBBY, 1, "classic", "classic", 3, 0, 2, ("classic",), ("classic",))


def texts(here: tuple[Seat, ...], mine: tuple[int, ...], hints: tuple[ControlHint, ...] = ()) -> list[str]:
    """All that is written on the cards; it can be read."""
    canvas = LegibleCanvas(dummy_canvas().surface, TextRules(20, apart=True))
    canvas.begin()
    room = RoomState(Welcome(1, "0.1.0", 1, "0" * 32, 60, "Ada's game"), HOSTED, here)
    assert room.my_slots == mine
    draw_seat_cards(canvas, room, AREA, 1.0, hints)
    assert canvas.faults == []
    return canvas.texts


def bots(here: tuple[Seat, ...], first: int) -> tuple[Seat, ...]:
    return tuple(replace(seat, member=0, ready=False) if seat.slot >= first else seat for seat in here)


@pytest.mark.parametrize("count", [2, 4, 5, 8, 9, 16, 18])
def test_every_card_has_its_name_and_says_who_is_a_bot(count: int) -> None:
    found = texts(bots(seats(count), 1), (0,))
    assert [seat.name for seat in seats(count) if seat.name not in found] == []
    assert found.count("bot") == count - 1


def test_four_players_at_one_machine_see_their_controls() -> None:
    hints = control_hints(Settings().keys, 4, (0,))
    found = texts(seats(4, 4), (0, 1, 2, 3), hints)
    keys = {"WASD, Space", "arrows,", "right Ctrl / Shift"}
    assert {*keys, "pad 1: stick, A", "Press a button", "on a pad"} <= set(found)


@pytest.mark.parametrize("count", [4, 8, 16])
def test_a_player_without_controls_is_told_so_on_cards_of_every_size(count: int) -> None:
    hints = control_hints(Settings().keys, 4, ())
    found = texts(bots(seats(count, 4), 4), (0, 1, 2, 3), hints)
    assert sum(words in ("Press a button", "no pad") for words in found) == 2


def test_the_controls_of_other_players_are_not_shown() -> None:
    hints = control_hints(Settings().keys, 1, ())
    found = texts(seats(3), (0,), hints)
    assert found.count("WASD, Space /") == 1
    assert sum("ready, 20 ms" in words for words in found) == 3
