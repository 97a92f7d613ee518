"""Maps as text: reads and checks them; errors give line and column.

`.` floor, `#` wall, `+` a brick that is in every round (floor, if the rules have no bricks), `1`..`9` and `@` spawns.
The numbered spawns come first, then each `@` in reading order. (Letters are reserved: `o` and `v` are for pits and
conveyors.)
"""

from dataclasses import dataclass

from petard.shared.rules.world import Tile

SIDE_LEAST, SIDE_MOST = 5, 64  # as in the message that carries a board
TEXT = {".": Tile.FLOOR, "#": Tile.WALL, "+": Tile.BRICK}
_SPAWNS = "123456789@"


class BadMap(ValueError):
    """The text is no legal map; the sentence says where and why."""


@dataclass(frozen=True, slots=True)
class Board:
    """A checked map: `tiles` row by row, the tiles where players start, and the rows of its text."""

    name: str
    width: int
    height: int
    tiles: bytes
    spawns: tuple[int, ...]
    rows: tuple[str, ...]


def parse_map(text: str, name: str) -> Board:
    """Read one map. Raises BadMap if it is not a rectangle with a closed edge, or if spawns are missing or unreachable.

    >>> parse_map("#####\\n#1..#\\n#.#.#\\n#..2#\\n#####", "tiny").spawns
    (6, 18)
    """
    rows = text.rstrip("\n").split("\n")
    width, height = len(rows[0]), len(rows)
    if not (SIDE_LEAST <= width <= SIDE_MOST and SIDE_LEAST <= height <= SIDE_MOST):
        possible = f"{SIDE_LEAST} x {SIDE_LEAST} to {SIDE_MOST} x {SIDE_MOST}"
        raise BadMap(f"map {name}: it is {width} x {height}; {possible} are possible")
    tiles = bytearray()
    found: list[tuple[str, int]] = []
    for y, row in enumerate(rows):
        if len(row) != width:
            column = min(len(row), width) + 1
            raise BadMap(f"map {name}, line {y + 1}, column {column}: {len(row)} characters where line 1 has {width}")
        for x, mark in enumerate(row):
            tiles.append(_tile_of(mark, name, x, y))
            if mark in _SPAWNS:
                found.append((mark, y * width + x))
    board = Board(name, width, height, bytes(tiles), _spawns_of(found, width, name), tuple(rows))
    _check_closed(board)
    _check_reachable(board)
    return board


def _tile_of(mark: str, name: str, x: int, y: int) -> Tile:
    if mark in _SPAWNS:
        return Tile.FLOOR
    try:
        return TEXT[mark]
    except KeyError:
        raise BadMap(f"map {name}, line {y + 1}, column {x + 1}: unknown character {mark!r}") from None


def _spawns_of(found: list[tuple[str, int]], width: int, name: str) -> tuple[int, ...]:
    seen: set[str] = set()
    for mark, tile in found:
        if mark in seen:
            where = f"line {tile // width + 1}, column {tile % width + 1}"
            raise BadMap(f"map {name}, {where}: spawn {mark} appears a second time")
        seen.update(mark.strip("@"))
    if len(found) < 2:
        raise BadMap(f"map {name}: it has fewer than two spawns")
    return tuple(tile for mark, tile in sorted(found, key=lambda spawn: _SPAWNS.index(spawn[0])))


def _check_closed(board: Board) -> None:
    for tile, kind in enumerate(board.tiles):
        x, y = tile % board.width, tile // board.width
        if (x in (0, board.width - 1) or y in (0, board.height - 1)) and kind != Tile.WALL:
            raise BadMap(f"map {board.name}, line {y + 1}, column {x + 1}: the edge must be wall")


def _check_reachable(board: Board) -> None:
    """Check that all spawns can reach the first one. Bricks count as open because bombs break them."""
    seen = {board.spawns[0]}
    queue = [board.spawns[0]]
    for tile in queue:
        for beside in (tile - 1, tile + 1, tile - board.width, tile + board.width):
            if beside not in seen and board.tiles[beside] != Tile.WALL:
                seen.add(beside)
                queue.append(beside)
    for tile in board.spawns:
        if tile not in seen:
            x, y = tile % board.width, tile // board.width
            raise BadMap(f"map {board.name}, line {y + 1}, column {x + 1}: no way leads from this spawn to the first")
