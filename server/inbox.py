"""The Commands of one connection on their way into the rules: one for each tick, in order.

Rule 1: what comes twice or out of order is dropped; what comes too early waits, but never more than WAITING_MOST ticks.
Rule 2: when none came in time the last one counts once more, since keys are held and not pressed.
Rule 3: two become one only by holding the keys of both, so that no tap is lost; and no wait stays for long.

The depth is fixed for now; one that follows the jitter of the line comes with prediction.
"""

from collections import deque

WAITING_MOST = 6  # ticks; 100 ms that a burst after a stall may hold a player back
WAITING_KEPT = 2  # so many may wait for good: what the jitter of a LAN needs
PATIENCE = 30  # ticks that more may wait before one is saved


class Inbox:
    """Commands in, the keys of a tick out. `ack` is the seq of the last Command that was taken, 0 before the first."""

    def __init__(self, players: int) -> None:
        self.ack = 0
        self._newest = 0
        self._crowded = 0  # ticks in a row that too many have waited
        self._waiting: deque[tuple[int, tuple[int, ...]]] = deque()
        self._held: tuple[int, ...] = (0,) * players

    def put(self, seq: int, keys: tuple[int, ...]) -> None:
        """Add one Command; of too many that wait the oldest are put together."""
        if seq <= self._newest or len(keys) != len(self._held):
            return
        self._newest = seq
        self._waiting.append((seq, keys))
        if len(self._waiting) > WAITING_MOST:
            self._join_oldest()

    def take(self) -> tuple[int, ...]:
        """The keys of each local player for this tick."""
        self._crowded = self._crowded + 1 if len(self._waiting) > WAITING_KEPT else 0
        if self._crowded > PATIENCE:
            self._crowded = 0
            self._join_oldest()
        if self._waiting:
            self.ack, self._held = self._waiting.popleft()
        return self._held

    def clear(self) -> None:
        """Forget what waits and what is held: a new round begins."""
        self._waiting.clear()
        self._crowded = 0
        self._held = (0,) * len(self._held)

    def _join_oldest(self) -> None:
        _, first = self._waiting.popleft()
        seq, second = self._waiting.popleft()
        self._waiting.appendleft((seq, tuple(one | other for one, other in zip(first, second, strict=True))))
