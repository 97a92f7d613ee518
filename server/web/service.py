"""The room's part: starts the web process and the relay, tells them how the room stands, admits what they connect.

Rule 1: nothing here waits, and nothing of the room's loop is asyncio. A report, once a second, costs some 100 µs.
Rule 2: the relay runs while somebody watches, and RELAY_LINGER seconds more.
Rule 3: the address of a browser travels in a PROXY header, so bans, password tries and limits count the browser.
Rule 4: a connection on the private listener without the secret is closed.
"""

import hmac
import json
import math
import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from petard.server.config.config import Config
from petard.server.config.values import Endpoint
from petard.server.net.listeners import PORTS_TRIED
from petard.server.net.proxied import ProxiedConnection, ProxiedConnections
from petard.server.net.relay import admit_relay
from petard.server.net.server import Server
from petard.server.policy.address_groups import Network
from petard.server.policy.log import Log, Trouble
from petard.server.policy.proxy_header import Purpose
from petard.server.room.status import MemberEvent, RoomEvent
from petard.server.runtime.service import Service
from petard.server.web.child import Child
from petard.server.web.figures import COUNTED, EVERY, IntervalCounter, ServerFigures, report_of, seconds_left
from petard.server.web.private import PrivateListener, WebOrder
from petard.server.web.started_process import RELAY, StartedProcess
from petard.server.web.status_line import StatusLine
from petard.shared.control_channel import encode_web_port
from petard.shared.protocol.messages import Phase, RefusalCode, Refused

ACCEPTS_MOST = 32  # in one update
RELAY_LINGER = 60.0  # seconds
RELAY_PORT = 7790  # for games that watch: the first to try
NOT_TAKEN = Refused(RefusalCode.FULL, "Phones and other browsers may not join this room.")


@dataclass(slots=True)
class RelayPlace:
    """How the relay stands. `port`: for games that watch, as of WebPlace; `watched_at`: last, in seconds."""

    is_on: bool = False  # a process of its own serves those who watch
    port: int = RELAY_PORT
    watched_at: float = -math.inf
    watchers: int = 0


@dataclass(slots=True)
class WebPlace:
    """Where the pages are. `port`: the one that was free, once it is known."""

    host: str
    port: int
    ports: int
    names: tuple[str, ...] = ()
    proxies: tuple[Network, ...] = ()
    tell: Callable[[str], object] = str  # the process that started the room, by a line for its private channel
    pads: bool = True  # browsers may join
    relay: RelayPlace = field(default_factory=RelayPlace)


@dataclass(slots=True)
class RoomMeter:
    """What the room counts for its reports, and what says its state at Agones. `began`: in seconds."""

    began: float
    agones: Callable[[], str] = str
    intervals: IntervalCounter = field(default_factory=IntervalCounter)
    happened: Counter[object] = field(default_factory=Counter)
    reported_at: float = -math.inf
    was_draining: bool = False


