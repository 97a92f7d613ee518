"""Events that two tell: first our own clock, which runs ahead, then the server. Each is heard once.

Rule: two are the same if they say the same of nearly the same tick; a guess that is a few ticks off still counts.
"""

from collections import deque
from collections.abc import Iterable

from petard.shared.rules.events import Event

SAME = 12  # ticks; a guess is corrected by fewer, and nobody drops two bombs on one tile so quickly
KEPT = 256  # guesses that nobody has confirmed; more than a second of the wildest round


class EventDedup:
    """The guesses that were heard and not confirmed yet."""

    def __init__(self) -> None:
        self._guesses: deque[tuple[int, Event]] = deque(maxlen=KEPT)

    def guess(self, events: Iterable[tuple[int, Event]]) -> None:
        """Note what was heard ahead of the server."""
        self._guesses.extend(events)

    def is_new(self, tick: int, event: Event) -> bool:
        """True if what the server tells was not heard before; a guess confirms one event only."""
        for guess in self._guesses:
            if guess[1] == event and abs(guess[0] - tick) <= SAME:
                self._guesses.remove(guess)
                return False
        return True
