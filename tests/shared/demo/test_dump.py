"""The dump prints what happened in its order, for people and for programs."""

import json
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as some

from petard.server.room.round import RoundRunner
from petard.shared.demo.dump import clock_text, json_lines, keys_text, parse_moment, text_lines
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.recorder import Recorder
from petard.shared.demo.records import PARENT_MOST, Mark, Said, parent_label
from petard.shared.protocol.messages import Chat
from petard.shared.protocol.names import is_display_line
from petard.shared.rules.ruleset import TICK_RATE
from tests.shared.demo.matches import record

TICKS = 700
WEEK = 7 * 24 * 60 * 60 * TICK_RATE


@cache
def demo() -> Demo:
    """A round with a mark and a line of chat in it."""

    def note(recorder: Recorder, match: RoundRunner) -> None:
        if recorder.moment == 233:
            recorder.note(Mark(233, "look"))
            recorder.note(Said(233, Chat(2, "Bot 2", "mine!", 1)))

    return read_demo(record(ticks=TICKS, each=note))


def test_the_text_goes_from_the_first_moment_to_the_last() -> None:
    lines = list(text_lines(demo()))
    moments = [int(line.split()[0]) for line in lines]
    assert moments == sorted(moments)
    assert "demo of 'Attic', map classic" in lines[0]
    assert lines[-1].endswith("end: The match is over.")
    text = "\n".join(lines)
    for expected in ("round 1 begins", "keyframe: tick 300", "mark 'look'", "Bot 2: mine!", " dropped slot ", " go"):
        assert expected in text
    assert all(line.isprintable() for line in lines)


def test_every_record_and_every_digest_is_in_the_json() -> None:
    rows = [json.loads(line) for line in json_lines(demo())]
    digests = [digest for row in rows if row["record"] == "Digests" for digest in row["digests"]]
    assert digests == list(demo().digests)
    kinds = [row["record"] for row in rows]
    assert kinds[0] == "Header"
    assert kinds.count("Delta") == TICKS
    assert {"Began", "WorldState", "Inputs", "Mark", "Said", "Ended", "Round", "Keyframe", "Events"} <= set(kinds)


def test_damage_is_the_last_line() -> None:
    cut = read_demo(record(ticks=TICKS)[:-30])
    assert cut.damage
    assert list(text_lines(cut))[-1] == cut.damage
    assert json.loads(list(json_lines(cut))[-1]) == {"record": "Damage", "what": cut.damage}


def test_keys_and_moments_have_words() -> None:
    assert [keys_text(keys) for keys in (0, 1, 10, 48)] == ["-", "up", "down+right", "bomb+gone"]
    assert [clock_text(moment) for moment in (0, 59, 60, 216000)] == ["0:00.00", "0:00.98", "0:01.00", "60:00.00"]


@given(some.integers(0, WEEK))
def test_a_printed_moment_can_be_typed(moment: int) -> None:
    assert parse_moment(clock_text(moment)) == moment


def test_each_tick_of_a_second_is_printed_differently() -> None:
    assert [parse_moment(clock_text(tick)) for tick in range(2 * TICK_RATE)] == list(range(2 * TICK_RATE))


@pytest.mark.parametrize("name", ["cafe\u0301.petard", "a" * (PARENT_MOST - 1) + " b.petard", "a\udc80\u3000b.petard"])
def test_a_header_can_keep_any_file_name(name: str) -> None:
    kept = parent_label(name)
    assert 0 < len(kept) <= PARENT_MOST
    assert is_display_line(kept)
