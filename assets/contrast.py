"""How well a colour is read on another one: the contrast ratio of WCAG 2, from 1 (none) to 21 (black on white).

Rule: text has a ratio of READABLE or more with whatever is drawn below it.
"""

from petard.assets.palette import COAL, PAPER, Colour

READABLE = 4.5


def luminance(colour: Colour) -> float:
    """How bright a colour looks, from 0 to 1.

    >>> luminance((0, 0, 0)), round(luminance((255, 255, 255)), 3)
    (0.0, 1.0)
    """
    red, green, blue = (_linear(level) for level in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """The ratio of two colours, in any order.

    >>> round(contrast((0, 0, 0), (255, 255, 255)), 1)
    21.0
    """
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def ink_on(ground: Colour) -> Colour:
    """The colour for text on a ground of any colour: light or dark, whichever has more contrast.

    >>> ink_on((255, 255, 255)) == COAL, ink_on((40, 40, 160)) == PAPER
    (True, True)
    """
    return max(PAPER, COAL, key=lambda ink: contrast(ink, ground))


def _linear(level: int) -> float:
    share = level / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)
