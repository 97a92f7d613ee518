"""Small signs: the items on their cards, and star, crown, heart, skull.

An item is a round card in a colour of its own with one bold sign on it: colour from afar, sign from near.
"""

from collections.abc import Callable

import pygame

from petard.assets.palette import ACCENT, DANGER, FLAME, INK, PAPER, Colour
from petard.assets.source.blasts import draw_bomb, draw_fire, fuse_tip
from petard.assets.source.marks import draw_skull
from petard.assets.source.pen import Paint, Pen
from petard.assets.source.shapes import Shape, blob, box, curve, limb, moved, oval, scaled, star
from petard.assets.source.tiles import TILE, lighter

WHITE: Colour = (255, 255, 255)
CREAM: Colour = (255, 240, 220)


def _bomb(pen: Pen) -> None:
    draw_bomb(pen, 44, 54, 19)
    tip = fuse_tip(44, 54, 19)
    draw_fire(pen, tip[0], tip[1], 7)


def tongue(x: float, y: float, size: float) -> Shape:
    """A flame as a sign, standing on (x, y), `size` high."""
    outline = blob(
        (0.0, 0.0),
        (-0.34, -0.10),
        (-0.42, -0.40),
        (-0.26, -0.62),
        (-0.14, -0.52),
        (0.04, -1.0),
        (0.24, -0.70),
        (0.42, -0.38),
        (0.34, -0.10),
    )
    return moved(scaled(outline, size), x, y)


def _flame(pen: Pen) -> None:
    pen.part([tongue(48, 76, 58)], (FLAME[1], FLAME[0]))
    pen.fill(tongue(48, 74, 40), FLAME[2])
    pen.fill(tongue(48, 72, 22), FLAME[3])


def _boot(x: float, y: float) -> Shape:
    return moved([(-16, -24), (4, -24), *curve((5, -8), (8, -4), (20, 0), (23, 9)), (22, 13), (-16, 13)], x, y)


def _skate(pen: Pen) -> None:
    pen.part([oval(32, 70, 7.5, 7.5), oval(60, 70, 7.5, 7.5)], (255, 214, 84))
    pen.part([_boot(45, 46)], (WHITE, (206, 214, 236)))
    pen.stroke([(30, 57), (66, 57)], 4, DANGER)
    pen.part([box(28, 20, 23, 8, 4)], DANGER, width=3)
    for x, y in ((32, 70), (60, 70)):
        pen.fill(oval(x, y, 2.6, 2.6), INK)
    for y in (36, 43):
        pen.stroke([(42, y), (49, y)], 3, (120, 130, 170))


def _kick(pen: Pen) -> None:
    shoe = limb(32, 58, 50, 59, 9, 8.5)
    pen.part([box(23, 25, 19, 42, 4), shoe], (176, 102, 62))
    pen.stroke([(24, 65), (57, 65)], 3.5, INK)
    pen.part([box(20, 22, 25, 8, 3.5)], CREAM, width=2.6)
    draw_bomb(pen, 68, 59, 8.5, width=2.6)
    for y, w in ((74, 20), (79, 12)):
        pen.stroke([(34 - w / 2, y), (34 + w, y)], 3.5, WHITE)


def _shield(pen: Pen) -> None:
    plate = [
        *curve((48, 19), (60, 25), (73, 26)),
        *curve((73, 26), (72, 50), (62, 66), (48, 77)),
        *curve((48, 77), (34, 66), (24, 50), (23, 26)),
        *curve((23, 26), (36, 25), (48, 19)),
    ]
    pen.part([plate], (WHITE, (212, 226, 250)), width=4)
    inner = scaled(plate, 0.76, (48, 46))
    pen.fill(inner, ((86, 160, 255), (44, 100, 220)))
    pen.fill(box(43, 20, 10, 60), WHITE, within=[inner])
    pen.fill(box(20, 38, 60, 10), WHITE, within=[inner])


def _fruit(pen: Pen) -> None:
    for x in (36, 60):
        stalk = curve((x, 56), (x + (48 - x) * 0.3, 38), (54, 22))
        pen.stroke(stalk, 9, INK)
        pen.stroke(stalk, 4, (96, 172, 84))
    pen.part([blob((54, 24), (66, 16), (78, 22), (68, 32))], ((150, 220, 110), (80, 170, 84)), width=3)
    for x, y in ((35, 62), (61, 65)):
        pen.part([oval(x, y, 13.5, 13)], ((250, 84, 96), (190, 28, 62)))
        pen.shine(x - 4.5, y - 5, 3.6, 2.6, -35, 230)


def _full_flame(pen: Pen) -> None:
    _flame(pen)
    for x, y in ((22, 34), (74, 34), (70, 66)):
        shape = star(x, y, 11, 5)
        pen.part([shape], (255, 248, 204), width=2.6)


def _pierce(pen: Pen) -> None:
    pen.part([box(24, 26, 15, 42, 3), box(57, 26, 15, 42, 3)], ((214, 128, 84), (164, 84, 58)), width=3)
    for x in (24, 57):
        pen.stroke([(x, 40), (x + 15, 40)], 3, INK)
        pen.stroke([(x, 54), (x + 15, 54)], 3, INK)
    pen.part([[(13, 42), (64, 42), (64, 33), (84, 47), (64, 61), (64, 52), (13, 52)]], (FLAME[2], FLAME[1]), width=3)


