"""Outlines as lists of points; the pen fills or strokes them.

Units are pixels of the finished picture, y grows downwards, angles are degrees clockwise from the right.
No pygame and no random numbers here: equal arguments give equal points.
"""

from collections.abc import Sequence
from math import atan2, cos, degrees, pi, radians, sin

Point = tuple[float, float]
Shape = list[Point]


def turned(shape: Sequence[Point], angle: float, around: Point) -> Shape:
    """The same shape, turned clockwise by `angle` degrees about a point."""
    c, s = cos(radians(angle)), sin(radians(angle))
    ax, ay = around
    return [(ax + (x - ax) * c - (y - ay) * s, ay + (x - ax) * s + (y - ay) * c) for x, y in shape]


def moved(shape: Sequence[Point], dx: float, dy: float) -> Shape:
    """The same shape somewhere else."""
    return [(x + dx, y + dy) for x, y in shape]


def scaled(shape: Sequence[Point], factor: float, around: Point = (0, 0)) -> Shape:
    """The same shape, `factor` times as large as seen from a point."""
    ax, ay = around
    return [(ax + (x - ax) * factor, ay + (y - ay) * factor) for x, y in shape]


def mirrored(shape: Sequence[Point], axis: float) -> Shape:
    """The same shape on the other side of the vertical line x = axis."""
    return [(2 * axis - x, y) for x, y in shape]


def oval(x: float, y: float, rx: float, ry: float, turn: float = 0) -> Shape:
    """An ellipse about (x, y)."""
    points = [(x + rx * cos(k * pi / 36), y + ry * sin(k * pi / 36)) for k in range(72)]
    return turned(points, turn, (x, y)) if turn else points


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> Shape:
    """An open piece of an ellipse, from one angle to another: a stroke, not an area."""
    steps = 32
    angles = [radians(start + (end - start) * k / steps) for k in range(steps + 1)]
    return [(x + rx * cos(a), y + ry * sin(a)) for a in angles]


def box(x: float, y: float, w: float, h: float, r: float = 0) -> Shape:
    """A rectangle with corners of radius r."""
    if r <= 0:
        return [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
    r = min(r, w / 2, h / 2)
    corners = ((x + w - r, y + h - r, 0), (x + r, y + h - r, 90), (x + r, y + r, 180), (x + w - r, y + r, 270))
    return [p for cx, cy, a in corners for p in arc(cx, cy, r, r, a, a + 90)]


def limb(x1: float, y1: float, x2: float, y2: float, r1: float, r2: float) -> Shape:
    """A sausage from one round end to another: an arm, a leg, an ear."""
    from_angle = degrees(atan2(y2 - y1, x2 - x1))
    far = arc(x2, y2, r2, r2, from_angle - 90, from_angle + 90)
    near = arc(x1, y1, r1, r1, from_angle + 90, from_angle + 270)
    return far + near


def blob(*points: Point) -> Shape:
    """A soft closed curve through all the points (Catmull-Rom)."""
    out: Shape = []
    n = len(points)
    for k in range(n):
        a, b, c, d = (points[(k + j) % n] for j in (-1, 0, 1, 2))
        out += [_between(a, b, c, d, t / 10) for t in range(10)]
    return out


def curve(*points: Point) -> Shape:
    """A soft open curve through all the points: a stroke, not an area."""
    padded = (points[0], *points, points[-1])
    out: Shape = []
    for k in range(len(points) - 1):
        a, b, c, d = padded[k : k + 4]
        out += [_between(a, b, c, d, t / 12) for t in range(12)]
    return [*out, points[-1]]


def star(x: float, y: float, outer: float, inner: float, rays: int = 5, turn: float = -90) -> Shape:
    """A star with that many rays; the first points along `turn`."""
    radii = (outer, inner)
    angles = [radians(turn + 180 * k / rays) for k in range(2 * rays)]
    return [(x + radii[k % 2] * cos(a), y + radii[k % 2] * sin(a)) for k, a in enumerate(angles)]


def _between(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    def axis(i: int) -> float:
        p, q, r, s = a[i], b[i], c[i], d[i]
        return 0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t**2 + (3 * q - p - 3 * r + s) * t**3)

    return axis(0), axis(1)
