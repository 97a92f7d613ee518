"""What a line is like, measured while somebody looks: bytes, jitter, how late snapshots come, what was guessed wrong.

Rule 1: it looks at a session once per picture and only while the graph is open; nothing is hooked in, so a closed graph
        costs nothing. What is found at the first look belongs to before and does not count.
Rule 2: it remembers COLUMNS columns of COLUMN seconds each and nothing else.
Rule 3: jitter is the interarrival jitter of RFC 3550, section 6.4.1: the change of transit time from one snapshot to
        the next, smoothed by 16. The time of sending is the tick. Pings tell once a second, snapshots up to 60 times.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from math import inf

from petard.shared.rules.ruleset import TICK_RATE

COLUMN = 0.1  # seconds
COLUMNS = 60  # that are remembered, 6 seconds
SECOND = 10  # columns
SMOOTH = 16  # of RFC 3550
STILL = 5.0  # seconds; a later snapshot was not slow: the room stood still


@dataclass(slots=True)
class TrafficCounter:
    """Bytes that a line has carried since it was opened."""

    received: int = 0
    sent: int = 0


@dataclass(frozen=True, slots=True)
class NetSample:
    """What can be seen of a session at one moment."""

    received: int = 0  # bytes since the line was opened
    sent: int = 0
    ping: int = 0  # ms
    tick: int | None = None  # of the newest snapshot
    corrections: Sequence[int] = ()  # sub-units, one for each word of the server since the last look; 0: guessed right
    early: int | None = None  # ticks
    pace: float = 1.0
    is_steered: bool = False  # the server is paused or hurries, so how its snapshots come tells nothing of the line


@dataclass(frozen=True, slots=True)
class NetFigures:
    """What is to be read."""

    ping: int = 0  # ms
    jitter: float = 0.0  # ms
    received: float = 0.0  # bytes per second, over the last second
    sent: float = 0.0
    corrections: float = 0.0  # per second, over all that is remembered
    largest: int = 0  # sub-units, the same
    early: int | None = None  # ticks
    pace: float = 1.0


@dataclass(frozen=True, slots=True)
class NetBar:
    """One column of the graph."""

    late: float | None  # ms, of the slowest snapshot against the quickest that is remembered; None: none came at all
    correction: int  # sub-units, the largest


@dataclass(slots=True)
class _Column:
    is_watched: bool = False  # from its begin, so that silence in it is the line's and not ours
    received: int = 0
    sent: int = 0
    corrections: int = 0
    largest: int = 0
    quickest: float = inf  # seconds from tick to arrival, plus what our clock and that of the server differ by
    slowest: float = -inf


class NetStats:
    """Keeps the last seconds. Feed it with a Look at every picture."""

    def __init__(self) -> None:
        self._columns: deque[_Column] = deque(maxlen=COLUMNS)
        self._number = 0  # of the newest column
        self._before: NetSample | None = None
        self._transit: float | None = None  # of the last snapshot
        self._jitter = 0.0  # seconds

    def note(self, look: NetSample, now: float) -> None:
        """Take note of what is seen at `now`."""
        before, self._before = self._before, look
        column = self._column_at(now)
        if look.is_steered:
            column.is_watched, self._transit = False, None
        if before is None:
            return
        # A smaller sum is of another line, which began at 0.
        column.received += look.received - (before.received if before.received <= look.received else 0)
        column.sent += look.sent - (before.sent if before.sent <= look.sent else 0)
        wrong = [units for units in look.corrections if units]
        column.corrections += len(wrong)
        column.largest = max(column.largest, *wrong, 0)
        if look.tick is not None and look.tick != before.tick and not look.is_steered:
            # A round, or the usual pace of a server that was steered.
            begins = before.tick is None or self._transit is None or look.tick < before.tick
            self._arrive(now - look.tick / TICK_RATE, column, begins)

    def figures(self) -> NetFigures:
        """What is to be read now."""
        look = self._before or NetSample()
        done = list(islice(self._columns, max(0, len(self._columns) - 1 - SECOND), max(0, len(self._columns) - 1)))
        seconds = max(1, len(done)) * COLUMN
        return NetFigures(
            ping=look.ping,
            jitter=self._jitter * 1000,
            received=sum(column.received for column in done) / seconds,
            sent=sum(column.sent for column in done) / seconds,
            corrections=sum(column.corrections for column in self._columns) / max(1.0, len(self._columns) * COLUMN),
            largest=max((column.largest for column in self._columns), default=0),
            early=look.early,
            pace=look.pace,
        )

    def bars(self) -> list[NetBar]:
        """The columns that are over, the oldest first; less than COLUMNS."""
        quickest = min((column.quickest for column in self._columns), default=inf)
        return [_bar(column, quickest) for column in islice(self._columns, max(0, len(self._columns) - 1))]

    def _column_at(self, now: float) -> _Column:
        number = int(now / COLUMN)
        if not self._columns:
            self._columns.append(_Column())
            self._number = number
        for passed in range(self._number + 1, number + 1)[-COLUMNS:]:
            self._columns.append(_Column(is_watched=passed == number))
        self._number = number
        return self._columns[-1]

    def _arrive(self, transit: float, column: _Column, begins: bool) -> None:
        change = 0.0 if self._transit is None else abs(transit - self._transit)
        self._transit = transit
        if begins or change > STILL:
            for one in self._columns:
                one.quickest, one.slowest, one.is_watched = inf, -inf, False
        else:
            self._jitter += (change - self._jitter) / SMOOTH
        column.quickest, column.slowest = min(column.quickest, transit), max(column.slowest, transit)


def _bar(column: _Column, quickest: float) -> NetBar:
    if column.slowest == -inf:
        return NetBar(None if column.is_watched else 0.0, column.largest)
    return NetBar((column.slowest - quickest) * 1000, column.largest)
