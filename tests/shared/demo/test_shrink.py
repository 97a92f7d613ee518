"""A failing script shrinks to what is needed to fail, and still fails in the same way."""

from collections.abc import Collection
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petard.shared.demo.reader import read_demo
from petard.shared.demo.rerun import Rerun
from petard.shared.demo.script import (
    Hold,
    Script,
    demo_of,
    holds_of,
    inputs_of,
    play_script,
    script_of,
    since,
    until,
)
from petard.shared.demo.shrink import (
    PARTS_OF,
    ShrinkFault,
    ShrinkReason,
    ddmin,
    is_possible,
    shifted_earlier,
    shrink,
    without,
)
from petard.shared.demo.verify import VerifyResult, verify
from petard.shared.rules.digest import digest
from petard.shared.rules.floors import Floor
from petard.shared.rules.world import Tile, World, copy_world
from tests.sampled import sampled
from tests.shared.demo.matches import HEADER, record

pytestmark = pytest.mark.slow


@cache
def match() -> Script:
    """The second round of a match of four bots."""
    return script_of(read_demo(record(ticks=1500, rounds=2)), 2)


def judge(script: Script) -> ShrinkReason | None:
    """A world fails when a flame is on the board while a bomb is."""
    for tick, world in enumerate(play_script(script), 1):
        if world.bombs and world.flames:
            return ShrinkReason(ShrinkFault.OTHER, "bomb and flame", tick)
    return None


def digests_of(script: Script) -> list[int]:
    return [digest(world) for world in play_script(script)]


def test_a_round_of_a_demo_is_the_same_script() -> None:
    demo = read_demo(record(ticks=700, rounds=2))
    for number, began in enumerate(demo.rounds, 1):
        script = script_of(demo, number)
        assert digests_of(script) == list(demo.digests[began.moment : began.moment + script.ticks])
    assert sum(script_of(demo, number).ticks for number in (1, 2)) == demo.length


@pytest.mark.slow
def test_a_script_may_begin_and_end_anywhere() -> None:
    script = match()
    whole = digests_of(script)
    for start, end in ((0, 400), (333, 1111), (1000, 1001)):
        assert digests_of(since(until(script, end), start)) == whole[start:end]


@pytest.mark.slow
@given(st.lists(st.dictionaries(st.integers(0, 3), st.integers(1, 63)), max_size=20))
def test_keys_are_the_same_as_holds(inputs: list[dict[int, int]]) -> None:
    holds = holds_of(inputs)
    assert inputs_of(Script(match().start, len(inputs), holds)) == inputs
    assert len({(hold.slot, hold.key, hold.first) for hold in holds}) == len(holds)


@given(
    st.sets(st.integers(0, 50)),
    st.sets(st.integers(0, 50)),
    st.booleans(),
    st.dictionaries(st.integers(0, 50), st.integers(0, 50)),
)
def test_what_ddmin_leaves_is_needed_down_to_the_last_thing(
    one: set[int], two: set[int], either: bool, needs: dict[int, int]
) -> None:
    """`needs`: a thing without the other that it needs is nonsense, which does not fail."""

    def fails(kept: Collection[int]) -> bool:
        if any(thing in kept and other not in kept for thing, other in needs.items()):
            return False
        has = one <= set(kept), two <= set(kept)
        return any(has) if either else all(has)

    left = ddmin(range(51), fails)
    assert fails(left)
    assert not any(fails([thing for thing in left if thing != gone]) for gone in left)


def test_a_failing_match_shrinks_to_the_smallest_that_fails_in_the_same_way() -> None:
    start = match()
    seen = 0

    def counting(script: Script) -> ShrinkReason | None:
        nonlocal seen
        seen += 1
        return judge(script)

    script, reason = shrink(start, counting)
    first = judge(start)
    assert first
    assert reason == judge(script)
    assert reason.is_like(first)
    assert first.tick > 200
    assert (script.ticks, len(script.start.players), script.start.width, script.start.height) == (1, 1, 5, 5)
    assert script.holds == ()
    assert seen < 400


def test_what_fails_in_another_way_does_not_count() -> None:
    def crowded(script: Script) -> ShrinkReason | None:
        found = judge(script)
        return found and replace(found, place="a crowd" if len(script.start.players) > 2 else "a pair")

    assert len(shrink(match(), crowded)[0].start.players) == 3


def test_what_does_not_fail_cannot_shrink() -> None:
    with pytest.raises(ValueError, match="does not fail"):
        shrink(until(match(), 10), judge)


