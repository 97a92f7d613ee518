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
    rows = tuple(text.rstrip("\n").split("\n"))
    width, height = len(rows[0]), len(rows)
    if not (SIDE_LEAST <= width <= SIDE_MOST and SIDE_LEAST <= height <= SIDE_MOST):
        possible = f"{SIDE_LEAST} x {SIDE_LEAST} to {SIDE_MOST} x {SIDE_MOST}"
        raise BadMap(f"map {name}: it is {width} x {height}; {possible} are possible")
    tiles = bytearray()
    spawns: list[tuple[str, int]] = []
    for y, row in enumerate(rows):
        if len(row) != width:
            raise _bad_map(name, min(len(row), width), y, f"{len(row)} characters where line 1 has {width}")
        for x, mark in enumerate(row):
            if mark in _SPAWNS:
                if mark != "@" and mark in dict(spawns):
                    raise _bad_map(name, x, y, f"spawn {mark} appears a second time")
                spawns.append((mark, len(tiles)))
            elif mark not in TEXT:
                raise _bad_map(name, x, y, f"unknown character {mark!r}")
            if mark != "#" and (x in (0, width - 1) or y in (0, height - 1)):
                raise _bad_map(name, x, y, "the edge must be wall")
            tiles.append(TEXT.get(mark, Tile.FLOOR))
    if len(spawns) < 2:
        raise BadMap(f"map {name}: it has fewer than two spawns")
    spawns.sort(key=lambda spawn: _SPAWNS.index(spawn[0]))
    board = Board(name, width, height, bytes(tiles), tuple(tile for _, tile in spawns), rows)
    _check_reachable(board)
    return board


def _bad_map(name: str, x: int, y: int, what: str) -> BadMap:
    return BadMap(f"map {name}, line {y + 1}, column {x + 1}: {what}")


def _check_reachable(board: Board) -> None:
    """Check that all spawns can reach the first one. Bricks count as open because bombs break them."""
    queue = [board.spawns[0]]
    seen = {*queue}
    for tile in queue:  # the list grows during the loop
        for beside in (tile - 1, tile + 1, tile - board.width, tile + board.width):
            if beside not in seen and board.tiles[beside] != Tile.WALL:
                seen.add(beside)
                queue.append(beside)
    for tile in board.spawns:
        if tile not in seen:
            x, y = tile % board.width, tile // board.width
            raise _bad_map(board.name, x, y, "no way leads from this spawn to the first")
