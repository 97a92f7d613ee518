"""A fixed time step by an absolute schedule: ticks fall due at start + n / rate, so nothing drifts.

After a stall (a closed lid, a stopped process) only `catch_up` ticks run at once; the rest never happens, and the
schedule moves on from now. Running them all would burn the CPU just when the machine is late already.
"""


class Ticker:
    """Says how many ticks to run. Times are seconds of a monotonic clock, always an argument."""

    def __init__(self, now: float, rate: int = 60, catch_up: int = 5) -> None:
        self.rate = rate  # ticks a second
        self.catch_up = catch_up  # ticks, the most that one call hands out
        self.skipped = 0  # ticks that never ran, all stalls together
        self._start = now
        self._pace = 1.0
        self._done = 0  # ticks handed out or skipped since `_start`

    def due(self, now: float) -> int:
        """Return how many ticks to run now: 0 to `catch_up`. A clock that went backwards gives 0.

        >>> ticker = Ticker(now=100.0)
        >>> ticker.due(100.5), ticker.skipped
        (5, 25)
        """
        # The small part of a tick forgives the rounding of whoever slept exactly until_next seconds.
        late = int((now - self._start) * self.rate * self._pace + 1e-6) - self._done
        if late <= 0:
            return 0
        self._done += late
        run = min(late, self.catch_up)
        self.skipped += late - run
        return run

    def run_at(self, pace: float, now: float) -> None:
        """Run faster or slower than `rate` from now on, such as 1.01 or 0.99 times; the tick that is due stays so."""
        if pace == self._pace:
            return
        passed = (now - self._start) * self.rate * self._pace
        self._start, self._pace = now - passed / (self.rate * pace), pace

    def until_next(self, now: float) -> float:
        """Return the seconds until the next tick falls due; 0.0 when one is due already."""
        return max(0.0, self._start + (self._done + 1) / (self.rate * self._pace) - now)
