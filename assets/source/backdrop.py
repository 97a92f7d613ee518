"""The title picture, 1280 x 720: an evening outdoors, lanterns over a stage, all characters at its edge.

The middle stays empty for menus and text: lights, lanterns and characters are at the edges.
"""

from collections.abc import Callable, Mapping
from math import cos, radians, sin

import pygame

from petard.assets.palette import CHARACTERS, FLAME, INK, NIGHT, PLAYER_COLOURS, Colour
from petard.assets.source.blasts import draw_bomb, draw_fire, fuse_tip
from petard.assets.source.figure import HEIGHT, WIDTH, Figure, Pose
from petard.assets.source.pen import Pen
from petard.assets.source.shapes import Point, Shape, box, curve, limb, oval
from petard.assets.source.tiles import brick, lighter, wall

W, H = 1280, 720
STAGE = 640  # the line on which everybody stands
SKY: tuple[Colour, Colour] = ((32, 28, 66), (120, 62, 112))
TOWN: tuple[Colour, ...] = ((84, 52, 106), (64, 44, 92), (48, 38, 78))

Cast = Mapping[str, Callable[[Figure], None]]

# Who stands where on the stage: character, x of the middle, from which side we see it, which foot is ahead.
_PLACES = (
    ("robot", 76, "front", 0),
    ("bear", 176, "side", 1),
    ("bunny", 270, "front", 1),
    ("frog", 366, "front", 0),
    ("ghost", 914, "front", 1),
    ("cat", 1010, "mirror", 1),
    ("bird", 1106, "front", 0),
    ("fox", 1204, "front", 1),
)


def backdrop(cast: Cast) -> pygame.Surface:
    """The title picture with these figures on its stage; the title itself lets them move, over one without any."""
    pen = Pen(W, H, rim=NIGHT, fine=2)
    pen.fill(box(-1, -1, W + 2, H + 2), SKY)
    _stars(pen)
    _rays(pen)
    for depth, colour in enumerate(TOWN):
        _town(pen, depth, colour)
    _lanterns(pen, [(-20, 30), (210, 120), (470, 64), (640, 10)])
    _lanterns(pen, [(640, 10), (810, 64), (1070, 120), (1300, 30)])
    _stage(pen)
    _props(pen)
    for name, x, view, step in _PLACES if cast else ():
        figure = _figure(cast[name], PLAYER_COLOURS[CHARACTERS.index(name)], view, step)
        pen.paste(figure, x - WIDTH / 2, STAGE - HEIGHT + 12)
    return pen.done()


def _scatter(k: int, salt: float) -> float:
    """A number from 0 to 1 that looks like chance and is none."""
    value = sin(k * 12.9898 + salt * 78.233) * 4375.85
    return value - int(value // 1)


def _stars(pen: Pen) -> None:
    for k in range(70):
        x, y, size = _scatter(k, 1) * W, _scatter(k, 2) ** 1.4 * 420, 0.8 + 1.3 * _scatter(k, 3)
        pen.fill(oval(x, y, size, size), (255, 236, 220), round(60 + 110 * _scatter(k, 4)))


def _rays(pen: Pen) -> None:
    """Light from behind the stage, faint."""
    pen.glow(W / 2, STAGE + 20, 620, (255, 150, 96), 120)
    for k in range(13):
        angle = 187 + k * 166 / 12
        left, right = radians(angle - 3.2), radians(angle + 3.2)
        ray: Shape = [(W / 2, STAGE)] + [(W / 2 + 1100 * cos(a), STAGE + 1100 * sin(a)) for a in (left, right)]
        pen.fill(ray, (255, 214, 160), 13)


def _town(pen: Pen, depth: int, colour: Colour) -> None:
    """A skyline of blocks, each row nearer, lower and darker; it sinks towards the middle."""
    x, k = -30.0, 0
    while x < W:
        wide = 54 + 44 * _scatter(k, 5 + depth)
        rim = abs(x + wide / 2 - W / 2) / (W / 2)
        high = 40 + 150 * rim + 70 * _scatter(k, 9 + depth) - 46 * depth
        pen.fill(box(x, STAGE - high, wide + 1, high + 20, 8), (lighter(colour, 0.08), colour))
        _windows(pen, x, wide, STAGE - high, k + 31 * depth)
        x += wide + 3
        k += 1


def _windows(pen: Pen, x: float, wide: float, top: float, k: int) -> None:
    for row in range(2):
        for column in range(int(wide // 22)):
            if _scatter(7 * k + 3 * row + column, 13) < 0.3:
                pen.fill(box(x + 10 + column * 20, top + 14 + row * 22, 8, 10, 2), FLAME[2], 120)


def _lanterns(pen: Pen, rope: list[Point]) -> None:
    line = curve(*rope)
    pen.stroke(line, 3, (24, 20, 50))
    for k, (x, y) in enumerate(line[4::6]):
        colour = PLAYER_COLOURS[(0, 2, 7, 3, 5, 8)[k % 6]]
        pen.glow(x, y + 18, 46, colour, 90)
        pen.fill(limb(x, y, x, y + 5, 3, 3), (24, 20, 50))
        pen.fill(oval(x, y + 18, 11, 13), (lighter(colour, 0.55), colour))
        pen.shine(x - 3.5, y + 13, 3, 4, 0, 170)


def _stage(pen: Pen) -> None:
    pen.fill(box(0, STAGE - 2, W, 90), INK)
    stone = pygame.transform.smoothscale(wall(), (80, 80))
    for k in range(16):
        pen.paste(stone, k * 80, STAGE)
    pen.fill(box(0, STAGE, W, 82), (lighter(NIGHT, -0.2), INK), 90)


def _props(pen: Pen) -> None:
    stones = pygame.transform.smoothscale(brick(), (72, 72))
    for x in (430, 790):
        pen.paste(stones, x - 4, STAGE - 66)
    for x, y, r in ((546, STAGE - 20, 24.0), (724, STAGE - 16, 18.0), (466, STAGE - 84, 16.0)):
        pen.fill(oval(x, y + r * 0.98, r, r * 0.2), INK, 110)
        draw_bomb(pen, x, y, r)
        tip = fuse_tip(x, y, r)
        draw_fire(pen, tip[0], tip[1], r * 0.34)


def _figure(draw: Callable[[Figure], None], colour: Colour, view: str, step: int) -> pygame.Surface:
    """One figure in its colour, as the painter will show it."""
    figure = Figure(Pose("side" if view == "mirror" else view, step, 1.5 * abs(step)))
    draw(figure)
    picture = figure.body.done()
    picture.fill((*colour, 255), special_flags=pygame.BLEND_RGBA_MULT)
    picture.blit(figure.face.done(), (0, 0))
    return pygame.transform.flip(picture, view == "mirror", False)
