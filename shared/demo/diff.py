"""Finds where two demos differ, or two worlds: in headers and rounds, the first keys, and the first number of a world.

Rule 1: only what was recorded is compared, so demos of two builds, and of old rules, can be compared.
Rule 2: a world, a snapshot, and what a demo holds of a world are all converted to Facts, and only what both sides know
        is compared.
Rule 3: of each moment a demo holds what clients were sent; hidden items and the random state only every five seconds.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, fields
from heapq import merge
from itertools import groupby, product, takewhile, zip_longest
from operator import itemgetter
from typing import Any

from petard.shared.demo.blocks import DemoError
from petard.shared.demo.packing import board_size, world_at
from petard.shared.demo.reader import Demo
from petard.shared.demo.rerun import Rerun
from petard.shared.protocol.messages import Events, Round
from petard.shared.protocol.snapshot import COLUMNS, TABLES, Snapshot, Table, snapshot_of
from petard.shared.rules.digest import digest
from petard.shared.rules.world import World

Facts = dict[str, Table]  # for each kind of entity its rows by key; "time" has the tick of the round

LOOK_AHEAD = 600  # moments after the first that differs in which the number that differs is looked for
WORLDS_MOST = 4  # of one moment that are compared; at most two rounds meet in one, and each world may stand there twice
_QUOTED_MOST = 60  # characters of a value
# fmt: off
_NAMES = {
    "players": "player", "bombs": "bomb", "flames": "flame", "items": "item", "breaking": "breaking brick",
    "clock": "world", "sides": "side", "points": "points", "marks": "mark", "back": "fallen player",
}
# fmt: on
_ON_TILES = frozenset({"tile", "floor", "flame", "item", "breaking brick", "hidden item", "mark"})
_FIELDS: dict[str, tuple[str, ...]] = {
    "tile": ("kind",),
    "floor": ("kind",),
    "hidden item": ("item",),
    "chance": ("rng",),
    **{name: COLUMNS[table] for table, name in _NAMES.items()},
}
_SINGLE = ("world", "chance")  # there is one of these
# fmt: off
_ORDER = (
    "player", "bomb", "tile", "floor", "flame", "item", "breaking brick", "hidden item", "side", "points", "mark",
    "fallen player", "world", "chance",
)
# fmt: on


@dataclass(frozen=True, slots=True)
class WorldDifference:
    """One number that differs; None: the entity does not exist. `entity` is "player 3" or "flame at (2, 5)"."""

    entity: str
    field: str
    one: int | None
    other: int | None

    def sentence(self, one: str, other: str) -> str:
        """Return it as text; `one` and `other` name the sides."""
        sides = ((one, self.one), (other, self.other))
        values = ", ".join(f"{side} {'not there' if value is None else value}" for side, value in sides)
        return f"{self.entity}, {self.field}: {values}"


@dataclass(frozen=True, slots=True)
class DemoDifference:
    """One difference. `moment`: -1 if it belongs to none; `what`: one sentence."""

    moment: int
    what: str


def facts_of_snapshot(snapshot: Snapshot) -> Facts:
    """Return what clients know of a world; acks are no part of it."""
    facts: Facts = {_NAMES[name]: table for name, table in zip(TABLES, snapshot.tables, strict=True) if name in _NAMES}
    facts["time"] = {0: (snapshot.tick,)}
    facts["tile"] = {tile: (kind,) for tile, kind in enumerate(snapshot.tiles)}
    facts["floor"] = {tile: (kind,) for tile, kind in enumerate(snapshot.floors)}
    return facts


def facts_of(world: World) -> Facts:
    facts = facts_of_snapshot(snapshot_of(world, {}))
    facts["hidden item"] = {tile: (item,) for tile, item in world.hidden.items()}
    facts["chance"] = {0: (world.rng,)}
    return facts


def difference(one: Facts, other: Facts, width: int) -> WorldDifference | None:
    """Return the first number that differs, players first; None if all that both sides know is equal.

    Worlds of two ticks are not compared: where a round ends and the next begins there are two worlds of one moment.
    """
    for name in _ORDER if one["time"] == other["time"] else ():
        if name not in one or name not in other or one[name] == other[name]:
            continue
        key = min(key for key in one[name].keys() | other[name].keys() if one[name].get(key) != other[name].get(key))
        rows = one[name].get(key), other[name].get(key)
        columns = range(len(_FIELDS[name]))
        column = next((n for n in columns if not rows[0] or not rows[1] or rows[0][n] != rows[1][n]), 0)
        entity = name if name in _SINGLE else f"{name} {key}"
        if name in _ON_TILES:
            entity = f"{name} at ({key % width}, {key // width})"
        return WorldDifference(entity, _FIELDS[name][column], *(row[column] if row else None for row in rows))
    return None


def facts_in(demo: Demo, start: int) -> Iterator[tuple[int, Facts]]:
    """Yield what a demo holds of the worlds from a moment on; it may hold a moment twice. Raises DemoError."""
    sent = (
        (moment, facts_of_snapshot(snapshot))
        for moment, message, snapshot in demo.watch(start)
        if moment >= start and not isinstance(message, Round | Events)
    )
    states = (
        (record.moment, facts_of(world_at(began, record)))
        for began, record in demo.states(start)
        if record.moment >= start
    )
    return merge(sent, states, key=itemgetter(0))


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
        texts = [repr(getattr(side, field.name)) for side in (one, other)]
        if texts[0] != texts[1]:
            first, second = (text if len(text) <= _QUOTED_MOST else f"{text[:_QUOTED_MOST]}…" for text in texts)
            yield f"{field.name}: first {first}, second {second}"


def _first_keys(one: Demo, other: Demo) -> Iterator[DemoDifference]:
    for changes in zip_longest(one.key_changes(), other.key_changes()):
        if changes[0] != changes[1]:
            moment = min(change[0] for change in changes if change)
            if moment <= min(one.length, other.length):  # else one of them is longer
                first, second = (_keys_text(change, moment) for change in changes)
                yield DemoDifference(moment, f"keys: first {first}, second {second}")
            return


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
    both = merge(_known(one, moment, 0), _known(other, moment, 1), key=itemgetter(0))
    for at, known in groupby(both, key=itemgetter(0)):
        sides: tuple[list[Facts], list[Facts]] = ([], [])
        for _, side, facts in known:
            if len(sides[side]) < WORLDS_MOST:
                sides[side].append(facts)
        what = next(filter(None, (difference(mine, theirs, width) for mine, theirs in product(*sides))), None)
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
