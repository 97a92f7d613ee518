"""The logo and the icon of the window. (The title picture is in backdrop.py.)"""

import pygame

from petard.assets.palette import ACCENT, INK, Colour
from petard.assets.source.blasts import draw_bomb, draw_fire, fuse_tip
from petard.assets.source.pen import Pen
from petard.assets.source.shapes import Shape, arc, box, curve, moved, turned

# Letters as strokes of a thick brush, in a cell of 100 x 120 (before the brush).
LETTERS: dict[str, list[Shape]] = {
    "P": [[(20, 110), (20, 10)], [(20, 10), (46, 10), *arc(46, 38, 30, 28, -90, 90), (20, 66)]],
    "E": [[(76, 10), (20, 10), (20, 110), (76, 110)], [(20, 60), (66, 60)]],
    "T": [[(8, 10), (88, 10)], [(48, 10), (48, 110)]],
    "A": [[(8, 110), (48, 8), (88, 110)], [(26, 76), (70, 76)]],
    "R": [[(20, 110), (20, 10), (46, 10), *arc(46, 36, 30, 26, -90, 90), (20, 62)], [(46, 62), (80, 110)]],
    "D": [[(20, 10), (20, 110), (40, 110), *arc(40, 60, 42, 50, 90, -90), (20, 10)]],
}
BRUSH = 31.0
# Letter, its left edge, how far it sits below the top, and its turn in degrees: they dance.
WORD = (
    ("P", 62, 96, -7),
    ("E", 196, 84, 4),
    ("T", 330, 92, -4),
    ("A", 468, 80, 3),
    ("R", 610, 92, -5),
    ("D", 748, 82, 6),
)


def _letters() -> list[Shape]:
    strokes: list[Shape] = []
    for letter, x, y, turn in WORD:
        for stroke in LETTERS[letter]:
            wide = [(px * 1.22 + x, py * 1.22 + y) for px, py in stroke]
            strokes.append(turned(wide, turn, (x + 58, y + 74)))
    return strokes


def logo() -> pygame.Surface:
    """The word PETARD, 960 x 320; its D is lit."""
    pen = Pen(960, 320, fine=2)
    strokes = _letters()
    for stroke in strokes:
        pen.stroke(moved(stroke, 0, 9), BRUSH + 22, INK)
    for stroke in strokes:
        pen.stroke(stroke, BRUSH + 22, INK)
    pen.surface.blit(_warm(strokes, pen.surface.get_size(), BRUSH + 6, (196, 48, 40), (140, 24, 48), 7), (0, 0))
    pen.surface.blit(_warm(strokes, pen.surface.get_size(), BRUSH, (255, 250, 206), (255, 176, 80), 0), (0, 0))
    pen.surface.blit(_warm(strokes, pen.surface.get_size(), BRUSH - 5, (255, 222, 84), (255, 96, 40), 2), (0, 0))
    _fuse(pen)
    return pen.done()


def _warm(
    strokes: list[Shape], size: tuple[int, int], width: float, top: Colour, foot: Colour, drop: float
) -> pygame.Surface:
    """The strokes in colours that run from the top of the picture to its foot."""
    mask = Pen(960, 320, rim=(255, 255, 255), fine=2)
    for stroke in strokes:
        mask.stroke(moved(stroke, 0, drop), width, (255, 255, 255))
    ramp = Pen(960, 320, fine=2)
    ramp.fill(box(0, 60, 960, 230), (top, foot))
    mask.surface.blit(ramp.surface, (0, 0), special_flags=pygame.BLEND_RGBA_MULT)
    return mask.surface


def _fuse(pen: Pen) -> None:
    fuse = curve((800, 88), (812, 50), (850, 34), (884, 48), (902, 34))
    pen.stroke(fuse, 18, INK)
    pen.stroke(fuse, 8, (226, 196, 150))
    draw_fire(pen, 906, 32, 17, 12)


def icon() -> pygame.Surface:
    """The icon of the window, 64 x 64."""
    pen = Pen(64, 64)
    pen.part([box(4, 4, 56, 56, 14)], (ACCENT, (255, 128, 50)))
    draw_bomb(pen, 29, 37, 17.5)
    tip = fuse_tip(29, 37, 17.5)
    draw_fire(pen, tip[0], tip[1], 6)
    return pen.done()
