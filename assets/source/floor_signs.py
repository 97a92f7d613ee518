"""The pictures of special floors, 96 x 96, drawn for the direction to the right; the game turns them.

Rule 1: each kind has a shape of its own, so that it is known without colours: a disc with one arrow (turns bombs), a
        frame with two chevrons and a bar (one way), a track with rails (belt), a hole (pit), a ring with a sign
        (teleport: both of a pair have the same), a sheet with scratches (ice), a plate with a lever that leans to one
        side (switch), four posts with bars between them (shut gate) or without (open gate).
Rule 2: they lie flat on the floor and have no front, so nobody takes them for a wall.
"""

from collections.abc import Callable
from functools import partial

import pygame

from petard.assets.palette import ACCENT, COOL, DANGER, FLAME, GOOD, INK, PAPER, Colour
from petard.assets.source.pen import Pen
from petard.assets.source.shapes import Shape, blob, box, curve, oval, star
from petard.assets.source.tiles import TILE, lighter

STEEL: Colour = (58, 62, 82)
PAIR_COLOURS: tuple[Colour, ...] = (COOL, ACCENT, (246, 130, 200), GOOD)


def _chevron(x: float, y: float, reach: float, thick: float) -> Shape:
    """A chevron to the right whose tip is at (x, y)."""
    back = x - reach
    return [
        (back, y - reach),
        (back + thick, y - reach),
        (x + thick, y),
        (back + thick, y + reach),
        (back, y + reach),
        (x, y),
    ]


def arrow() -> pygame.Surface:
    """A disc with one thick arrow."""
    pen = Pen(TILE, TILE)
    pen.fill(oval(48, 50, 41, 41), INK, 120)
    pen.fill(oval(48, 48, 40, 40), INK)
    pen.fill(oval(48, 48, 36.5, 36.5), (lighter(STEEL, 0.2), STEEL))
    shape = [(18, 37), (48, 37), (48, 20), (80, 48), (48, 76), (48, 59), (18, 59)]
    outline: Shape = [(float(x), float(y)) for x, y in shape]
    pen.part([outline], (lighter(ACCENT, 0.35), ACCENT), width=3)
    return pen.done()


def door() -> pygame.Surface:
    """A frame that lets in from the left only: green chevrons, and a red bar with a dash where nobody enters."""
    pen = Pen(TILE, TILE)
    pen.fill(box(3, 10, 90, 76, 8), INK, 150)
    for y in (2, 80):
        pen.fill(box(2, y, 92, 14, 6), INK)
        pen.fill(box(4, y + 2, 88, 10, 4), (lighter(STEEL, 0.5), lighter(STEEL, 0.2)))
    for x in (30, 54):
        pen.part([_chevron(x, 48, 19, 11)], (lighter(GOOD, 0.35), GOOD), width=3)
    pen.fill(box(80, 14, 14, 68, 4), INK)
    pen.fill(box(82, 16, 10, 64, 3), (lighter(DANGER, 0.2), DANGER))
    pen.fill(box(84.5, 34, 5, 28, 2), PAPER)
    return pen.done()


def belt(step: int) -> pygame.Surface:
    """A track between two rails, with chevrons that move: four pictures for a third of a tile."""
    pen = Pen(TILE, TILE)
    area = box(-2, 14, 100, 68)
    pen.fill(area, (lighter(INK, 0.12), INK))
    for k in range(-1, 4):
        x = k * 32 + 8 * step
        pen.fill(_chevron(x + 26, 48, 22, 9), lighter(STEEL, 0.55), within=[area])
    for y in (6, 78):
        pen.fill(box(-2, y, 100, 12), INK)
        pen.fill(box(-2, y + 2, 100, 8), (lighter(ACCENT, 0.15), lighter(ACCENT, -0.25)))
        for k in range(3):
            pen.fill(oval(16 + 32 * k, y + 6, 3, 3), INK)
    return pen.done()


