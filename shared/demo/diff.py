"""Where two demos part: what their headers and rounds say, the first key, and the first world, with both values.

Rule: it compares what was recorded, so demos of two builds, and of rules that are no more, can be compared as well.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, fields
from heapq import merge
from itertools import groupby, product, takewhile, zip_longest
from typing import Any

from petard.shared.demo.blocks import NoDemo
from petard.shared.demo.reader import Demo
from petard.shared.demo.records import Inputs
from petard.shared.demo.rerun import Rerun, changes_in, size_of
from petard.shared.demo.world_diff import Facts, WorldDifference, difference, facts_in, facts_of, tick_of
from petard.shared.rules.digest import digest

LOOK_AHEAD = 600  # moments after the first digest that differs in which its number is looked for
_QUOTED_MOST = 60  # characters of a value


@dataclass(frozen=True, slots=True)
class DemoDifference:
    """One thing that two demos do not have in common. `moment`: -1 for what belongs to none; `what`: one sentence."""

    moment: int
    what: str


def diff(one: Demo, other: Demo) -> list[DemoDifference]:
    """All that differs in headers and rounds, then the first keys and the first world that do; [] for equal demos."""
    found = [DemoDifference(-1, f"header, {text}") for text in _fields_apart(one.header, other.header)]
    for began, another in zip_longest(one.began, other.began):
        if began is None or another is None:
            side, there = ("first", began) if began else ("second", another)
            found.append(DemoDifference(there.moment, f"only the {side} demo has a round here"))
            break
        found += [
            DemoDifference(began.moment, f"round {began.number}, {text}") for text in _fields_apart(began, another)
        ]
    found += _keys_apart(one, other)
    found += _worlds_apart(one, other)
    return found


def _fields_apart(one: Any, other: Any) -> Iterator[str]:
    for field in fields(one):
        values = getattr(one, field.name), getattr(other, field.name)
        if values[0] != values[1]:
            yield f"{field.name}: first {_quoted(values[0])}, second {_quoted(values[1])}"


def _quoted(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _QUOTED_MOST else f"{text[:_QUOTED_MOST]}…"


def _keys_apart(one: Demo, other: Demo) -> list[DemoDifference]:
    """The first tick in which the keys change otherwise."""
    for mine, theirs in zip_longest(_changes(one), _changes(other)):
        if mine != theirs:
            moment = min(change[0] for change in (mine, theirs) if change)
            if moment > min(one.length, other.length):
                return []  # one of them goes on
            sides = [_pressed(change, moment) for change in (mine, theirs)]
            return [DemoDifference(moment, f"keys: first {sides[0]}, second {sides[1]}")]
    return []


def _changes(demo: Demo) -> Iterator[tuple[int, dict[int, int]]]:
    for record in demo.records():
        if isinstance(record, Inputs):
            yield from changes_in(record)


def _pressed(change: tuple[int, dict[int, int]] | None, moment: int) -> str:
    if not change or change[0] != moment:
        return "no change"
    return ", ".join(f"slot {slot} to {keys}" for slot, keys in sorted(change[1].items()))


def _worlds_apart(one: Demo, other: Demo) -> list[DemoDifference]:
    """The first digest that differs, and in which number the worlds do; or that one demo is longer."""
    both = min(len(one.digests), len(other.digests))
    if one.digests[:both] == other.digests[:both]:
        if one.length == other.length:
            return []
        return [
            DemoDifference(
                min(one.length, other.length), f"the first ends at {one.length}, the second at {other.length}"
            )
        ]
    apart = next(moment for moment in range(1, both + 1) if one.digests[moment - 1] != other.digests[moment - 1])
    began = one.round_at(apart - 1)
    seen, what = _number_apart(one, other, apart, size_of(began)[0])
    later = f" (seen at moment {seen})" if seen != apart else ""
    return [DemoDifference(apart, f"round {began.number}, {what.sentence('first', 'second')}{later}")]


def _number_apart(one: Demo, other: Demo, moment: int, width: int) -> tuple[int, WorldDifference]:
    """The first number that differs at a moment or soon after, as far as both demos know of it."""
    both = merge(_known(one, moment, 0), _known(other, moment, 1), key=lambda known: known[0])
    for at, known in groupby(both, key=lambda known: known[0]):
        sides: tuple[list[Facts], list[Facts]] = ([], [])
        for _, side, facts in known:
            sides[side].append(facts)
        for mine, theirs in product(*sides):
            what = difference(mine, theirs, width) if tick_of(mine) == tick_of(theirs) else None
            if what:
                return at, what
    return moment, WorldDifference("world", "digest", one.digests[moment - 1], other.digests[moment - 1])


def _known(demo: Demo, moment: int, side: int) -> Iterator[tuple[int, int, Facts]]:
    """What a demo knows of the worlds of a moment and of those soon after, each with the number of its side."""
    with suppress(NoDemo):  # of other rules
        run = Rerun(demo, moment)
        if digest(run.world) == demo.digests[moment - 1]:
            yield moment, side, facts_of(run.world)
    for at, facts in takewhile(lambda found: found[0] <= moment + LOOK_AHEAD, facts_in(demo, moment)):
        yield at, side, facts