def test_needed_keys_are_kept_and_held_as_briefly_as_possible() -> None:
    """The first body has to be walked by the last tick: no world on the way holds what fails."""
    script = since(match(), 400)
    slot = next(iter(script.start.players))

    def walked(attempt: Script) -> ShrinkReason | None:
        held = {hold.key for hold in attempt.holds if hold.slot == slot}
        return ShrinkReason(ShrinkFault.OTHER, "walked", attempt.ticks) if {1, 8} <= held else None

    small, _ = shrink(script, walked)
    assert sorted(hold.key for hold in small.holds) == [1, 8]
    assert all(hold.first == hold.last for hold in small.holds)


@pytest.mark.slow
@pytest.mark.parametrize("kind", sampled(PARTS_OF, 2))
def test_every_part_can_be_removed_alone(kind: str) -> None:
    busy = replace(since(match(), 900), holds=(Hold(1, 5, 0, 1), Hold(2, 3, 1, 8)))
    busy.start.rules = replace(busy.start.rules, fuse=99)
    plain = bytes(len(busy.start.tiles) - 20)
    busy.start.floors = bytes([1, *[Floor.PLAIN] * 16, Floor.TELEPORT_1, Floor.TELEPORT_1, Floor.PIT]) + plain
    parts = PARTS_OF[kind](busy)
    assert parts or kind in {"items", "breaking", "flames"}
    for part in parts:
        less = without(busy, [part])
        if is_possible(less):
            list(play_script(less))
        assert len(PARTS_OF[kind](less)) < len(parts) or kind in {"rows", "columns"}
        assert {hold.slot for hold in less.holds} <= less.start.players.keys()
        assert all(less.start.tiles[tile] in (Tile.BRICK, Tile.BREAKING) for tile in less.start.hidden)
    assert digests_of(busy) == digests_of(without(busy, []))


def test_a_board_without_some_rows_and_columns_plays_the_same() -> None:
    """All lines that hold nothing that moves, with a wall around each body."""
    script = since(match(), 1200)
    rows = PARTS_OF["rows"](script)
    less = without(script, rows)
    assert less.start.height == script.start.height - len(rows)
    assert [player.x for player in less.start.players.values()] == [p.x for p in script.start.players.values()]
    assert [player.y % 256 for player in less.start.players.values()] == [
        p.y % 256 for p in script.start.players.values()
    ]


def test_a_script_some_seconds_earlier_plays_the_same() -> None:
    script = since(match(), 780)
    early = shifted_earlier(script, 540)
    for one, other in zip(play_script(script), play_script(early), strict=True):
        assert _places(one) == _places(other)
        assert one.tick - other.tick == 540
        if one.over_at >= 0:
            break


def _places(world: World) -> list[tuple[int, ...]]:
    bodies = [(player.slot, player.x, player.y, player.died_at < 0) for player in world.players.values()]
    return [*bodies, *((bomb.id, bomb.x, bomb.y, bomb.blows_at - world.tick) for bomb in world.bombs.values())]


def test_a_small_script_can_be_written_as_a_demo() -> None:
    script = since(until(match(), 1000), 890)
    worlds = [copy_world(world) for world in play_script(script)]
    demo = read_demo(demo_of(script, worlds, HEADER, "it fails"))
    assert verify(demo).ok
    assert demo.length == script.ticks == 110
    assert demo.watch_starts
    again = script_of(demo)
    assert again == script
    worlds[-1].rng ^= 1
    assert not verify(read_demo(demo_of(script, worlds, HEADER, "it fails"))).ok


def test_a_tick_that_never_ended_is_in_the_script_of_its_demo() -> None:
    script = since(until(match(), 1000), 980)
    worlds = [copy_world(world) for world in play_script(script)]
    demo = read_demo(demo_of(script, worlds[:-1], HEADER, "it raises"))
    assert demo.length == 19
    assert digest(list(play_script(script_of(demo)))[-1]) == digest(worlds[-1])
    assert Rerun(demo, 19).moment == 19


def test_a_demo_whose_last_tick_never_ended_verifies_up_to_that_tick() -> None:
    script = since(until(match(), 1000), 890)
    worlds = [copy_world(world) for world in play_script(script)]
    assert len({hold.first for hold in script.holds if hold.first > 60}) > 1  # keys change in the last block
    demo = read_demo(demo_of(script, worlds[:-1], HEADER, "it raises"))
    assert verify(demo) == VerifyResult(109)
    assert script_of(demo) == script