def _hole(pen: Pen, rim: Colour, deep: tuple[Colour, Colour]) -> None:
    pen.fill(box(1, 1, 94, 94, 20), lighter(rim, -0.45))
    pen.fill(box(3, 3, 90, 90, 18), (lighter(rim, 0.1), rim))
    pen.fill(box(9, 9, 78, 78, 14), INK)
    pen.fill(box(11, 14, 74, 71, 12), deep)


def pit() -> pygame.Surface:
    """A hole in the ground: dark above, and darker below."""
    pen = Pen(TILE, TILE)
    _hole(pen, (128, 124, 136), ((44, 38, 62), (6, 5, 12)))
    for x, y, w in ((20, 18, 26), (54, 22, 22), (34, 32, 18)):
        pen.fill(box(x, y, w, 5, 2), (82, 76, 104), 150)
    return pen.done()


def pond() -> pygame.Surface:
    """The hole of the garden: water with a leaf on it."""
    pen = Pen(TILE, TILE)
    _hole(pen, (166, 156, 132), ((38, 92, 150), (24, 58, 116)))
    for x, y, w in ((22, 24, 24), (50, 66, 26), (58, 30, 14)):
        pen.stroke([(x, y), (x + w / 2, y - 4), (x + w, y)], 3.5, (150, 210, 240), 200)
    pen.fill(oval(38, 50, 14, 10), (30, 84, 50))
    pen.fill(oval(38, 48, 13, 9), (106, 176, 92))
    pen.fill([(38, 48), (54, 42), (54, 50)], (30, 74, 132))
    pen.fill(star(64, 52, 8, 4, 6), (255, 214, 226))
    return pen.done()


def crevasse() -> pygame.Surface:
    """The hole of the snow: an icy gap."""
    pen = Pen(TILE, TILE)
    _hole(pen, (232, 242, 252), ((52, 104, 176), (8, 18, 52)))
    for line in ([(16, 18), (28, 44), (22, 70)], [(80, 18), (70, 40), (76, 62)], [(46, 16), (50, 34)]):
        pen.stroke([(float(x), float(y)) for x, y in line], 3, (168, 214, 246), 210)
    return pen.done()


def teleport(pair: int) -> pygame.Surface:
    """A ring with the sign of its pair: a disc, a triangle, a square, or a star."""
    colour = PAIR_COLOURS[pair]
    pen = Pen(TILE, TILE)
    pen.glow(48, 48, 46, colour, 150)
    pen.fill(oval(48, 48, 42, 42), INK)
    pen.fill(oval(48, 48, 38, 38), (lighter(colour, 0.4), colour))
    pen.fill(oval(48, 48, 29, 29), INK)
    pen.fill(oval(48, 48, 26, 26), (lighter(INK, 0.06), lighter(colour, -0.62)))
    signs: tuple[Shape, ...] = (
        oval(48, 48, 11, 11),
        [(48, 26), (67, 61), (29, 61)],
        box(32, 32, 32, 32, 3),
        star(48, 48, 20, 8, 5),
    )
    pen.part([signs[pair]], (PAPER, lighter(colour, 0.45)), width=2.5)
    return pen.done()


def ice() -> pygame.Surface:
    """A smooth sheet that reaches to all edges, with the scratches of skates and a gleam."""
    base: Colour = (92, 176, 214)
    pen = Pen(TILE, TILE, rim=base)
    pen.fill(box(-2, -2, 100, 100), base)
    pen.fill(box(2, 2, 92, 92, 16), lighter(base, 0.14))
    for line, width in (([(14, 58), (58, 14)], 8), ([(22, 76), (36, 62)], 5), ([(66, 36), (80, 22)], 5)):
        pen.stroke([(float(x), float(y)) for x, y in line], width, (240, 251, 255))
    for loop in (curve((34, 52), (52, 64), (66, 76), (84, 78)), curve((84, 52), (64, 62), (58, 74), (66, 88))):
        pen.stroke(loop, 2.8, lighter(base, -0.34))
    return pen.done()


