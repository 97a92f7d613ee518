"""When to try again to reach a server after a disconnect.

Rule 1: the pauses grow, so that a moment of bad Wi-Fi costs a moment, and a server that is down is not flooded. They
        stay short, so that everybody is back within two seconds of the start of a server that has crashed.
Rule 2: it ends: seats are kept for 90 seconds, so nobody waits for longer; and JOINING_MOST is enough to join at first,
        since only a crowd at the same moment is in the way. A try that was due while this computer slept is made all
        the same.
Rule 3: each pause gets a little longer at random, since people behind one address are disconnected together, and a
        server lets only a few of them in at one time.
Rule 4: a connection that holds for SETTLED seconds counts as good; after one that breaks before, the pauses grow on.
"""

from collections.abc import Callable

PAUSES = (0.25, *[0.5] * 9, 1.0)  # seconds; the last one again and again
SPREAD = 0.25  # of a pause, which is added at random at the most
TRYING_MOST = 90.0  # seconds in all
JOINING_MOST = 5.0  # seconds in all, of a client that was never let in
SETTLED = 5.0  # seconds


class Backoff:
    """The plan of the tries. `now` in seconds."""

    def __init__(self, random: Callable[[], float]) -> None:
        """`random`: a number from 0 to 1, another one at each call."""
        self.reason = ""  # of the last disconnect or failed try, one sentence; "" while connected
        self.lost_at = 0.0  # when the connection broke
        self.next_at = 0.0  # when the next try is due
        self._random = random
        self._planned_at = 0.0
        self._ends_at = 0.0
        self._tries = 0  # since the connection was good
        self._connected_at = 0.0

    @property
    def is_disconnected(self) -> bool:
        """True from a disconnect until we are connected again."""
        return bool(self.reason)

    @property
    def is_over(self) -> bool:
        """True when there is no time left for another try."""
        return self.is_disconnected and self.next_at > self._ends_at

    def is_due(self, now: float) -> bool:
        """True when it is time for the next try; at once on a clock that ran backwards."""
        return self.is_disconnected and not self._planned_at <= now < self.next_at

    def disconnected(self, reason: str, now: float, trying_most: float = TRYING_MOST, at_once: bool = False) -> None:
        """The connection broke, or a try failed: plan the next one. `trying_most`: seconds, from the first time on.

        `at_once`: without a pause, since the next try is at another address.
        """
        if not self.is_disconnected:
            self._tries = 0 if now - self._connected_at >= SETTLED else self._tries
            self.lost_at, self._ends_at = now, now + trying_most
        self.reason = reason
        pause = 0.0 if at_once else PAUSES[min(self._tries, len(PAUSES) - 1)] * (1 + SPREAD * self._random())
        self._planned_at, self.next_at = now, now + pause
        self._tries += not at_once

    def connected(self, now: float) -> None:
        self.reason, self._connected_at = "", now
