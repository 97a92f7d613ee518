"""Which part of the board is seen, and how large: pure arithmetic.

Rule 1: a board is shown whole and centred as long as its tiles are FOLLOW_UNDER logical units or more.
Rule 2: a larger board is seen in part and follows the player, never past its own edge; for a player who is out it
        follows the best fight (game/view/fights.py).
Rule 3: who only watches sees all of it, down to WATCH_UNDER.
Rule 4: the player's own things stand at the left edge: ASIDE units are kept free there, beside or beyond the board.
Rule 5: tiles are whole pixels wide, so that no seam shows between them.
"""

from dataclasses import dataclass
from math import exp

FOLLOW_UNDER = 32  # logical units
FOLLOW_SIDE = 46
WATCH_UNDER = 15
LARGEST = 72
ASIDE = 108  # logical units
EASE = 9.0  # a second: how quickly the picture catches up with the player


@dataclass(frozen=True, slots=True)
class Aim:
    """Where the board lies: `side` pixels to a tile, its top left corner at (left, top) in pixels of the field."""

    side: int
    left: int
    top: int


class Camera:
    """Remembers where it looked, so that it moves softly."""

    def __init__(self) -> None:
        self._at: tuple[float, float] | None = None  # tiles
        self._then = 0.0

    def aim(
        self,
        board: tuple[int, int],
        field: tuple[int, int],
        scale: float,
        target: tuple[float, float] | None,
        now: float,
    ) -> Aim:
        """Aim at a board (tiles) on a field (pixels). `target`: the player's place in tiles, None for who watches."""
        aside = 0 if target is None else ASIDE * scale
        whole = min((field[0] - 2 * aside) / board[0], field[1] / board[1], LARGEST * scale)
        if whole >= (WATCH_UNDER if target is None else FOLLOW_UNDER) * scale:
            side = max(1, int(whole))
            return Aim(side, (field[0] - side * board[0]) // 2, (field[1] - side * board[1]) // 2)
        side = max(1, round(FOLLOW_SIDE * scale))
        x, y = self._move(target or (board[0] / 2, board[1] / 2), now)
        return Aim(side, _edge(x, side, board[0], field[0], round(aside)), _edge(y, side, board[1], field[1], 0))

    def _move(self, target: tuple[float, float], now: float) -> tuple[float, float]:
        if self._at is None:
            self._at = target
        part = 1 - exp(-EASE * max(0.0, now - self._then))
        self._then = now
        self._at = self._at[0] + (target[0] - self._at[0]) * part, self._at[1] + (target[1] - self._at[1]) * part
        return self._at


def _edge(at: float, side: int, tiles: int, room: int, before: int) -> int:
    """Where the board begins, in pixels, so that tile `at` is in the middle, or the board's own edge at the field's.

    `before` is what may stay free in front of the board.

    >>> _edge(10.0, 10, 40, 100, 0), _edge(1.0, 10, 40, 100, 0), _edge(39.0, 10, 40, 100, 0), _edge(3.0, 10, 8, 100, 0)
    (-50, 0, -300, 10)
    >>> _edge(10.0, 10, 40, 100, 20), _edge(1.0, 10, 40, 100, 20)
    (-50, 20)
    """
    if tiles * side <= room:
        return (room - tiles * side) // 2
    return max(room - tiles * side, min(before, round(room / 2 - at * side)))
