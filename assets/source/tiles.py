"""The board: floor, wall, bricks whole and breaking, and the shadow of a wall that is about to fall.

All pictures are 96 x 96. Floors differ very little, so that moving things stand out. Blocks show their top and, at
the bottom, a darker front: all light comes from above.
"""

from math import sin

import pygame

from petard.assets.palette import CLAY, CLAY_DARK, DANGER, FLOOR, INK, STONE, STONE_DARK, Colour
from petard.assets.source.pen import Pen
from petard.assets.source.shapes import Shape, box, moved, oval, turned

TILE = 96


def lighter(colour: Colour, by: float) -> Colour:
    """The colour mixed with white (by > 0) or with ink (by < 0)."""
    goal = (255, 255, 255) if by > 0 else INK
    r, g, b = (round(c + (t - c) * abs(by)) for c, t in zip(colour, goal, strict=True))
    return r, g, b


def floor(shade: int) -> pygame.Surface:
    """One of the two quiet fields of the checker."""
    pen = Pen(TILE, TILE, rim=FLOOR[shade])
    base = FLOOR[shade]
    pen.fill(box(-2, -2, 100, 100), base)
    pen.fill(box(3, 3, 90, 90, 10), lighter(base, 0.035))
    for k in range(5):
        x, y = 18 + 60 * abs(sin(3.1 * k + shade)), 18 + 60 * abs(sin(5.7 * k + 2 * shade))
        pen.fill(oval(x, y, 2.6, 1.8), lighter(base, -0.09))
    return pen.done()


def wall() -> pygame.Surface:
    """A block of stone that nothing breaks."""
    pen = Pen(TILE, TILE)
    pen.fill(box(0, 0, 96, 96), INK)
    pen.fill(box(2, 2, 92, 92, 12), (lighter(STONE_DARK, 0.06), lighter(STONE_DARK, -0.25)))
    top = box(2, 2, 92, 72, 12)
    pen.fill(top, (lighter(STONE, 0.22), STONE))
    pen.fill(box(9, 9, 78, 58, 8), lighter(STONE, -0.10), within=[top])
    pen.fill(box(9, 11, 78, 56, 8), (STONE, lighter(STONE, 0.10)))
    for x, y in ((18, 19), (78, 19), (18, 57), (78, 57)):
        pen.fill(oval(x, y + 1.5, 4.5, 4.5), lighter(STONE, 0.4))
        pen.fill(oval(x, y, 4.5, 4.5), lighter(STONE, -0.32))
    pen.stroke([(34, 82), (46, 82)], 3, lighter(STONE_DARK, -0.4))
    pen.stroke([(66, 86), (72, 86)], 3, lighter(STONE_DARK, -0.4))
    return pen.done()


# Where the stones of a brick tile lie: x, y, width; all are 17 high. Rows are shifted as a mason would.
_STONES = (
    (5, 5, 40),
    (48, 5, 43),
    (5, 25, 20),
    (28, 25, 40),
    (71, 25, 20),
    (5, 45, 40),
    (48, 45, 43),
)


def _clay(pen: Pen, shape: Shape, top: Colour) -> None:
    pen.fill(moved(shape, 0, 3), lighter(CLAY_DARK, -0.15))
    pen.fill(shape, (lighter(top, 0.22), top))


def brick() -> pygame.Surface:
    """A block of clay that a flame breaks."""
    pen = Pen(TILE, TILE)
    pen.fill(box(1, 1, 94, 94, 9), INK)
    pen.fill(box(4, 4, 88, 88, 6), (CLAY_DARK, lighter(CLAY_DARK, -0.3)))
    for k, (x, y, w) in enumerate(_STONES):
        _clay(pen, box(x, y, w, 17, 4), lighter(CLAY, (0.0, 0.10, -0.06)[k % 3]))
    for x, w in ((5, 20), (28, 40), (71, 20)):
        pen.fill(box(x, 68, w, 22, 4), (lighter(CLAY_DARK, 0.16), CLAY_DARK))
    return pen.done()


# For each picture of the break: how far the stones have flown, how large they still are, how much they have turned.
_BREAK = ((2.0, 1.0, 3), (0.0, 0.80, 12), (3.0, 0.56, 32), (7.0, 0.32, 60))


def brick_break(step: int, clay: Colour = CLAY, dark: Colour = CLAY_DARK) -> pygame.Surface:
    """The same block falling apart: 0 has just cracked, 3 is nearly gone."""
    flown, size, turn = _BREAK[step]
    pen = Pen(TILE, TILE)
    if step == 0:
        pen.fill(box(1, 1, 94, 94, 9), INK)
        pen.fill(box(4, 4, 88, 88, 6), lighter(dark, -0.45))
    else:
        pen.glow(48, 50, 46, (255, 226, 170), (0, 150, 90, 40)[step])
    for k, (x, y, w) in enumerate((*_STONES, (5, 68, 20), (28, 68, 40), (71, 68, 20))):
        cx, cy = x + w / 2, y + 9
        away = (cx - 48) / 46, (cy - 50) / 46
        middle = cx + away[0] * flown, cy + away[1] * flown + (0, 0, 2, 5)[step]
        stone = box(middle[0] - w * size / 2, middle[1] - 8 * size, w * size, 17 * size, 4 * size)
        stone = turned(stone, turn * (1, -1, 0.6)[k % 3], middle)
        pen.part([stone], (lighter(clay, 0.25), lighter(clay, -0.1)), width=2.5 if step else 1.5)
    if step == 0:
        _cracks(pen)
    return pen.done()


def _cracks(pen: Pen) -> None:
    for line in (
        [(50, 6), (42, 24), (54, 38), (44, 58), (52, 88)],
        [(54, 38), (72, 46), (90, 42)],
        [(44, 58), (24, 62), (8, 76)],
        [(42, 24), (22, 18)],
    ):
        pen.stroke([(float(x), float(y)) for x, y in line], 4.5, INK)


def shadow() -> pygame.Surface:
    """Laid over a tile on which a wall falls in half a second."""
    pen = Pen(TILE, TILE)
    area = box(4, 4, 88, 88, 12)
    pen.fill(area, INK, 130)
    for k in range(-1, 6):
        x = k * 30
        pen.fill([(x, 96), (x + 15, 96), (x + 63, 0), (x + 48, 0)], DANGER, 70, within=[area])
    pen.stroke([*area, area[0]], 5, DANGER)
    return pen.done()
