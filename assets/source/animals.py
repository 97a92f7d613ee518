"""The characters with fur: cat, bunny, bear, fox. Each has an outline of its own, mostly by its ears and tail."""

from itertools import pairwise

from petard.assets.palette import INK
from petard.assets.source.figure import CREAM, DEEP, FUR, LIGHT, SHADE, SOFT, Figure
from petard.assets.source.shapes import Point, Shape, blob, box, curve, limb, mirrored, moved, oval, scaled

PINK = (255, 168, 178)


def _both(shape: Shape, axis: float = 48) -> list[Shape]:
    return [shape, mirrored(shape, axis)]


def _torso(f: Figure, y: float, rx: float = 19, ry: float = 16, belly: bool = True) -> None:
    shape = oval(48, y, rx * (0.88 if f.pose.side else 1), ry)
    f.part([shape], (SOFT, SHADE))
    if belly and f.pose.view != "back":
        x = 48 if f.pose.front else 57
        f.patch(oval(x, y + 3, rx * 0.62, ry * 0.74), CREAM, [shape])


def _smile(f: Figure, x: float, y: float, w: float = 5) -> None:
    f.line(curve((x - 2 * w, y), (x - w, y + w * 0.8), (x, y)), 2.6)
    f.line(curve((x, y), (x + w, y + w * 0.8), (x + 2 * w, y)), 2.6)


def _nose(f: Figure, x: float, y: float, r: float = 3.6) -> None:
    f.patch(blob((x - r, y - r * 0.6), (x, y - r * 0.8), (x + r, y - r * 0.6), (x, y + r * 0.8)), INK)


def cat(f: Figure) -> None:
    """Round head, two sharp ears, a tail that stands up."""
    h = 54 - f.pose.lift
    f.contact()
    _cat_tail(f, h)
    f.feet(12)
    _torso(f, h + 33)
    f.arms(h + 27, 17)
    ears = _cat_ears(f, h)
    head = oval(48, h, 34, 27.5)
    f.part([head, *ears])
    if f.pose.view == "back":
        for x in (40, 48, 56):
            f.shade(limb(x, h - 26, x, h - 14, 2.2, 1.6), [head])
        return
    dx = 0 if f.pose.front else 12
    for ear in ears if f.pose.front else ears[1:]:
        cx, cy = (sum(p[i] for p in ear) / len(ear) for i in (0, 1))
        f.patch(scaled(ear, 0.5, (cx, cy + 1)), PINK)
    for x in (42, 48, 54):
        f.shade(limb(x + dx, h - 25, x + dx, h - 15, 2.4, 1.6), [head])
    f.patch(oval(48 + dx * 1.5, h + 12, 15, 10), CREAM, [head])
    _nose(f, 48 + dx * 1.6, h + 6)
    _smile(f, 48 + dx * 1.6, h + 10, 4.5)
    for sign in (-1, 1):
        f.eye(48 + dx + sign * (15 if f.pose.front else 11), h - 1, 5.2, 8)
    sides = (-1, 1) if f.pose.front else (-1,)
    for sign in sides:
        for y in (7, 13):
            f.line([(48 + sign * 24, h + y), (48 + sign * 39, h + y + (y - 10) * 0.6)], 2)


def _cat_ears(f: Figure, h: float) -> list[Shape]:
    left: Shape = [(16, h - 8), (16, h - 38), (22, h - 40), (43, h - 24)]
    if f.pose.side:
        return [moved(left, 7, 1), moved(mirrored(left, 48), -2, 0)]
    return _both(left)


def _cat_tail(f: Figure, h: float) -> None:
    sway = 2 * f.pose.step
    if f.pose.side:
        line = curve((36, h + 45), (18, h + 46), (12 + sway, h + 36), (16 + sway, h + 25))
    else:
        line = curve((56, h + 47), (76, h + 49), (84.5 + sway, h + 38), (81 + sway, h + 26))
    if f.pose.front:  # the same side of the cat, so the other side of the picture
        line = mirrored(line, 48)
    tail = [limb(*here, *there, 4.6, 4.6) for here, there in pairwise(line)]
    f.part(tail, SOFT)
    f.patch(oval(*line[-1], 6.5, 7), CREAM, tail)


