"""The end of a round: when the winner dances, how, and where each scrap of confetti is.

Rule 1: the tick of the View alone decides: a paused recording stands still, and may be wound.
Rule 2: SCRAPS scraps at most.
"""

from collections.abc import Iterator
from math import pi, sin
from typing import NamedTuple

from petard.game.view.view import View

PARTY_AFTER = 11  # ticks after the decision; in slow motion they take 600 ms
SCRAPS = 120
COLOURS = 6
TURNS = 4  # pictures of a scrap that turns
LATEST = 60  # ticks after the first one that the last one starts to fall
TURN, HOP, HIGH = 9, 18, 0.34  # ticks for a quarter turn and for a hop of the winner; tiles


class Scrap(NamedTuple):
    """One scrap of confetti: its place as a share of the field, its colour, how far it has turned."""

    x: float
    y: float
    colour: int
    turn: int


def party_age(view: View) -> float:
    """For how many ticks the winner has been celebrated; negative before, and if nobody has won."""
    ending = view.ending
    return view.tick - ending.over_at - PARTY_AFTER if ending and ending.winner >= 0 and ending.over_at >= 0 else -1.0


def dance(age: float) -> tuple[int, float]:
    """The cell of the winner's sheet, and how many tiles the winner is above the ground."""
    return int(age / TURN) % 4 * 4 + int(age / TURN * 2) % 4, HIGH * abs(sin(pi * age / HOP))


def confetti(view: View) -> Iterator[Scrap]:
    """The scraps that are in the air."""
    age = party_age(view)
    for number in range(SCRAPS if age >= 0 else 0):
        since = age - number * 37 % LATEST
        y = since * (0.008 + number % 5 * 0.0013) - 0.03
        if since >= 0 and y < 1.03:
            x = (number * 0.618) % 1.0 + 0.02 * sin(since / 9 + number)
            yield Scrap(x, y, number % COLOURS, int(since / 5 + number) % TURNS)
