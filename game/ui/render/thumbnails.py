"""Small pictures of how matches ended, drawn by the painter itself.

Rule: one new picture is made at a time, since each takes as long as a whole picture of a match.
"""

import pygame

from petard.game.ui.layout import Box
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.effects import Comfort
from petard.game.ui.render.painter import Painter
from petard.game.view.demo_summary import DemoSummary

SHAPE = 16 / 9
TAGGED = 300  # pixels; on a picture less wide nobody can read names


class Thumbnails:
    """One for a list. Call `begin` before each picture of it."""

    def __init__(self) -> None:
        calm = Comfort(particles=False, flashes=False, shake=False, danger=False)
        self._large, self._small = Painter(calm), Painter(calm, tagged=False)
        self._may_make = True

    def begin(self) -> None:
        """A picture of the list begins: one more still may be made."""
        self._may_make = True

    def draw(self, canvas: Canvas, card: DemoSummary, box: Box) -> bool:
        """Draw how it ended into a box of SHAPE; False if there is no picture of that, or not yet."""
        size = canvas.pixels(*box).size
        key = ("still", card.name, card.length, size)
        if card.last is None or not (self._may_make or canvas.has(key)):
            return False
        self._may_make &= canvas.has(key)
        canvas.stamp(key, lambda: self._made(card, size), box[0], box[1])
        return True

    def _made(self, card: DemoSummary, size: tuple[int, int]) -> pygame.Surface:
        assert card.last is not None
        surface = pygame.Surface(size).convert()
        painter = self._large if size[0] >= TAGGED else self._small
        painter.draw(Canvas(surface), card.last, card.seats, 0.0, (), (0.0, 0.0))
        return surface
