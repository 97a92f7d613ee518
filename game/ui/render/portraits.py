"""Characters outside the board: in the lobby, in the results, wherever somebody is shown.

Rule: a picture of every size in use is kept, and all of them are forgotten together when there are too many sizes.
"""

import pygame

from petard.assets.palette import PLAYER_COLOURS
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.player_badges import badge
from petard.game.ui.render.sprite_cache import FigureSprite, SpriteCache

SIZES = 8  # that are in use at once
STEPS = 8.0  # pictures of the walk in a second
HOP = 2.4  # hops in a second, of those who are glad


class Portraits:
    """The characters at every size that a screen needs."""

    def __init__(self) -> None:
        self._sheets: dict[int, SpriteCache] = {}

    def body(self, canvas: Canvas, figure: FigureSprite, x: float, feet: float, width: float, cell: int = 0) -> None:
        """One character; `x` is its middle and `feet` its lower edge. `cell` counts through its sheet, row by row."""
        side = canvas.length(width)
        if side not in self._sheets:
            if len(self._sheets) >= SIZES:
                self._sheets.clear()
            self._sheets[side] = SpriteCache()
            self._sheets[side].resize(side)
        picture = self._sheets[side].body(figure, cell)
        canvas.surface.blit(picture, picture.get_rect(midbottom=canvas.pixels(x, feet, 0, 0).topleft))


def draw_badge(canvas: Canvas, slot: int, colour: int, size: float, x: float, y: float) -> None:
    """The shape and the letter of a slot in its colour, its top left corner at (x, y)."""
    side, paint = canvas.length(size), PLAYER_COLOURS[colour % len(PLAYER_COLOURS)]

    def make() -> pygame.Surface:
        return badge(slot, paint, side, canvas.fonts.of)

    canvas.stamp(("badge", slot, colour, side), make, x, y)


def step_of(now: float, seed: int = 0) -> int:
    """The cell of somebody who walks on the spot towards us.

    >>> [step_of(at / 8) for at in range(5)]
    [0, 1, 2, 3, 0]
    """
    return int(now * STEPS + seed * 3) % 4


def hop_of(now: float, high: float, seed: int = 0) -> float:
    """How far off the ground somebody is who hops for joy, at most `high`.

    >>> hop_of(0.0, 20.0)
    0.0
    """
    part = (now * HOP + seed * 0.37) % 1.0
    return 4 * high * part * (1 - part)
