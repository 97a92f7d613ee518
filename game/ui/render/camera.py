"""Which part of the board is shown, and how large: pure arithmetic.

Rule 1: a board is shown whole and centred as long as its tiles are FOLLOW_UNDER logical units or more.
Rule 2: a larger board is seen in part and follows the player, never past its own edge; for a player who is out it
        follows the best fight (game/view/spectating.py).
Rule 3: spectators see all of it, down to WATCH_UNDER. Each of several players at one machine has a camera of their own
        on a board that is larger than the screen.
Rule 4: what is written beside the board needs some units there (`aside`): they are kept free.
Rule 5: tiles are whole pixels wide, so that no seam shows between them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from math import exp
from statistics import fmean

from petard.game.ui.render.play_layout import FOLLOW_UNDER, LARGEST
from petard.game.view.spectating import FightFinder
from petard.game.view.view import Area, View

FOLLOW_SIDE = 46  # logical units
FOLLOW_SIDE_SMALL = 36  # where four players share the window
LITTLE = 400  # logical units: a field less high is one of four
WATCH_UNDER = 10
EASE = 9.0  # a second: how quickly the picture catches up with the player
LINGER = 180  # ticks that the camera stays with a player who is out

Point = tuple[float, float]  # tiles


@dataclass(frozen=True, slots=True)
class Aim:
    """Where the board lies: `side` pixels to a tile, its top left corner at (left, top) in pixels of the field."""

    side: int
    left: int
    top: int

    def moved(self, offset: tuple[float, float], scale: float) -> "Aim":
        """Return the same board moved by logical units."""
        return Aim(self.side, self.left + round(offset[0] * scale), self.top + round(offset[1] * scale))

    def area(self, field: tuple[int, int]) -> Area:
        """Return the tiles that are on a field of this size (pixels), with one more on each side."""
        left, top = -self.left // self.side - 1, -self.top // self.side - 1
        return Area(left, top, left + field[0] // self.side + 4, top + field[1] // self.side + 4)


class Camera:
    """Chooses what is shown; it remembers where it looked, so that it moves softly."""

    def __init__(self) -> None:
        self.near: Point = (0.0, 0.0)  # the place of the players at this machine, or what is shown instead
        self._at: Point | None = None
        self._then = 0.0
        self._fights = FightFinder()

    def follow(
        self, view: View, field: tuple[int, int], scale: float, mine: Collection[int], aside: float, now: float
    ) -> Aim:
        """Aim for the players in the slots `mine`, none for spectators; once they are out, at the best fight.

        `aside`: logical units at the left and the right of the field that are kept free if that can be.
        """
        here = [body for body in view.players if body.slot in mine]
        # The dead are followed for LINGER ticks, too: the person wants to see what happened.
        own = [(body.x, body.y) for body in here if body.alive or view.tick - body.died_at < LINGER]
        own = own or [(body.cart.x, body.cart.y) for body in here if body.cart]
        target = own[0] if own else self._fights.target(view) if here else None
        self.near = target or (view.width / 2, view.height / 2)
        if own:
            self.near = fmean(x for x, _ in own), fmean(y for _, y in own)
        return self.aim((view.width, view.height), field, scale, target, aside * scale, now)

    def aim(
        self,
        board: tuple[int, int],
        field: tuple[int, int],
        scale: float,
        target: Point | None,
        aside: float,
        now: float,
    ) -> Aim:
        """Aim at a board (tiles) on a field (pixels). `target`: the player's place, None for spectators."""
        whole = min((field[0] - 2 * aside) / board[0], field[1] / board[1], LARGEST * scale)
        if whole >= (WATCH_UNDER if target is None else FOLLOW_UNDER) * scale:
            side = max(1, int(whole))
            return Aim(side, (field[0] - side * board[0]) // 2, (field[1] - side * board[1]) // 2)
        is_little = field[1] < LITTLE * scale
        side = max(1, round((FOLLOW_SIDE_SMALL if is_little else FOLLOW_SIDE) * scale))
        x, y = self._move(target or (board[0] / 2, board[1] / 2), now)
        return Aim(side, _edge(x, side, board[0], field[0], round(aside)), _edge(y, side, board[1], field[1], 0))

    def _move(self, target: Point, now: float) -> Point:
        part = 1 - exp(-EASE * max(0.0, now - self._then))
        x, y = self._at or target
        self._at, self._then = (x + (target[0] - x) * part, y + (target[1] - y) * part), now
        return self._at


def _edge(at: float, side: int, tiles: int, room: int, before: int) -> int:
    """Where the board begins, in pixels, so that tile `at` is in the middle, but no further than the edge.

    `before` is what may stay free in front of the board.

    >>> _edge(10.0, 10, 40, 100, 0), _edge(1.0, 10, 40, 100, 0), _edge(39.0, 10, 40, 100, 0), _edge(3.0, 10, 8, 100, 0)
    (-50, 0, -300, 10)
    >>> _edge(10.0, 10, 40, 100, 20), _edge(1.0, 10, 40, 100, 20)
    (-50, 20)
    """
    if tiles * side <= room:
        return (room - tiles * side) // 2
    return max(room - tiles * side, min(before, round(room / 2 - at * side)))
