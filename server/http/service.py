"""The part of it that lives in the loop: it hands over the figures, and its turn is the pulse that /healthz feels.

Rule 1: a turn costs microseconds; once a second it takes the figures, which costs a hundred of them.
Rule 2: threads share the interpreter with the loop. With SWITCH instead of Python's 5 ms, a thread that makes a page
        gives the interpreter back soon enough that no tick is late.
"""

import socket
import sys
import time
from collections.abc import Sequence

from petard.server.config.parsers import Endpoint
from petard.server.http.figures import Figures, Stopwatch, Tally, Window
from petard.server.http.server import Answering
from petard.server.http.site import Site
from petard.server.net.listeners import listen
from petard.server.net.server import Server
from petard.server.policy.log import Log
from petard.server.room.events import Happening
from petard.server.runtime.service import CannotServe, Service
from petard.shared.protocol.messages import Phase
from petard.shared.protocol.snapshot import snapshot_of
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.rules.world import World

EVERY = 1.0  # seconds
SWITCH = 0.0005  # seconds


def open_page(endpoint: Endpoint, net: Server, log: Log, now: float) -> list[Service]:
    """Open the page, or say in the log why there is none."""
    try:
        seen = Seen(endpoint, net, log, now)
    except CannotServe as problem:
        log.write(str(problem), now)
        return []
    where = Endpoint(endpoint.host or "localhost", seen.port)
    log.write(f"shows itself at http://{where}/", now)
    return [seen]


class Seen:
    """The service. `port`: where it answers."""

    def __init__(self, endpoint: Endpoint, net: Server, log: Log, now: float) -> None:
        """Open the port and begin to answer; raises CannotServe."""
        self._net, self._log = net, log
        self._stopwatch, self._tally = Stopwatch(), Tally()
        self._began = now
        self._window = Window(self._figures(now), now)
        try:
            listeners = listen(endpoint.host, endpoint.port)
        except OSError as problem:
            raise CannotServe(f"there is no page: cannot listen on {endpoint}: {problem.strerror}") from problem
        site = Site(self._window, endpoint.is_loopback, socket.gethostname(), net.crowd.own)
        self._answering = Answering(listeners, site)
        self._switch = sys.getswitchinterval()
        sys.setswitchinterval(min(SWITCH, self._switch))

    @property
    def port(self) -> int:
        """Where it answers."""
        return self._answering.port

    def update(self, now: float) -> None:
        """Give a sign of life, and once a second the figures."""
        window = self._window
        window.turned = now
        if self._net.is_quiet:
            self._stopwatch.pause()
        else:
            self._stopwatch.add(now)
        if now - window.figures.at >= EVERY or window.figures.draining != self._net.room.is_draining:
            window.figures = self._figures(now)
            while self._answering.faults:
                self._log.write(self._answering.faults.popleft(), now)

    def handle_events(self, events: Sequence[Happening], now: float) -> None:
        """Count them."""
        self._tally.add(events)

    def next_due(self, now: float) -> float:
        """Also a server that sleeps has a pulse."""
        return self._window.turned + EVERY

    def close(self) -> None:
        """Answer no more."""
        self._answering.stop()
        sys.setswitchinterval(self._switch)

    def _figures(self, now: float) -> Figures:
        room = self._net.room
        world, status = room.world, room.status()
        return Figures(
            at=now,
            began=self._began,
            clock=time.time(),
            port=self._net.addresses[0][2],
            locked=self._net.lock.is_shut,
            draining=room.is_draining,
            status=status,
            board=room.board,
            seen=snapshot_of(world, {}) if world else None,
            left=_left(world) if world and status.phase is Phase.PLAYING else None,
            beat=self._stopwatch.beat(),
            happened=self._tally.counts(),
        )


def _left(world: World) -> int:
    """Seconds until the time of the round is up."""
    rules = world.rules
    return max(0, rules.countdown + rules.round - max(world.tick, rules.countdown)) // TICK_RATE