class WebService(Service):
    """The service."""

    def __init__(
        self,
        place: WebPlace,
        net: Server,
        log: Log,
        now: float,
        process: StartedProcess | None = None,
        relay: StartedProcess | None = None,
        agones: Callable[[], str] = str,
    ) -> None:
        """Raises OSError if there can be no private connection."""
        self._place, self._net, self._log = place, net, log
        self._listener = PrivateListener()
        self._proxied = ProxiedConnections(net.connections)
        net.connections.register(self._listener.sock, self)  # so that it wakes a sleeping server
        self._web = Child(process or StartedProcess(), net.connections, log)
        self._relay = Child(relay or StartedProcess(RELAY, "the relay"), net.connections, log)
        self._meter = RoomMeter(now, agones)

    @property
    def pid(self) -> int:
        """Of the web process, 0 while none runs."""
        return self._web.process.pid

    def update(self, now: float) -> None:
        meter, room = self._meter, self._net.room
        if room.is_idle:
            meter.intervals.pause()
        else:
            meter.intervals.add(now)
        self._admit(now)
        self._hear(now)
        if now - meter.reported_at >= EVERY or meter.was_draining != room.is_draining:
            meter.reported_at, meter.was_draining = now, room.is_draining
            self._web.look_after(partial(self._order, is_relay=False), now)
            self._look_after_relay(now)
            if self._web.is_connected or self._relay.is_connected:
                report = self._report(now)
                self._web.send(report, now)
                self._relay.send(report, now)

    def handle_events(self, events: Sequence[RoomEvent], now: float) -> None:
        kinds = (event.change if isinstance(event, MemberEvent) else type(event) for event in events)
        self._meter.happened.update(kinds)

    def apply_config(self, config: Config, now: float) -> None:
        self._place.pads = config.pads

    def next_due(self, now: float) -> float:
        """Wake a sleeping server too, so that its reports come."""
        return min(self._meter.reported_at + EVERY, self._proxied.next_due())

    def _look_after_relay(self, now: float) -> None:
        is_wanted = self._place.relay.is_on and now - self._place.relay.watched_at < RELAY_LINGER
        self._relay.look_after(partial(self._order, is_relay=True) if is_wanted else None, now)

    def _order(self, is_relay: bool) -> WebOrder:
        place, listener = self._place, self._listener
        where = (place.relay.port, PORTS_TRIED) if is_relay else (place.port, place.ports)
        more = place.names, tuple(map(str, place.proxies)), place.relay.is_on
        return WebOrder(listener.room, listener.secret.hex(), place.host, where[0], where[1], *more)

    def _admit(self, now: float) -> None:
        """Admit what the processes have opened."""
        for _ in range(ACCEPTS_MOST):
            if not (sock := self._listener.accept()):
                break
            self._proxied.add(sock, "", now)
        for new in self._proxied.poll(now):
            if not hmac.compare_digest(new.header.secret, self._listener.secret):
                new.sock.close()
                self._log.write("a private connection without the secret is closed", now)
            else:
                self._use(new, now)
        self._proxied.take_refused()  # not logged: the web process has ended in the middle of a header

    def _use(self, new: ProxiedConnection, now: float) -> None:
        match new.header.purpose:
            case Purpose.STATUS | Purpose.RELAY_STATUS as purpose:
                child = self._web if purpose is Purpose.STATUS else self._relay
                child.use(StatusLine(new.sock))
                self._meter.reported_at = -math.inf  # the first report follows now
            case Purpose.PAD if new.header.address:
                peer = self._net.connections.add(new.sock, new.header.address, now)
                if not self._place.pads:
                    self._net.ends.remove(peer, "was refused, as browsers may not join", NOT_TAKEN, now)
            case Purpose.RELAY:
                admit_relay(self._net, new.sock, "127.0.0.1", now)
            case _:
                new.sock.close()

    def _hear(self, now: float) -> None:
        place, relay = self._place, self._place.relay
        for message in self._web.receive():
            if isinstance(port := message.get("port"), int):
                place.port = port  # also after an end: browsers come back to it
                place.tell(encode_web_port(port))
                self._web.say(f"shows itself at http://{Endpoint(place.host or 'localhost', port)}/", now)
            if message.get("watch"):
                relay.watched_at = now
                self._look_after_relay(now)
            self._web.say_problem(message, now)
        for message in self._relay.receive():
            if isinstance(port := message.get("port"), int):
                relay.port = port
                self._relay.say(f"is watched through a relay; games may watch at its port {port}", now)
            relay.watchers = watchers if isinstance(watchers := message.get("watchers"), int) else relay.watchers
            relay.watched_at = now if relay.watchers else relay.watched_at
            self._relay.say_problem(message, now)
        if not self._relay.is_connected:
            relay.watchers = 0

    def close(self) -> None:
        self._web.close()
        self._relay.close()
        self._proxied.close()
        self._net.connections.unregister(self._listener.sock)
        self._listener.close()

    def _report(self, now: float) -> bytes:
        room = self._net.room
        world, status = room.world, room.status()
        happened, troubles = self._meter.happened, self._log.troubles
        figures = ServerFigures(
            at=now,
            began=self._meter.began,
            clock=time.time(),
            port=self._net.handshake.listeners.port,
            locked=self._net.handshake.scram.keys is not None,
            draining=room.is_draining,
            status=status,
            left=seconds_left(world.rules, world.tick) if world and status.phase is Phase.PLAYING else None,
            intervals=self._meter.intervals.intervals(),
            happened=tuple(troubles[kind] if isinstance(kind, Trouble) else happened[kind] for kind in COUNTED),
            agones=self._meter.agones(),
        )
        settings = self._net.room.matches.settings
        limits = {
            "per_address": settings.per_address,
            "uncounted": [str(one) for one in self._net.connections.uncounted],
            "own": [str(one) for one in self._net.connections.own_addresses],
        }
        more = {"limits": limits, "pads": self._place.pads, "relayed": self._place.relay.watchers}
        return json.dumps(report_of(figures, os.getpid()) | more).encode("ascii")


def open_web(
    config: Config, net: Server, log: Log, tell: Callable[[str], object], agones: Callable[[], str], now: float
) -> list[Service]:
    """Return the service, or log why there is none. `tell`: as of WebPlace; `agones`: of RoomMeter."""
    if config.capture is not None:
        log.write("there are no pages for browsers, since a capture holds what comes over the game's port", now)
        return []
    more = config.web_names, config.proxy_from, tell, config.pads, RelayPlace(config.relay)
    match config.web:
        case Endpoint(host, port):
            place = WebPlace(host, port, 1, *more)
        case int(port):
            place = WebPlace(config.host, port, PORTS_TRIED, *more)
        case None:
            return []
    try:
        return [WebService(place, net, log, now, agones=agones)]
    except OSError as problem:
        log.write(f"there are no pages for browsers: {problem.strerror}", now)
        return []
