"""The characters without fur: robot, frog, ghost, bird. Outlines: a box, a wide mouth, a sheet, an egg."""

from math import pi, sin

from petard.assets.palette import ACCENT, FLAME, INK
from petard.assets.source.figure import BLUSH, DEEP, GROUND, LIGHT, SHADE, SOFT, WHITE, Figure
from petard.assets.source.shapes import Shape, arc, blob, box, curve, limb, oval

SCREEN = ((54, 60, 92), (30, 32, 56))
GLOW = (130, 246, 232)
BEAK = ((255, 204, 84), (246, 150, 44))


def robot(f: Figure) -> None:
    """A box on a box, with an antenna."""
    h = 54 - f.pose.lift
    f.contact()
    f.feet(12, 11, 7, DEEP)
    narrow = f.pose.side
    trunk = box(32 if narrow else 28, h + 20, 32 if narrow else 40, 27, 8)
    f.part([trunk], (SOFT, SHADE))
    if f.pose.front:
        f.patch(box(40, h + 33, 16, 9, 3), SCREEN[0])
        for x, colour in ((44, FLAME[0]), (52, GLOW)):
            f.patch(oval(x, h + 37.5, 2.4, 2.4), colour)
    f.arms(h + 28, 22, 12, 7, SOFT)
    f.part([limb(48, h - 26, 48, h - 36, 2.4, 2.4)], SHADE, 3)
    f.detail([oval(48, h - 39, 6.2, 6.2)], (FLAME[2], FLAME[1]))
    f.face.shine(46, h - 41, 2, 1.6)
    head = box(17 if narrow else 14, h - 27, 62 if narrow else 68, 52, 13)
    ears = [box(8, h - 10, 14, 20, 5), box(74, h - 10, 14, 20, 5)]
    f.part([] if narrow else ears, SOFT)
    f.part([head])
    if f.pose.view == "back":
        for y in (-8, 0, 8):
            f.shade(box(34, h + y - 2, 28, 4.5, 2), [head], DEEP)
        return
    _robot_screen(f, h, head)


def _robot_screen(f: Figure, h: float, head: Shape) -> None:
    left, width = (23.0, 50.0) if f.pose.front else (42.0, 44.0)
    f.patch(box(left, h - 18, width, 33, 9), SCREEN, [head])
    middle = left + width / 2 - (0 if f.pose.front else 2)
    for sign in (-1, 1):
        f.patch(box(middle + sign * 12 - 4.5, h - 11, 9, 13, 4), GLOW)
    f.line(arc(middle, h + 3, 8, 6, 20, 160), 3, GLOW)
    if f.pose.side:
        f.part([oval(29, h, 8, 8)], SOFT, 3)
        f.shade(oval(29, h, 3.4, 3.4), [head], DEEP)


def frog(f: Figure) -> None:
    """Low and wide, eyes on top of everything."""
    h = 64 - f.pose.lift
    f.contact(29)
    f.feet(20, 14, 6)
    trunk = oval(48, h + 25, 23, 16)
    f.part([trunk], (SOFT, SHADE))
    if f.pose.view != "back":
        f.patch(oval(48 if f.pose.front else 58, h + 28, 14, 12), (255, 250, 214), [trunk])
    f.arms(h + 20, 23, 13, 6.5)
    head = oval(48, h, 41 if not f.pose.side else 37, 25)
    xs = (24, 72) if not f.pose.side else (40, 68)
    f.part([oval(x, h - 23, 15, 15) for x in xs] + [head])
    if f.pose.view == "back":
        for x, y, r in ((34, -4, 5), (56, 4, 6.5), (50, -14, 3.5)):
            f.shade(oval(48 + (x - 48) * 1.1, h + y, r, r * 0.8), [head])
        return
    look = 0 if f.pose.front else 4
    for x in xs:
        f.patch(oval(x + look * 0.5, h - 24, 10.5, 11), WHITE)
        f.eye(x + look, h - 23, 5.6, 7.6)
    dx = 0 if f.pose.front else 12
    f.line(
        curve(
            (22 + dx * 2.4, h + 2),
            (34 + dx * 1.4, h + 11),
            (48 + dx, h + 13),
            (62 + dx, h + 11),
            (74 + dx * 0.4, h + 2),
        ),
        3.2,
    )
    f.patch(oval(44 + dx, h - 4, 1.6, 1.3), INK)
    f.patch(oval(52 + dx, h - 4, 1.6, 1.3), INK)
    for x in (18, 78) if f.pose.front else (40,):
        f.cheek(x, h + 8)


