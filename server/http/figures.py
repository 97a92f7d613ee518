"""What the loop publishes for the threads that answer: one immutable value, which replaces the one before.

Rule 1: threads read `SharedFigures` and nothing else of the server, never the Room; the loop writes it and never waits.
Rule 2: it holds only what every member may know: no token, no address, nothing that a brick hides.
Rule 3: memory does not grow with time.
"""

from bisect import bisect_left
from collections import deque
from dataclasses import dataclass

from petard.server.room.status import MatchOver, MemberChange, RoundWon, Status
from petard.shared.protocol.snapshot import Snapshot
from petard.shared.rules.maps import Board

HUNG = 2.0  # seconds without a turn of the loop, after which it counts as hung
LATEST = 600  # intervals that are kept one by one: ten seconds
# Upper ends of the buckets in which intervals between two turns are counted, in seconds; a tick is 0.0167 s.
BUCKETS = (0.005, 0.01, 0.015, 0.016, 0.017, 0.018, 0.019, 0.02, 0.025, 0.035, 0.05, 0.1, 0.25, 1.0)
COUNTED: dict[object, tuple[str, str]] = {  # changes and types of events: the name of the count, and what it counts
    MemberChange.JOINED: ("joined", "People who joined."),
    MemberChange.RETURNED: ("returned", "People who rejoined their seat."),
    MemberChange.LOST: ("lost", "Connections that were lost."),
    MemberChange.LEFT: ("left", "People who left for good."),
    RoundWon: ("rounds", "Rounds that were played to their end."),
    MatchOver: ("matches", "Matches that were played to their end."),
}


@dataclass(frozen=True, slots=True)
class TurnIntervals:
    """Intervals between turns, in seconds. `counts`: by BUCKETS, and one for all longer ones; `total`: their sum."""

    latest: tuple[float, ...] = ()
    counts: tuple[int, ...] = (0,) * (len(BUCKETS) + 1)
    total: float = 0.0

    def percentile(self, percent: int) -> float:
        """Return the interval that so many percent of the latest do not exceed, in seconds; 0.0 before the first."""
        ranked = sorted(self.latest)
        return ranked[max(0, -(-len(ranked) * percent // 100) - 1)] if ranked else 0.0


@dataclass(frozen=True, slots=True)
class ServerFigures:
    """The state of the server. Times in seconds: `at` and `began` are monotonic, `clock` counts from 1970."""

    at: float
    began: float
    clock: float
    port: int  # of the game
    locked: bool  # there is a password
    draining: bool
    status: Status
    board: Board
    seen: Snapshot | None  # the round, as clients know it
    left: int | None  # seconds of the round that are left, while one runs
    intervals: TurnIntervals
    happened: tuple[int, ...]  # how often, in the order of COUNTED

    @property
    def uptime(self) -> int:
        """Seconds since the start."""
        return int(max(0.0, self.at - self.began))

    @property
    def started(self) -> int:
        """When it started, in seconds since 1970, by the clock as it is set now: small machines boot without one."""
        return round(self.clock - (self.at - self.began))


@dataclass(slots=True)
class SharedFigures:
    """What threads may read. Each attribute is replaced as a whole, so they need no lock."""

    figures: ServerFigures
    turned_at: float  # when the loop last made a turn, in monotonic seconds

    def health(self, now: float) -> tuple[bool, str]:
        """Return True if the server is well, and the text of /healthz."""
        quiet = now - self.turned_at
        if quiet > HUNG:
            return False, f"hung: no tick for {quiet:.1f} s"
        return (False, "draining") if self.figures.draining else (True, "ok")


class IntervalCounter:
    """Measures the time between turns. For the loop only."""

    def __init__(self) -> None:
        self._latest: deque[float] = deque(maxlen=LATEST)
        self._counts = [0] * (len(BUCKETS) + 1)
        self._total = 0.0
        self._last: float | None = None

    def add(self, now: float) -> None:
        if self._last is not None:
            interval = now - self._last
            self._latest.append(interval)
            self._counts[bisect_left(BUCKETS, interval)] += 1
            self._total += interval
        self._last = now

    def pause(self) -> None:
        """Ignore the time until the next turn: nobody is connected."""
        self._last = None

    def intervals(self) -> TurnIntervals:
        return TurnIntervals(tuple(self._latest), tuple(self._counts), self._total)
