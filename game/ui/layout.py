"""Boxes in logical units (the window is 1280 by 720): what lies where, as plain arithmetic.

A box is (x, y, width, height), its corner at the top left.
"""

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
