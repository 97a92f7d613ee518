"""What F3 shows: bytes, jitter, how late snapshots arrive, how large prediction errors are; and what it switches.

Rule 1: it measures only while the graph is open, from one NetSample a picture, so a closed graph costs nothing. What
        the first sample shows happened before, and does not count.
Rule 2: it remembers COLUMNS columns of COLUMN seconds each and nothing else.
Rule 3: jitter is the interarrival jitter of RFC 3550, section 6.4.1: the change of transit time from one snapshot to
        the next, smoothed by 16. The send time is the tick. Pings measure twice a second, snapshots up to 60 times.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from petard.shared.rules.ruleset import TICK_RATE

COLUMN = 0.1  # seconds
COLUMNS = 60  # that are remembered, 6 seconds
SECOND = 10  # columns
SMOOTH = 16  # of RFC 3550
STILL = 5.0  # seconds; a snapshot that is later than that was not slow: the room stood still


@dataclass(slots=True)
class NetcodeOptions:
    """How a round is shown; F3 has a switch for each, to see what it does. The defaults play best: docs/netcode.md."""

    prediction: bool = True  # run ahead of the server, so that own keys are seen at once
    run_ahead: bool = True  # predict the others, too, by the keys they hold; else draw them between two snapshots
    smoothing: bool = True  # fade prediction errors out instead of jumping
    snapshots: int = TICK_RATE  # a second that are used; the others are received but not shown


@dataclass(slots=True)
class TrafficCounter:
    """What a connection has carried since it was opened."""

    received: int = 0  # bytes
    sent: int = 0  # bytes
    messages: int = 0  # that were received
    state_at: float = -inf  # when the last state came, in seconds


@dataclass(frozen=True, slots=True)
class NetSample:
    received: int = 0  # bytes since the connection was opened
    sent: int = 0
    ping: int = 0  # ms
    tick: int | None = None  # of the newest snapshot
    corrections: Sequence[int] = ()  # sub-units, one for each snapshot since the last sample; 0: predicted right
    input_lead: int | None = None  # ticks
    clock_rate: float = 1.0
    is_off_pace: bool = False  # the server is paused or fast, so the times of its snapshots do not measure the network


@dataclass(frozen=True, slots=True)
class NetFigures:
    ping: int = 0  # ms
    jitter: float = 0.0  # ms
    received: float = 0.0  # bytes per second, over the last second
    sent: float = 0.0
    corrections: float = 0.0  # per second, over all that is remembered
    largest: int = 0  # sub-units, the same
    input_lead: int | None = None  # ticks
    clock_rate: float = 1.0


@dataclass(frozen=True, slots=True)
class NetBar:
    late: float | None  # ms, of the slowest snapshot against the quickest that is remembered; None: none arrived
    correction: int  # sub-units, the largest


@dataclass(slots=True)
class _Column:
    is_whole: bool = False  # sampled from its begin, so that silence in it comes from the network
    received: int = 0
    sent: int = 0
    corrections: int = 0
    largest: int = 0
    quickest: float = inf  # seconds from tick to arrival, plus what our clock and that of the server differ by
    slowest: float = -inf


class NetStats:
    """Keeps the last seconds. Add a NetSample for every picture."""

    def __init__(self) -> None:
        self.columns: deque[_Column] = deque(maxlen=COLUMNS)
        self._number = 0  # of the newest column
        self._last: NetSample | None = None
        self._transit: float | None = None  # of the last snapshot
        self._jitter = 0.0  # seconds

    def add(self, sample: NetSample, now: float) -> None:
        before, self._last = self._last, sample
        column = self._column_at(now)
        if sample.is_off_pace:
            column.is_whole, self._transit = False, None
        if before is None:
            return
        # A smaller sum is of another connection, which began at 0.
        column.received += sample.received - (before.received if before.received <= sample.received else 0)
        column.sent += sample.sent - (before.sent if before.sent <= sample.sent else 0)
        wrong = [units for units in sample.corrections if units]
        column.corrections += len(wrong)
        column.largest = max(column.largest, *wrong, 0)
        if sample.tick is not None and sample.tick != before.tick and not sample.is_off_pace:
            # A round begins, or the normal pace of a server that was paused or fast.
            begins = before.tick is None or self._transit is None or sample.tick < before.tick
            self._add_arrival(now - sample.tick / TICK_RATE, column, begins)

    def figures(self) -> NetFigures:
        sample = self._last or NetSample()
        done = list(self.columns)[-1 - SECOND : -1]
        seconds = max(1, len(done)) * COLUMN
        return NetFigures(
            ping=sample.ping,
            jitter=self._jitter * 1000,
            received=sum(column.received for column in done) / seconds,
            sent=sum(column.sent for column in done) / seconds,
            corrections=sum(column.corrections for column in self.columns) / max(1.0, len(self.columns) * COLUMN),
            largest=max((column.largest for column in self.columns), default=0),
            input_lead=sample.input_lead,
            clock_rate=sample.clock_rate,
        )

    def bars(self) -> list[NetBar]:
        """The columns that are over, the oldest first; less than COLUMNS."""
        quickest = min((column.quickest for column in self.columns), default=inf)
        bars = []
        for column in list(self.columns)[:-1]:
            late = (column.slowest - quickest) * 1000 if column.slowest > -inf else None if column.is_whole else 0.0
            bars.append(NetBar(late, column.largest))
        return bars

    def _column_at(self, now: float) -> _Column:
        number = int(now / COLUMN)
        if not self.columns:
            self.columns.append(_Column())
            self._number = number
        for passed in range(self._number + 1, number + 1)[-COLUMNS:]:
            self.columns.append(_Column(is_whole=passed == number))
        self._number = number
        return self.columns[-1]

    def _add_arrival(self, transit: float, column: _Column, begins: bool) -> None:
        change = 0.0 if self._transit is None else abs(transit - self._transit)
        self._transit = transit
        if begins or change > STILL:
            for one in self.columns:
                one.quickest, one.slowest, one.is_whole = inf, -inf, False
        else:
            self._jitter += (change - self._jitter) / SMOOTH
        column.quickest, column.slowest = min(column.quickest, transit), max(column.slowest, transit)
