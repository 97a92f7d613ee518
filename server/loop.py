"""When a turn is due, from the first to the last.

Rule 1: sleep to the tick, then one turn for all that arrived meanwhile. To wake for each arriving input would cost
more than twice the CPU and gain nothing, since inputs count at ticks.
Rule 2: with nobody connected, sleep until somebody comes or a service wants a turn.
Rule 3: when it has to end, everybody is told and gets half a second to read it.
"""

import math
import time
from collections.abc import Sequence

from server.beats import Beats
from server.log import Log
from server.net import Net
from server.service import Service
from server.shelf import Shelf
from server.wake import Wake
from shared.ticker import Ticker

FAREWELL_MOST = 0.5  # seconds
FAREWELL_STEP = 0.01  # seconds


def serve(net: Net, wake: Wake, log: Log, shelf: Shelf | None, services: Sequence[Service] = ()) -> None:
    """Run until `wake` gives a reason to stop; then say goodbye, and how the ticks came. `shelf`: for recordings."""
    beats = Beats()
    cpu = time.process_time()
    net.crowd.heed(wake.sock, wake)
    ticker = Ticker(time.monotonic())
    while not wake.reason:
        if net.is_quiet:
            _sleep(net, services)
            wake.calm()
            beats.pause()
            ticker = Ticker(time.monotonic())
        # Not select with a timeout: on Windows that wakes only every 15.6 ms. A signal waits for one tick at most.
        time.sleep(ticker.until_next(time.monotonic()))
        _turn(net, ticker, beats, log)
        _serve(net, services)
        if shelf:
            _record(net, shelf, log)
    cpu = time.process_time() - cpu
    _say_goodbye(net, wake.reason)
    if shelf:
        _record(net, shelf, log)
        shelf.close()
    for service in services:
        service.close()
    now = time.monotonic()
    log.say(f"stopped: {wake.reason}", now)
    log.close()
    log.say(f"figures: {beats.summary(cpu)}", now)


def _sleep(net: Net, services: Sequence[Service]) -> None:
    now = time.monotonic()
    due = min((service.next_at(now) for service in services), default=math.inf)
    net.sleep(None if due == math.inf else max(0.0, due - now))
    now = time.monotonic()
    for service in services:  # before we sleep to the next tick: who asks how far away we are gets a true answer
        service.turn(now)


def _serve(net: Net, services: Sequence[Service]) -> None:
    """Give every service its turn, and the news."""
    now = time.monotonic()
    happened = net.room.happened()
    for service in services:
        if happened:
            service.heard(happened, now)
        service.turn(now)


def _turn(net: Net, ticker: Ticker, beats: Beats, log: Log) -> None:
    now = time.monotonic()
    skipped = ticker.skipped
    ticks = ticker.due(now)
    net.turn(ticks, now)
    if net.room.is_idle:
        beats.pause()
    else:
        beats.add(ticks, net.room.people, now)
    if ticker.skipped > skipped:
        log.say(f"was held up: {ticker.skipped - skipped} ticks were skipped, {ticks} were made up for", now)


def _record(net: Net, shelf: Shelf, log: Log) -> None:
    """Give what is due to the files."""
    net.room.tape.date = int(time.time())
    for page in net.room.pages():
        shelf.put(page)
    for line in shelf.news():
        log.say(line, time.monotonic())


def _say_goodbye(net: Net, reason: str) -> None:
    now = time.monotonic()
    until = now + FAREWELL_MOST
    net.close(reason, now)
    while not net.crowd.is_empty and now < until:
        time.sleep(FAREWELL_STEP)
        now = time.monotonic()
        net.turn(0, now)
    net.crowd.close_all()
