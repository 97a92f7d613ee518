"""Where two worlds differ: which player, bomb or tile it is, which of its numbers, and both values.

Rule 1: a world, what clients were told of one, and what a demo holds of one are all read as Facts, and only what both
        sides know is compared.
Rule 2: what a demo holds of a moment is what was told then; hidden items and chance are in it each five seconds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge

from petard.shared.demo.reader import Demo
from petard.shared.demo.records import State
from petard.shared.demo.rerun import world_at
from petard.shared.protocol.delta import patch, snapshot_from_keyframe
from petard.shared.protocol.messages import Delta, Keyframe, Round
from petard.shared.protocol.snapshot import COLUMNS, TABLES, Row, Snapshot, Table, snapshot_of
from petard.shared.rules.world import World

Facts = dict[str, Table]  # for each kind of thing its rows by key; "time" has the tick of the round

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
_ALONE = ("world", "chance")  # of these there is one
_ORDER = ("player", "bomb", "tile", "flame", "item", "breaking brick", "hidden item", "world", "chance")


@dataclass(frozen=True, slots=True)
class WorldDifference:
    """One number that is not the same; None: the entity is not there. `entity` is "player 3" or "flame at (2, 5)"."""

    entity: str
    field: str
    one: int | None
    other: int | None

    def sentence(self, one: str, other: str) -> str:
        """Say it; `one` and `other` name the sides."""
        values = [f"{side} {_value(value)}" for side, value in ((one, self.one), (other, self.other))]
        return f"{self.entity}, {self.field}: {', '.join(values)}"


def _value(value: int | None) -> str:
    return "not there" if value is None else str(value)


def facts_told(snapshot: Snapshot) -> Facts:
    """What clients know; acks are no part of the world."""
    facts: Facts = {_NAMES[name]: table for name, table in zip(TABLES, snapshot.tables, strict=True) if name in _NAMES}
    facts["time"] = {0: (snapshot.tick,)}
    facts["tile"] = {tile: (kind,) for tile, kind in enumerate(snapshot.tiles)}
    return facts


def facts_of(world: World) -> Facts:
    """All there is to know of a world."""
    facts = facts_told(snapshot_of(world, {}))
    facts["hidden item"] = {tile: (item,) for tile, item in world.hidden.items()}
    facts["chance"] = {0: (world.rng,)}
    return facts


def tick_of(facts: Facts) -> int:
    """The tick of its round. Where a round ends and the next begins there are two worlds of one moment."""
    return facts["time"][0][0]


def difference(one: Facts, other: Facts, width: int) -> WorldDifference | None:
    """The first number that differs, players first; None if all that both know is alike."""
    for name in _ORDER:
        if name not in one or name not in other or one[name] == other[name]:
            continue
        key = min(key for key in one[name].keys() | other[name].keys() if one[name].get(key) != other[name].get(key))
        return _differing(name, key, one[name].get(key), other[name].get(key), width)
    return None


def _differing(name: str, key: int, one: Row | None, other: Row | None, width: int) -> WorldDifference:
    entity = name if name in _ALONE else f"{name} {key}"
    if name in _ON_TILES:
        entity = f"{name} at ({key % width}, {key // width})"
    columns = range(len(_FIELDS[name]))
    column = next((n for n in columns if one is None or other is None or one[n] != other[n]), 0)
    values = (row[column] if row else None for row in (one, other))
    return WorldDifference(entity, _FIELDS[name][column], *values)


def facts_in(demo: Demo, start: int) -> Iterator[tuple[int, Facts]]:
    """What a demo holds of the worlds from a moment on; may hold a moment twice. Raises NoDemo."""
    yield from merge(_told_in(demo, start), _states_in(demo, start), key=lambda found: found[0])


def _told_in(demo: Demo, start: int) -> Iterator[tuple[int, Facts]]:
    board: Round | None = None
    snapshot: Snapshot | None = None
    for moment, message in demo.heard(start):
        match message:
            case Round():
                board = message
                continue
            case Keyframe() if board:
                snapshot = snapshot_from_keyframe(message, board.width, board.height)
            case Delta() if snapshot:
                snapshot = patch(snapshot, message)
            case _:
                continue
        if moment >= start:
            yield moment, facts_told(snapshot)


def _states_in(demo: Demo, start: int) -> Iterator[tuple[int, Facts]]:
    for record in demo.records(start):
        if isinstance(record, State) and record.moment >= start:
            yield record.moment, facts_of(world_at(demo.round_at(record.moment), record))
