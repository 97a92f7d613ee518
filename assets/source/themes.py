"""The floors, walls, bricks and grounds of the four themes. Like tiles.py: 96 x 96, and light from above.

Rule 1: floors stay quiet; walls and bricks of one theme differ in shape, not only in colour.
Rule 2: what flies apart when a brick breaks has the colours of that brick.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import sin

import pygame

from petard.assets.palette import INK, Colour
from petard.assets.source.pen import Pen
from petard.assets.source.shapes import blob, box, limb, oval, star
from petard.assets.source.tiles import TILE, brick_break, lighter

GROUND = (640, 360)  # pixels of what lies around the board; it is drawn larger, and darker


@dataclass(frozen=True, slots=True)
class ThemeColours:
    """The colours of a theme: two floors, top and front of walls, top and front of bricks, and the sky."""

    floor: tuple[Colour, Colour]
    stone: Colour
    stone_dark: Colour
    clay: Colour
    clay_dark: Colour
    sky: tuple[Colour, Colour]


# fmt: off
THEMES: Mapping[str, ThemeColours] = {
    "factory": ThemeColours(
        ((68, 84, 116), (60, 75, 105)), (168, 174, 184), (64, 66, 80), (206, 158, 98), (122, 80, 46),
        ((44, 46, 60), (92, 72, 70)),
    ),
    "ruins": ThemeColours(
        ((130, 117, 100), (119, 107, 91)), (214, 196, 152), (112, 92, 66), (184, 96, 74), (104, 50, 44),
        ((66, 40, 58), (176, 104, 72)),
    ),
    "garden": ThemeColours(
        ((84, 106, 88), (76, 97, 80)), (104, 172, 78), (34, 74, 50), (246, 196, 150), (178, 108, 82),
        ((40, 72, 82), (84, 132, 96)),
    ),
    "snow": ThemeColours(
        ((132, 148, 176), (122, 138, 166)), (182, 220, 244), (70, 104, 160), (158, 108, 82), (90, 58, 52),
        ((34, 46, 88), (120, 140, 190)),
    ),
}
# fmt: on


def floor(theme: str, shade: int) -> pygame.Surface:
    """One of the two quiet fields of the checker."""
    base = THEMES[theme].floor[shade]
    pen = Pen(TILE, TILE, rim=base)
    pen.fill(box(-2, -2, 100, 100), base)
    pen.fill(box(3, 3, 90, 90, 2 if theme == "factory" else 12), lighter(base, 0.045))
    for k in range(5):
        x, y = 18 + 60 * abs(sin(3.1 * k + shade)), 18 + 60 * abs(sin(5.7 * k + 2 * shade))
        if theme == "factory":
            x, y = ((12, 12), (84, 12), (12, 84), (84, 84), (12, 12))[k]
            pen.fill(oval(x, y, 3, 3), lighter(base, -0.2))
        elif theme == "garden":
            pen.stroke([(x, y), (x + 3, y - 6)], 2.2, lighter(base, -0.13))
            pen.stroke([(x + 3, y), (x + 7, y - 5)], 2.2, lighter(base, -0.1))
        elif theme == "ruins":
            pen.stroke([(x, y), (x + 8, y + 3)], 2, lighter(base, -0.12))
        else:
            pen.fill(oval(x, y, 5, 2.2), lighter(base, 0.12))
    return pen.done()


def wall(theme: str) -> pygame.Surface:
    """A block that nothing breaks."""
    colours = THEMES[theme]
    top, front = colours.stone, colours.stone_dark
    pen = Pen(TILE, TILE)
    pen.fill(box(0, 0, 96, 96), INK)
    pen.fill(box(2, 2, 92, 92, 10), (lighter(front, 0.06), lighter(front, -0.25)))
    pen.fill(box(2, 2, 92, 72, 10), (lighter(top, 0.25), top))
    _WALLS[theme](pen, top, front)
    return pen.done()


def _steel(pen: Pen, top: Colour, front: Colour) -> None:
    pen.fill(box(10, 9, 76, 58, 4), lighter(top, -0.16))
    for line in ([(16, 15), (80, 61)], [(80, 15), (16, 61)]):
        pen.stroke([(float(x), float(y)) for x, y in line], 9, lighter(top, -0.42))
        pen.stroke([(float(x), float(y) - 1.5) for x, y in line], 6, lighter(top, 0.12))
    for x, y in ((9, 9), (87, 9), (9, 67), (87, 67), (48, 38)):
        pen.fill(oval(x, y, 5, 5), lighter(front, 0.1))
        pen.fill(oval(x, y - 1, 3.4, 3.4), lighter(top, 0.35))
    area = box(4, 77, 88, 14, 5)
    pen.fill(area, (244, 190, 60))
    for k in range(-1, 6):
        pen.fill([(k * 20, 92), (k * 20 + 10, 92), (k * 20 + 22, 76), (k * 20 + 12, 76)], INK, within=[area])


def _sandstone(pen: Pen, top: Colour, front: Colour) -> None:
    pen.fill(box(10, 9, 76, 58, 5), lighter(top, -0.12))
    pen.fill(box(13, 13, 70, 51, 4), (top, lighter(top, 0.1)))
    dark = lighter(front, 0.05)
    spiral = [(48, 40), (56, 36), (56, 46), (42, 48), (36, 36), (44, 24), (62, 24), (70, 40), (62, 56), (30, 57)]
    pen.stroke([(float(x), float(y)) for x, y in spiral], 5, dark)
    pen.stroke([(2, 50), (14, 56), (10, 70)], 3, dark)
    pen.stroke([(94, 20), (84, 24), (88, 34)], 3, dark)
    for x, w in ((6, 38), (48, 42)):
        pen.fill(box(x, 77, w, 14, 3), (lighter(front, 0.2), front))


def _hedge(pen: Pen, top: Colour, front: Colour) -> None:
    for k in range(34):
        x, y = 9 + 78 * _scatter(k, 1.0), 10 + 58 * _scatter(k, 2.0)
        pen.fill(oval(x, y + 2, 10, 8), lighter(top, -0.3))
        pen.fill(oval(x, y, 9, 7), lighter(top, (0.0, 0.14, -0.1)[k % 3]))
    for k, (x, y) in enumerate(((24, 24), (68, 18), (50, 44), (22, 56), (76, 54))):
        petal = ((255, 236, 240), (255, 214, 120), (246, 150, 170))[k % 3]
        pen.fill(star(x, y, 8, 4), lighter(front, -0.2), 140)
        pen.fill(star(x, y - 1, 7, 3.6), petal)
        pen.fill(oval(x, y - 1, 2.2, 2.2), (250, 190, 60))
    for k in range(10):
        pen.fill(oval(8 + k * 9, 80 + 5 * (k % 2), 7, 6), lighter(front, 0.12 * (k % 3)))


def _ice(pen: Pen, top: Colour, front: Colour) -> None:
    pen.fill(box(9, 9, 78, 58, 12), (lighter(top, -0.12), lighter(top, 0.1)))
    for line, width in (([(22, 58), (58, 16)], 12), ([(44, 62), (80, 22)], 6)):
        pen.stroke([(float(x), float(y)) for x, y in line], width, lighter(top, 0.6), 190)
    pen.stroke([(60, 62), (52, 50), (58, 42)], 2.5, lighter(front, 0.3))
    pen.fill(
        blob((2, 14), (4, 4), (48, 1), (92, 4), (94, 14), (80, 11), (66, 17), (46, 11), (28, 17), (14, 11)),
        (250, 253, 255),
    )
    for k in range(5):
        x = 10 + k * 19
        pen.fill(limb(x, 74, x, 82 + 5 * (k % 2), 6, 1.5), lighter(top, 0.4))


_WALLS: Mapping[str, Callable[[Pen, Colour, Colour], None]] = {
    "factory": _steel,
    "ruins": _sandstone,
    "garden": _hedge,
    "snow": _ice,
}


def brick(theme: str) -> pygame.Surface:
    """A block that a flame breaks."""
    pen = Pen(TILE, TILE)
    pen.fill(box(1, 1, 94, 94, 9), INK)
    _BRICKS[theme](pen, THEMES[theme].clay, THEMES[theme].clay_dark)
    return pen.done()


def _crate(pen: Pen, clay: Colour, dark: Colour) -> None:
    pen.fill(box(4, 4, 88, 88, 6), (dark, lighter(dark, -0.2)))
    for k in range(3):
        pen.fill(box(12, 11 + k * 19, 72, 17, 3), (lighter(clay, 0.12 - 0.08 * k), lighter(clay, -0.08)))
    pen.stroke([(18, 64), (78, 16)], 12, dark)
    pen.stroke([(18, 63), (78, 15)], 8, lighter(clay, 0.2))
    for x, y, w, h in ((4, 4, 88, 11), (4, 62, 88, 11), (4, 4, 11, 69), (81, 4, 11, 69)):
        pen.fill(box(x, y, w, h, 3), (lighter(clay, 0.28), clay))
    for x, y in ((10, 10), (86, 10), (10, 67), (86, 67)):
        pen.fill(oval(x, y, 2.8, 2.8), lighter(dark, -0.3))
    pen.fill(box(4, 75, 88, 16, 4), (lighter(dark, 0.2), dark))


def _urns(pen: Pen, clay: Colour, dark: Colour) -> None:
    pen.fill(box(4, 4, 88, 88, 6), (dark, lighter(dark, -0.3)))
    for k, (x, y, w) in enumerate(((5, 5, 43), (51, 5, 40), (5, 28, 26), (34, 28, 57), (5, 51, 50), (58, 51, 33))):
        pen.fill(box(x, y + 3, w, 20, 5), lighter(dark, -0.15))
        pen.fill(box(x, y, w, 20, 5), (lighter(clay, 0.24 - 0.1 * (k % 2)), lighter(clay, -0.05 * (k % 3))))
    for x, y, r in ((14, 12, 9), (80, 58, 10), (40, 66, 7)):
        pen.fill(oval(x, y, r, r * 0.7), (112, 140, 74))
        pen.fill(oval(x - 1, y - 2, r * 0.6, r * 0.4), (146, 172, 96))
    pen.stroke([(62, 30), (56, 40), (64, 48)], 3.5, lighter(dark, -0.2))
    for x, w in ((5, 30), (38, 53)):
        pen.fill(box(x, 75, w, 16, 4), (lighter(dark, 0.16), dark))


def _pots(pen: Pen, clay: Colour, dark: Colour) -> None:
    pen.fill(box(4, 4, 88, 88, 6), (lighter(dark, -0.1), lighter(dark, -0.4)))
    pen.fill(box(8, 36, 80, 54, 8), (clay, dark))
    pen.fill(box(4, 28, 88, 18, 6), (lighter(clay, 0.3), clay))
    for k in range(12):
        x, y = 13 + 70 * _scatter(k, 4.0), 8 + 22 * _scatter(k, 5.0)
        pen.fill(oval(x, y + 1.5, 10, 7), (38, 92, 54))
        pen.fill(oval(x, y, 9, 6), (86 + 14 * (k % 3), 156, 84))
    for k, x in enumerate((20, 48, 76)):
        pen.fill(star(x, 14 + 5 * (k % 2), 9, 4.6, 6), ((250, 110, 120), (255, 224, 120), (250, 240, 250))[k])
        pen.fill(oval(x, 14 + 5 * (k % 2), 3, 3), (200, 120, 50))
    pen.fill(box(16, 56, 64, 6, 3), lighter(clay, 0.2), 160)


def _logs(pen: Pen, clay: Colour, dark: Colour) -> None:
    pen.fill(box(4, 4, 88, 88, 6), (dark, lighter(dark, -0.3)))
    for k, y in enumerate((30, 50, 70)):
        pen.fill(box(5, y, 86, 19, 9), (lighter(clay, 0.16), lighter(clay, -0.2)))
        for x in (14, 82):
            pen.fill(oval(x, y + 9.5, 8.5, 8.5), lighter(dark, -0.1))
            pen.fill(oval(x, y + 9.5, 6.5, 6.5), lighter(clay, 0.4))
            pen.fill(oval(x, y + 9.5, 2.5, 2.5), dark)
        pen.stroke([(34 + 8 * k, y + 8), (58 + 4 * k, y + 8)], 2.5, lighter(dark, 0.1))
    pen.fill(
        blob(
            (3, 34),
            (3, 8),
            (20, 3),
            (76, 3),
            (93, 8),
            (93, 34),
            (82, 30),
            (70, 40),
            (56, 31),
            (40, 38),
            (24, 30),
            (12, 38),
        ),
        (206, 222, 240),
    )
    pen.fill(blob((5, 24), (6, 9), (22, 5), (74, 5), (90, 9), (91, 24), (70, 28), (48, 23), (26, 28)), (250, 253, 255))


_BRICKS: Mapping[str, Callable[[Pen, Colour, Colour], None]] = {
    "factory": _crate,
    "ruins": _urns,
    "garden": _pots,
    "snow": _logs,
}


def ground(theme: str) -> pygame.Surface:
    """What lies around the board: three rows of hills in the haze of the theme."""
    wide, tall = GROUND
    first, last = THEMES[theme].sky
    pen = Pen(wide, tall, rim=first, fine=2)
    pen.fill(box(-1, -1, wide + 2, tall + 2), (first, last))
    for depth in range(3):
        foot, colour = 190 + 60 * depth, lighter(last, -0.28 - 0.2 * depth)
        for k in range(14):
            x, size = k * 52 - 20 + 24 * _scatter(k, depth), 26 + 46 * _scatter(k, depth + 7.0)
            _SKYLINE[theme](pen, x, foot - size, size, colour)
        pen.fill(box(-1, foot, wide + 2, tall), colour)
    return pen.done()


def _chimney(pen: Pen, x: float, y: float, size: float, colour: Colour) -> None:
    pen.fill(box(x, y, 46, size + 4), colour)
    pen.fill(box(x + 8, y - size * 0.5, 10, size), colour)


def _column(pen: Pen, x: float, y: float, size: float, colour: Colour) -> None:
    pen.fill(box(x, y, 18, size + 4), colour)
    pen.fill(box(x - 5, y - 6, 28, 8), colour)


def _tree(pen: Pen, x: float, y: float, size: float, colour: Colour) -> None:
    pen.fill(box(x - 3, y, 7, size + 4), colour)
    for dx, dy in ((0, -8), (-14, 4), (14, 4), (0, 8)):
        pen.fill(oval(x + dx, y + dy, 18, 16), colour)


def _fir(pen: Pen, x: float, y: float, size: float, colour: Colour) -> None:
    for k in range(3):
        top, half = y - 14 + k * size * 0.3, 12 + 7 * k
        pen.fill([(x, top), (x + half, top + size * 0.5 + 8), (x - half, top + size * 0.5 + 8)], colour)


_SKYLINE: Mapping[str, Callable[[Pen, float, float, float, Colour], None]] = {
    "factory": _chimney,
    "ruins": _column,
    "garden": _tree,
    "snow": _fir,
}


def _scatter(k: int, salt: float) -> float:
    """A number from 0 to 1 that looks like chance and is none."""
    value = sin(k * 12.9898 + salt * 78.233) * 4375.85
    return value - int(value // 1)


def _breaks(theme: str, step: int) -> pygame.Surface:
    return brick_break(step, THEMES[theme].clay, THEMES[theme].clay_dark)


PICTURES: dict[str, Callable[[], pygame.Surface]] = {
    **{f"{theme}-wall": partial(wall, theme) for theme in THEMES},
    **{f"{theme}-brick": partial(brick, theme) for theme in THEMES},
    **{f"{theme}-ground": partial(ground, theme) for theme in THEMES},
    **{f"{theme}-floor-{k}": partial(floor, theme, k) for theme in THEMES for k in range(2)},
    **{f"{theme}-brick-break-{k}": partial(_breaks, theme, k) for theme in THEMES for k in range(4)},
}
