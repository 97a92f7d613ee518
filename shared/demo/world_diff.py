"""Finds where two worlds differ: which player, bomb or tile, which of its numbers, and both values.

Rule 1: a world, a snapshot, and what a demo holds of a world are all converted to Facts, and only what both sides know
        is compared.
Rule 2: of each moment a demo holds what clients were sent; hidden items and the random state only every five seconds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge

from petard.shared.demo.reader import Demo
from petard.shared.demo.records import State
from petard.shared.demo.world_state import world_at
from petard.shared.protocol.messages import Events, Round
from petard.shared.protocol.snapshot import COLUMNS, TABLES, Row, Snapshot, Table, snapshot_of
from petard.shared.rules.world import World

Facts = dict[str, Table]  # for each kind of entity its rows by key; "time" has the tick of the round

# fmt: off
_NAMES = {
    "players": "player", "bombs": "bomb", "flames": "flame", "items": "item", "breaking": "breaking brick",
    "clock": "world",
}
# fmt: on
_ON_TILES = frozenset({"tile", "flame", "item", "breaking brick", "hidden item"})
_FIELDS: dict[str, tuple[str, ...]] = {
    "tile": ("kind",),
    "hidden item": ("item",),
    "chance": ("rng",),
    **{name: COLUMNS[table] for table, name in _NAMES.items()},
}
_SINGLE = ("world", "chance")  # there is one of these
_ORDER = ("player", "bomb", "tile", "flame", "item", "breaking brick", "hidden item", "world", "chance")


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


def facts_of_snapshot(snapshot: Snapshot) -> Facts:
    """Return what clients know of a world; acks are no part of it."""
    facts: Facts = {_NAMES[name]: table for name, table in zip(TABLES, snapshot.tables, strict=True) if name in _NAMES}
    facts["time"] = {0: (snapshot.tick,)}
    facts["tile"] = {tile: (kind,) for tile, kind in enumerate(snapshot.tiles)}
    return facts


def facts_of(world: World) -> Facts:
    """Return everything about a world."""
    facts = facts_of_snapshot(snapshot_of(world, {}))
    facts["hidden item"] = {tile: (item,) for tile, item in world.hidden.items()}
    facts["chance"] = {0: (world.rng,)}
    return facts


def tick_of(facts: Facts) -> int:
    """Return the tick of the round. Where a round ends and the next begins there are two worlds of one moment."""
    return facts["time"][0][0]


def difference(one: Facts, other: Facts, width: int) -> WorldDifference | None:
    """Return the first number that differs, players first; None if all that both sides know is equal."""
    for name in _ORDER:
        if name not in one or name not in other or one[name] == other[name]:
            continue
        key = min(key for key in one[name].keys() | other[name].keys() if one[name].get(key) != other[name].get(key))
        return _difference_at(name, key, one[name].get(key), other[name].get(key), width)
    return None


def _difference_at(name: str, key: int, one: Row | None, other: Row | None, width: int) -> WorldDifference:
    entity = name if name in _SINGLE else f"{name} {key}"
    if name in _ON_TILES:
        entity = f"{name} at ({key % width}, {key // width})"
    columns = range(len(_FIELDS[name]))
    column = next((n for n in columns if one is None or other is None or one[n] != other[n]), 0)
    values = (row[column] if row else None for row in (one, other))
    return WorldDifference(entity, _FIELDS[name][column], *values)


def facts_in(demo: Demo, start: int) -> Iterator[tuple[int, Facts]]:
    """Yield what a demo holds of the worlds from a moment on; it may hold a moment twice. Raises DemoError."""
    yield from merge(_facts_sent(demo, start), _facts_of_states(demo, start), key=lambda found: found[0])


def _facts_sent(demo: Demo, start: int) -> Iterator[tuple[int, Facts]]:
    for moment, message, snapshot in demo.watch(start):
        if moment >= start and not isinstance(message, Round | Events):
            yield moment, facts_of_snapshot(snapshot)


def _facts_of_states(demo: Demo, start: int) -> Iterator[tuple[int, Facts]]:
    for record in demo.records(start):
        if isinstance(record, State) and record.moment >= start:
            yield record.moment, facts_of(world_at(demo.round_at(record.moment), record))
