"""The board as one surface: floor, walls and bricks, the part of the picture that seldom changes.

Only tiles that changed are painted again, with the one below each, since solid tiles throw a shade on it. A crumbling
brick is floor here; the painter draws what is left of it.
"""

import pygame

from petard.game.ui.render.sprite_cache import SpriteCache
from petard.game.view.view import View
from petard.shared.rules.world import Tile

SOLIDS = {int(Tile.WALL): "wall", int(Tile.BRICK): "brick"}


class BoardLayer:
    """One surface with floor, walls and bricks."""

    def __init__(self) -> None:
        self.surface = pygame.Surface((1, 1))
        self._shown = b""
        self._shape = (0, 0, 0)  # width, height, pixels to a tile

    def update(self, view: View, sprites: SpriteCache) -> int:
        """Bring the surface up to date; return the number of tiles that were painted."""
        shape = (view.width, view.height, sprites.side)
        if shape != self._shape:
            self._shape = shape
            surface = pygame.Surface((view.width * sprites.side, view.height * sprites.side))
            self.surface = surface.convert() if pygame.display.get_surface() else surface
            self._shown = bytes([255]) * len(view.tiles)  # no tile is of that kind: all are painted
        if view.tiles == self._shown:
            return 0
        changed = [tile for tile, kind in enumerate(view.tiles) if kind != self._shown[tile]]
        self._shown = view.tiles
        dirty = sorted({*changed, *(tile + view.width for tile in changed if tile + view.width < len(view.tiles))})
        for tile in dirty:
            self._paint(tile, view, sprites)
        return len(dirty)

    def _paint(self, tile: int, view: View, sprites: SpriteCache) -> None:
        row, column = divmod(tile, view.width)
        place = column * sprites.side, row * sprites.side
        kind = view.tiles[tile]
        self.surface.blit(sprites.image(f"floor-{(row + column) % 2}"), place)
        if kind in SOLIDS:
            self.surface.blit(sprites.image(SOLIDS[kind]), place)
        elif row and view.tiles[tile - view.width] in SOLIDS:
            self.surface.blit(sprites.shade(), place)
