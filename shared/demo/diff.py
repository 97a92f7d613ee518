"""Finds where two demos differ: in headers and rounds, the first keys, and the first world, with both values.

Rule: only what was recorded is compared, so demos of two builds, and of old rules, can be compared.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, fields
from heapq import merge
from itertools import groupby, product, takewhile, zip_longest
from typing import Any

from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import Demo
from petard.shared.demo.records import Inputs
from petard.shared.demo.rerun import Rerun, key_changes
from petard.shared.demo.verify import LOOK_AHEAD
from petard.shared.demo.world_diff import Facts, WorldDifference, difference, facts_in, facts_of, tick_of
from petard.shared.demo.world_state import board_size
from petard.shared.rules.digest import digest

_QUOTED_MOST = 60  # characters of a value


@dataclass(frozen=True, slots=True)
class DemoDifference:
    """One difference. `moment`: -1 if it belongs to none; `what`: one sentence."""

    moment: int
    what: str


def diff_demos(one: Demo, other: Demo) -> list[DemoDifference]:
    """Return all differences of headers and rounds, then the first of the keys and of the worlds; [] if equal."""
    found = [DemoDifference(-1, f"header, {text}") for text in _field_differences(one.header, other.header)]
    for began, another in zip_longest(one.rounds, other.rounds):
        if began is None or another is None:
            side, there = ("first", began) if began else ("second", another)
            found.append(DemoDifference(there.moment, f"only the {side} demo has a round here"))
            break
        texts = _field_differences(began, another)
        found += [DemoDifference(began.moment, f"round {began.number}, {text}") for text in texts]
    return [*found, *_first_keys(one, other), *_first_world(one, other)]


def _field_differences(one: Any, other: Any) -> Iterator[str]:
    for field in fields(one):
        first, second = (getattr(side, field.name) for side in (one, other))
        if first != second:
            yield f"{field.name}: first {_quoted(first)}, second {_quoted(second)}"


def _quoted(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _QUOTED_MOST else f"{text[:_QUOTED_MOST]}…"


def _first_keys(one: Demo, other: Demo) -> Iterator[DemoDifference]:
    """The first tick in which other keys change."""
    for changes in zip_longest(_key_changes(one), _key_changes(other)):
        if changes[0] != changes[1]:
            moment = min(change[0] for change in changes if change)
            if moment <= min(one.length, other.length):  # else one of them is longer
                first, second = (_keys_text(change, moment) for change in changes)
                yield DemoDifference(moment, f"keys: first {first}, second {second}")
            return


def _key_changes(demo: Demo) -> Iterator[tuple[int, dict[int, int]]]:
    for record in demo.records():
        if isinstance(record, Inputs):
            yield from key_changes(record)


def _keys_text(change: tuple[int, dict[int, int]] | None, moment: int) -> str:
    if not change or change[0] != moment:
        return "no change"
    return ", ".join(f"slot {slot} to {keys}" for slot, keys in sorted(change[1].items()))


def _first_world(one: Demo, other: Demo) -> Iterator[DemoDifference]:
    """The first digest that differs, and which number of the worlds; or that one demo is longer."""
    pairs = enumerate(zip(one.digests, other.digests, strict=False), 1)
    moment = next((moment for moment, (first, second) in pairs if first != second), None)
    if moment is not None:
        began = one.round_at(moment - 1)
        seen, what = _first_number(one, other, moment, board_size(began)[0])
        later = f" (seen at moment {seen})" if seen != moment else ""
        yield DemoDifference(moment, f"round {began.number}, {what.sentence('first', 'second')}{later}")
    elif one.length != other.length:
        text = f"the first ends at {one.length}, the second at {other.length}"
        yield DemoDifference(min(one.length, other.length), text)


def _first_number(one: Demo, other: Demo, moment: int, width: int) -> tuple[int, WorldDifference]:
    """The first number that differs at a moment or soon after, as far as both demos hold it."""
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
    """What a demo holds of the worlds of a moment and of those soon after, each with the number of its side."""
    with suppress(DemoError):  # other rules
        run = Rerun(demo, moment)
        if digest(run.world) == demo.digests[moment - 1]:
            yield moment, side, facts_of(run.world)
    for at, facts in takewhile(lambda found: found[0] <= moment + LOOK_AHEAD, facts_in(demo, moment)):
        yield at, side, facts
