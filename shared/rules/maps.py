"""Maps as text: reads and checks them; errors give line and column.

`.` floor, `#` wall, `+` a brick that is in every round (floor, if the rules have no bricks), `1`..`9` and `@` spawns.
The numbered spawns come first, then each `@` in reading order. FLOOR_TEXT has the letters of special floors. The first
letter of the map is `#`, or one of THEME_TEXT.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from petard.shared.rules.floors import GATES, SWITCHED, SWITCHES, TELEPORTS, THEMES, Floor, switch_tiles, tiles_of
from petard.shared.rules.map_ways import MapWays
from petard.shared.rules.world import Tile

SIDE_LEAST, SIDE_MOST = 5, 64  # as in the message that carries a board
TEXT = {".": Tile.FLOOR, "#": Tile.WALL, "+": Tile.BRICK}
_SPAWNS = "123456789@"
_FOURS = {Floor.ARROW_DOWN: "drul", Floor.DOOR_DOWN: "DRUL", Floor.BELT_DOWN: "v>^<", Floor.TELEPORT_1: "TXYZ"}
FLOOR_TEXT = {letter: Floor(first + way) for first, four in _FOURS.items() for way, letter in enumerate(four)}
FLOOR_TEXT |= {"o": Floor.PIT, "i": Floor.ICE, "S": Floor.SWITCH_OFF, "s": Floor.SWITCH_ON}
FLOOR_TEXT |= {"H": Floor.GATE_SHUT, "h": Floor.GATE_OPEN}
FLOOR_LETTERS = {int(floor): letter for letter, floor in FLOOR_TEXT.items()}
THEME_TEXT = {name[:1] or "#": number for number, name in enumerate(THEMES)}  # by the first letter of its name


class BadMap(ValueError):
    """The text is no legal map; the sentence says where and why."""


@dataclass(frozen=True, slots=True)
class Board:
    """A checked map: its tiles row by row, the tiles where players start, its text, and its special floors."""

    name: str
    width: int
    height: int
    tiles: bytes
    spawns: tuple[int, ...]
    rows: tuple[str, ...]
    floors: bytes = b""  # as in World


def parse_map(text: str, name: str) -> Board:
    """Read one map. Raises BadMap, with the first of `faults_of_map`, if it is not legal.

    >>> parse_map("#####\\n#1..#\\n#.#.#\\n#..2#\\n#####", "tiny").spawns
    (6, 18)
    """
    for fault in _faults(text, name):
        raise BadMap(fault)
    return _board_of(_rows_of(text), name)


def faults_of_map(text: str, name: str) -> list[str]:
    """Return a sentence for each fault of a map, with line and column; none if it is legal.

    A map is a rectangle with a closed edge and two spawns at least; from each spawn a way leads to each other one.
    """
    return list(_faults(text, name))


def _faults(text: str, name: str) -> Iterator[str]:
    rows = _rows_of(text)
    width, height = len(rows[0]), len(rows)
    if not (SIDE_LEAST <= width <= SIDE_MOST and SIDE_LEAST <= height <= SIDE_MOST):
        possible = f"{SIDE_LEAST} x {SIDE_LEAST} to {SIDE_MOST} x {SIDE_MOST}"
        yield f"map {name}: it is {width} x {height}; {possible} are possible"
        return
    faults = list(_faults_of_rows(rows))
    yield from (_sentence(name, x, y, what) for x, y, what in faults)
    if sum(mark in _SPAWNS for row in rows for mark in row) < 2:
        yield f"map {name}: it has fewer than two spawns"
    elif not faults:
        board = _board_of(rows, name)
        ways = MapWays(board.tiles, board.floors, board.width).faults(board.spawns)
        for tile, what in (*_unpaired_teleports(board), *_idle_switches(board), *ways):
            yield _sentence(name, tile % width, tile // width, what)


def _rows_of(text: str) -> tuple[str, ...]:
    return tuple(text.rstrip("\n").split("\n"))


def _sentence(name: str, x: int, y: int, what: str) -> str:
    return f"map {name}, line {y + 1}, column {x + 1}: {what}"


def _faults_of_rows(rows: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """Yield column, row (from 0) and fault of each letter and row that cannot be."""
    width, numbered = len(rows[0]), set[str]()
    for y, row in enumerate(rows):
        if len(row) != width:
            yield min(len(row), width), y, f"{len(row)} characters where line 1 has {width}"
        for x, mark in enumerate(row[:width]):
            what = _fault_of_mark(mark, x == y == 0, x in (0, width - 1) or y in (0, len(rows) - 1))
            if not what and mark in numbered:
                what = f"spawn {mark} appears a second time"
            if what:
                yield x, y, what
            if mark in _SPAWNS[:-1]:
                numbered.add(mark)


def _fault_of_mark(mark: str, is_first: bool, is_edge: bool) -> str:
    if is_first and mark in THEME_TEXT:
        return ""
    if mark not in TEXT and mark not in FLOOR_TEXT and mark not in _SPAWNS:
        return f"unknown character {mark!r}"
    return "the edge must be wall" if is_edge and mark != "#" else ""


def _board_of(rows: tuple[str, ...], name: str) -> Board:
    """Return the board of rows without a fault in one of their letters."""
    letters = "#" + "".join(rows)[1:]
    tiles = bytes([TEXT.get(mark, Tile.FLOOR) for mark in letters])
    floors = bytes([THEME_TEXT[rows[0][0]], *[FLOOR_TEXT.get(mark, Floor.PLAIN) for mark in letters[1:]]])
    spawns = sorted((_SPAWNS.index(mark), tile) for tile, mark in enumerate(letters) if mark in _SPAWNS)
    starts = tuple(tile for _, tile in spawns)
    return Board(name, len(rows[0]), len(rows), tiles, starts, rows, floors if any(floors) else b"")


def _unpaired_teleports(board: Board) -> Iterator[tuple[int, str]]:
    """Yield the last tile of each kind of teleports that does not stand twice, and its fault."""
    for kind in TELEPORTS:
        tiles = tiles_of(board.floors, kind)
        if len(tiles) not in (0, 2):
            letter = board.rows[tiles[-1] // board.width][tiles[-1] % board.width]
            yield tiles[-1], f"there must be two teleports {letter}, not {len(tiles)}"


def _idle_switches(board: Board) -> Iterator[tuple[int, str]]:
    """Yield the first gate that no switch moves, and the first switch that changes nothing."""
    gates = [tile for tile, floor in enumerate(board.floors) if tile and floor in GATES]
    switches = switch_tiles(board.floors)
    if gates and not switches:
        yield gates[0], "a gate needs a switch (S) on the board"
    if switches and not any(floor in SWITCHED and floor not in SWITCHES for floor in board.floors[1:]):
        yield switches[0], "a switch needs a gate, an arrow, a one-way door or a belt on the board"
