"""Snapshots as they came, and which two of them a picture lies between.

The server's ticks come unevenly; a picture is shown a little late so that there are two snapshots around it. How late
follows from the snapshot rate, and when the ticks were made is guessed from the quickest of the last arrivals.
"""

from collections import deque

from shared.protocol.snapshot import Snapshot
from shared.rules.ruleset import TICK_RATE

KEPT = 32  # snapshots; half a second at 60 a second
SLACK = 0.5  # ticks of jitter that are absorbed beside one snapshot interval
FORGET = 0.0005  # seconds that the guess of the quickest arrival worsens with each snapshot, so that it can follow


class Timeline:
    """The newest snapshots of one round, and the guess of the server's clock."""

    def __init__(self, first: Snapshot, now: float, interval: int) -> None:
        """`interval`: ticks between two snapshots."""
        self._kept: deque[Snapshot] = deque([first], maxlen=KEPT)
        self._zero = now - first.tick / TICK_RATE  # when tick 0 was, by the quickest arrival
        self._behind = interval + SLACK

    @property
    def newest(self) -> Snapshot:
        """The last snapshot that came."""
        return self._kept[-1]

    def add(self, snapshot: Snapshot, now: float) -> None:
        """Note a snapshot at its arrival. One that is not newer (a keyframe after a gap) starts over."""
        if snapshot.tick <= self.newest.tick:
            self._kept.clear()
        self._kept.append(snapshot)
        self._zero = min(self._zero + FORGET, now - snapshot.tick / TICK_RATE)

    def at(self, now: float) -> tuple[Snapshot, Snapshot, float]:
        """The snapshots before and after what is to be shown now, and how far between them that is, 0 to 1."""
        shown = (now - self._zero) * TICK_RATE - self._behind
        after = self._kept[0]
        for snapshot in reversed(self._kept):
            if snapshot.tick <= shown:
                if snapshot is self.newest:
                    return snapshot, snapshot, 0.0
                return snapshot, after, (shown - snapshot.tick) / (after.tick - snapshot.tick)
            after = snapshot
        return after, after, 0.0
