"""Differences of two demos have a moment, an entity, a field and both values."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from petard.shared.demo.diff import DemoDifference, diff_demos
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.trim import trim
from petard.shared.rules.bombs import explode
from petard.shared.rules.events import Event
from petard.shared.rules.ruleset import DUEL, LAST_ONE_STANDING
from petard.shared.rules.world import World
from tests.shared.demo.matches import record


@cache
def data(ticks: int = 800, seed: int = 1) -> bytes:
    """A round of four bots."""
    return record(ticks=ticks, seed=seed)


def played(monkeypatch: pytest.MonkeyPatch, change: Callable[[World], None]) -> Demo:
    """The same round by rules that do something more in every tick."""

    def more(world: World, events: list[Event]) -> None:
        explode(world, events)
        change(world)

    with monkeypatch.context() as patched:
        patched.setattr("petard.shared.rules.step.explode", more)
        return read_demo(record(ticks=800, anew=True))


def test_equal_demos_have_no_difference() -> None:
    assert diff_demos(read_demo(data()), read_demo(data())) == []
    assert diff_demos(read_demo(data()), read_demo(trim(read_demo(data()), 0, 800))) == []


def test_the_first_number_that_differs_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def change(world: World) -> None:
        if world.tick == 500:
            next(iter(world.bombs.values())).range += 1

    differences = diff_demos(read_demo(data()), played(monkeypatch, change))
    worlds = differences[-1]
    assert worlds.moment == 500
    assert worlds.what.startswith("round 1, bomb ")
    assert ", range: first " in worlds.what
    assert "seen at" not in worlds.what
    assert all(part.moment >= 500 for part in differences)


def test_a_number_that_was_never_sent_is_found_in_the_next_whole_world(monkeypatch: pytest.MonkeyPatch) -> None:
    def change(world: World) -> None:
        if world.tick == 350:
            world.rng ^= 1

    one, other = read_demo(data()), played(monkeypatch, change)
    for demo in (one, other):
        demo.header = replace(demo.header, rules=99)  # it must do without running them again
    worlds = diff_demos(one, other)[-1]
    assert worlds.moment == 350
    assert "chance, rng: first" in worlds.what
    assert worlds.what.endswith("(seen at moment 600)")


def test_headers_rounds_and_keys_are_compared() -> None:
    one, other = read_demo(data()), read_demo(data(seed=5))
    other.header = replace(other.header, server="Cellar")
    differences = diff_demos(one, other)
    assert DemoDifference(-1, "header, server: first 'Attic', second 'Cellar'") in differences
    assert DemoDifference(0, "round 1, seed: first 2, second 6") in differences
    assert any(part.what.startswith("keys: first ") for part in differences)
    assert differences[-1].moment == 1
    assert "player 0, x: first " in differences[-1].what


def test_a_demo_that_ends_earlier_differs_there() -> None:
    short = read_demo(trim(read_demo(data()), 0, 777))
    assert diff_demos(read_demo(data()), short) == [DemoDifference(777, "the first ends at 800, the second at 777")]


def test_other_rules_of_a_round_are_named() -> None:
    duel = read_demo(record(ticks=60, rules=replace(DUEL, name=LAST_ONE_STANDING.name)))
    differences = diff_demos(read_demo(data(ticks=60)), duel)
    assert any(part.what.startswith("round 1, rules: first RuleSet(") for part in differences)
