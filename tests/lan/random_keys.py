"""Fingers without a plan: each of them holds a key for a while, then another, and lays a bomb now and then.

A Brain would play better and cost twenty times as much.
"""

from random import Random

from petard.shared.rules.world import Keys

WAYS = (Keys.UP, Keys.DOWN, Keys.LEFT, Keys.RIGHT)


class RandomKeys:
    """The keys of `players` at one computer, tick by tick, from one seed. `bombs`: how many of a hundred changes."""

    def __init__(self, players: int, seed: int, bombs: int = 12) -> None:
        self._chance = Random(seed)
        self._bombs = bombs
        self._held = (Keys.NONE,) * players
        self._left = 0  # ticks until they change

    def keys(self) -> tuple[int, ...]:
        """What is held in the next tick."""
        self._left -= 1
        if self._left < 0:
            chance = self._chance
            self._left = chance.randrange(2, 30)
            self._held = tuple(self._choose() for _ in self._held)
        return self._held

    def _choose(self) -> int:
        way = self._chance.choice(WAYS)
        return way | Keys.BOMB if self._chance.randrange(100) < self._bombs else way
