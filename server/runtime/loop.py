"""The main loop: when a turn of the server is due, from start to stop.

Rule 1: sleep until the tick, then handle in one turn all that has arrived. Waking up for each input would cost more
than twice the CPU and gain nothing, because inputs count at ticks.
Rule 2: while there are no members, sleep until something arrives or a service is due, and for NAP at most if somebody
is connected: a stranger who says nothing, or a relay.
Rule 3: before a stop, every client is sent the reason and gets half a second to read it.
Rule 4: after a fault of ours, everything is closed and written as usual, but clients get no goodbye and the recording
gets no end: the games reconnect, and a server that is started again can resume the match.
Rule 5: pause, fast and skip (server/runtime/control_channel.py) change only how many ticks a turn runs: messages, pings
and services are handled in every turn. A paused tick does not happen, and no recording shows the pause.
Rule 6: cyclic garbage is collected between rounds (shared/garbage.py).
"""

import math
import time
from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Protocol

from petard.server.net.server import Server
from petard.server.policy.log import Log, Trouble
from petard.server.policy.tick_stats import TickStats
from petard.server.room.match_recorder import DemoChunk
from petard.server.runtime.control_channel import ControlChannel
from petard.server.runtime.service import Service, ServiceRunner
from petard.server.runtime.signals import StopSignals
from petard.shared.control_channel import Pace
from petard.shared.garbage import QuietCollector
from petard.shared.protocol.messages import Phase
from petard.shared.ticker import Ticker

NAP = 0.1  # seconds
FAREWELL_MOST = 0.5  # seconds
FAREWELL_STEP = 0.01  # seconds
STOOD_STILL = 1.5  # seconds between two turns; a standby may be promoted after 2 s of silence
SKIP_TICKS = 4  # ticks in one turn while a round is skipped; few, so that sockets are served with 64 bots, too
FAULT = "the server has a fault; the details follow."


class DemoSink(Protocol):
    """Where recordings go. `problems`: lines for the log."""

    problems: deque[str]

    def enqueue(self, chunk: DemoChunk) -> None:
        """Take a chunk; never waits."""

    def close(self) -> bool:
        """Write the rest; True if all is written."""


class MainLoop:
    """Runs one server until `signals` has a reason to stop.

    `demos`: where recordings go. `control`: requests of the parent process about the pace; None: it is always normal.
    An exception of the game is raised again; that of a service is not (server/runtime/service.py).
    """

    def __init__(
        self,
        server: Server,
        signals: StopSignals,
        log: Log,
        demos: DemoSink | None = None,
        services: Sequence[Service] = (),
        control: ControlChannel | None = None,
    ) -> None:
        self._server, self._signals, self._log = server, signals, log
        self._demos, self._control = demos, control
        self._services, self._stats = ServiceRunner(services, log), TickStats()
        self._clocks: tuple[float, float] | None = None  # monotonic and of the day, in the last turn

    def run(self) -> None:
        """Run until the stop, then say goodbye, close everything, and log how regular the ticks were."""
        self._server.connections.register(self._signals.sock, self._signals)
        with ExitStack() as at_end:  # in reverse order, and each call whatever the others raise
            at_end.callback(self._log_figures, time.process_time())
            at_end.callback(lambda: self._services.close(time.monotonic()))
            if self._demos:
                at_end.callback(self._demos.close)
                at_end.callback(self._record)
            at_end.callback(self._server.connections.close_all)
            self._run_turns(at_end.enter_context(QuietCollector()))
            self._say_goodbye()

    def _run_turns(self, collector: QuietCollector) -> None:
        ticker, pace = Ticker(time.monotonic()), Pace.NORMAL
        while not self._signals.reason:
            if self._server.is_quiet:
                self._sleep(math.inf)
                self._clocks = None
                ticker = Ticker(time.monotonic())
            elif self._server.room.is_idle:
                self._sleep(NAP)  # its ticks are made up for: a relay that is lost may come back for so many
            # Not select with a timeout: on Windows that wakes up only every 15.6 ms. A signal waits a tick at most.
            time.sleep(0.0 if pace is Pace.SKIP else ticker.until_next(time.monotonic()))
            pace = self._control.update(time.monotonic()) if self._control else Pace.NORMAL
            self._look_at_clock()
            if self._signals.reason:
                return
            self._run_turn(ticker, pace)
            if self._demos:
                self._record()  # before the services, one of which may copy it
            self._services.update(self._server.room.events.take(), time.monotonic())
            collector.collect_if_due(is_quiet=self._server.room.phase is not Phase.PLAYING)

    def _sleep(self, most: float) -> None:
        now = time.monotonic()
        due = min(self._services.next_due(now), now + most)
        self._server.connections.poll(None if due == math.inf else max(0.0, due - now))
        # Before the sleep until the next tick, so that a measured round trip is true.
        self._services.update((), time.monotonic())
        self._signals.clear_wakeups()
        self._stats.pause()

    def _look_at_clock(self) -> None:
        """Notice that the process was stopped, or the machine asleep: then the monotonic clock may have stood, too."""
        now = (time.monotonic(), time.time())
        before, self._clocks = self._clocks, now
        if before and max(now[0] - before[0], now[1] - before[1]) > STOOD_STILL:
            self._services.stand_still(now[0])

    def _run_turn(self, ticker: Ticker, pace: Pace) -> None:
        now = time.monotonic()
        skipped = ticker.skipped
        ticks = ticker.due(now)  # at every pace, so that a pause is not made up for afterwards
        ticker.set_pace(pace.rate, now)
        if pace is Pace.PAUSED:
            ticks = 0
        elif pace is Pace.SKIP:
            ticks = SKIP_TICKS
        self._server.update(ticks, now)
        if self._server.room.is_idle or pace is not Pace.NORMAL:
            self._stats.pause()
            return
        self._stats.add(ticks, self._server.room.people, now)
        if ticker.skipped > skipped:
            lost = ticker.skipped - skipped
            self._log.write(f"was held up: {lost} ticks were skipped, {ticks} were made up for", now)

    def _record(self) -> None:
        assert self._demos
        self._server.room.recorder.date = int(time.time())
        for chunk in self._server.room.take_demo_chunks():
            self._demos.enqueue(chunk)
        while self._demos.problems:
            self._log.troubles[Trouble.RECORDING] += 1
            self._log.write(self._demos.problems.popleft(), time.monotonic())

    def _say_goodbye(self) -> None:
        now = time.monotonic()
        until = now + FAREWELL_MOST
        self._services.before_goodbye(now)
        self._server.close(self._signals.reason, now)
        while not self._server.connections.is_empty and now < until:
            time.sleep(FAREWELL_STEP)
            now = time.monotonic()
            self._server.update(0, now)

    def _log_figures(self, cpu: float) -> None:
        """`cpu`: the CPU time of the process at the start, in seconds."""
        now = time.monotonic()
        self._log.write(f"stopped: {self._signals.reason or FAULT}", now)
        self._log.close()
        self._log.write(f"figures: {self._stats.summary(time.process_time() - cpu)}", now)
