"""From one Snapshot to the next: `diff` on the server, `patch` on the client.

A table of a Delta is made of rows: (key,) for what is gone; (key, mask, value…) for what is new or has changed, where
bit n of the mask says that column n follows. The first table of a Delta is the board: tile, 1, what stands there now.
Rule: a Delta that does not fit is Malformed, and nothing else escapes.
"""

from shared.protocol.codec import Malformed
from shared.protocol.messages import Delta, Keyframe
from shared.protocol.snapshot import COLUMNS, TABLES, Row, Snapshot, Table
from shared.rules.world import Tile

_WIDTHS = tuple(len(COLUMNS[name]) for name in TABLES)
_TILES = frozenset(int(tile) for tile in Tile)


def diff(old: Snapshot, new: Snapshot) -> Delta:
    """What has to be told to somebody who has `old`, so that they have `new`."""
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


def snapshot_in(keyframe: Keyframe, width: int, height: int) -> Snapshot:
    """The snapshot that a keyframe carries for a board of this size; raises Malformed when it does not fit."""
    if len(keyframe.tiles) != width * height or not _TILES.issuperset(keyframe.tiles):
        raise Malformed(f"Keyframe.tiles is no board of {width} x {height}")
    if len(keyframe.tables) != len(TABLES):
        raise Malformed(f"Keyframe has {len(keyframe.tables)} tables, not {len(TABLES)}")
    tables = []
    for name, columns, rows in zip(TABLES, _WIDTHS, keyframe.tables, strict=True):
        if any(len(row) != columns + 1 for row in rows):
            raise Malformed(f"Keyframe.{name} has a row that is not {columns + 1} wide")
        tables.append({row[0]: row[1:] for row in rows})
    return _checked(Snapshot(keyframe.tick, bytes(keyframe.tiles), tuple(tables)))


def patch(old: Snapshot, delta: Delta) -> Snapshot:
    """The snapshot after `old`. Raises Malformed for a delta that does not fit to it."""
    if len(delta.tables) != len(TABLES) + 1:
        raise Malformed(f"Delta has {len(delta.tables)} tables, not {len(TABLES) + 1}")
    if delta.tick <= old.tick:
        raise Malformed(f"Delta goes from tick {old.tick} to {delta.tick}")
    board, *changes = delta.tables
    pairs = zip(TABLES, old.tables, changes, strict=True)
    tables = tuple(_patch_table(name, table, rows) if rows else table for name, table, rows in pairs)
    return _checked(Snapshot(delta.tick, _patch_board(old.tiles, board), tables))


def _patch_board(tiles: bytes, rows: tuple[Row, ...]) -> bytes:
    if not rows:
        return tiles
    board = bytearray(tiles)
    for row in rows:
        if len(row) != 3 or row[1] != 1 or not 0 <= row[0] < len(board) or row[2] not in _TILES:
            raise Malformed("Delta.board has a row that is no tile of this board")
        board[row[0]] = row[2]
    return bytes(board)


def _patch_table(name: str, table: Table, rows: tuple[Row, ...]) -> Table:
    columns = len(COLUMNS[name])
    patched = dict(table)
    for row in rows:
        key = row[0]
        if len(row) == 1:
            if patched.pop(key, None) is None:
                raise Malformed(f"Delta.{name} takes away {key}, which is not there")
        else:
            patched[key] = _patch_row(name, patched.get(key), row, columns)
    return patched


def _patch_row(name: str, before: Row | None, row: Row, columns: int) -> Row:
    mask = row[1]
    if not 0 < mask < 1 << columns or mask.bit_count() != len(row) - 2:
        raise Malformed(f"Delta.{name} has a mask that does not fit its row")
    if before is None:
        if mask != (1 << columns) - 1:
            raise Malformed(f"Delta.{name} changes {row[0]}, which is not there")
        return row[2:]
    values = iter(row[2:])
    return tuple(next(values) if mask >> column & 1 else before[column] for column in range(columns))


def _checked(snapshot: Snapshot) -> Snapshot:
    """Refuse what `world_of` and a picture could not live with: keys that are no tiles, places off the board."""
    clock, players, _, flames, items, breaking, _ = snapshot.tables
    tiles = range(len(snapshot.tiles))
    if tuple(clock) != (0,):
        raise Malformed("the clock has other rows than its one")
    for table in (flames, items, breaking):
        if any(key not in tiles for key in table):
            raise Malformed("something lies on a tile that the board does not have")
    if any(not 0 <= slot < 64 for slot in players):
        raise Malformed("a player has a slot that does not exist")
    return snapshot
