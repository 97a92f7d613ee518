"""The Commands of one connection on their way into the rules: one for each tick, in order.

Rule 1: what comes twice or out of order is dropped; what comes too early waits, but never more than WAITING_MOST ticks.
Rule 2: when none came in time the last one counts once more, since keys are held and not pressed; but not for ever.
Rule 3: two become one only by holding the keys of both, so that no tap is lost; and no wait stays for long.
Rule 4: `still` tells of each player for how long the keys that they said have been the same. Keys that are let go of
for want of a word were not said.

So the depth follows the jitter by itself: a Command that comes late leaves one more waiting for the next time. `early`
tells the client how much of that wait was never needed lately, and it lets its own clock run a little slower.
"""

from collections import deque

WAITING_MOST = 6  # ticks; 100 ms that a burst after a stall may hold a player back
WAITING_KEPT = 3  # so many may wait until the client has worked it off: two ticks of jitter and the one that is due
PATIENCE = 30  # ticks that more may wait before one is saved
HELD_MOST = 30  # ticks that keys stay down without a word; a lost packet takes about 15
STARVED = 120  # ticks without a word after which somebody else should steer
WINDOW = 60  # ticks; `early` looks back over one to two of them


class Inbox:
    """Commands in, the keys of a tick out. `ack` is the seq of the last Command that was taken, 0 before the first."""

    def __init__(self, players: int) -> None:
        self.ack = 0
        self._newest = 0
        self._crowded = 0  # ticks in a row that too many have waited
        self._missing = 0  # ticks in a row without a Command
        self._low = WindowedMinimum()
        self._waiting: deque[tuple[int, tuple[int, ...]]] = deque()
        self._held: tuple[int, ...] = (0,) * players
        self._said = self._held  # in the last Command
        self.still = [0] * players  # ticks since each player's keys have changed; who watches the time counts them

    @property
    def early(self) -> int:
        """How many Commands waited at the least when one was to be taken, lately; 0: one was missing, 1: just right."""
        return self._low.value

    @property
    def is_starved(self) -> bool:
        """True when nothing has come for so long that nobody can be at the keys."""
        return self._missing >= STARVED

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
        self._low.add(len(self._waiting))
        self._crowded = self._crowded + 1 if len(self._waiting) > WAITING_KEPT else 0
        if self._crowded > PATIENCE:
            self._crowded = 0
            self._join_oldest()
        if self._waiting:
            self._missing = 0
            self.ack, self._held = self._waiting.popleft()
            if self._held != self._said:
                self._stir(self._held)
        else:
            self._missing += 1
        if self._missing > HELD_MOST:
            self._held = (0,) * len(self._held)
        return self._held

    def _stir(self, keys: tuple[int, ...]) -> None:
        for player, (one, other) in enumerate(zip(keys, self._said, strict=True)):
            if one != other:
                self.still[player] = 0
        self._said = keys

    def clear(self) -> None:
        """Forget what waits and what is held: a new round begins."""
        self.ack = self._newest
        self._waiting.clear()
        self._crowded = self._missing = 0
        self._held = (0,) * len(self._held)

    def _join_oldest(self) -> None:
        _, first = self._waiting.popleft()
        seq, second = self._waiting.popleft()
        self._waiting.appendleft((seq, tuple(one | other for one, other in zip(first, second, strict=True))))


class WindowedMinimum:
    """The lowest number of the last one to two WINDOWs."""

    __slots__ = ("_before", "_left", "_now")

    def __init__(self) -> None:
        self._before = self._now = WAITING_MOST
        self._left = WINDOW

    @property
    def value(self) -> int:
        """The lowest of late."""
        return min(self._before, self._now)

    def add(self, number: int) -> None:
        """Note a number."""
        self._now = min(self._now, number)
        self._left -= 1
        if not self._left:
            self._before, self._now, self._left = self._now, WAITING_MOST, WINDOW
