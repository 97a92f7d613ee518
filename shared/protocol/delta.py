"""The difference between two snapshots: the server makes it with `diff`, the client applies it with `patch`.

A table of a Delta consists of rows: (key,) removes a row; (key, mask, value…) adds or changes one, where bit n of the
mask says that a value for column n follows. The first table of a Delta is the board: (tile, 1, new Tile).

Rule 1: a Delta that does not fit raises RemoteProtocolError, and no other error.
Rule 2: all values in a returned Snapshot are within their ranges, so drawing code does not check them again.
"""

from dataclasses import dataclass
from functools import lru_cache
from operator import ge, le

from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.messages import Delta, Keyframe
from petard.shared.protocol.snapshot import COLUMNS, KEYS, RANGES, TABLES, TILES, Row, Snapshot, Table
from petard.shared.rules.limits import Range
from petard.shared.rules.ruleset import TILE
from petard.shared.rules.world import Tile

_TILES = frozenset(int(tile) for tile in Tile)


@dataclass(frozen=True, slots=True)
class _Bounds:
    """The lowest and the highest legal value of each column of one table; column 0 is the key."""

    name: str
    low: Row
    high: Row

    def check(self, row: Row) -> None:
        """Raise RemoteProtocolError if a value of `row` (key first) is out of range."""
        if not (all(map(le, self.low, row)) and all(map(ge, self.high, row))):
            column = next(n for n, value in enumerate(row) if not self.low[n] <= value <= self.high[n])
            what = ("key", *COLUMNS[self.name])[column]
            limits = f"{self.low[column]}..{self.high[column]}"
            raise RemoteProtocolError(f"{self.name}.{what} is {row[column]}, not {limits}")

    def changed(self, before: Row, columns: Row, values: Row) -> Row:
        """Return `before` (without its key) with new `values` in some columns; only these values are checked."""
        row = list(before)
        for column, value in zip(columns, values, strict=True):
            if not self.low[column + 1] <= value <= self.high[column + 1]:
                self.check((self.low[0], *row[:column], value, *row[column + 1 :]))
            row[column] = value
        return tuple(row)


@lru_cache(maxsize=16)
def _bounds(width: int, height: int) -> tuple[_Bounds, ...]:
    """The bounds of each table on a board of this size (tiles)."""
    tiles = Range(0, width * height - 1)
    on_board = {"x": Range(0, width * TILE - 1), "y": Range(0, height * TILE - 1)}
    bounds = []
    for name in TABLES:
        key = tiles if KEYS[name] is TILES else KEYS[name]
        ranges = [key, *(on_board.get(column, RANGES[column]) for column in COLUMNS[name])]
        bounds.append(_Bounds(name, tuple(one.low for one in ranges), tuple(one.high for one in ranges)))
    return tuple(bounds)


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


def snapshot_from_keyframe(keyframe: Keyframe, width: int, height: int) -> Snapshot:
    """Return the Snapshot in a Keyframe for a board of this size; raises RemoteProtocolError if it does not fit."""
    if len(keyframe.tiles) != width * height or not _TILES.issuperset(keyframe.tiles):
        raise RemoteProtocolError(f"Keyframe.tiles is no board of {width} x {height}")
    if len(keyframe.tables) != len(TABLES):
        raise RemoteProtocolError(f"Keyframe has {len(keyframe.tables)} tables, not {len(TABLES)}")
    tables = []
    for bounds, rows in zip(_bounds(width, height), keyframe.tables, strict=True):
        width_of_row = len(bounds.low)
        if any(len(row) != width_of_row for row in rows):
            raise RemoteProtocolError(f"Keyframe.{bounds.name} has a row that is not {width_of_row} wide")
        for row in rows:
            bounds.check(row)
        tables.append({row[0]: row[1:] for row in rows})
    return _checked(Snapshot(keyframe.tick, bytes(keyframe.tiles), tuple(tables), width))


def patch(old: Snapshot, delta: Delta) -> Snapshot:
    """Return the Snapshot after `old`; raises RemoteProtocolError for a Delta that does not fit `old`."""
    if len(delta.tables) != len(TABLES) + 1:
        raise RemoteProtocolError(f"Delta has {len(delta.tables)} tables, not {len(TABLES) + 1}")
    if delta.tick <= old.tick:
        raise RemoteProtocolError(f"Delta goes from tick {old.tick} to {delta.tick}")
    board, *changes = delta.tables
    pairs = zip(_bounds(old.width, len(old.tiles) // old.width), old.tables, changes, strict=True)
    tables = tuple(_patch_table(bounds, table, rows) if rows else table for bounds, table, rows in pairs)
    return _checked(Snapshot(delta.tick, _patch_board(old.tiles, board), tables, old.width))


def _patch_board(tiles: bytes, rows: tuple[Row, ...]) -> bytes:
    if not rows:
        return tiles
    board = bytearray(tiles)
    for row in rows:
        if len(row) != 3 or row[1] != 1 or not 0 <= row[0] < len(board) or row[2] not in _TILES:
            raise RemoteProtocolError("Delta.board has a row that is no tile of this board")
        board[row[0]] = row[2]
    return bytes(board)


def _patch_table(bounds: _Bounds, table: Table, rows: tuple[Row, ...]) -> Table:
    columns = len(bounds.low) - 1
    patched = dict(table)
    for row in rows:
        key = row[0]
        if len(row) == 1:
            if patched.pop(key, None) is None:
                raise RemoteProtocolError(f"Delta.{bounds.name} removes {key}, which is not there")
        else:
            patched[key] = _patch_row(bounds, patched.get(key), row, columns)
    return patched


def _patch_row(bounds: _Bounds, before: Row | None, row: Row, columns: int) -> Row:
    mask = row[1]
    if not 0 < mask < 1 << columns or mask.bit_count() != len(row) - 2:
        raise RemoteProtocolError(f"Delta.{bounds.name} has a mask that does not fit its row")
    if before is not None:
        return bounds.changed(before, _columns_in(mask), row[2:])
    if mask != (1 << columns) - 1:
        raise RemoteProtocolError(f"Delta.{bounds.name} changes {row[0]}, which is not there")
    bounds.check((row[0], *row[2:]))
    return row[2:]


@lru_cache(maxsize=1024)
def _columns_in(mask: int) -> Row:
    return tuple(column for column in range(mask.bit_length()) if mask >> column & 1)


def _checked(snapshot: Snapshot) -> Snapshot:
    """Check the tables as a whole; their rows were checked when they arrived."""
    clock, _, bombs, *_ = snapshot.tables
    if not clock:
        raise RemoteProtocolError("the clock has lost its row")
    if len(bombs) > len(snapshot.tiles):
        raise RemoteProtocolError("there are more bombs than tiles")
    return snapshot
