"""The HTTP service in the loop: it publishes the figures, and /healthz watches its turns.

Rule 1: a turn costs microseconds; the figures, once a second, cost a hundred of them.
Rule 2: threads share the interpreter with the loop. With SWITCH instead of Python's 5 ms, a thread that makes a page
        gives the interpreter back soon enough that no tick is late.
"""

import socket
import sys
import time
from collections import Counter
from collections.abc import Sequence

from petard.server.config.values import Endpoint
from petard.server.http.figures import COUNTED, IntervalCounter, ServerFigures, SharedFigures
from petard.server.http.server import HttpServers
from petard.server.http.site import Site
from petard.server.net.listeners import listen
from petard.server.net.server import Server
from petard.server.policy.log import Log
from petard.server.room.status import MemberEvent, RoomEvent
from petard.server.runtime.service import CannotServe, Service
from petard.shared.protocol.messages import Phase
from petard.shared.protocol.snapshot import snapshot_of
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.rules.world import World

EVERY = 1.0  # seconds
SWITCH = 0.0005  # seconds


def open_page(endpoint: Endpoint, net: Server, log: Log, now: float) -> list[Service]:
    """Start the HTTP service, or log why it cannot start."""
    try:
        service = HttpService(endpoint, net, log, now)
    except CannotServe as problem:
        log.write(str(problem), now)
        return []
    where = Endpoint(endpoint.host or "localhost", service.servers.port)
    log.write(f"shows itself at http://{where}/", now)
    return [service]


class HttpService(Service):
    """The service. `shared`: what its threads read."""

    def __init__(self, endpoint: Endpoint, net: Server, log: Log, now: float) -> None:
        """Open the port and start to serve; raises CannotServe."""
        self._net, self._log = net, log
        self._intervals = IntervalCounter()
        self._happened: Counter[object] = Counter()
        self._began = now
        self.shared = SharedFigures(self._figures(now), now)
        try:
            listeners = listen(endpoint.host, endpoint.port)
        except OSError as problem:
            raise CannotServe(f"there is no page: cannot listen on {endpoint}: {problem.strerror}") from problem
        site = Site(self.shared, endpoint.is_loopback, socket.gethostname(), net.connections.own_addresses)
        self.servers = HttpServers(listeners, site)
        self._switch = sys.getswitchinterval()
        sys.setswitchinterval(min(SWITCH, self._switch))

    def update(self, now: float) -> None:
        """Note the turn, and publish the figures once a second."""
        shared = self.shared
        shared.turned_at = now
        if self._net.is_quiet:
            self._intervals.pause()
        else:
            self._intervals.add(now)
        if now - shared.figures.at >= EVERY or shared.figures.draining != self._net.room.is_draining:
            shared.figures = self._figures(now)
            while self.servers.faults:
                self._log.write(self.servers.faults.popleft(), now)

    def handle_events(self, events: Sequence[RoomEvent], now: float) -> None:
        self._happened.update(event.change if isinstance(event, MemberEvent) else type(event) for event in events)

    def next_due(self, now: float) -> float:
        """Wake a sleeping server too, so that /healthz sees its turns."""
        return self.shared.turned_at + EVERY

    def close(self) -> None:
        self.servers.stop()
        sys.setswitchinterval(self._switch)

    def _figures(self, now: float) -> ServerFigures:
        room = self._net.room
        world, status = room.world, room.status()
        return ServerFigures(
            at=now,
            began=self._began,
            clock=time.time(),
            port=self._net.handshake.listeners.addresses[0][2],
            locked=self._net.handshake.scram.keys is not None,
            draining=room.is_draining,
            status=status,
            board=room.matches.choice.board,
            seen=snapshot_of(world, {}) if world else None,
            left=_left(world) if world and status.phase is Phase.PLAYING else None,
            intervals=self._intervals.intervals(),
            happened=tuple(self._happened[kind] for kind in COUNTED),
        )


def _left(world: World) -> int:
    """Seconds until the time of the round is over."""
    rules = world.rules
    return max(0, rules.countdown + rules.round - max(world.tick, rules.countdown)) // TICK_RATE
