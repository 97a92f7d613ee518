"""What the clients were told, written with differences instead of values: who walks moves by the same step for long.

What changed in a row is told as the difference to what was there before; a timer always as the difference to the tick.
Rule: `told_of` and `delta_of` are each other's reverse; what comes out is the very Delta that was sent.
"""

from collections.abc import Iterator
from functools import lru_cache

from petard.shared.demo.records import Told
from petard.shared.protocol.delta import diff
from petard.shared.protocol.messages import Delta
from petard.shared.protocol.snapshot import COLUMNS, TABLES, Row, Snapshot, Table

TIMERS = frozenset({"turn_until", "bomb_until", "bomb_from", "safe_until", "died_at", "blows_at", "until", "over_at"})


def told_of(old: Snapshot, new: Snapshot) -> Told:
    """The record of the step from one snapshot to the next."""
    return told_in(old, diff(old, new))


def told_in(old: Snapshot, delta: Delta) -> Told:
    """The record of a Delta that was sent to whoever had `old`."""
    return Told(delta.tick - old.tick, tuple(_shifted(old, delta, -1)))


def delta_of(told: Told, old: Snapshot) -> Delta:
    """The Delta that was sent to whoever had `old`; nonsense if it is none that follows that snapshot."""
    delta = Delta(old.tick + told.ticks, told.tables)
    return Delta(delta.tick, tuple(_shifted(old, delta, 1)))


def _shifted(old: Snapshot, delta: Delta, sign: int) -> Iterator[tuple[Row, ...]]:
    """The tables of a Delta with what they are told from added to their values, or taken off."""
    yield from delta.tables[:1]  # the board has no numbers that grow
    for name, table, rows in zip(TABLES, old.tables, delta.tables[1:], strict=False):
        yield tuple([_shifted_row(name, table, row, sign, delta.tick) for row in rows])


def _shifted_row(name: str, table: Table, row: Row, sign: int, tick: int) -> Row:
    if len(row) < 3:
        return row
    columns = _columns_in(name, row[1])
    before = table.get(row[0], (0,) * len(COLUMNS[name]))
    pairs = zip(row[2:], columns, strict=False)
    return (*row[:2], *[value + sign * (tick if timer else before[column]) for value, (column, timer) in pairs])


@lru_cache(maxsize=4096)
def _columns_in(name: str, mask: int) -> tuple[tuple[int, bool], ...]:
    """The columns that a mask names, each with whether it is a timer."""
    names = COLUMNS[name]
    return tuple((column, names[column] in TIMERS) for column in range(len(names)) if mask >> column & 1)