def ghost(f: Figure) -> None:
    """A sheet that floats: no feet, a hem that waves."""
    h = 50 - 2 * f.pose.lift
    f.contact(20)
    sheet = _sheet(f, h)
    if not f.pose.side:
        f.arms(h + 22, 28, 8, 7, LIGHT)
    f.part([sheet], (LIGHT, (206, 206, 220)))
    if f.pose.side:
        f.part([limb(44, h + 24, 40 - 3 * f.pose.step, h + 33, 5.5, 6.5)], LIGHT, 3)
    for x in (34, 62):
        f.shade(limb(x, h + 36, x, h + 44, 1.8, 1.8), [sheet], SHADE)
    if f.pose.view == "back":
        return
    dx = 0 if f.pose.front else 14
    for sign in (-1, 1):
        f.eye(48 + dx + sign * (14 if f.pose.front else 11), h, 6.4, 10)
    f.patch(oval(48 + dx, h + 19, 5.5, 6.5), INK)
    f.patch(oval(48 + dx, h + 22, 3.4, 2.8), BLUSH)
    for sign in (-1, 1) if f.pose.front else (-1,):
        f.cheek(48 + dx + sign * 23, h + 13)


def _sheet(f: Figure, h: float) -> Shape:
    lean = 5 if f.pose.side else 0
    phase = f.pose.step * pi / 2
    hem = [(82 - 68 * k / 24, h + 50 + 5.5 * sin(k / 24 * 6 * pi + phase)) for k in range(25)]
    top = arc(48 + lean, h, 33, 36, 180, 360)
    return [*top, *hem[:-1], (14.0, h + 50.0)]


def bird(f: Figure) -> None:
    """One egg, a tuft, a beak, thin legs."""
    h = 56 - f.pose.lift
    f.contact()
    _legs(f)
    egg = blob(
        (48, h - 30), (72, h - 18), (80, h + 16), (68, h + 39), (48, h + 45), (28, h + 39), (16, h + 16), (24, h - 18)
    )
    tuft = [
        limb(46, h - 28, 39, h - 39, 4, 3.4),
        limb(49, h - 28, 50, h - 43, 4.4, 3.4),
        limb(52, h - 28, 61, h - 38, 4, 3.4),
    ]
    if f.pose.side:
        f.part([blob((24, h + 22), (7, h + 18), (6, h + 29), (12, h + 37), (30, h + 40))], SOFT)
    elif not f.pose.front:
        f.part([egg])
    f.part([*tuft, egg])
    if f.pose.view == "back":
        f.part([blob((38, h + 34), (48, h + 26), (58, h + 34), (60, h + 52), (48, h + 56), (36, h + 52))], SOFT)
    elif f.pose.front:
        f.patch(oval(48, h + 28, 21, 20), (255, 246, 226), [egg])
    else:
        f.patch(oval(68, h + 28, 18, 20), (255, 246, 226), [egg])
    _wings(f, h)
    if f.pose.view != "back":
        _bird_face(f, h)


def _bird_face(f: Figure, h: float) -> None:
    if f.pose.front:
        f.detail([blob((37, h + 4), (48, h - 2), (59, h + 4), (48, h + 15))], BEAK, 2.8)
        for sign in (-1, 1):
            f.eye(48 + sign * 15, h - 8, 5.6, 8)
            f.cheek(48 + sign * 22, h + 5)
        return
    f.detail([blob((72, h - 6), (81, h - 4), (90, h + 3), (81, h + 9), (72, h + 8))], BEAK, 2.8)
    f.eye(60, h - 8, 5.6, 8)
    f.cheek(56, h + 6)


def _wings(f: Figure, h: float) -> None:
    flap = 3 * abs(f.pose.step)
    if f.pose.side:
        wing = blob(
            (36, h + 10), (52, h + 12), (52, h + 26), (38, h + 36 - flap), (20 - flap, h + 34 - flap), (30, h + 22)
        )
        f.part([wing], (SOFT, SHADE))
        return
    for sign in (-1, 1):
        x = 48.0 + sign * 30
        tip = x + sign * (8 + flap)
        f.part([blob((x - sign * 4, h + 8), (x + sign * 5, h + 12), (tip, h + 34 - flap), (x, h + 32))], (SOFT, SHADE))


def _legs(f: Figure) -> None:
    step = f.pose.step
    for sign in (-1, 1):
        ahead = step * sign
        if f.pose.side:
            x, y = 48.0 + 11 * ahead, GROUND - (5 if ahead < 0 else 0)
            shapes = [limb(48, 94, x, y - 4, 3, 3), limb(x - 3, y - 3.5, x + 9, y - 3.5, 3.5, 3.5)]
        else:
            x, y = 48.0 + 11 * sign, GROUND - (7 if ahead > 0 else 0)
            shapes = [limb(x, 94, x, y - 4, 3, 3), limb(x - 5, y - 3.5, x + 5, y - 3.5, 3.5, 3.5)]
        f.detail(shapes, ACCENT)
