"""The difference between two snapshots: the server makes it with `diff`, the client applies it with `patch`.

A table of a Delta consists of rows: (key,) removes a row; (key, mask, value…) adds or changes one, where bit n of the
mask says that a value for column n follows. The first table of a Delta is the board: (tile, 1, new Tile).

Rule 1: a Delta that does not fit raises RemoteProtocolError, and no other error.
Rule 2: all values in a returned Snapshot are within their ranges, so drawing code does not check them again.
"""

from functools import lru_cache

from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.keyframe import LEGAL_TILES, ColumnBounds, bounds_of, checked
from petard.shared.protocol.messages import Delta
from petard.shared.protocol.snapshot import TABLES, Row, Snapshot, Table


def diff(old: Snapshot, new: Snapshot) -> Delta:
    """Return the Delta that leads from `old` to `new`."""
    board: tuple[Row, ...] = ()
    if old.tiles != new.tiles:
        pairs = enumerate(zip(old.tiles, new.tiles, strict=True))
        board = tuple((tile, 1, now) for tile, (before, now) in pairs if before != now)
    tables = (_diff_table(before, now) for before, now in zip(old.tables, new.tables, strict=True))
    return Delta(new.tick, (board, *tables))


def _diff_table(old: Table, new: Table) -> tuple[Row, ...]:
    if old == new:
        return ()
    rows: list[Row] = [(key,) for key in old if key not in new]
    for key, row in new.items():
        before = old.get(key)
        if before is None:
            rows.append((key, (1 << len(row)) - 1, *row))
        elif before != row:
            rows.append(_diff_row(key, before, row))
    return tuple(rows)


def _diff_row(key: int, old: Row, new: Row) -> Row:
    mask, values = 0, []
    for column, (before, now) in enumerate(zip(old, new, strict=True)):
        if before != now:
            mask |= 1 << column
            values.append(now)
    return (key, mask, *values)


def patch(old: Snapshot, delta: Delta) -> Snapshot:
    """Return the Snapshot after `old`; raises RemoteProtocolError for a Delta that does not fit `old`."""
    if len(delta.tables) != len(TABLES) + 1:
        raise RemoteProtocolError(f"Delta has {len(delta.tables)} tables, not {len(TABLES) + 1}")
    if delta.tick <= old.tick:
        raise RemoteProtocolError(f"Delta goes from tick {old.tick} to {delta.tick}")
    board, *changes = delta.tables
    pairs = zip(bounds_of(old.width, len(old.tiles) // old.width), old.tables, changes, strict=True)
    tables = tuple(_patch_table(bounds, table, rows) if rows else table for bounds, table, rows in pairs)
    return checked(Snapshot(delta.tick, _patch_board(old.tiles, board), tables, old.width))


def _patch_board(tiles: bytes, rows: tuple[Row, ...]) -> bytes:
    if not rows:
        return tiles
    board = bytearray(tiles)
    for row in rows:
        if len(row) != 3 or row[1] != 1 or not 0 <= row[0] < len(board) or row[2] not in LEGAL_TILES:
            raise RemoteProtocolError("Delta.board has a row that is no tile of this board")
        board[row[0]] = row[2]
    return bytes(board)


def _patch_table(bounds: ColumnBounds, table: Table, rows: tuple[Row, ...]) -> Table:
    patched = dict(table)
    for row in rows:
        key = row[0]
        if len(row) > 1:
            patched[key] = _patch_row(bounds, patched.get(key), row)
        elif patched.pop(key, None) is None:
            raise RemoteProtocolError(f"Delta.{bounds.name} removes {key}, which is not there")
    return patched


def _patch_row(bounds: ColumnBounds, before: Row | None, row: Row) -> Row:
    mask, end = row[1], 1 << len(bounds.low) - 1
    if not 0 < mask < end or mask.bit_count() != len(row) - 2:
        raise RemoteProtocolError(f"Delta.{bounds.name} has a mask that does not fit its row")
    if before is not None:
        return bounds.changed(before, _columns_in(mask), row[2:])
    if mask != end - 1:
        raise RemoteProtocolError(f"Delta.{bounds.name} changes {row[0]}, which is not there")
    bounds.check((row[0], *row[2:]))
    return row[2:]


@lru_cache(maxsize=1024)
def _columns_in(mask: int) -> Row:
    return tuple(column for column in range(mask.bit_length()) if mask >> column & 1)
