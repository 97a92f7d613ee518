"""The Commands of one connection on their way into the rules: one for each tick, in order.

Rule 1: what comes twice or out of order is dropped; what comes too early waits, but never more than WAITING_MOST ticks.
Rule 2: when none came in time the last one counts once more, since keys are held and not pressed.
"""

from collections import deque

WAITING_MOST = 6  # ticks; 100 ms that a burst after a stall may hold a player back
WAITING_KEPT = 2  # so many are left when there were more: what jitter of a LAN needs


class Inbox:
    """Commands in, the keys of a tick out. `ack` is the seq of the last Command that was taken, 0 before the first."""

    def __init__(self, players: int) -> None:
        self.ack = 0
        self._newest = 0
        self._waiting: deque[tuple[int, tuple[int, ...]]] = deque()
        self._held: tuple[int, ...] = (0,) * players

    def put(self, seq: int, keys: tuple[int, ...]) -> None:
        """Add one Command; too many that wait are thinned out from the oldest."""
        if seq <= self._newest or len(keys) != len(self._held):
            return
        self._newest = seq
        self._waiting.append((seq, keys))
        if len(self._waiting) > WAITING_MOST:
            while len(self._waiting) > WAITING_KEPT:
                self._waiting.popleft()

    def take(self) -> tuple[int, ...]:
        """The keys of each local player for this tick."""
        if self._waiting:
            self.ack, self._held = self._waiting.popleft()
        return self._held
