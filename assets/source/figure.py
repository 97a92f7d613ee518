"""The common parts of all eight characters: two pens, a pose, and limbs that walk.

A figure is drawn as seen from the front, from its right side or from behind, in a cell of 96 x 120 with its feet at
the bottom. The body goes on a grey sheet that the painter multiplies with the player's colour; eyes, bellies and
shoes go on a second sheet that keeps its colours. Where the body covers the face, the face is erased.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pygame

from petard.assets.palette import INK, Colour
from petard.assets.source.pen import Paint, Pen
from petard.assets.source.shapes import Shape, limb, oval

WIDTH, HEIGHT = 96, 120
GROUND = 112.0

# Greys of the body, before the player's colour is multiplied in.
LIGHT: Colour = (255, 255, 255)
SOFT: Colour = (226, 226, 230)
SHADE: Colour = (186, 186, 196)
DEEP: Colour = (140, 140, 154)
LINE: Colour = (44, 40, 60)
FUR: Paint = (LIGHT, (214, 214, 222))

WHITE: Colour = (255, 255, 255)
CREAM: Colour = (255, 240, 220)
BLUSH: Colour = (255, 140, 140)


@dataclass(frozen=True, slots=True)
class Pose:
    """One cell of a sheet. `view`: front, side (looking right) or back. `step`: which foot is ahead (-1, 0, 1)."""

    view: str
    step: int
    lift: float  # pixels that the body is higher than when it stands

    @property
    def front(self) -> bool:
        return self.view == "front"

    @property
    def side(self) -> bool:
        return self.view == "side"


class Figure:
    """One cell in the making: `body` to be tinted, `face` over it."""

    def __init__(self, pose: Pose) -> None:
        self.pose = pose
        self.body = Pen(WIDTH, HEIGHT, rim=LINE)
        self.face = Pen(WIDTH, HEIGHT, rim=INK)

    def part(self, shapes: Sequence[Shape], paint: Paint = FUR, width: float = 3.5) -> None:
        """Body in outline; hides what of the face lies below it."""
        self.body.part(shapes, paint, LINE, width)
        self.face.rub_out(shapes, width)

    def shade(self, shape: Shape, within: Sequence[Shape], paint: Paint = SHADE, alpha: int = 255) -> None:
        """A darker patch of body, cut to the shapes `within`."""
        self.body.fill(shape, paint, alpha, within)

    def patch(self, shape: Shape, colour: Paint, within: Sequence[Shape] = (), alpha: int = 255) -> None:
        """Untinted and without an outline: a belly, the inside of an ear."""
        self.face.fill(shape, colour, alpha, within)

    def detail(self, shapes: Sequence[Shape], paint: Paint, width: float = 3) -> None:
        """Untinted and in outline: a beak, a shoe."""
        self.face.part(shapes, paint, INK, width)

    def line(self, points: Sequence[tuple[float, float]], width: float = 3, colour: Colour = INK) -> None:
        """Untinted line: a mouth."""
        self.face.stroke(points, width, colour)

    def contact(self, rx: float = 24) -> None:
        """The soft shadow that ties the figure to the floor."""
        self.body.fill(oval(48, GROUND + 1, rx, 5.5), INK, 90)

    def eye(self, x: float, y: float, rx: float = 5.2, ry: float = 7.2) -> None:
        """A dark eye with a spark in it."""
        self.face.fill(oval(x, y, rx, ry), INK)
        self.face.shine(x + rx * 0.28, y - ry * 0.36, rx * 0.42, ry * 0.36)

    def cheek(self, x: float, y: float) -> None:
        """A blush."""
        self.face.fill(oval(x, y, 5, 3.2), BLUSH, 150)

    def feet(self, spread: float = 12, rx: float = 10.5, ry: float = 7, paint: Paint = SOFT) -> None:
        """Two feet on the ground; with a step, one ahead and one lifted."""
        step = self.pose.step
        for sign in (-1, 1):
            ahead = step * sign
            if self.pose.side:
                x, y = 50.0 + 15 * ahead, GROUND - ry - (5 if ahead < 0 else 0)
                self.part([oval(x, y, rx * 1.1, ry, 14 if ahead < 0 else 0)], paint)
            else:
                x, y = 48.0 + sign * spread, GROUND - ry - (8 if ahead > 0 else 0)
                self.part([oval(x, y, rx, ry * (0.9 if ahead > 0 else 1.05))], paint)

    def arms(self, y: float, out: float, length: float = 15, r: float = 6.5, paint: Paint = FUR) -> None:
        """Two arms that swing against the feet, from shoulders `out` pixels from the middle."""
        step = self.pose.step
        if self.pose.side:
            self.part([limb(46, y, 46 - 11 * step, y + length - 4 * abs(step), r * 0.8, r)], paint)
            return
        for sign in (-1, 1):
            ahead = -step * sign
            self.part(
                [limb(48 + sign * out, y, 48 + sign * (out + 7), y + length - 7 * max(0, ahead), r * 0.8, r)], paint
            )


# (frames of a row) which foot is ahead and how high the body is; frame 0 stands.
WALK = ((0, 0.0), (-1, 1.5), (0, 3.5), (1, 1.5))
# The rows of a sheet. Left is right seen in a mirror.
ROWS = ("front", "side", "back", "mirror")


def sheets(draw: Callable[[Figure], None]) -> tuple[pygame.Surface, pygame.Surface]:
    """The sheets of one character, body and face: 4 frames by 4 directions (down, right, up, left)."""
    size = (WIDTH * len(WALK), HEIGHT * len(ROWS))
    body, face = (pygame.Surface(size, pygame.SRCALPHA) for _ in range(2))
    for column, (step, lift) in enumerate(WALK):
        for row, view in enumerate(ROWS):
            if view == "mirror":
                _mirror_row(body, column, row)
                _mirror_row(face, column, row)
                continue
            figure = Figure(Pose(view, step, lift))
            draw(figure)
            for sheet, pen in ((body, figure.body), (face, figure.face)):
                sheet.blit(pen.done(), (column * WIDTH, row * HEIGHT), special_flags=pygame.BLEND_RGBA_ADD)
    return body, face


def _mirror_row(sheet: pygame.Surface, column: int, row: int) -> None:
    side = sheet.subsurface((column * WIDTH, ROWS.index("side") * HEIGHT, WIDTH, HEIGHT))
    flipped = pygame.transform.flip(side, True, False)
    sheet.blit(flipped, (column * WIDTH, row * HEIGHT), special_flags=pygame.BLEND_RGBA_ADD)
