"""The tiles that burn soon, as far as a picture shows it: what all bombs with a short fuse reach."""

from petard.game.view.view import BombView, View
from petard.shared.rules.world import Tile

TINT = 24  # ticks: 0.4 s before a blast its tiles are tinted
REACHED_MOST = 2048  # tiles of all blasts, and those of one more; a match of 64 players has hundreds
FLOOR, WALL = bytes([Tile.FLOOR]), int(Tile.WALL)


def tiles_in_danger(view: View, within: float = TINT) -> dict[int, float]:
    """The tiles that burn within so many ticks, with the ticks left; chained bombs count."""
    bombs = [bomb for bomb in view.bombs if not bomb.lands]
    fuses = {number: bomb.ticks_left for number, bomb in enumerate(bombs) if bomb.ticks_left <= within}
    if not fuses:
        return {}
    numbers = {_tile_of(bomb, view.width): number for number, bomb in enumerate(bombs)}
    burning: dict[int, float] = {}
    reached = 0
    waiting = sorted(fuses, key=fuses.__getitem__)  # grows while it is read: a chained bomb is added at the end
    for number in waiting:
        left, tiles = fuses[number], blast_tiles(view, bombs[number])
        burning.update([(tile, left) for tile in tiles if burning.get(tile, within) >= left])
        for chained in [numbers[tile] for tile in tiles if tile in numbers]:
            if fuses.get(chained, within + 1) > left:
                fuses[chained] = left
                waiting.append(chained)
        reached += len(tiles)
        if reached >= REACHED_MOST:
            break
    return burning


def blast_tiles(view: View, bomb: BombView) -> list[int]:
    """The tiles a bomb will burn: its own, and each way to a wall, to a brick (if it does not pierce), or its range."""
    start, width, reach = _tile_of(bomb, view.width), view.width, bomb.range
    found = [start]
    for step in (1, -1, width, -width):
        first, end = start + step, start + step * (reach + 1)
        if first < 0:
            continue
        free = _free(view.tiles[first : end if end >= 0 else None : step], bomb.pierce)
        found += range(first, first + step * free, step)
    return found


def _free(line: bytes, pierces: bool) -> int:
    """How many of the tiles of a line burn: those before a wall; without piercing, up to the first brick."""
    if not pierces:
        floor = len(line) - len(line.lstrip(FLOOR))
        return floor + (floor < len(line) and line[floor] != WALL)
    wall = line.find(WALL)
    return len(line) if wall < 0 else wall


def _tile_of(bomb: BombView, width: int) -> int:
    return int(bomb.y) * width + int(bomb.x)
