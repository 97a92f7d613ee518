"""Boards of every size, for rounds of a hostile server."""

from random import Random

from petard.shared.rules.maps import SIDE_LEAST, SIDE_MOST, Board
from petard.shared.rules.world import Tile


def random_board(random: Random, players: int) -> Board:
    """A board with a closed rim, pillars, and room for so many players."""
    width, height = _side(random), _side(random)
    while (width - 2) * (height - 2) < players * 2:
        width, height = width + 1, height + 1
    rim = [x in (0, width - 1) or y in (0, height - 1) for y in range(height) for x in range(width)]
    pillar = [x % 2 == 0 and y % 2 == 0 for y in range(height) for x in range(width)]
    tiles = bytes(Tile.WALL if edge or post else Tile.FLOOR for edge, post in zip(rim, pillar, strict=True))
    free = [tile for tile, kind in enumerate(tiles) if kind == Tile.FLOOR]
    return Board("random", width, height, tiles, tuple(random.sample(free, players)), ())


def _side(random: Random) -> int:
    return random.choice((SIDE_LEAST, 7, 13, 15, 15, random.randint(SIDE_LEAST, SIDE_MOST), SIDE_MOST))
