"""Packs deltas for a demo: a changed number is stored as its difference to the old one, a timer as its difference to
the tick. A player who walks changes by the same step for a long time, so deflate packs this well.

Rule: `pack_delta` and `unpack_delta` are inverse; unpacking gives the very Delta that was sent.
"""

from collections.abc import Iterator
from functools import lru_cache

from petard.shared.demo.records import Told
from petard.shared.protocol.delta import diff
from petard.shared.protocol.messages import Delta
from petard.shared.protocol.snapshot import COLUMNS, TABLES, Row, Snapshot, Table

TIMERS = frozenset({"turn_until", "bomb_until", "bomb_from", "safe_until", "died_at", "blows_at", "until", "over_at"})


def pack_step(old: Snapshot, new: Snapshot) -> Told:
    """Return the record of the step from one snapshot to the next."""
    return pack_delta(old, diff(old, new))


def pack_delta(old: Snapshot, delta: Delta) -> Told:
    """Return the record of a Delta that was sent to clients that had `old`."""
    return Told(delta.tick - old.tick, tuple(_shift(old, delta, -1)))


def unpack_delta(packed: Told, old: Snapshot) -> Delta:
    """Return the Delta that was sent to clients that had `old`; nonsense if `packed` does not follow it."""
    delta = Delta(old.tick + packed.ticks, packed.tables)
    return Delta(delta.tick, tuple(_shift(old, delta, 1)))


def _shift(old: Snapshot, delta: Delta, sign: int) -> Iterator[tuple[Row, ...]]:
    """Add the old values to the tables of a Delta, or subtract them."""
    yield from delta.tables[:1]  # the tiles of the board, which do not grow
    for name, table, rows in zip(TABLES, old.tables, delta.tables[1:], strict=False):
        yield tuple([_shift_row(name, table, row, sign, delta.tick) for row in rows])


def _shift_row(name: str, table: Table, row: Row, sign: int, tick: int) -> Row:
    if len(row) < 3:
        return row
    before = table.get(row[0], (0,) * len(COLUMNS[name]))
    pairs = zip(row[2:], _columns_in(name, row[1]), strict=False)
    return (*row[:2], *[value + sign * (tick if timer else before[column]) for value, (column, timer) in pairs])


@lru_cache(maxsize=4096)
def _columns_in(name: str, mask: int) -> tuple[tuple[int, bool], ...]:
    """The columns that a mask names, each with True if it is a timer."""
    names = COLUMNS[name]
    return tuple((column, names[column] in TIMERS) for column in range(len(names)) if mask >> column & 1)
