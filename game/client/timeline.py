"""Snapshots as they came, and which two of them a picture lies between.

Rule 1: a picture is shown a little late, one snapshot interval and SLACK, so that there are two snapshots around it.
Rule 2: the server's clock is guessed from the quickest arrival of the last WINDOW: no snapshot is here before it was
        made, so the quickest tells most, and each one's delay is what the wire and the sleeps put on top.
Rule 3: a clock that stood still (clients load, a server stalls, ticks are skipped) is guessed anew, not crept after.
Rule 4: at another pace of the server (`run_at`) the clock is guessed anew from the next arrival on.
"""

from collections import deque

from petard.shared.protocol.snapshot import Snapshot
from petard.shared.rules.ruleset import TICK_RATE

KEPT = 32  # snapshots; half a second at 60 a second
# Ticks of jitter that are absorbed beside one snapshot interval. A sleep ends 1-2 ms late, and a wired or good wireless
# network adds a few more: 8 ms cover both. Who has more sees a short halt now and then; all others would pay in delay.
SLACK = 0.5
# Seconds. Long enough that one of its 20 to 60 arrivals was quick, short enough that a slow drift is never seen.
WINDOW = 1.0
# Seconds that a snapshot may come later than guessed. TCP sends a lost packet again after some 0.2 s, and that is no
# reason to doubt the clock; a wait that is longer than that is one.
LATE = 0.25


class Timeline:
    """The newest snapshots of one round, and the guess of the server's clock."""

    def __init__(self, first: Snapshot, now: float, interval: int) -> None:
        """`interval`: ticks between two snapshots."""
        self._kept: deque[Snapshot] = deque([first], maxlen=KEPT)
        # Of each arrival that may still count: when it was, and when tick 0 then was if it took no time at all.
        self._arrivals: deque[tuple[float, float]] = deque(maxlen=round(WINDOW * TICK_RATE))
        self._rate = TICK_RATE  # ticks a second
        self._zero = now - first.tick / self._rate  # when tick 0 was, by the quickest arrival
        self.interval = interval
        self._note(first, now)

    @property
    def newest(self) -> Snapshot:
        """The last snapshot that came."""
        return self._kept[-1]

    def add(self, snapshot: Snapshot, now: float) -> None:
        """Note a snapshot at its arrival. One that is not newer (a keyframe after a gap) starts over."""
        if snapshot.tick <= self.newest.tick:
            self._kept.clear()
        self._kept.append(snapshot)
        self._note(snapshot, now)

    def _note(self, snapshot: Snapshot, now: float) -> None:
        zero = now - snapshot.tick / self._rate
        if zero > self._zero + LATE:
            self._arrivals.clear()
        while self._arrivals and self._arrivals[0][0] < now - WINDOW:
            self._arrivals.popleft()
        while self._arrivals and self._arrivals[-1][1] >= zero:
            self._arrivals.pop()  # it will never be the quickest again
        self._arrivals.append((now, zero))
        self._zero = self._arrivals[0][1]

    def run_at(self, rate: int, now: float) -> None:
        """Follow a server that runs `rate` times as fast from now on: what is shown goes on from where it is."""
        shown = min(self._shown(now), float(self.newest.tick))
        self._rate = TICK_RATE * rate
        self._arrivals.clear()
        self._zero = now - (shown + self.interval + SLACK) / self._rate

    def _shown(self, now: float) -> float:
        """The tick that is to be shown now."""
        return (now - self._zero) * self._rate - self.interval - SLACK

    def at(self, now: float) -> tuple[Snapshot, Snapshot, float]:
        """The snapshots before and after what is to be shown now, and how far between them that is, 0 to 1."""
        shown = self._shown(now)
        after = self._kept[0]
        for snapshot in reversed(self._kept):
            if snapshot.tick <= shown:
                if snapshot is self.newest:
                    return snapshot, snapshot, 0.0
                return snapshot, after, (shown - snapshot.tick) / (after.tick - snapshot.tick)
            after = snapshot
        return after, after, 0.0
