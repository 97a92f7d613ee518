"""A pen for smooth pictures: everything is drawn FINE times larger and scaled down once.

Rule 1: units are pixels of the finished picture.
Rule 2: nothing is random, so a second run gives the same pixels.
Rule 3: clear pixels keep the colour of the rim (`rim`), so that scaling down never mixes black into an edge.
"""

from collections.abc import Sequence
from itertools import pairwise

import pygame

from petard.assets.palette import INK, Colour
from petard.assets.source.shapes import Point, Shape, oval

FINE = 4

# One colour, or two that blend from the top of a shape to its bottom.
Paint = Colour | tuple[Colour, Colour]


class Pen:
    """One picture in the making, `width` x `height` finished pixels."""

    def __init__(self, width: int, height: int, rim: Colour = INK, fine: int = FINE) -> None:
        self.size = (width, height)
        self.rim = rim
        self.fine = fine
        self.surface = pygame.Surface((width * fine, height * fine), pygame.SRCALPHA)
        self.surface.fill((*rim, 0))

    def fill(self, shape: Sequence[Point], paint: Paint, alpha: int = 255, within: Sequence[Shape] = ()) -> None:
        """Paint a shape, or only what of it lies inside one of the shapes `within`."""
        corner, layer = self._mask([shape])
        if layer.get_width() == 0:
            return
        if within:
            layer.blit(self._mask(within, corner, layer.get_size())[1], (0, 0), special_flags=pygame.BLEND_RGBA_MULT)
        layer.blit(_ramp(paint, alpha, layer.get_size()), (0, 0), special_flags=pygame.BLEND_RGBA_MULT)
        self.surface.blit(layer, corner)

    def part(self, shapes: Sequence[Shape], paint: Paint, outline: Colour = INK, width: float = 3.5) -> None:
        """Shapes that grow together, with one outline of `width` around all of them."""
        for shape in shapes:
            self.stroke([*shape, shape[0]], 2 * width, outline)
        for shape in shapes:
            self.fill(shape, paint)

    def stroke(self, points: Sequence[Point], width: float, colour: Colour, alpha: int = 255) -> None:
        """A line with round ends and joints, `width` pixels thick."""
        if alpha < 255:
            self._faint_stroke(points, width, colour, alpha)
            return
        self._draw_stroke(self.surface, points, width, (*colour, 255))

    def glow(self, x: float, y: float, radius: float, colour: Colour, alpha: int = 255) -> None:
        """Soft light: `alpha` in the middle, nothing at the rim, falling quickly."""
        r = round(radius * self.fine)
        layer = pygame.Surface((2 * r, 2 * r), pygame.SRCALPHA)
        layer.fill((*colour, 0))
        for step in range(40):
            fade = ((step + 1) / 40) ** 2
            pygame.draw.circle(layer, (*colour, round(alpha * fade)), (r, r), round(r * (1 - step / 40)))
        self.surface.blit(layer, (round(x * self.fine) - r, round(y * self.fine) - r))

    def shine(self, x: float, y: float, rx: float, ry: float, turn: float = 0, alpha: int = 255) -> None:
        """A white highlight."""
        self.fill(oval(x, y, rx, ry, turn), (255, 255, 255), alpha)

    def rub_out(self, shapes: Sequence[Shape], grow: float = 0) -> None:
        """Make the shapes, and `grow` pixels around them, clear again."""
        clear = (*self.rim, 0)
        for shape in shapes:
            pygame.draw.polygon(self.surface, clear, self._fine_points(shape))
            if grow:
                self._draw_stroke(self.surface, [*shape, shape[0]], 2 * grow, clear)

    def paste(self, picture: pygame.Surface, x: float, y: float) -> None:
        """Put a finished picture here, its top left corner at (x, y)."""
        w, h = picture.get_size()
        large = pygame.transform.smoothscale(picture, (w * self.fine, h * self.fine)) if self.fine > 1 else picture
        self.surface.blit(large, (round(x * self.fine), round(y * self.fine)))

    def done(self) -> pygame.Surface:
        """The finished picture."""
        seen = pygame.mask.from_surface(self.surface, 0)  # layers have left their colours in clear pixels: rule 3
        whole = seen.to_surface(setsurface=self.surface, unsetcolor=(*self.rim, 0))
        return pygame.transform.smoothscale(whole, self.size) if self.fine > 1 else whole

    def _fine_points(self, points: Sequence[Point], corner: tuple[int, int] = (0, 0)) -> list[tuple[int, int]]:
        return [(round(x * self.fine) - corner[0], round(y * self.fine) - corner[1]) for x, y in points]

    def _mask(
        self, shapes: Sequence[Sequence[Point]], corner: tuple[int, int] | None = None, size: tuple[int, int] = (0, 0)
    ) -> tuple[tuple[int, int], pygame.Surface]:
        """White shapes on clear white, cut to their own box or to the one that is given."""
        if corner is None:
            points = self._fine_points([p for shape in shapes for p in shape])
            left, top = (max(0, min(p[i] for p in points)) for i in (0, 1))
            right, bottom = (min(self.surface.get_size()[i] - 1, max(p[i] for p in points)) for i in (0, 1))
            corner, size = (left, top), (max(0, right - left + 1), max(0, bottom - top + 1))
        mask = pygame.Surface(size, pygame.SRCALPHA)
        mask.fill((255, 255, 255, 0))
        for shape in shapes:
            pygame.draw.polygon(mask, (255, 255, 255, 255), self._fine_points(shape, corner))
        return corner, mask

    def _faint_stroke(self, points: Sequence[Point], width: float, colour: Colour, alpha: int) -> None:
        layer = pygame.Surface(self.surface.get_size(), pygame.SRCALPHA)
        layer.fill((*colour, 0))
        self._draw_stroke(layer, points, width, (*colour, alpha))
        self.surface.blit(layer, (0, 0))

    def _draw_stroke(
        self, surface: pygame.Surface, points: Sequence[Point], width: float, colour: tuple[int, int, int, int]
    ) -> None:
        fine = self._fine_points(points)
        radius = width * self.fine / 2
        for (x1, y1), (x2, y2) in pairwise(fine):
            length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
            if length == 0:
                continue
            nx, ny = (y1 - y2) / length * radius, (x2 - x1) / length * radius
            corners = [(x1 + nx, y1 + ny), (x2 + nx, y2 + ny), (x2 - nx, y2 - ny), (x1 - nx, y1 - ny)]
            pygame.draw.polygon(surface, colour, [(round(x), round(y)) for x, y in corners])
        for point in fine:
            pygame.draw.circle(surface, colour, point, max(1, round(radius)))


def _ramp(paint: Paint, alpha: int, size: tuple[int, int]) -> pygame.Surface:
    """A sheet of that paint, to be multiplied with a mask."""
    first, last = paint if isinstance(paint[0], tuple) else (paint, paint)
    assert isinstance(first, tuple)
    assert isinstance(last, tuple)
    ramp = pygame.Surface(size, pygame.SRCALPHA)
    span = max(1, size[1] - 1)
    for y in range(size[1]):
        mixed = [round(a + (b - a) * y / span) for a, b in zip(first, last, strict=True)]
        ramp.fill((*mixed, alpha), (0, y, size[0], 1))
    return ramp
