"""How regular the ticks were: the figures that the server prints when it stops. Pure.

Rule: memory does not grow with time; intervals are counted in steps of 0.1 ms.
"""

from itertools import accumulate

STEP = 0.0001  # seconds
LONGEST = 0.5  # seconds; longer intervals are counted as this, but `_max` is exact


class TickStats:
    """Counts ticks and the intervals between them while people are connected."""

    def __init__(self) -> None:
        self.ticks = 0
        self._counts = [0] * (round(LONGEST / STEP) + 1)
        self._max = 0.0
        self._seconds = 0.0  # sum of all intervals
        self._player_ticks = 0
        self._last: float | None = None

    def add(self, ticks: int, people: int, now: float) -> None:
        """Count `ticks` run at `now` for so many people; several at once have intervals of zero."""
        for _ in range(ticks):
            if self._last is not None:
                interval = now - self._last
                self._counts[min(len(self._counts) - 1, round(interval / STEP))] += 1
                self._max = max(self._max, interval)
                self._seconds += interval
                self.ticks += 1
                self._player_ticks += people
            self._last = now

    def pause(self) -> None:
        """Do not count the time until the next tick as an interval."""
        self._last = None

    def percentile(self, percent: float) -> float:
        """Return the interval, in seconds, that so many percent of all do not exceed; 0.0 before the first."""
        wanted = max(1, self.ticks * percent / 100)
        return next((step * STEP for step, seen in enumerate(accumulate(self._counts)) if seen >= wanted), 0.0)

    def summary(self, cpu: float) -> str:
        """Return one line of figures. `cpu`: the seconds of CPU that the process used."""
        if not self._seconds:
            return "no ticks were needed"
        rate = self.ticks / self._seconds
        p50, p99, longest = (1000 * s for s in (self.percentile(50), self.percentile(99), self._max))
        cost = 1e6 * cpu / max(1, self._player_ticks)
        return (
            f"{self.ticks} ticks, {rate:.2f} a second; interval p50 {p50:.1f} ms, p99 {p99:.1f} ms, "
            f"max {longest:.1f} ms; {cost:.1f} us of CPU per player and tick"
        )
