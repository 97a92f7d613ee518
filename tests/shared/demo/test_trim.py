"""A piece of a demo plays as the whole demo does there, to watch and to run again."""

from functools import cache

import pytest

from petard.server.room.round import RoundRunner
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.recorder import Recorder
from petard.shared.demo.records import GROUP, Began, Ended, Header, Mark, Seated, WorldState
from petard.shared.demo.trim import trim
from petard.shared.demo.verify import verify
from petard.shared.protocol.changes import Changes
from petard.shared.protocol.messages import Events
from tests.sampled import sampled
from tests.shared.demo.matches import HEADER, record, seats

TICKS = 700


@cache
def demo() -> Demo:
    """Two rounds of four bots, with a mark each hundred ticks, and another order of seats at 50."""

    def note(recorder: Recorder, match: RoundRunner) -> None:
        if recorder.moment % 100 == 0:
            recorder.note(Mark(recorder.moment, str(recorder.moment)))
        if recorder.moment == 50:
            recorder.note(Seated(50, seats(4)[::-1]))

    return read_demo(record(ticks=TICKS, rounds=2, each=note))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "last"), sampled([(0, 2 * TICKS), (310, 333), (650, 800), (700, 1400), (699, 701), (1399, 9999)], 2)
)
def test_a_piece_verifies_and_holds_what_clients_were_sent(first: int, last: int) -> None:
    start = demo().group_start(first)
    piece = read_demo(trim(demo(), first, last, "whole.petard"))
    assert piece.damage == ""
    assert piece.digests == demo().digests[start:last]
    assert verify(piece).ok
    assert (piece.header.parent, piece.header.parent_at) == ("whole.petard", start)
    sent = [(moment + start, message) for moment, message, _ in piece.watch() if isinstance(message, Changes | Events)]
    end = min(last, demo().length)
    whole = [
        seen[:2] for seen in demo().watch(start) if start < seen[0] <= end and isinstance(seen[1], Changes | Events)
    ]
    assert sent == whole
    assert sent


def test_it_begins_with_header_round_and_world_and_ends() -> None:
    records = list(read_demo(trim(demo(), 420, 640)).records())
    assert [type(one) for one in records[:3]] == [Header, Began, WorldState]
    began, state = records[1:3]
    assert isinstance(began, Began)
    assert isinstance(state, WorldState)
    assert (state.moment, state.keyframe.tick, began.moment, began.number) == (0, GROUP, 0, 1)
    assert began.seats == seats(4)[::-1], "who sits there by then"
    marks = [one for one in records if isinstance(one, Mark)]
    assert marks == [Mark(100 * number - GROUP, str(100 * number)) for number in (3, 4, 5, 6)]
    assert records[-1] == Ended(340, "Here it was cut.")


def test_trimming_to_the_whole_length_changes_nothing() -> None:
    again = read_demo(trim(demo(), 0, demo().length))
    assert again.header == HEADER
    assert [one for one in again.notes if not isinstance(one, Header)] == list(demo().notes)[1:]
    assert list(again.records()) == list(demo().records())


@pytest.mark.parametrize(("first", "last"), [(-1, 5), (5, 5), (9, 8), (1400, 1500), (5000, 6000)])
def test_an_empty_piece_is_refused_with_one_sentence(first: int, last: int) -> None:
    with pytest.raises(DemoError, match="nothing between"):
        trim(demo(), first, last)
