"""Special floors: what a tile does to the bodies and bombs that come to it. One byte for each tile of a board.

Rule 1: a board without special floors and theme has no bytes at all, so it costs nothing and its checksum is as before.
Rule 2: a special floor is `Tile.FLOOR` for all that does not know it: flames burn on it, and closing walls cover it.
        No brick is built on it and no item laid on it.
Rule 3: tile 0 is always wall. Its byte is the theme of the board, an index of THEMES: how it looks, and nothing else.
Rule 4: a number that is not known here is plain floor: it is of a later version.
Rule 5: a switch changes these bytes, so the floors themselves are all that is remembered of it. Ice needs no memory
        either: `walking` and `facing` of a Player say who slides, and where to.
"""

from enum import IntEnum
from functools import lru_cache
from itertools import compress, count

THEMES = ("", "factory", "ruins", "garden", "snow")  # the numbers are sent: append, never reorder
FLOOR_MOST = 63  # the highest number that a floor may have in this or a later version
PAIRS = 4  # pairs of teleports on a board, at most


class Floor(IntEnum):
    """The kinds of floors; the numbers are sent, so they are never reused. Of four, the order is that of Direction."""

    PLAIN = 0
    ARROW_DOWN, ARROW_RIGHT, ARROW_UP, ARROW_LEFT = range(1, 5)  # a bomb that rolls to its middle turns that way
    DOOR_DOWN, DOOR_RIGHT, DOOR_UP, DOOR_LEFT = range(5, 9)  # nobody and no rolling bomb enters against its direction
    PIT = 9  # nobody walks into it; a rolling bomb falls in and is gone
    BELT_DOWN, BELT_RIGHT, BELT_UP, BELT_LEFT = range(10, 14)  # carries bodies and bombs
    TELEPORT_1, TELEPORT_2, TELEPORT_3, TELEPORT_4 = range(14, 18)  # what enters one comes out of the other of its kind
    ICE = 18  # a body that walks on to it walks straight on until it has left the ice or is stopped
    SWITCH_OFF, SWITCH_ON = 19, 20  # a flame that comes to one throws all switches, which changes what SWITCHED says
    GATE_SHUT, GATE_OPEN = 21, 22  # nobody and no bomb comes into a shut one; an open one is plain floor


FLOOR_NUMBERS = {int(kind): kind for kind in Floor}
# For each kind with a direction, that Direction (a plain number, as in world.py).
ARROWS, DOORS, BELTS = (
    {first + way: way for way in range(4)} for first in (Floor.ARROW_DOWN, Floor.DOOR_DOWN, Floor.BELT_DOWN)
)
TELEPORTS = range(Floor.TELEPORT_1, Floor.TELEPORT_1 + PAIRS)
PIT, ICE = int(Floor.PIT), int(Floor.ICE)
SWITCHES, GATES = (Floor.SWITCH_OFF, Floor.SWITCH_ON), (Floor.GATE_SHUT, Floor.GATE_OPEN)
STEPS = ((0, 1), (1, 0), (0, -1), (-1, 0))  # by Direction
# For each kind that does not let everybody in, the steps that are refused.
_REFUSED = {
    **dict.fromkeys((PIT, int(Floor.GATE_SHUT)), frozenset(STEPS)),
    **{door: frozenset([STEPS[(way + 2) % 4]]) for door, way in DOORS.items()},
}
CLOSED = frozenset(kind for kind, steps in _REFUSED.items() if len(steps) == len(STEPS))  # nobody walks in
# For each kind that a switch changes, what it becomes: the opposite direction, or the other one of a pair.
SWITCHED: dict[int, int] = {
    **{first + way: first + (way + 2) % 4 for first in (min(ARROWS), min(DOORS), min(BELTS)) for way in range(4)},
    **{int(old): int(new) for one, other in (SWITCHES, GATES) for old, new in ((one, other), (other, one))},
}
_SWITCHED_BYTES = bytes(SWITCHED.get(number, number) for number in range(256))


def refuses(floor: int, step: tuple[int, int]) -> bool:
    """True if nobody can enter such a floor with this step (columns to the right, rows down).

    >>> refuses(Floor.DOOR_RIGHT, (-1, 0)), refuses(Floor.DOOR_RIGHT, (0, 1)), refuses(Floor.PIT, (0, 1))
    (True, False, True)
    """
    return floor in _REFUSED and step in _REFUSED[floor]


def stops_bombs(floor: int, step: tuple[int, int]) -> bool:
    """True if no bomb can roll on to such a floor with this step."""
    return floor != PIT and refuses(floor, step)


@lru_cache(maxsize=64)
def special_tiles(floors: bytes) -> frozenset[int]:
    """Return the tiles that are not plain floor; the first tile, which holds the theme, is not one of them."""
    return frozenset(compress(count(), b"\0" + floors[1:]))


@lru_cache(maxsize=64)
def teleport_pairs(floors: bytes) -> dict[int, int]:
    """For each tile with a teleport, the tile of the other one of its kind."""
    pairs: dict[int, int] = {}
    for kind in TELEPORTS:
        tiles = tiles_of(floors, kind)
        if len(tiles) == 2:
            pairs |= {tiles[0]: tiles[1], tiles[1]: tiles[0]}
    return pairs


@lru_cache(maxsize=64)
def switch_tiles(floors: bytes) -> tuple[int, ...]:
    """Return the tiles with a switch, in order."""
    return tuple(tile for tile, floor in enumerate(floors) if tile and floor in SWITCHES)


@lru_cache(maxsize=64)
def switched(floors: bytes) -> bytes:
    """Return the floors after a switch was thrown: arrows, doors and belts point the other way, gates open or shut.

    >>> list(switched(bytes([1, Floor.ARROW_DOWN, Floor.GATE_SHUT, Floor.SWITCH_OFF, Floor.ICE])))
    [1, 3, 22, 20, 18]
    """
    return floors[:1] + floors[1:].translate(_SWITCHED_BYTES)


def tiles_of(floors: bytes, kind: int) -> list[int]:
    """Return the tiles of one kind."""
    return list(compress(count(1), [floor == kind for floor in floors[1:]]))


def without_single_teleports(floors: bytes) -> bytes:
    """Return the floors with plain ones in place of teleports that have no partner."""
    pairs = teleport_pairs(floors)
    single = {tile for kind in TELEPORTS for tile in tiles_of(floors, kind) if tile not in pairs}
    return bytes([Floor.PLAIN if tile in single else floor for tile, floor in enumerate(floors)])


def fault_of_floors(floors: bytes, size: int) -> str:
    """Why the rules cannot handle these floors of a board of `size` tiles, in a few words; "" if they can."""
    if len(floors) not in (0, size):
        return "the special floors are not those of the board"
    for kind in TELEPORTS:
        if len(tiles_of(floors, kind)) not in (0, 2):
            return "a teleport has no partner"
    return ""


def theme_of(floors: bytes) -> str:
    """Return the name of the theme of a board; "" for the plain one, and for one of a later version."""
    return THEMES[floors[0]] if floors and floors[0] < len(THEMES) else ""
