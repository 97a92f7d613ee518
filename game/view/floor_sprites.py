"""The flat Sprites on the board: shadows of closing walls, tiles about to burn, items, crumbling bricks.

The rules of petard.game.view.sprites hold here, too.
"""

from collections.abc import Iterator

from petard.game.view.sprites import BURN, Sprite
from petard.game.view.view import BombView, View
from petard.shared.rules.ruleset import Item
from petard.shared.rules.world import Tile

TINT = 24  # ticks: 0.4 s before a blast its tiles are tinted

ITEM_PICTURES = {int(item): f"item-{item.name.lower()}" for item in Item}


def floor_sprites(view: View, danger: bool = True) -> list[Sprite]:
    """The flat things on the board. Without `danger` the tiles about to burn are not tinted."""
    found = [_on_tile("shadow", tile, view.width) for tile in view.shadows]
    if danger:
        found += [_on_tile("danger", tile, view.width, _glow(left)) for tile, left in tiles_in_danger(view).items()]
    found += [Sprite(ITEM_PICTURES[item.kind], item.x + 0.5, item.y + 0.5) for item in view.items]
    found += _crumbling(view)
    return found


def tiles_in_danger(view: View) -> dict[int, float]:
    """The tiles that burn within TINT ticks, with the ticks left; chained bombs count."""
    fuses = {bomb: bomb.ticks_left for bomb in view.bombs if bomb.ticks_left <= TINT}
    if not fuses:
        return {}
    places = {_tile_of(bomb, view.width): bomb for bomb in view.bombs}
    burning: dict[int, float] = {}
    waiting = sorted(fuses, key=lambda bomb: fuses[bomb])
    for bomb in waiting:  # grows while it runs: a chained bomb is added at the end
        for tile in reach(view, bomb):
            burning[tile] = min(burning.get(tile, TINT), fuses[bomb])
            chained = places.get(tile)
            if chained is not None and chained not in fuses:
                fuses[chained] = fuses[bomb]
                waiting.append(chained)
    return burning


def reach(view: View, bomb: BombView) -> Iterator[int]:
    """The tiles a bomb will burn: its own, and each way to a wall, to the first brick, or to the end of its range."""
    start = _tile_of(bomb, view.width)
    yield start
    for step in (1, -1, view.width, -view.width):
        tile = start
        for _ in range(bomb.range):
            tile += step
            if not 0 <= tile < len(view.tiles) or view.tiles[tile] == Tile.WALL:
                break
            yield tile
            if view.tiles[tile] in (Tile.BRICK, Tile.BREAKING):
                break


def _tile_of(bomb: BombView, width: int) -> int:
    return int(bomb.y) * width + int(bomb.x)


def _on_tile(name: str, tile: int, width: int, alpha: int = 255) -> Sprite:
    return Sprite(name, tile % width + 0.5, tile // width + 0.5, alpha=alpha)


def _glow(ticks_left: float) -> int:
    """The alpha of the tint: stronger near the blast, in four steps, so that the painter caches only four pictures."""
    return 96 + 48 * min(3, max(0, int(4 * (1 - ticks_left / TINT))))


def _crumbling(view: View) -> Iterator[Sprite]:
    if Tile.BREAKING not in view.tiles:
        return
    left = dict(view.breaking)
    for tile, kind in enumerate(view.tiles):
        if kind == Tile.BREAKING:
            yield _on_tile(f"brick-break-{_quarter(left.get(tile, BURN / 2))}", tile, view.width)


def _quarter(ticks_left: float) -> int:
    return min(3, max(0, int(4 * (1 - ticks_left / BURN))))
