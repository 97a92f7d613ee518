"""A small map of a board that is larger than the screen: who is where, and where the players of this machine are.

Rule: the tiles are the pixels of a picture with a palette, which is made larger; so a board of 64 x 64 costs little,
      although a brick goes in nearly each tick.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache

import pygame

from petard.assets.palette import DANGER, FLAME, INK, PAPER, PLAYER_COLOURS
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.play_layout import BarPlace, PlayLayout
from petard.game.view.view import View
from petard.shared.protocol.messages import Seat
from petard.shared.rules.world import Tile

WIDEST, HIGHEST = 190.0, 140.0  # logical units
PAD, RIM = 12.0, 4.0  # from the edge of the window; around the map
FLOOR, WALL, BRICK = (36, 33, 58), (82, 86, 112), (96, 66, 66)
BURNING = 255  # of a tile with a flame, beside the kinds of Tile
COLOURS = {int(Tile.WALL): WALL, int(Tile.BRICK): BRICK, int(Tile.BREAKING): BRICK, BURNING: FLAME[1]}


def draw_small_map(
    canvas: Canvas, layout: PlayLayout, view: View, seats: Sequence[Seat], mine: Collection[int]
) -> None:
    """Draw the map in the lower right corner; beside two players, in the middle between their plates."""
    side = min(WIDEST / view.width, HIGHEST / view.height)
    wide, tall = side * view.width, side * view.height
    _, y, _, below = layout.fields[-1]
    x, y = canvas.wide - wide - PAD - RIM, y + below - tall - PAD - RIM
    if layout.shape is BarPlace.TALL:
        y = canvas.tall - tall - PAD - RIM
    elif len(mine) > 1:
        x = (canvas.wide - wide) / 2
    canvas.panel(x - RIM, y - RIM, wide + 2 * RIM, tall + 2 * RIM, INK, 8)
    box = canvas.pixels(x, y, wide, tall)
    tiles = bytearray(view.tiles)
    for flame in view.flames:
        tiles[flame.y * view.width + flame.x] = BURNING
    canvas.surface.blit(_picture(bytes(tiles), view.width, box.size), box)
    colours = {seat.slot: PLAYER_COLOURS[seat.colour % len(PLAYER_COLOURS)] for seat in seats}
    for body in sorted(view.players, key=lambda body: body.slot in mine):
        if body.alive:
            own = body.slot in mine
            if own:
                _dot(canvas, box, view, (body.x, body.y), canvas.length(8), PAPER)
            _dot(canvas, box, view, (body.x, body.y), canvas.length(5 if own else 3.5), colours.get(body.slot, DANGER))


def _dot(
    canvas: Canvas, box: pygame.Rect, view: View, at: tuple[float, float], radius: float, colour: tuple[int, ...]
) -> None:
    place = box.x + at[0] / view.width * box.w, box.y + at[1] / view.height * box.h
    pygame.draw.circle(canvas.surface, colour, place, max(1.0, radius))


@lru_cache(maxsize=2)
def _picture(tiles: bytes, width: int, size: tuple[int, int]) -> pygame.Surface:
    """The board and its flames."""
    small = pygame.image.frombuffer(tiles, (width, len(tiles) // width), "P")
    small.set_palette([COLOURS.get(kind, FLOOR) for kind in range(256)])
    return pygame.transform.scale(small.convert(32), size)
