"""The changes from one Snapshot to a later one, as plain rows. Deltas and recordings are made from them.

A row is `(key,)`: that row is removed; or `(key, mask, value...)`: bit n of the mask says that column n has a new
value, and the values follow in the order of their columns. For a new key all bits are set, but for those of the last
columns that are at their defaults.

Rule 1: `patch(old, diff(old, new)) == new`; nothing else is promised about the rows.
Rule 2: `patch` checks each row: a RemoteProtocolError, and nothing else, for what does not fit `old`.
"""

from dataclasses import dataclass
from functools import lru_cache

from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.snapshot import FIRST_TABLES, TABLES, Row, Snapshot, Table
from petard.shared.protocol.snapshot_rows import (
    LEGAL_TILES,
    ColumnBounds,
    bounds_of,
    checked,
    columns_needed,
    floor_bounds,
    floors_of,
    floors_table,
    with_empty,
    with_others,
    without_empty,
    without_others,
)

Rows = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What leads to the Snapshot at `tick`. `tables`: the board, FIRST_TABLES, floors, MODE_TABLES; few are needed."""

    tick: int
    tables: tuple[Rows, ...]


def diff(old: Snapshot, new: Snapshot) -> Changes:
    """Return the changes that lead from `old` to `new`."""
    pairs = zip(old.tables, new.tables, strict=True)
    tables = tuple([diff_table(before, now, place) for place, (before, now) in enumerate(pairs)])
    tables = (diff_board(old.tiles, new.tiles), *with_others(tables, diff_floors(old.floors, new.floors)))
    return Changes(new.tick, without_empty(tables, 1 + len(FIRST_TABLES)))


def diff_board(old: bytes, new: bytes) -> Rows:
    """Return the rows of the tiles that differ; the only column of a tile is its kind."""
    if old == new:
        return ()
    pairs = enumerate(zip(old, new, strict=True))
    return tuple([(tile, 1, now) for tile, (before, now) in pairs if before != now])


def diff_table(old: Table, new: Table, place: int) -> Rows:
    """Return the rows that lead from one table to another. `place`: of the table in TABLES."""
    if old == new:
        return ()
    rows: list[Row] = [(key,) for key in old if key not in new]
    for key, row in new.items():
        before = old.get(key)
        if before is None:
            size = columns_needed(place, row)
            rows.append((key, (1 << size) - 1, *row[:size]))
        elif before != row:
            rows.append(_diff_row(key, before, row))
    return tuple(rows)


def diff_floors(old: bytes, new: bytes) -> Rows:
    """Return the rows of the special floors that differ."""
    return () if old == new else diff_table(floors_table(old), floors_table(new), len(TABLES))


def _diff_row(key: int, old: Row, new: Row) -> Row:
    mask, values = 0, []
    for column, (before, now) in enumerate(zip(old, new, strict=True)):
        if before != now:
            mask |= 1 << column
            values.append(now)
    return (key, mask, *values)


def patch(old: Snapshot, changes: Changes) -> Snapshot:
    """Return the Snapshot after `old`; raises RemoteProtocolError for changes that do not fit `old`."""
    if len(changes.tables) <= len(FIRST_TABLES):
        raise RemoteProtocolError(f"the changes have {len(changes.tables)} tables, not {len(FIRST_TABLES) + 1}")
    if changes.tick <= old.tick:
        raise RemoteProtocolError(f"the changes go from tick {old.tick} to {changes.tick}")
    board, *tables = with_empty(changes.tables, 2 + len(TABLES))
    of_floors, size = tables[len(FIRST_TABLES)], len(old.tiles)
    pairs = zip(bounds_of(old.width, size // old.width), old.tables, without_others(tables, 1), strict=True)
    patched = tuple(patch_table(bounds, table, rows) if rows else table for bounds, table, rows in pairs)
    floors = old.floors
    if of_floors:
        floors = floors_of(patch_table(floor_bounds(size), floors_table(floors), of_floors), size)
    return checked(Snapshot(changes.tick, patch_board(old.tiles, board), patched, old.width, floors))


def patch_board(tiles: bytes, rows: Rows) -> bytes:
    """Return the tiles after these changes."""
    if not rows:
        return tiles
    board = bytearray(tiles)
    for row in rows:
        if len(row) != 3 or row[1] != 1 or not 0 <= row[0] < len(board) or row[2] not in LEGAL_TILES:
            raise RemoteProtocolError("the board has a row that is no tile of this board")
        board[row[0]] = row[2]
    return bytes(board)


def patch_table(bounds: ColumnBounds, table: Table, rows: Rows) -> Table:
    """Return a table after these changes; its rows are within `bounds`."""
    patched = dict(table)
    for row in rows:
        key = row[0]
        if len(row) > 1:
            patched[key] = _patch_row(bounds, patched.get(key), row)
        elif patched.pop(key, None) is None:
            raise RemoteProtocolError(f"{bounds.name} removes {key}, which is not there")
    return patched


def _patch_row(bounds: ColumnBounds, before: Row | None, row: Row) -> Row:
    mask, end = row[1], 1 << len(bounds.low) - 1
    if not 0 < mask < end or mask.bit_count() != len(row) - 2:
        raise RemoteProtocolError(f"{bounds.name} has a mask that does not fit its row")
    if before is not None:
        return bounds.changed(before, _columns_in(mask), row[2:])
    if len(row) - 1 < bounds.least or mask != (1 << len(row) - 2) - 1:
        raise RemoteProtocolError(f"{bounds.name} changes {row[0]}, which is not there")
    return bounds.completed((row[0], *row[2:]))[1:]


@lru_cache(maxsize=1024)
def _columns_in(mask: int) -> Row:
    return tuple(column for column in range(mask.bit_length()) if mask >> column & 1)
