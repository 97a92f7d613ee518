"""The computer of the server: a real Room, Server and Connections behind fake listeners, driven as by `loop.serve`."""

from collections.abc import Callable
from math import inf
from random import Random

from petard.server.net.connections import Connections
from petard.server.net.server import Server
from petard.server.policy.log import Log
from petard.server.room.room import Room
from petard.server.runtime.loop import FAREWELL_MOST, FAREWELL_STEP
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.ticker import Ticker
from tests.lan.computer import Network
from tests.lan.fake_listeners import FakeListeners, FakeSelector


class Host:
    """One server process after the other. `net` is None while none runs; `leap`: seconds its clock is ahead."""

    def __init__(self, street: Network, new_room: Callable[[int], Room], seed: int) -> None:
        """`new_room` makes the room of each process, from a seed."""
        self.net: Server | None = None
        self.lines: list[str] = []  # the log
        self.leap = 0.0
        self.frozen_until = 0.0
        self._street = street
        self._new_room = new_room
        self._chance = Random(seed)

    @property
    def room(self) -> Room:
        """The room of the server that runs."""
        assert self.net, "no server runs"
        return self.net.room

    def start(self) -> None:
        """Run a new server."""
        room = self._new_room(self._chance.getrandbits(32))
        listeners = self._street.listeners = FakeListeners()
        now = self._street.clock.now + self.leap
        self.net = Server(room, listeners, Log(self.lines.append), self.new_token, now, Connections(FakeSelector()))
        self._ticker = Ticker(now)
        self._ends_at = inf

    def new_token(self) -> str:
        """A token for the server."""
        return f"{self._chance.getrandbits(128):032x}"

    def wake(self, at: float) -> float:
        """One pass of the loop of the server; when the next one is due."""
        net = self.net
        if at < self.frozen_until:
            return self.frozen_until
        if net is None:
            return at + 1 / TICK_RATE
        now = at + self.leap
        if self._ends_at < inf:
            net.update(0, now)
            if net.connections.is_empty or at >= self._ends_at:
                self._end(net)
            return at + FAREWELL_STEP
        if net.is_quiet:
            if not (self._street.listeners and self._street.listeners.is_connected_to):
                return at + 1 / TICK_RATE
            self._ticker = Ticker(now)
        net.update(self._ticker.due(now), now)
        return at + self._ticker.until_next(now)

    def stop(self, reason: str) -> None:
        """End as after SIGTERM: tell everybody, and give them half a second to read it."""
        assert self.net, "no server runs"
        at = self._street.clock.now
        self.net.close(reason, at + self.leap)
        self._ends_at = at + FAREWELL_MOST

    def kill(self) -> None:
        """End as after SIGKILL: the system closes all lines."""
        assert self.net, "no server runs"
        self._end(self.net)

    def _end(self, net: Server) -> None:
        if self._street.listeners:
            self._street.listeners.close()
        self._street.listeners = None
        net.connections.close_all()
        self.net = None