def bunny(f: Figure) -> None:
    """Two long ears; hops more than it walks."""
    h = 65 - 2 * f.pose.lift
    f.contact()
    if f.pose.side:
        f.detail([oval(29, h + 31, 8, 8)], CREAM)
    f.feet(12, 12.5, 6.5, LIGHT)
    _torso(f, h + 26, 17, 15)
    f.arms(h + 22, 15, 12)
    if f.pose.view == "back":
        f.detail([oval(48, h + 34, 9, 9)], CREAM)
    head = oval(48, h, 31, 26)
    ears = _bunny_ears(f, h)
    f.part([*ears, head])
    if f.pose.view == "back":
        return
    dx = 0 if f.pose.front else 12
    for ear in ears if f.pose.front else ears[1:]:
        cx, cy = (sum(p[i] for p in ear) / len(ear) for i in (0, 1))
        f.patch(scaled(ear, 0.55, (cx, cy - 1)), PINK)
    f.patch(oval(48 + dx * 1.4, h + 12, 13, 9), CREAM, [head])
    _nose(f, 48 + dx * 1.5, h + 6, 3.4)
    f.detail(
        [box(43.5 + dx * 1.5, h + 11.5, 4.2, 6, 1.5), box(48.3 + dx * 1.5, h + 11.5, 4.2, 6, 1.5)],
        LIGHT,
        1.5,
    )
    for sign in (-1, 1):
        f.eye(48 + dx + sign * (14 if f.pose.front else 10), h - 2, 5.2, 8)
        if f.pose.front or sign < 0:
            f.cheek(48 + dx + sign * 22, h + 9)


def _bunny_ears(f: Figure, h: float) -> list[Shape]:
    flop = 3 * f.pose.step
    if f.pose.side:
        return [limb(40, h - 18, 24 - flop, h - 43, 8, 7), limb(52, h - 18, 42 - flop, h - 45, 8.5, 7.5)]
    return [limb(37, h - 16, 31 + flop, h - 45, 9, 8), limb(59, h - 16, 65 + flop, h - 45, 9, 8)]


def bear(f: Figure) -> None:
    """Wide and heavy, small round ears, a big snout."""
    h = 52 - f.pose.lift
    f.contact(29)
    f.feet(16, 12.5, 8)
    _torso(f, h + 33, 26, 19)
    f.arms(h + 27, 24, 16, 8.5)
    head = blob(
        (14, h + 6), (18, h - 18), (48, h - 27), (78, h - 18), (82, h + 6), (66, h + 24), (48, h + 27), (30, h + 24)
    )
    ears = [oval(20, h - 22, 11, 11), oval(76, h - 22, 11, 11)]
    if f.pose.side:
        ears = [oval(27, h - 22, 10, 11), oval(66, h - 24, 11, 11)]
    f.part([*ears, head])
    if f.pose.view == "back":
        f.part([oval(48, h + 42, 7, 6)], SOFT, 3)
        return
    dx = 0 if f.pose.front else 13
    for x, y in ((20, h - 22), (76, h - 22)) if f.pose.front else ((66, h - 24),):
        f.patch(oval(x, y, 5.5, 5.5), PINK)
    f.detail([oval(48 + dx * 1.7, h + 11, 16, 12)], (CREAM, (244, 214, 184)), 2.2)
    f.patch(oval(48 + dx * 1.8, h + 5, 6.5, 4.6), INK)
    f.line([(48 + dx * 1.8, h + 8), (48 + dx * 1.8, h + 13)], 2.4)
    f.line(curve((42 + dx * 1.8, h + 14), (48 + dx * 1.8, h + 18), (54 + dx * 1.8, h + 14)), 2.4)
    for sign in (-1, 1):
        f.eye(48 + dx + sign * (19 if f.pose.front else 12), h - 5, 4.6, 6.2)


