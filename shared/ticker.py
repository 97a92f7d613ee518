"""A fixed time step on an absolute schedule: tick n is due at start + n / rate, so rounding errors do not add up.

After a stall (a closed laptop, a stopped process) at most `catch_up` ticks run at once. The other ticks are skipped and
the schedule continues from now: to run them all would use much CPU time exactly when the machine is late.
"""


class Ticker:
    """Says how many ticks to run. All times are seconds of a monotonic clock and come in as arguments."""

    def __init__(self, now: float, rate: int = 60, catch_up: int = 5) -> None:
        self.rate = rate  # ticks a second
        self.catch_up = catch_up  # the most ticks that one call returns
        self.skipped = 0  # ticks skipped in all stalls
        self._start = now
        self._pace = 1.0
        self._done = 0  # ticks returned or skipped since `_start`

    def due(self, now: float) -> int:
        """Return how many ticks to run now: 0 to `catch_up`. If the clock went backwards, the result is 0.

        >>> ticker = Ticker(now=100.0)
        >>> ticker.due(100.5), ticker.skipped
        (5, 25)
        """
        # The small part of a tick allows for rounding when the caller slept for exactly `until_next` seconds.
        late = int((now - self._start) * self.rate * self._pace + 1e-6) - self._done
        if late <= 0:
            return 0
        self._done += late
        run = min(late, self.catch_up)
        self.skipped += late - run
        return run

    def set_pace(self, pace: float, now: float) -> None:
        """Run at `pace` times the rate from now on, for example 1.01 or 0.99. A tick that is due now stays due."""
        if pace == self._pace:
            return
        passed = (now - self._start) * self.rate * self._pace
        self._start, self._pace = now - passed / (self.rate * pace), pace

    def until_next(self, now: float) -> float:
        """Return the seconds until the next tick is due; 0.0 if one is due already."""
        return max(0.0, self._start + (self._done + 1) / (self.rate * self._pace) - now)
