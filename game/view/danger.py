"""The tiles that burn soon, as far as a picture shows it: what all bombs with a short fuse reach."""

from collections.abc import Iterator
from itertools import islice

from petard.game.view.view import BombView, View
from petard.shared.rules.world import Tile

TINT = 24  # ticks: 0.4 s before a blast its tiles are tinted
REACHED_MOST = 4096  # tiles of all blasts; a match of 64 players has hundreds


def tiles_in_danger(view: View, within: float = TINT) -> dict[int, float]:
    """The tiles that burn within so many ticks, with the ticks left; chained bombs count."""
    bombs = [bomb for bomb in view.bombs if not bomb.lands]
    fuses = {number: bomb.ticks_left for number, bomb in enumerate(bombs) if bomb.ticks_left <= within}
    if not fuses:
        return {}
    numbers = {_tile_of(bomb, view.width): number for number, bomb in enumerate(bombs)}
    burning: dict[int, float] = {}
    waiting = sorted(fuses, key=fuses.__getitem__)  # grows while it is read: a chained bomb is added at the end
    reached = ((fuses[number], tile) for number in waiting for tile in blast_tiles(view, bombs[number]))
    for left, tile in islice(reached, REACHED_MOST):
        burning[tile] = min(burning.get(tile, within), left)
        chained = numbers.get(tile)
        if chained is not None and fuses.get(chained, within + 1) > left:
            fuses[chained] = left
            waiting.append(chained)
    return burning


def blast_tiles(view: View, bomb: BombView) -> Iterator[int]:
    """The tiles a bomb will burn: its own, and each way to a wall, to a brick (if it does not pierce), or its range."""
    start, tiles, wall = _tile_of(bomb, view.width), view.tiles, int(Tile.WALL)
    yield start
    for step in (1, -1, view.width, -view.width):
        tile = start
        for _ in range(bomb.range):
            tile += step
            if not 0 <= tile < len(tiles) or tiles[tile] == wall:
                break
            yield tile
            if tiles[tile] != Tile.FLOOR and not bomb.pierce:
                break


def _tile_of(bomb: BombView, width: int) -> int:
    return int(bomb.y) * width + int(bomb.x)
