"""How special floors look: the picture of each, and how it is turned. Also the pictures that a theme has of its own.

A floor that this version does not know has a question mark: it is plain floor here, and may be another one to others.
"""

from functools import lru_cache

from petard.game.view.view import Area, View
from petard.shared.rules.floors import ARROWS, BELTS, DOORS, FLOOR_NUMBERS, GATES, TELEPORTS, THEMES, Floor
from petard.shared.rules.world import Direction, Tile

BELT_STEPS = 4  # pictures in which a belt moves on by a third of a tile
BELT_TICKS = 3  # ticks that each is shown
_TURNS = {Direction.RIGHT: 0, Direction.UP: 90, Direction.LEFT: 180, Direction.DOWN: 270}  # degrees against the clock
_SIGNS: dict[int, tuple[str, int]] = {
    Floor.PIT: ("sign-pit", 0),
    Floor.ICE: ("sign-ice", 0),
    Floor.SWITCH_OFF: ("sign-switch-off", 0),
    Floor.SWITCH_ON: ("sign-switch-on", 0),
    Floor.GATE_SHUT: ("sign-gate-shut", 0),
    Floor.GATE_OPEN: ("sign-gate-open", 0),
    **{floor: ("sign-arrow", _TURNS[way]) for floor, way in ARROWS.items()},
    **{floor: ("sign-door", _TURNS[way]) for floor, way in DOORS.items()},
    **{floor: ("sign-belt-0", _TURNS[way]) for floor, way in BELTS.items()},
    **{floor: (f"sign-teleport-{pair + 1}", 0) for pair, floor in enumerate(TELEPORTS)},
}
_BASE = ("wall", "brick", "floor-0", "floor-1", *(f"brick-break-{frame}" for frame in range(4)))
# (theme, picture) -> the picture of that theme
_OWN = {(theme, name): f"{theme}-{name}" for theme in THEMES[1:] for name in _BASE} | {
    ("garden", "sign-pit"): "garden-sign-pit",
    ("snow", "sign-pit"): "snow-sign-pit",
}


def sign_of(floor: int) -> tuple[str, int] | None:
    """Return the picture of a special floor and the degrees by which it is turned; None for a plain floor."""
    return _SIGNS.get(floor, ("sign-unknown", 0)) if floor else None


def has_unknown_floor(floors: bytes) -> bool:
    """True if a floor of a board is of a later version.

    >>> has_unknown_floor(bytes([1, 0, 5])), has_unknown_floor(bytes([1, 0, 63]))
    (False, True)
    """
    return any(floor not in FLOOR_NUMBERS for floor in set(floors[1:]))


def moving_belts(view: View, area: Area) -> list[tuple[str, float, float, int]]:
    """Return the belts of an area at this tick: picture, x, y and turn. Those that are painted below stand still."""
    turns, name = belts_on(view.floors), belt_picture(view.tick)
    tiles = [tile for tile in area.tiles(turns, view.width) if view.tiles[tile] == Tile.FLOOR]
    return [(name, tile % view.width + 0.5, tile // view.width + 0.5, turns[tile]) for tile in tiles]


@lru_cache(maxsize=4)
def gates_on(floors: bytes) -> tuple[int, ...]:
    """Return the tiles with a gate, open or shut."""
    return tuple(tile for tile, floor in enumerate(floors) if tile and floor in GATES)


@lru_cache(maxsize=4)
def belts_on(floors: bytes) -> dict[int, int]:
    """Return for each tile with a belt the degrees by which its picture is turned."""
    return {tile: _TURNS[BELTS[floor]] for tile, floor in enumerate(floors) if tile and floor in BELTS}


def belt_picture(tick: float) -> str:
    """Return the picture that shows a belt at this tick."""
    return f"sign-belt-{int(tick) // BELT_TICKS % BELT_STEPS}"


def picture_in(theme: str, name: str) -> str:
    """Return the name of a picture as this theme has it; "" is the plain theme."""
    return _OWN.get((theme, name), name) if theme else name
