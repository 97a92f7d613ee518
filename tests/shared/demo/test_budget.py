"""The work of each pass over a recording is bounded by its size; it is counted in calls, so no clock decides a test.

The clock is in `python -m tests.tools.bench_bombs`, with a real recording beside the hostile ones.
"""

from contextlib import suppress
from dataclasses import replace
from functools import cache

import pytest

from petard.server.cli.replay import lines_about
from petard.shared.demo.blocks import BYTE, INFLATED_MOST, BlockEncoder, BlockType, DemoError, blocks_in
from petard.shared.demo.budget import BASE, Budget, WorkRate
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.records import DeltaSent, Inputs, Opened, encode_record
from petard.shared.demo.rerun import Rerun
from petard.shared.demo.script import script_of
from petard.shared.rules.ruleset import LAST_ONE_STANDING
from tests.shared.demo.abuse import whole
from tests.shared.demo.bombs import beginning, bombs, file_of, repeated
from tests.shared.demo.matches import record
from tests.shared.demo.readers import READERS, SKIMMERS, all_of, calls_of, read_all, summary

CALLS, CALLS_PER_BYTE = 600_000, 10
JSON = 7  # times as many: each number is a call, and is in the output
CALLS_PER_TICK, RERUNNERS = 150, ("seek", "verify")  # a run has a budget for each tick, which has a digest in the file
SKIM_CALLS, SKIM_CALLS_PER_BYTE = 250_000, 1
MIB = 1 << 20


@cache
def hostile() -> dict[str, bytes]:
    return dict(bombs(whole()))


def within(name: str, reader: str) -> bool:
    """True if the reader does no more than the size of this file allows."""
    data, most = hostile()[name], CALLS * (JSON if reader == "json" else 1)
    if reader in SKIMMERS:
        return calls_of(lambda: read_all(data, reader)) <= SKIM_CALLS + SKIM_CALLS_PER_BYTE * len(data)
    if reader in RERUNNERS:
        with suppress(DemoError):
            most += CALLS_PER_TICK * len(read_demo(data).digests)
    return calls_of(lambda: read_all(data, reader)) <= most + 60 * len(data)


@pytest.mark.parametrize(
    ("reader", "name"),
    [
        ("notes", "keys in groups"),
        ("info", "worlds in groups"),
        ("round", "rounds in groups"),
        ("records", "worlds in groups"),
        ("keys", "keys in groups"),
        ("watch", "events in groups"),
        ("playback", "events in groups"),
        ("script", "worlds in groups"),
        ("seek", "many rounds"),
        ("verify", "worlds in groups"),
        ("trim", "many rounds"),
        ("text", "seats in groups"),
        ("diff", "worlds in groups"),
        ("to-test", "many rounds"),
    ],
)
def test_no_reader_does_more_than_the_size_of_a_hostile_file_allows(reader: str, name: str) -> None:
    assert within(name, reader)


@pytest.mark.long
@pytest.mark.parametrize("reader", READERS)
def test_nor_does_any_for_all_the_others(reader: str) -> None:
    assert [name for name in hostile() if not within(name, reader)] == []


@pytest.mark.parametrize("name", ["empty deltas", "events in groups", "keyframes", "empty stretches"])
def test_the_list_of_recordings_reads_no_more_than_that(name: str) -> None:
    data = hostile()[name]
    assert calls_of(lambda: summary(data)) <= SKIM_CALLS + CALLS_PER_BYTE * len(data)


@pytest.mark.parametrize("name", ["keys in groups", "worlds in groups", "many rounds", "chat in groups", "seats"])
def test_what_a_list_shows_of_a_hostile_file_costs_50_ms_for_1_mib(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Budget] = []

    class Kept(Budget):
        def __init__(self, size: int, rate: WorkRate) -> None:
            super().__init__(size, rate)
            made.append(self)

    monkeypatch.setattr("petard.shared.demo.reader.Budget", Kept)
    with suppress(DemoError):
        all_of(lines_about(read_demo(repeated(hostile()[name], MIB))))
    assert sum(budget.used for budget in made) <= 50 * MIB + BYTE * INFLATED_MOST, "what ends it is counted as well"


def test_no_place_of_a_recording_costs_more_than_the_fight_of_a_crowd() -> None:
    opened = next(one for one in read_demo(whole()).records(kind=BlockType.WATCH) if isinstance(one, Opened))
    moves = tuple((slot, 1, 0) for slot in range(4))
    moved = encode_record(DeltaSent(1, ((), (), moves, (), (), (), (), ())))
    records = [encode_record(opened) + moved * 4000, moved * 4000]
    squeeze = BlockEncoder(BlockType.WATCH, 0)
    demo = Demo(*blocks_in(whole() + b"".join(squeeze.encode(0, [], one) for one in records)), MIB)
    with pytest.raises(DemoError, match="more in it than any match"):
        all_of(demo.watch(demo.length))


def test_a_file_of_many_small_blocks_is_refused() -> None:
    with pytest.raises(DemoError, match="more in it than any match"):
        read_demo(hostile()["tiny blocks"])


def test_ticks_that_only_a_record_names_are_not_played() -> None:
    began, state = beginning(whole())
    demo = read_demo(file_of(began, state, Inputs(0, (65535, 1, 0, 1) * 8000)))
    assert script_of(demo).ticks == demo.length + 1


def test_a_recording_to_watch_lasts_no_longer_than_its_digests() -> None:
    opened = next(one for one in read_demo(whole()).records(kind=BlockType.WATCH) if isinstance(one, Opened))
    late = encode_record(replace(opened, moment=2**32 - 1))
    demo = read_demo(whole() + BlockEncoder(BlockType.WATCH, 2**32 - 1).encode(2**32 - 1, [], late))
    assert demo.watch_length <= len(demo.digests) + 120


def test_keys_of_slots_that_no_match_has_are_refused() -> None:
    began, state = beginning(whole())
    with pytest.raises(DemoError, match="keys after moment 0 make no sense"):
        Rerun(read_demo(file_of(began, state, Inputs(0, (1, 1, 64, 1)))), 5)


def test_a_world_that_is_too_much_to_run_is_refused_after_some_ticks() -> None:
    demo = read_demo(hostile()["heavy ticks"])
    run = Rerun(demo)
    with pytest.raises(DemoError, match="more in it than any match"):
        all_of(run.step() for _ in range(demo.length))
    assert 0 < run.moment < demo.length / 10


def test_a_budget_grows_with_the_file_and_ends() -> None:
    budget = Budget(1000, WorkRate.SKIM)
    budget.spend(BASE)
    with pytest.raises(DemoError):
        budget.spend(1)
    budget.allow(2)
    budget.spend(1)
    assert Budget(1 << 20, WorkRate.SKIM).most <= 52_500_000, "a list costs 50 ms for each MiB"


@pytest.mark.parametrize(
    ("players", "board", "ticks"),
    [pytest.param(64, "battle", 900, marks=pytest.mark.long), (8, "classic", 500), (1, "battle", 400)],
)
def test_a_real_match_needs_less_than_half_of_what_its_size_allows(players: int, board: str, ticks: int) -> None:
    rules = replace(LAST_ONE_STANDING, health=10_000, health_most=10_000, damage=1, round=3600 * 60, hurry=0)
    data = record(players, ticks, rules, board)
    for read in READERS.values():
        read(Demo(*blocks_in(data), len(data) // 2))