def switch(is_on: bool) -> pygame.Surface:
    """A plate with a lever, which leans to the lamp that is lit, and a flame: it is flames that throw it."""
    pen = Pen(TILE, TILE)
    pen.fill(box(5, 9, 86, 80, 14), INK, 140)
    pen.part([box(7, 7, 82, 78, 14)], (lighter(STEEL, 0.55), lighter(STEEL, 0.3)), width=3)
    pen.fill(box(18, 46, 60, 18, 9), INK)
    pen.fill(box(21, 49, 54, 12, 6), lighter(INK, 0.1))
    for x, lit in ((24, not is_on), (72, is_on)):
        pen.fill(oval(x, 74, 7, 5.5), INK)
        pen.fill(oval(x, 74, 5, 3.8), ACCENT if lit else lighter(STEEL, 0.1))
    pen.fill(blob((48, 65), (54, 72), (55, 79), (48, 83), (41, 79), (42, 72), (45, 74)), FLAME[1])
    pen.fill(oval(48, 78, 3.2, 3.6), FLAME[2])
    top = (76.0, 24.0) if is_on else (20.0, 24.0)
    pen.stroke([(48, 55), top], 15, INK)
    pen.stroke([(48, 55), top], 8, (lighter(PAPER, -0.12)))
    pen.fill(oval(48, 55, 9, 9), INK)
    pen.part([oval(*top, 13, 13)], (lighter(DANGER, 0.4), DANGER), width=3)
    pen.shine(top[0] - 4, top[1] - 4, 4, 3, -30, 200)
    return pen.done()


def gate(is_open: bool) -> pygame.Surface:
    """Four posts; a shut gate has bars across, and a lock in the middle, an open one leaves the middle free."""
    pen = Pen(TILE, TILE)
    steel = (lighter(STEEL, 0.55), lighter(STEEL, 0.25))
    if is_open:
        for x, y in ((-2, 9), (-2, 77), (74, 9), (74, 77)):
            pen.part([box(x, y, 24, 10, 3)], steel, width=2.5)
        for x, y in ((9, -2), (77, -2), (9, 74), (77, 74)):
            pen.part([box(x, y, 10, 24, 3)], steel, width=2.5)
    else:
        pen.fill(box(4, 4, 88, 88, 6), INK, 190)
        for at in (24, 43, 62):
            pen.part([box(at, 2, 10, 92, 3)], steel, width=2.5)
        for at in (24, 62):
            pen.part([box(2, at, 92, 10, 3)], steel, width=2.5)
        pen.part([box(30, 32, 36, 32, 6)], (lighter(DANGER, 0.25), DANGER), width=3)
        pen.fill(box(36, 44, 24, 8, 2), PAPER)
    for x in (2, 70):
        for y in (2, 70):
            pen.part([box(x + 1, y + 1, 22, 22, 5)], (lighter(STEEL, 0.35), STEEL), width=2.5)
            pen.fill(oval(x + 12, y + 12, 6, 6), GOOD if is_open else DANGER)
    return pen.done()


def unknown() -> pygame.Surface:
    """A question mark: a floor of a later version, which is plain to this one."""
    pen = Pen(TILE, TILE)
    for width, colour in ((16, INK), (9, PAPER)):
        pen.stroke([(34, 36), (38, 25), (50, 22), (61, 29), (60, 42), (49, 51), (48, 62)], width, colour)
        pen.fill(oval(48, 77, width / 2 + 1, width / 2 + 1), colour)
    return pen.done()


PICTURES: dict[str, Callable[[], pygame.Surface]] = {
    "sign-arrow": arrow,
    "sign-door": door,
    "sign-pit": pit,
    "garden-sign-pit": pond,
    "snow-sign-pit": crevasse,
    "sign-unknown": unknown,
    "sign-ice": ice,
    "sign-switch-off": partial(switch, False),
    "sign-switch-on": partial(switch, True),
    "sign-gate-shut": partial(gate, False),
    "sign-gate-open": partial(gate, True),
    **{f"sign-belt-{step}": partial(belt, step) for step in range(4)},
    **{f"sign-teleport-{pair + 1}": partial(teleport, pair) for pair in range(4)},
}
