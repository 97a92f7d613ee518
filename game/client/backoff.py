"""When to try again to reach a server that was lost. Pure.

Rule 1: the pauses grow, so that a moment of bad Wi-Fi costs a moment, and a server that is away is not knocked down.
Rule 2: it ends: chairs are held for 90 seconds, so nobody is kept waiting for longer. A try that was due while this
        computer slept is made all the same.
Rule 3: each pause is longer by a little chance, since people behind one address lose their lines together, and a server
        lets only a few of them knock at one time.
Rule 4: a line that holds for SETTLED seconds is a good one; one that breaks before lets the pauses grow on.
"""

PAUSES = (0.25, 0.5, 1.0, 2.0, 4.0)  # seconds; the last one again and again
SPREAD = 0.25  # of a pause, by which chance makes it longer at the most
TRYING_MOST = 90.0  # seconds in all
SETTLED = 5.0  # seconds


class Backoff:
    """The plan of the tries. `now` in seconds."""

    def __init__(self) -> None:
        self.is_on = False  # the line is lost, and we want it back
        self.next_at = 0.0  # when the next try is due
        self._planned_at = 0.0
        self._ends_at = 0.0
        self._tries = 0  # since the line was good
        self._back_at = 0.0

    @property
    def is_over(self) -> bool:
        """True when there is no time left for another try."""
        return self.is_on and self.next_at > self._ends_at

    def is_due(self, now: float) -> bool:
        """True when it is time for the next try; at once on a clock that ran backwards."""
        return self.is_on and not self._planned_at <= now < self.next_at

    def lost(self, now: float, chance: float) -> None:
        """The line broke, or a try failed: plan the next one. `chance`: from 0 to 1, another one every time."""
        if not self.is_on:
            self._tries = 0 if now - self._back_at >= SETTLED else self._tries
            self.is_on, self._ends_at = True, now + TRYING_MOST
        pause = PAUSES[min(self._tries, len(PAUSES) - 1)] * (1 + SPREAD * chance)
        self._planned_at, self.next_at = now, now + pause
        self._tries += 1

    def back(self, now: float) -> None:
        """A try was good: we are in again."""
        self.is_on, self._back_at = False, now
