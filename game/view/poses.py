"""How things on the board move by themselves: a bomb is squashed and pulses, a flame rises and shrinks, an item bobs.

Rule 1: the same View gives the same pose: nothing is remembered.
Rule 2: times are ticks; a pose is the number of a picture, or a distance in tiles.
"""

from math import ceil, log2, pi, sin

from petard.game.view.view import FlameView, ItemView
from petard.shared.rules.ruleset import LAST_ONE_STANDING, TICK_RATE
from petard.shared.rules.world import Shape

QUICK = 30  # ticks: in the last half second a bomb is red
FUSE_STEPS = 24  # lengths of the ring that shows how long a fuse is
SQUASH = 0.140 * TICK_RATE  # ticks: how long a bomb that was laid is squashed
SQUASHED = (5, 6, 7)  # the cells of a bomb in that time: flat, still flat, tall
BURN = LAST_ONE_STANDING.flame  # ticks; other rules may have longer flames, which only look different
SINK = 9  # ticks: at its end a flame shrinks
SHRUNK = (3, 4, 5)  # the pictures of that, each smaller
BOB, BOB_TIME = 0.06, 78  # tiles up and down; ticks for once up and down

# shape -> (picture, degrees against the clock); pictures lie to the right
FLAME_IMAGES = {
    Shape.CENTRE: ("flame-centre", 0),
    Shape.LYING: ("flame-middle", 0),
    Shape.STANDING: ("flame-middle", 90),
    Shape.END_UP: ("flame-end", 90),
    Shape.END_RIGHT: ("flame-end", 0),
    Shape.END_DOWN: ("flame-end", 270),
    Shape.END_LEFT: ("flame-end", 180),
}


def fuse_step(ticks_left: float, fuse: int) -> int:
    """How much of a fuse is left, from 0 to FUSE_STEPS; 0 only at the end.

    >>> fuse_step(150, 150), fuse_step(75, 150), fuse_step(1, 150), fuse_step(0, 150)
    (24, 12, 1, 0)
    """
    return min(FUSE_STEPS, ceil(FUSE_STEPS * ticks_left / max(1, fuse)))


def bomb_cell(ticks_left: float, fuse: int) -> int:
    """The picture of a ball: squashed as it lands, then small to large and back, ever faster; at the end red.

    >>> [bomb_cell(150 - age, 150) for age in (0, 3, 6, 9)], bomb_cell(30, 150)
    ([5, 6, 7, 0], 3)
    """
    if ticks_left <= QUICK:
        return (3, 4)[int(ticks_left / 5) % 2]
    if 0 <= (age := fuse - ticks_left) < SQUASH:
        return SQUASHED[int(age / SQUASH * len(SQUASHED))]
    return (0, 1, 2, 1)[int(9.5 * log2(1 + ticks_left / 15)) % 4]


def flame_image(flame: FlameView) -> tuple[str, int]:
    """The picture of a flame, and how it is turned: it rises for four ticks, flickers, and shrinks in the last SINK."""
    image, turn = FLAME_IMAGES[flame.shape]
    left = flame.ticks_left
    if left < SINK:
        phase = SHRUNK[int((SINK - left) / SINK * len(SHRUNK) * 0.999)]
    else:
        phase = 0 if left > BURN - 4 else 1 + int(left / 4) % 2
    return f"{image}-{phase}", turn


def bob(item: ItemView, tick: float) -> float:
    """How far an item is below its place; neighbours bob at different times."""
    return BOB * sin(2 * pi * (tick / BOB_TIME + (item.x * 3 + item.y * 5) % 8 / 8))
