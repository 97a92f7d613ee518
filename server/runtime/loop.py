"""When a turn is due, from the first to the last.

Rule 1: sleep to the tick, then one turn for all that arrived meanwhile. To wake for each arriving input would cost
more than twice the CPU and gain nothing, since inputs count at ticks.
Rule 2: with nobody connected, sleep until somebody comes or a service wants a turn.
Rule 3: when it has to end, everybody is told and gets half a second to read it.
Rule 4: where a fault of ours ends it, all that is held is given back and written just the same, but nobody is told
goodbye and no recording has its end: games dial again, and a server that is started anew can go on with the match.
Rule 5: pause, fast and skip (server/runtime/control_channel.py) change how many ticks a turn runs, and nothing else:
every turn still reads messages, answers pings and serves the services. A paused tick does not happen in a recording.
"""

import math
import time
from collections.abc import Sequence
from contextlib import ExitStack

from petard.server.net.server import Server
from petard.server.recording.demo_store import DemoStore
from petard.server.runtime.control_channel import ControlChannel
from petard.server.runtime.log import Log
from petard.server.runtime.service import Service
from petard.server.runtime.service_runner import ServiceRunner
from petard.server.runtime.stop_signals import StopSignals
from petard.server.runtime.tick_stats import TickStats
from petard.shared.control_channel import Pace
from petard.shared.ticker import Ticker

FAREWELL_MOST = 0.5  # seconds
FAREWELL_STEP = 0.01  # seconds
SKIPPED_AT_ONCE = 4  # ticks in one turn while a round is skipped; so that sockets are served with 64 bots, too
FAULT = "the server has a fault; what is known of it follows."


def serve(
    net: Server,
    wake: StopSignals,
    log: Log,
    shelf: DemoStore | None,
    services: Sequence[Service] = (),
    steering: ControlChannel | None = None,
) -> None:
    """Run until `wake` gives a reason to stop; then say goodbye, and how the ticks came. `shelf`: for recordings.

    `steering`: what the process that started us orders; None: nobody steers, and the pace is always normal.

    What the game itself raises is raised again; what a service raises is not (server/runtime/service_runner.py).
    """
    beats, staff = TickStats(), ServiceRunner(services, log)
    net.crowd.heed(wake.sock, wake)
    with ExitStack() as ends:  # the last comes first, and each comes whatever happens in those before it
        ends.callback(_say_how_it_was, wake, beats, time.process_time(), log)
        ends.callback(lambda: staff.close(time.monotonic()))
        if shelf:
            ends.callback(shelf.close)
            ends.callback(_record, net, shelf, log)
        ends.callback(net.crowd.close_all)
        _run(net, wake, log, shelf, staff, beats, steering)
        _say_goodbye(net, wake.reason)


def _run(
    net: Server,
    wake: StopSignals,
    log: Log,
    shelf: DemoStore | None,
    staff: ServiceRunner,
    beats: TickStats,
    steering: ControlChannel | None,
) -> None:
    ticker, pace = Ticker(time.monotonic()), Pace.NORMAL
    while not wake.reason:
        if net.is_quiet:
            _sleep(net, staff)
            wake.calm()
            beats.pause()
            ticker = Ticker(time.monotonic())
        # Not select with a timeout: on Windows that wakes only every 15.6 ms. A signal waits for one tick at most.
        time.sleep(0.0 if pace is Pace.SKIP else ticker.until_next(time.monotonic()))
        pace = steering.turn(time.monotonic()) if steering else Pace.NORMAL
        _turn(net, ticker, beats, log, pace)
        staff.turn(net.room.happened(), time.monotonic())
        if shelf:
            _record(net, shelf, log)


def _sleep(net: Server, staff: ServiceRunner) -> None:
    now = time.monotonic()
    due = staff.next_at(now)
    net.sleep(None if due == math.inf else max(0.0, due - now))
    # Before we sleep to the next tick: who asks how far away we are gets a true answer.
    staff.turn((), time.monotonic())


def _turn(net: Server, ticker: Ticker, beats: TickStats, log: Log, pace: Pace) -> None:
    now = time.monotonic()
    skipped = ticker.skipped
    ticks = ticker.due(now)  # asked for at every pace, so that no time is made up for after a pause
    ticker.set_pace(pace.rate, now)
    if pace is Pace.PAUSED:
        ticks = 0
    elif pace is Pace.SKIP:
        ticks = SKIPPED_AT_ONCE
    net.turn(ticks, now)
    if net.room.is_idle or pace is not Pace.NORMAL:
        beats.pause()
        return
    beats.add(ticks, net.room.people, now)
    if ticker.skipped > skipped:
        log.say(f"was held up: {ticker.skipped - skipped} ticks were skipped, {ticks} were made up for", now)


def _record(net: Server, shelf: DemoStore, log: Log) -> None:
    """Give what is due to the files."""
    net.room.tape.date = int(time.time())
    for page in net.room.pages():
        shelf.enqueue(page)
    for line in shelf.take_problems():
        log.say(line, time.monotonic())


def _say_goodbye(net: Server, reason: str) -> None:
    now = time.monotonic()
    until = now + FAREWELL_MOST
    net.close(reason, now)
    while not net.crowd.is_empty and now < until:
        time.sleep(FAREWELL_STEP)
        now = time.monotonic()
        net.turn(0, now)


def _say_how_it_was(wake: StopSignals, beats: TickStats, cpu: float, log: Log) -> None:
    """`cpu`: the time of the process when it began, in seconds."""
    now = time.monotonic()
    log.say(f"stopped: {wake.reason or FAULT}", now)
    log.close()
    log.say(f"figures: {beats.summary(time.process_time() - cpu)}", now)
