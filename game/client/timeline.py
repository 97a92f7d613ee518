"""The newest snapshots of a round, and which two of them to show now.

Rule 1: between two snapshots a picture is shown a little late, by one snapshot interval and SLACK, so that there are
        two snapshots around it.
Rule 2: the server's clock is estimated from the quickest arrival of the last WINDOW: no snapshot arrives before it was
        made, so the quickest one tells most; the delay of the others comes from the network and from sleeps.
Rule 3: after a clock stood still (clients load, a server stalls, ticks are skipped) it is estimated again at once; at
        another pace of the server, from the next arrival on.
"""

from bisect import bisect_right
from collections import deque
from operator import attrgetter

from petard.shared.control_channel import Pace
from petard.shared.protocol.snapshot import Snapshot
from petard.shared.rules.ruleset import TICK_RATE

KEPT = 32  # snapshots; half a second at 60 a second
# Ticks of jitter that are absorbed beside one snapshot interval. A sleep ends 1-2 ms late, and a wired or good wireless
# network adds a few more: 8 ms cover both. With more jitter, a short halt is seen now and then; a larger value would
# delay the picture for everybody.
SLACK = 0.5
# Seconds. Long enough that one of its 20 to 60 arrivals was quick, short enough that a slow drift is never seen.
WINDOW = 1.0
# Seconds that a snapshot may come later than estimated. TCP sends a lost packet again after some 0.2 s, and that is no
# reason to doubt the clock; a longer wait is one.
LATE = 0.25


class Timeline:
    """The newest snapshots of one round, and the estimate of the server's clock."""

    def __init__(self, first: Snapshot, now: float, interval: int) -> None:
        """`interval`: ticks between two snapshots."""
        self.snapshots: deque[Snapshot] = deque([first], maxlen=KEPT)
        # Of each arrival that may still count: its time, and the time of tick 0 if the snapshot had no delay.
        self.arrivals: deque[tuple[float, float]] = deque(maxlen=round(WINDOW * TICK_RATE))
        self.interval = interval
        self.ticks: deque[int] = deque([first.tick], maxlen=2 * TICK_RATE)  # of all snapshots of two seconds
        self.pace = Pace.NORMAL
        self._rate = TICK_RATE  # ticks a second
        self._zero = now - first.tick / self._rate  # when tick 0 was, by the quickest arrival
        self._add_arrival(first, now)

    @property
    def newest(self) -> Snapshot:
        return self.snapshots[-1]

    def add(self, snapshot: Snapshot, now: float) -> None:
        """Add a snapshot at its arrival. One that is not newer (a keyframe after a gap) starts over."""
        if snapshot.tick <= self.newest.tick:
            self.snapshots.clear()
            self.ticks.clear()
        self.snapshots.append(snapshot)
        self.ticks.append(snapshot.tick)
        self._add_arrival(snapshot, now)

    def _add_arrival(self, snapshot: Snapshot, now: float) -> None:
        zero = now - snapshot.tick / self._rate
        if zero > self._zero + LATE:
            self.arrivals.clear()
        while self.arrivals and self.arrivals[0][0] < now - WINDOW:
            self.arrivals.popleft()
        while self.arrivals and self.arrivals[-1][1] >= zero:
            self.arrivals.pop()  # it will never be the quickest again
        self.arrivals.append((now, zero))
        self._zero = self.arrivals[0][1]

    def set_pace(self, pace: Pace, now: float) -> None:
        """Follow a server whose time passes in this way from now on; the picture goes on from where it is."""
        if pace is self.pace:
            return
        shown = min(self._shown(now), float(self.newest.tick))
        self.pace, self._rate = pace, TICK_RATE * pace.rate
        self.arrivals.clear()
        self.ticks.clear()
        self._zero = now - (shown + self.interval + SLACK) / self._rate

    def in_second(self) -> int | None:
        """How many snapshots are of the last whole second of the server's clock; None if we do not know all of it."""
        end = self.ticks[-1] // TICK_RATE * TICK_RATE if self.ticks else 0
        if not self.ticks or self.ticks[0] > end - TICK_RATE:
            return None
        return sum(end - TICK_RATE <= tick < end for tick in self.ticks)

    def _shown(self, now: float) -> float:
        """The tick to show now."""
        return (now - self._zero) * self._rate - self.interval - SLACK

    def at(self, now: float) -> tuple[Snapshot, Snapshot, float]:
        """The snapshots before and after the tick to show now, and how far between them it is, 0 to 1."""
        shown = self._shown(now)
        place = bisect_right(self.snapshots, shown, key=attrgetter("tick"))
        older, newer = self.snapshots[max(0, place - 1)], self.snapshots[min(place, len(self.snapshots) - 1)]
        ticks = newer.tick - older.tick
        return older, newer, (shown - older.tick) / ticks if ticks else 0.0
