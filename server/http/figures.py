"""What the loop publishes for the threads that answer: one immutable value, which replaces the one before.

Rule 1: threads read `SharedFigures` and nothing else of the server, never the Room; the loop writes it and never waits.
Rule 2: it holds only what every member may know: no token, no address, nothing that a brick hides.
Rule 3: memory does not grow with time.
"""

from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass

from petard.server.room.events import MatchOver, MemberChange, MemberEvent, RoomEvent, RoundWon
from petard.server.room.status import Status
from petard.shared.protocol.snapshot import Snapshot
from petard.shared.rules.maps import Board

HUNG = 2.0  # seconds without a turn of the loop, after which it counts as hung
LATEST = 600  # intervals that are kept one by one: ten seconds
# Upper ends of the buckets in which intervals between two turns are counted, in seconds; a tick is 0.0167 s.
BUCKETS = (0.005, 0.01, 0.015, 0.016, 0.017, 0.018, 0.019, 0.02, 0.025, 0.035, 0.05, 0.1, 0.25, 1.0)
COUNTED: dict[object, str] = {
    **{change: change.value for change in MemberChange},
    RoundWon: "rounds",
    MatchOver: "matches",
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
    happened: tuple[tuple[str, int], ...]  # how often, by the words of COUNTED

    @property
    def uptime(self) -> int:
        """Seconds since the start."""
        return int(max(0.0, self.at - self.began))

    @property
    def started(self) -> int:
        """When it started, in seconds since 1970, by the clock as it is set now: small machines boot without one."""
        return round(self.clock - (self.at - self.began))


class SharedFigures:
    """What threads may read. Each attribute is replaced as a whole, so they need no lock."""

    def __init__(self, figures: ServerFigures, now: float) -> None:
        self.figures = figures
        self.turned_at = now  # when the loop last made a turn, in monotonic seconds

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
        """Add a turn."""
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
        """Return what was measured so far."""
        return TurnIntervals(tuple(self._latest), tuple(self._counts), self._total)


class EventCounter:
    """Counts room events. For the loop only."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter(dict.fromkeys(COUNTED.values(), 0))

    def add(self, happenings: Sequence[RoomEvent]) -> None:
        """Add events."""
        kinds = [one.change if isinstance(one, MemberEvent) else type(one) for one in happenings]
        self._counts.update(COUNTED[kind] for kind in kinds if kind in COUNTED)

    def counts(self) -> tuple[tuple[str, int], ...]:
        """Return how often each happened, in the order of COUNTED."""
        return tuple((word, self._counts[word]) for word in COUNTED.values())
