"""Verifying finds every change of the rules in the tick in which it happens."""

from collections.abc import Callable
from functools import cache

import pytest

from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.records import GROUP
from petard.shared.demo.verify import verify
from petard.shared.rules import new_round
from petard.shared.rules.bombs import explode
from petard.shared.rules.events import Event
from petard.shared.rules.world import World
from tests.shared.demo.matches import record


@cache
def demo() -> Demo:
    """Two rounds of four bots."""
    return read_demo(record(ticks=900, rounds=2))


@pytest.fixture(autouse=True)
def _recorded_by_the_rules_as_they_are() -> None:
    """Whichever test is first may change the rules; the demo is not to be recorded by those."""
    demo()


def after_explosions(monkeypatch: pytest.MonkeyPatch, change: Callable[[World], None]) -> None:
    """Let the rules do something more in every tick."""

    def more(world: World, events: list[Event]) -> None:
        explode(world, events)
        change(world)

    monkeypatch.setattr("petard.shared.rules.step.explode", more)


@pytest.mark.slow
def test_a_recording_verifies() -> None:
    assert verify(demo()).ok
    assert verify(demo()).moments == demo().length == 1800


def test_each_part_can_be_verified_alone() -> None:
    parts = [verify(demo(), start, start + GROUP) for start in range(0, 1800, GROUP)]
    assert [part.moments for part in parts] == [GROUP] * 6
    assert all(part.ok for part in parts)


def test_the_first_number_that_differs_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def change(world: World) -> None:
        if world.tick == 500:
            next(iter(world.bombs.values())).blows_at += 1

    after_explosions(monkeypatch, change)
    mismatch = verify(demo()).mismatch
    assert mismatch is not None
    assert (mismatch.moment, mismatch.round, mismatch.tick, mismatch.seen) == (500, 1, 500, 500)
    assert mismatch.what.field == "blows_at"
    assert mismatch.what.other == (mismatch.what.one or 0) + 1
    assert mismatch.last
    assert mismatch.last.moment <= 500
    assert "tick 500 (moment 500): bomb" in mismatch.sentence()


def test_a_number_that_clients_do_not_know_is_found_in_the_next_whole_world(monkeypatch: pytest.MonkeyPatch) -> None:
    def change(world: World) -> None:
        if world.tick == 310:
            world.rng ^= 1 << 40

    after_explosions(monkeypatch, change)
    mismatch = verify(demo()).mismatch
    assert mismatch is not None
    assert (mismatch.moment, mismatch.seen, mismatch.what.entity, mismatch.what.field) == (310, 600, "chance", "rng")


def test_a_round_with_another_beginning_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(new_round, "spread_spawns", lambda board, players: list(board.spawns)[::-1][:players])
    mismatch = verify(demo()).mismatch
    assert mismatch is not None
    assert (mismatch.moment, mismatch.tick, mismatch.what.entity, mismatch.last) == (0, 0, "player 0", None)


@pytest.mark.parametrize("moment", [1, 299, 300, 301, 900, 901, 1799, 1800])
def test_one_wrong_digest_anywhere_is_found(moment: int) -> None:
    demo().digests[moment - 1] ^= 1
    mismatch = verify(demo()).mismatch
    demo().digests[moment - 1] ^= 1
    assert mismatch is not None
    assert mismatch.moment == moment
    assert mismatch.what.field == "digest"


def test_rules_that_raise_fail_at_a_tick_and_not_with_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def change(world: World) -> None:
        if world.tick == 500:
            world.bombs[10_000].blows_at += 1

    after_explosions(monkeypatch, change)
    result = verify(demo())
    assert (result.ok, result.moments) == (False, 499)
    assert result.failed == "The rules failed at tick 500 of round 1 (moment 500): KeyError: 10000."


def test_a_world_that_went_wrong_may_make_the_rules_raise_before_its_number_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def change(world: World) -> None:
        if world.tick == 500:
            world.rng ^= 1
        assert world.tick < 502

    after_explosions(monkeypatch, change)
    mismatch = verify(demo()).mismatch
    assert mismatch is not None
    assert (mismatch.moment, mismatch.seen, mismatch.what.field) == (500, 500, "digest")
