"""The computer of one client and the cable behind it: it dials, and all its lines go over that cable.

Rule 1: a dialled line is refused, or open, one round trip later; with the cable out it waits for an answer.
Rule 2: a pulled cable loses nothing: what waited comes at once when it is in again, as the senders try again. Who is
        `lost` never comes back, and nobody is told.
"""

from math import inf
from random import Random
from zlib import crc32

from petard.game.net.connector import TIMEOUT
from petard.game.net.tcp_transport import READ_SIZE, SEND_LIMIT
from petard.game.net.transport import TransportState
from tests.lan.fake_listeners import FakeListeners
from tests.lan.fake_wire import Clock, Wire
from tests.lan.pipe import Ending
from tests.lan.quality import Quality

RETRY_MOST = 0.5  # of the time that a cable was out: TCP waits ever longer before it tries again


class Network:
    """What all stations lead to: the listeners of the server, None while no server listens."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.listeners: FakeListeners | None = None


class Computer:
    """One computer. `address` is where the server sees it; `lines` are those that are not closed."""

    def __init__(self, street: Network, quality: Quality, address: str, seed: int) -> None:
        self.quality = quality
        self.address = address
        self.street = street
        self.chance = Random(seed)
        self.lines: list[FakeConnection] = []
        self.leap = 0.0  # seconds that its clock is ahead
        self._sum = 0  # of all that went over lines that are done
        self._pulled_at = inf

    @property
    def is_plugged(self) -> bool:
        """True while the cable is in."""
        return self._pulled_at == inf

    def dial(self, host: str, port: int, now: float) -> "FakeConnection":
        """Begin a line; a `TransportFactory` for a Visit."""
        done = [line for line in self.lines if line.is_done]
        self._sum = _sum_of(done, self._sum)
        self.lines = [line for line in self.lines if line not in done]
        self.lines.append(FakeConnection(self, now))
        return self.lines[-1]

    def sums(self) -> int:
        """A number that stations share over whose lines the same bytes went."""
        return _sum_of(self.lines, self._sum)

    def connect(self) -> Wire | None:
        """What the server's computer answers: a connection, or None where nobody listens."""
        listeners = self.street.listeners
        wire = Wire(self.quality, self.chance, self.street.clock)
        return wire if listeners and listeners.connect(wire, self.address) else None

    def wires(self) -> list[Wire]:
        """All connections that somebody still holds an end of."""
        return [line.wire for line in self.lines if line.wire]

    def pull(self, now: float) -> None:
        """Pull the cable."""
        self._pulled_at = min(self._pulled_at, now)
        for wire in self.wires():
            wire.stall(inf)

    def plug(self, now: float) -> None:
        """Put it in again."""
        out, self._pulled_at = now - self._pulled_at, inf
        for wire in self.wires():
            wire.resume(self.quality.retry + out * RETRY_MOST * self.chance.random())

    def vanish(self) -> None:
        """Lose all lines without a word to anybody: half of each stays open."""
        for wire in self.wires():
            wire.cut()


def _sum_of(lines: "list[FakeConnection]", start: int) -> int:
    for line in lines:
        if line.wire:
            start = crc32(b"%d %d" % (line.wire.up.sum, line.wire.down.sum), start)
    return start


class FakeConnection:
    """The client's end of a connection; mirrors `petard.game.net.tcp_transport.TcpTransport`."""

    def __init__(self, station: Computer, now: float) -> None:
        self.state = TransportState.CONNECTING
        self.was_open = False
        self.problem = ""
        self.wire: Wire | None = None
        self._station = station
        self._unsent = bytearray()
        self._gives_up_at = now + TIMEOUT
        self._answer_at = now + 2 * station.quality.delay if station.is_plugged else inf

    @property
    def is_done(self) -> bool:
        """True when nobody holds an end of it."""
        return self.state is TransportState.CLOSED and (self.wire is None or self.wire.is_done)

    def poll(self, now: float) -> bytes:
        """Do what can be done at once; the bytes that arrived."""
        if self.state is TransportState.CONNECTING:
            self._connect(now)
        wire = self.wire
        if wire is None or self.state is TransportState.CLOSED:
            return b""
        arrived = wire.down.read(READ_SIZE, now)
        if self._unsent:
            self._write(wire)
        ending = wire.down.ending(now)
        if ending is Ending.CLOSED:
            self._end("The server closed the connection.")
        elif ending is Ending.RESET:
            self._end("The connection to the server broke.")
        return arrived

    def _connect(self, now: float) -> None:
        if not self._station.is_plugged:
            self._answer_at = inf
        elif self._answer_at == inf:
            self._answer_at = now + self._station.chance.random()  # the next try of the computer
        if now >= self._answer_at:
            self.wire = self._station.connect()
            self.was_open = self.wire is not None
            self.state = TransportState.OPEN
            if self.wire is None:
                self._end("Nobody listens there.")
        elif now >= self._gives_up_at:
            self._end("Nobody answers there.")

    def send(self, data: bytes) -> None:
        """Send what there is room for, and keep the rest."""
        if self.state is TransportState.CLOSED or not data:
            return
        self._unsent += data
        if self.wire is not None:
            self._write(self.wire)
        if len(self._unsent) > SEND_LIMIT:
            self._end("The server does not take data any more. The connection seems to be dead.")

    def _write(self, wire: Wire) -> None:
        now = wire.clock.now
        del self._unsent[: wire.up.write(bytes(self._unsent), now)]
        if wire.server_is_gone:  # its machine answers that nobody is there
            wire.down.end(Ending.RESET, now)

    def close(self) -> None:
        """Hang up; what was sent still leaves."""
        self._end("")

    def break_off(self) -> None:
        """End as a process ends that was killed: the system hangs up, and over unread bytes it does so rudely."""
        if (
            self.wire is not None
            and self.state is TransportState.OPEN
            and self.wire.down.is_readable(self.wire.clock.now)
        ):
            self.wire.up.break_off(0, self.wire.clock.now)
        self._end("")

    def _end(self, problem: str) -> None:
        if self.state is TransportState.CLOSED:
            return
        self.state, self.problem = TransportState.CLOSED, problem
        if self.wire is not None:
            self.wire.client_is_gone = True
            self.wire.up.end(Ending.CLOSED, self.wire.clock.now)