def _remote(pen: Pen) -> None:
    pen.stroke([(58, 34), (66, 16)], 6, INK)
    pen.part([oval(67, 15, 4.5, 4.5)], DANGER, width=2.6)
    pen.part([box(30, 30, 36, 48, 8)], ((120, 128, 160), (72, 78, 108)))
    pen.part([oval(48, 47, 10.5, 10.5)], ((255, 110, 110), DANGER), width=3)
    for x in (40, 48, 56):
        pen.fill(oval(x, 67, 2.8, 2.8), PAPER)


def _punch(pen: Pen) -> None:
    for y in (33, 48, 63):
        pen.stroke([(14, y), (26, y)], 4, WHITE)
    fist = blob((34, 34), (56, 26), (74, 34), (78, 50), (70, 66), (48, 70), (34, 62))
    pen.part([box(26, 38, 14, 24, 4)], CREAM, width=3)
    pen.part([fist], ((255, 96, 96), (206, 36, 52)))
    pen.part([blob((44, 46), (60, 44), (66, 50), (58, 57), (44, 56))], ((255, 130, 124), (224, 60, 70)), width=3)
    pen.shine(56, 34, 6, 3.4, -20, 220)


def _glove(pen: Pen) -> None:
    fingers = [limb(x, 48, x + lean, top, 5.6, 5.2) for x, top, lean in ((34, 28, -3), (44, 22, -1), (55, 23, 1))]
    thumb = limb(58, 54, 74, 41, 6.2, 5.6)
    palm = blob((29, 46), (62, 44), (64, 60), (56, 69), (36, 69))
    pen.part([*fingers, thumb, palm], ((120, 200, 255), (44, 122, 214)))
    pen.part([box(33, 65, 29, 13, 4)], CREAM, width=3)


def _disease(pen: Pen) -> None:
    pen.fill(oval(48, 46, 27, 27), (176, 70, 220), 130)
    draw_skull(pen, 48, 40, 44)
    for x, y, size in ((22, 28, 5), (75, 60, 6), (72, 24, 4)):
        pen.part([oval(x, y, size, size)], (140, 226, 90), width=2.4)


# Kind: the colour of its card, and its sign. The names are those of the files.
ITEMS: dict[str, tuple[Colour, Callable[[Pen], None]]] = {
    "bomb": ((134, 118, 232), _bomb),
    "flame": ((255, 226, 140), _flame),
    "skate": ((70, 190, 226), _skate),
    "kick": ((122, 206, 104), _kick),
    "shield": ((255, 196, 70), _shield),
    "fruit": ((255, 190, 206), _fruit),
    "full_flame": ((255, 120, 60), _full_flame),
    "pierce": ((250, 214, 160), _pierce),
    "remote": ((176, 226, 214), _remote),
    "punch": ((250, 226, 110), _punch),
    "glove": ((226, 232, 250), _glove),
    "disease": ((74, 44, 96), _disease),
}


def item(kind: str) -> pygame.Surface:
    """The card of one kind of item."""
    colour, sign = ITEMS[kind]
    pen = Pen(TILE, TILE)
    pen.fill(box(10, 14, 76, 76, 18), INK, 90)
    pen.part([box(11, 9, 74, 74, 17)], WHITE, width=4)
    pen.fill(box(15, 13, 66, 66, 13), (lighter(colour, 0.25), colour))
    sign(pen)
    return pen.done()


def _sign(size: int, shapes: list[Shape], paint: Paint, width: float = 3.5) -> Pen:
    pen = Pen(size, size)
    pen.part(shapes, paint, width=width)
    return pen


def star_sign() -> pygame.Surface:
    """A star, 64 x 64: a round that was won."""
    shape = star(32, 34, 27, 13.5)
    pen = _sign(64, [shape], ((255, 236, 130), ACCENT))
    pen.stroke([*shape, shape[0]], 3, (255, 214, 90))
    pen.fill(star(29, 30, 12, 6.5), (255, 248, 204))
    return pen.done()


def crown() -> pygame.Surface:
    """A crown, 64 x 64: the champion."""
    points = [(8, 20), (20, 32), (32, 11), (44, 32), (56, 20), (51, 52), (13, 52)]
    shape: Shape = [(float(x), float(y)) for x, y in points]
    pen = _sign(
        64, [shape, oval(8, 19, 4, 4), oval(32, 10, 4.5, 4.5), oval(56, 19, 4, 4)], ((255, 232, 110), (240, 156, 40))
    )
    pen.fill(box(14, 42, 36, 7, 3), (214, 118, 40), within=[shape])
    for x, colour in ((22, DANGER), (32, (84, 164, 255)), (42, DANGER)):
        pen.fill(oval(x, 45.5, 3, 3), colour)
    return pen.done()


def heart() -> pygame.Surface:
    """A heart, 64 x 64: health."""
    half = curve((32, 55), (14, 38), (8, 24), (14, 13), (24, 12), (32, 21))
    shape = half + [(64 - x, y) for x, y in half[::-1]]
    pen = _sign(64, [shape], ((255, 110, 120), (206, 36, 70)))
    pen.shine(19, 22, 5.5, 4, -35, 225)
    return pen.done()


def skull() -> pygame.Surface:
    """A skull, 64 x 64: out of the round."""
    pen = _sign(
        64,
        [blob((32, 7), (50, 13), (56, 30), (48, 43), (32, 45), (16, 43), (8, 30), (14, 13)), box(19, 38, 26, 18, 5)],
        (PAPER, (214, 206, 214)),
    )
    for x in (22, 42):
        pen.fill(oval(x, 30, 7, 7.5), INK)
    pen.fill([(32.0, 35.0), (28.5, 42.0), (35.5, 42.0)], INK)
    for x in (27, 37):
        pen.fill(limb(x, 49, x, 56, 1.3, 1.3), INK)
    return pen.done()
