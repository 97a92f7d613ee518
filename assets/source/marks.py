"""What lies over bodies and bombs: the cloud of the ill, spikes, where a bomb comes down, and the cart of the dead."""

from math import cos, pi, sin

import pygame

from petard.assets.palette import ACCENT, INK, PAPER, Colour
from petard.assets.source.pen import Pen
from petard.assets.source.shapes import Shape, oval
from petard.assets.source.tiles import TILE

VIOLET: Colour = (176, 70, 220)
WOOD, DARK_WOOD, LIGHT_WOOD = (190, 124, 62), (140, 84, 40), (232, 172, 96)
SICK: Colour = (140, 226, 90)


def draw_skull(pen: Pen, x: float, y: float, size: float, colour: Colour = PAPER) -> None:
    """A small skull, `size` wide."""
    jaw = oval(x, y + size * 0.34, size * 0.26, size * 0.24)
    pen.part([oval(x, y, size * 0.5, size * 0.42), jaw], colour, width=max(2.0, size * 0.08))
    for side in (-1, 1):
        pen.fill(oval(x + side * size * 0.19, y + size * 0.02, size * 0.13, size * 0.14), INK)


def ill(step: int) -> pygame.Surface:
    """The cloud around a body, 132 x 132: bubbles that rise, and a skull over the head."""
    pen = Pen(132, 132, rim=VIOLET)
    pen.fill(oval(66, 74, 50, 48), VIOLET, 58)
    for number in range(7):
        way = 2 * pi * number / 7 + step * pi / 7
        x, y, size = 66 + 48 * cos(way), 76 + 44 * sin(way), 6 + 2.5 * ((number + step) % 3)
        pen.fill(oval(x, y, size + 2.5, size + 2.5), INK, 200)
        pen.fill(oval(x, y, size, size), SICK if number % 2 else VIOLET, 235)
        pen.fill(oval(x - size * 0.3, y - size * 0.35, size * 0.3, size * 0.25), (255, 255, 255), 200)
    draw_skull(pen, 66 + (5 if step else -5), 19, 30, SICK)
    return pen.done()


def spikes() -> pygame.Surface:
    """Spikes around the ball of a bomb whose flames pierce, one tile."""
    pen = Pen(TILE, TILE)
    for number in range(8):
        way = pi * number / 4 + pi / 8
        pen.part([_spike(45, 57, 26, way)], (PAPER, (190, 198, 222)), width=2.6)
    return pen.done()


def _spike(x: float, y: float, radius: float, way: float) -> Shape:
    tip = (x + cos(way) * (radius + 11), y + sin(way) * (radius + 11))
    foot = [(x + cos(way + turn) * radius, y + sin(way + turn) * radius) for turn in (-0.24, 0.24)]
    return [foot[0], tip, foot[1]]


def landing() -> pygame.Surface:
    """A ring with a cross on the tile where a bomb comes down."""
    pen = Pen(TILE, TILE)
    ring = oval(48, 48, 32, 32)
    for colour, width in ((INK, 11), (ACCENT, 5)):
        pen.stroke([*ring, ring[0]], width, colour, 220)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            pen.stroke([(48 + 24 * dx, 48 + 24 * dy), (48 + 38 * dx, 48 + 38 * dy)], width, colour, 220)
    return pen.done()


def cart() -> pygame.Surface:
    """A wagon on two wheels, in front of who sits in it, one tile."""
    pen = Pen(TILE, TILE)
    for x in (26, 70):
        pen.part([oval(x, 82, 13, 13)], (96, 88, 104), width=3.0)
        pen.fill(oval(x, 82, 5, 5), PAPER)
    pen.part([[(8, 46), (88, 46), (80, 78), (16, 78)]], (WOOD, DARK_WOOD), width=3.4)
    pen.part([[(4, 40), (92, 40), (92, 52), (4, 52)]], (LIGHT_WOOD, WOOD), width=3.0)
    for x in (34, 62):
        pen.stroke([(x, 54), (x, 76)], 3, INK, 120)
    return pen.done()


def bomb_shade() -> pygame.Surface:
    """What a bomb in the air throws on the ground."""
    pen = Pen(TILE, TILE)
    pen.fill(oval(48, 62, 22, 10), INK, 110)
    return pen.done()
