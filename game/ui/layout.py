"""Boxes in logical units (the window is 1280 by 720): what lies where, as plain arithmetic.

A box is (x, y, width, height), its corner at the top left.
"""

from collections.abc import Sequence

Box = tuple[float, float, float, float]

BODY = 26.0  # the height of text that can be read from a sofa
SMALL = 22.0  # the smallest text of the screens


def is_inside(box: Box, position: tuple[float, float] | None) -> bool:
    """True if the position is in the box.

    >>> is_inside((10, 10, 5, 5), (12, 14)), is_inside((10, 10, 5, 5), (15, 12)), is_inside((0, 0, 1, 1), None)
    (True, False, False)
    """
    if position is None:
        return False
    x, y, wide, tall = box
    return x <= position[0] < x + wide and y <= position[1] < y + tall


def centre(box: Box) -> tuple[float, float]:
    """Return the middle of a box.

    >>> centre((10, 10, 4, 8))
    (12.0, 14.0)
    """
    return box[0] + box[2] / 2, box[1] + box[3] / 2


def column(first: Box, count: int, gap: float) -> list[Box]:
    """Return `count` boxes one below the other, each as large as the first.

    >>> column((10, 20, 100, 30), 3, 5)
    [(10, 20, 100, 30), (10, 55, 100, 30), (10, 90, 100, 30)]
    """
    x, y, wide, tall = first
    return [(x, y + place * (tall + gap), wide, tall) for place in range(count)]


def row(x: float, y: float, tall: float, widths: Sequence[float], gap: float) -> list[Box]:
    """Return boxes of these widths side by side, from `x` on.

    >>> row(10, 20, 30, (100, 50), 5)
    [(10, 20, 100, 30), (115, 20, 50, 30)]
    """
    return [(x + sum(widths[:place]) + place * gap, y, wide, tall) for place, wide in enumerate(widths)]