def fox(f: Figure) -> None:
    """Big pointed ears, cheeks that end in points, a huge tail with a white tip."""
    h = 58 - f.pose.lift
    f.contact()
    if f.pose.view != "back":
        _fox_tail(f, h)
    f.feet(11, 10, 7, DEEP)
    _torso(f, h + 31, 16, 15)
    f.arms(h + 25, 15, 13, 6, SOFT)
    if f.pose.view == "back":
        _fox_tail(f, h)
    left: Shape = [(21, h - 8), (15, h - 45), (21, h - 48), (47, h - 20)]
    ears = [moved(left, 8, 1), moved(mirrored(left, 48), -1, 0)] if f.pose.side else _both(left)
    head = _fox_head(f, h)
    f.part([*ears, *_tufts(f, h), head])
    for ear in ears:
        f.shade(scaled(ear, 0.34, ear[1]), [ear], (60, 56, 74))
    if f.pose.view == "back":
        return
    for ear in ears if f.pose.front else ears[1:]:
        f.patch(scaled(ear, 0.42, (ear[3][0] * 0.5 + ear[0][0] * 0.5, h - 20)), CREAM)
    _fox_face(f, h, head)


def _tufts(f: Figure, h: float) -> list[Shape]:
    tuft: Shape = [(20, h - 6), (8, h + 1), (14, h + 5), (6.5, h + 14), (24, h + 17), (36, h + 10)]
    return [moved(tuft, 8, 2)] if f.pose.side else _both(tuft)


def _fox_head(f: Figure, h: float) -> Shape:
    points: tuple[Point, ...]
    if f.pose.side:
        points = (
            (22, h - 14),
            (48, h - 26),
            (70, h - 14),
            (77, h + 1),
            (90, h + 10),
            (72, h + 20),
            (48, h + 22),
            (30, h + 19),
            (20, h + 8),
        )
    else:
        points = (
            (22, h - 12),
            (48, h - 24),
            (74, h - 12),
            (80, h + 6),
            (64, h + 18),
            (48, h + 25),
            (32, h + 18),
            (16, h + 6),
        )
    return blob(*points)


def _fox_face(f: Figure, h: float, head: Shape) -> None:
    if f.pose.front:
        cheek = blob((6, h + 10), (24, h + 4), (40, h + 12), (48, h + 16), (48, h + 28), (22, h + 24))
        for shape in _both(cheek):
            f.patch(shape, CREAM, [head, *_tufts(f, h)])
        _nose(f, 48, h + 17, 5)
        for sign in (-1, 1):
            f.eye(48 + sign * 16, h - 2, 5, 7)
        return
    f.patch(blob((96, h + 10), (70, h + 8), (44, h + 8), (20, h + 14), (30, h + 26), (70, h + 26)), CREAM, [head])
    _nose(f, 88, h + 8.5, 4.2)
    f.eye(72, h - 3, 4.6, 7)
    f.eye(52, h - 3, 5, 7)


def _fox_tail(f: Figure, h: float) -> None:
    sway = 4 * f.pose.step
    if f.pose.side:
        tail = blob((38, h + 48), (19, h + 47), (7, h + 33 + sway), (9, h + 18 + sway), (19, h + 26), (30, h + 37))
        tip = oval(7, h + 20 + sway, 15, 10, -20)
    elif f.pose.view == "back":
        tail = blob(
            (44, h + 40),
            (52, h + 36),
            (66, h + 26 + sway),
            (80, h + 16 + sway),
            (89, h + 20 + sway),
            (86, h + 38 + sway),
            (68, h + 49),
            (50, h + 49),
        )
        tip = oval(90, h + 18 + sway, 14, 13, 20)
    else:
        tail = blob((56, h + 48), (76, h + 47), (89, h + 32 + sway), (86, h + 13 + sway), (76, h + 24), (66, h + 36))
        tip = oval(89, h + 16 + sway, 15, 11, 20)
    f.part([tail], FUR)
    f.patch(tip, CREAM, [tail])
