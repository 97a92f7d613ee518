"""Bombs, flames, and their particles (spark, puff).

Neighbouring flames join without a visible edge: at each side where a flame continues, each layer is exactly HALF[layer]
pixels wide on both sides of the middle, in every frame. Between the sides the flames flicker.
"""

from collections.abc import Callable
from math import pi, sin

import pygame

from petard.assets.palette import ACCENT, FLAME, INK, PAPER, Colour
from petard.assets.source.pen import Pen
from petard.assets.source.shapes import Shape, blob, curve, limb, oval, star, turned
from petard.assets.source.tiles import TILE

BOMB: Colour = (52, 48, 74)
HOT: Colour = (196, 54, 52)

# Half the width of each layer of a flame where it crosses the side of a tile, rim first.
HALF = (39.0, 33.0, 25.0, 14.0)


def bomb(step: int) -> pygame.Surface:
    """The pulse: 0 is calm, 2 is large, 3 is red and about to blow."""
    pen = Pen(TILE, TILE)
    pen.fill(oval(48, 86, 30, 7), INK, 90)
    r = (29.0, 30.5, 32.0, 34.0)[step]
    draw_bomb(pen, 45, 57, r, hot=step == 3)
    tip = fuse_tip(45, 57, r)
    draw_fire(pen, tip[0], tip[1], (8.0, 10.0, 8.5, 11.0)[step], turn=step * 18)
    return pen.done()


def fuse_tip(x: float, y: float, r: float) -> tuple[float, float]:
    """Where the fuse of a bomb of radius r about (x, y) ends."""
    return x + 1.06 * r, y - 1.18 * r


def draw_bomb(pen: Pen, x: float, y: float, r: float, hot: bool = False, width: float = 3.5) -> None:
    """A round bomb with a neck and an unlit fuse."""
    skin = (HOT, (110, 26, 44)) if hot else ((76, 72, 104), (34, 30, 50))
    tip = fuse_tip(x, y, r)
    fuse = curve((x + 0.62 * r, y - 0.72 * r), (x + 0.80 * r, y - 1.10 * r), tip)
    pen.stroke(fuse, 0.17 * r + 2 * width, INK)
    pen.stroke(fuse, 0.17 * r, (226, 196, 150))
    neck = turned(
        limb(x + 0.42 * r, y - 0.84 * r, x + 0.84 * r, y - 0.84 * r, 0.16 * r, 0.16 * r),
        45,
        (x + 0.63 * r, y - 0.76 * r),
    )
    pen.part([neck], (104, 100, 136), width=width)
    body = oval(x, y, r, r)
    pen.part([body], skin, width=width)
    pen.fill(
        oval(x + 0.05 * r, y + 0.62 * r, 0.7 * r, 0.3 * r), (255, 150, 120) if hot else (112, 108, 150), 70, [body]
    )
    pen.shine(x - 0.40 * r, y - 0.42 * r, 0.24 * r, 0.15 * r, -40, 235)
    pen.shine(x - 0.62 * r, y - 0.08 * r, 0.07 * r, 0.10 * r, 0, 200)


def draw_fire(pen: Pen, x: float, y: float, r: float, turn: float = 0) -> None:
    """The lit end of a fuse."""
    pen.glow(x, y, r * 2.0, (255, 170, 60), 170)
    pen.fill(star(x, y, r * 1.25, r * 0.55, 8, turn), FLAME[1])
    pen.fill(star(x, y, r * 0.95, r * 0.45, 8, turn + 20), FLAME[2])
    pen.fill(oval(x, y, r * 0.42, r * 0.42), FLAME[3])


def _flicker(along: float, frame: int, layer: int) -> float:
    """How far the rim of a layer is off its straight line; nothing at both ends of the tile."""
    wave = sin(2 * pi * (along / 48 + frame / 3 + 0.17 * layer)) + 0.6 * sin(2 * pi * (along / 32 - frame / 3))
    return 4.2 * wave * sin(pi * along / TILE) ** 2


def _side(frame: int, layer: int) -> list[tuple[float, float]]:
    """The upper rim of a layer of a flame that runs from left to right, past both sides of the tile."""
    steps = range(0, TILE + 1, 4)
    rim = [(float(x), 48 - HALF[layer] - _flicker(x, frame, layer)) for x in steps]
    return [(-4.0, rim[0][1]), *rim, (TILE + 4.0, rim[-1][1])]


