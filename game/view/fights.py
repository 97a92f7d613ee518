"""Where the most interesting fight is: the camera shows it to players who are out. Pure.

Rule 1: a fight is told by how close the others are, and by bombs and flames near. Distances are in tiles, as walked.
Rule 2: the camera stays with one body for STAY at least, unless that body is out, and leaves it only for a fight that
        is clearly better: who watches wants to see how a fight ends.
"""

from collections.abc import Iterable

from petard.game.view.view import NEVER, PlayerView, View

NEAR = 7.0  # tiles; who is farther off fights somebody else
BOMB_WORTH, FLAME_WORTH = 2.0, 0.5  # a bomb or a flame at one's feet, against another body there, which is 3.5
BETTER = 1.4  # so many times as good must another fight be
STAY = 90  # ticks
AFTER_END = 45  # ticks that the place where somebody fell is still looked at
LOOK_EVERY = 15  # ticks; with 64 bodies one look takes a millisecond


class FightFinder:
    """Remembers which player the camera follows. One for each round."""

    def __init__(self) -> None:
        self._slot = -1  # of the body that is followed
        self._since = NEVER  # when that began, a tick
        self._looked_at = NEVER

    def place(self, view: View) -> tuple[float, float] | None:
        """What to look at, in tiles; None where nobody is left."""
        if view.tick < self._looked_at:  # somebody has gone back in a recording
            self._slot = -1
        followed = next((body for body in view.players if body.slot == self._slot), None)
        if followed is None or not followed.alive or view.tick >= self._looked_at + LOOK_EVERY:
            followed = self._chosen(view, followed)
        return (followed.x, followed.y) if followed else None

    def _chosen(self, view: View, followed: PlayerView | None) -> PlayerView | None:
        self._looked_at = view.tick
        if followed and not followed.alive and view.tick - followed.died_at < AFTER_END:
            return followed
        if followed and followed.alive and view.tick - self._since < STAY:
            return followed
        living = [body for body in view.players if body.alive]
        best = max(living, key=lambda body: (worth(body, view), -body.slot), default=followed)
        if followed and followed.alive and best and worth(best, view) <= BETTER * worth(followed, view):
            return followed
        if best and best.slot != self._slot:
            self._slot, self._since = best.slot, view.tick
        return best


def worth(body: PlayerView, view: View) -> float:
    """How much there is to see around somebody."""
    others = [other for other in view.players if other.alive and other.slot != body.slot]
    total = sum(_closeness(body, other.x, other.y) for other in others) / 2
    total += BOMB_WORTH * _sum_near(body, ((bomb.x, bomb.y) for bomb in view.bombs))
    return total + FLAME_WORTH * _sum_near(body, ((flame.x + 0.5, flame.y + 0.5) for flame in view.flames))


def _sum_near(body: PlayerView, places: Iterable[tuple[float, float]]) -> float:
    return sum(_closeness(body, x, y) for x, y in places) / NEAR


def _closeness(body: PlayerView, x: float, y: float) -> float:
    """From NEAR (at the same place) down to 0."""
    return max(0.0, NEAR - abs(body.x - x) - abs(body.y - y))
