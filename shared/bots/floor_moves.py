"""What special floors mean for plans: where a step ends, what it costs, and where a rolling bomb comes to lie."""

from collections.abc import Mapping
from functools import lru_cache

from petard.shared.rules.floor_effects import BELT_SPEED
from petard.shared.rules.floors import (
    ARROWS,
    BELTS,
    ICE,
    PIT,
    STEPS,
    refuses,
    special_tiles,
    stops_bombs,
    teleport_pairs,
)
from petard.shared.rules.ruleset import TICK_RATE, TILE
from petard.shared.rules.world import Tile

AGAINST, ACROSS = 2, 1  # halves of a tile that a step on to a belt costs more, against it and across
SLIDES = -1  # in place of these halves: the step is on to ice, and what lies ahead says where it ends

Move = tuple[
    int, int
]  # the tile where a step ends (0, which is wall: it is refused), and the halves that it costs more
NO_MOVES: Mapping[tuple[int, int], Move] = {}


@lru_cache(maxsize=32)
def floor_moves(floors: bytes, width: int) -> Mapping[tuple[int, int], Move]:
    """For each special floor and each step on to it, as tile and step: what becomes of a body that takes it."""
    moves: dict[tuple[int, int], Move] = {}
    pairs = teleport_pairs(floors)
    for tile in special_tiles(floors):
        floor = floors[tile]
        for way, (dx, dy) in enumerate(STEPS):
            lost = SLIDES if floor == ICE else 0
            if floor in BELTS:
                lost = (0, ACROSS, AGAINST, ACROSS)[(way - BELTS[floor]) % 4]
            end = 0 if refuses(floor, (dx, dy)) else pairs.get(tile, tile)
            moves[tile, dy * width + dx] = end, lost
    return moves


def bomb_way(tiles: bytes, floors: bytes, width: int, start: tuple[int, int], ticks: int, speed: int) -> list[int]:
    """Return the tiles over which a bomb rolls in so many ticks, the last one first; none if it falls into a pit.

    `start`: its tile and its Direction. Bodies, items and bombs that may stop it are ignored.
    """
    (tile, way), pairs, passed = start, teleport_pairs(floors), [start[0]]
    left = ticks + _ticks_over(floors[tile], speed) // 2  # it leaves its tile after half of it
    while left >= (needed := _ticks_over(floors[tile], speed)):
        left -= needed
        step = STEPS[way]
        ahead = tile + step[1] * width + step[0]
        if tiles[ahead] != Tile.FLOOR or stops_bombs(floors[ahead], step):
            break
        if floors[ahead] == PIT:
            return []
        tile = pairs.get(ahead, ahead)
        way = ARROWS.get(floors[tile], BELTS.get(floors[tile], way))
        passed.append(tile)
    return passed[::-1]


def _ticks_over(floor: int, speed: int) -> int:
    return TILE * TICK_RATE // (BELT_SPEED if floor in BELTS else max(1, speed))