def _burn(shape_of: Callable[[int], Shape]) -> pygame.Surface:
    """Paint the layers of a flame, rim first."""
    pen = Pen(TILE, TILE, rim=FLAME[0])
    for layer, colour in enumerate(FLAME):
        pen.fill(shape_of(layer), colour)
    return pen.done()


def flame_middle(frame: int) -> pygame.Surface:
    """A flame on its way, left to right."""

    def shape(layer: int) -> Shape:
        low = [(x, 96 - y) for x, y in _side((frame + 1) % 3, layer)]
        return _side(frame, layer) + low[::-1]

    return _burn(shape)


def flame_centre(frame: int) -> pygame.Surface:
    """Where the bomb was: four ways to go."""
    pen = Pen(TILE, TILE, rim=FLAME[0])
    for layer, colour in enumerate(FLAME):
        half = HALF[layer]
        for across in (False, True):
            bar = [(-4, 48 - half), (100, 48 - half), (100, 48 + half), (-4, 48 + half)]
            pen.fill([(y, x) for x, y in bar] if across else [(float(x), y) for x, y in bar], colour)
        bulge = 1.414 * half + (4.5, 6.0, 7.5, 9.0)[layer] + (0.0, 1.2, -1.0)[frame]  # rounds the inner corners
        pen.fill(oval(48, 48, bulge, bulge), colour)
    return pen.done()


# How far the tip of each layer reaches, rim first.
_TIP = (88.0, 78.0, 66.0, 50.0)


def flame_end(frame: int) -> pygame.Surface:
    """The last piece of a flame, pointing right."""

    def shape(layer: int) -> Shape:
        half, tip = HALF[layer], _TIP[layer] + (0.0, 4.0, -3.0)[(frame + layer) % 3]
        lick = (2.0, -2.0, 3.0)[(frame + 2 * layer) % 3]
        return curve(
            (-4, 48 - half),
            (4, 48 - half),
            (tip * 0.45, 48 - half - lick * 0.5),
            (tip * 0.82, 48 - half * 0.66 + lick),
            (tip, 48 + lick),
            (tip * 0.80, 48 + half * 0.70 + lick),
            (tip * 0.45, 48 + half - lick * 0.5),
            (4, 48 + half),
            (-4, 48 + half),
        )

    return _burn(shape)


def spark() -> pygame.Surface:
    """One spark, 32 x 32: warm, with a white heart."""
    pen = Pen(32, 32, rim=ACCENT)
    pen.glow(16, 16, 15, ACCENT, 190)
    pen.fill(star(16, 16, 13, 4, 4), FLAME[2])
    pen.fill(oval(16, 16, 4, 4), FLAME[3])
    return pen.done()


# The balls of smoke: x, y, radius as the puff begins.
_BALLS = ((32, 54, 17), (62, 56, 18), (48, 40, 19), (48, 62, 15))


def puff(step: int) -> pygame.Surface:
    """Dust after something broke or somebody went: grows, then thins out."""
    grow, alpha = ((1.0, 235), (1.22, 170), (1.4, 80))[step]
    pen = Pen(TILE, TILE, rim=PAPER)
    layer = Pen(TILE, TILE, rim=PAPER)
    for x, y, r in _BALLS:
        layer.fill(
            oval(48 + (x - 48) * grow, 50 + (y - 50) * grow, r * (grow - 0.1), r * (grow - 0.1)), (214, 206, 214)
        )
    for x, y, r in _BALLS:
        ball = r * (grow - 0.1)
        layer.fill(oval(48 + (x - 48) * grow, 48 + (y - 50) * grow, ball * 0.8, ball * 0.76), PAPER)
    picture = layer.done()
    picture.fill((255, 255, 255, alpha), special_flags=pygame.BLEND_RGBA_MULT)
    pen.paste(picture, 0, 0)
    return pen.done()


def bubble() -> pygame.Surface:
    """The shield around a body, 120 x 120."""
    rim = (150, 226, 255)
    pen = Pen(120, 120, rim=rim)
    pen.fill(oval(60, 60, 55, 55), rim, 46)
    pen.stroke(oval(60, 60, 54, 54) + oval(60, 60, 54, 54)[:1], 4, rim, 220)
    pen.stroke([(x, y) for x, y in curve((20, 44), (28, 28), (44, 18))], 6, (255, 255, 255), 210)
    pen.fill(blob((88, 96), (98, 84), (101, 88), (92, 99)), (255, 255, 255), 150)
    return pen.done()
