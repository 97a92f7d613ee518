"""`petard-server ping HOST`: measures the round trip as `ping` does, but over what the game itself uses.

Rule 1: Ctrl-C ends it with the summary. Status 0: something answered; 1: nothing did; 2: wrong arguments.
Rule 2: a probe is sent once; an answer that comes later than the time limit counts as lost.
Rule 3: only the way is measured: not the connecting, nor how long a question lay unread.
"""

import itertools
import select
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from statistics import median
from typing import Any, NamedTuple, TypeAlias

from petard.server.config.config import CliParser, fail, host_port, port
from petard.server.config.schema import PORT
from petard.server.config.values import BadValue, number
from petard.server.policy.text import INT_MOST
from petard.shared.discovery.client import Questioner
from petard.shared.discovery.network import LARGEST
from petard.shared.host_port import join_host_port
from petard.shared.protocol.beacon import PORT as DISCOVERY_PORT
from petard.shared.protocol.beacon import ports_from
from petard.shared.protocol.link import Link, LinkState, Role
from petard.shared.protocol.messages import Bye, Message, Ping, Pong, Refused

EVERY = 1.0  # seconds
EVERY_LEAST = 0.1  # a server answers ten questions a second from one address, and no more
WITHIN = 2.0  # seconds until a probe counts as lost
TRIED_FOR = 1.0  # seconds for each address of a name that has several
ADDRESSES_MOST = 8  # of a name that are tried
CLOCK_WITHIN = 0.3  # seconds to ask for the clock, beside the stream
CONNECTION_MOST = 4.0  # seconds; a server closes a connection without a Hello after five
count = number(1, INT_MOST, "the count")


class NoAnswer(Exception):
    """A probe was lost, or there is no server; the sentence says what is known."""


class ClockOffset(NamedTuple):
    """How far the clock of a server is ahead of ours, in ms, and how wrong that may be."""

    ahead: float
    error: float


EchoReply: TypeAlias = tuple[float, ClockOffset | None]  # the round trip in ms; what is known of the server's clock


def clock_offset(asked: float, answered: float, clock: float, held: float) -> ClockOffset:
    """Compute the offset from one answer. `asked`, `answered`: by our clock; `clock`: theirs when it was sent, in ms.

    `held`: how long the question lay there. If both ways take the same time, the error is only that of whole ms.

    >>> clock_offset(1000, 1020, 5015, 10)
    ClockOffset(ahead=4000.0, error=5.5)
    """
    way = max(0.0, answered - asked - held)
    return ClockOffset(((clock - held - asked) + (clock - answered)) / 2, way / 2 + 0.5)


class StreamProbe:
    """Ping and Pong over TCP, without a Hello; it connects again before the server closes the connection.

    `about`: how it measures, for people.
    """

    def __init__(self, family: int, address: Any) -> None:
        self.about = f"TCP port {address[1]}"
        self._where = (family, address)
        self._sock: socket.socket | None = None
        self._link = Link(Role.CLIENT)
        self._connected_at = 0.0
        self._number = 0

    def measure(self, within: float) -> EchoReply:
        """Send a Ping and wait for the Pong, at most so many seconds; raises NoAnswer."""
        if self._sock is None or time.monotonic() - self._connected_at > CONNECTION_MOST:
            self._sock = self._connect(within)
            self._ping(self._sock, within)  # not measured: until it is answered, the connection is not accepted
        return self._ping(self._sock, within), None

    def _ping(self, sock: socket.socket, within: float) -> float:
        ends = time.monotonic() + within
        self._number += 1
        if not self._link.may_send(Ping):  # a Bye came with the last Pong
            self.close()
            raise NoAnswer("the server closed the connection")
        try:
            sock.sendall(self._link.send(Ping(self._number)))
            asked = time.perf_counter()
            while (left := ends - time.monotonic()) > 0:
                sock.settimeout(left)
                if pong := self._receive(sock.recv(LARGEST)):
                    return max(0.0, 1000 * (time.perf_counter() - asked) - pong.held / 1000)
        except TimeoutError:
            pass
        except OSError as problem:
            self.close()
            raise NoAnswer(problem.strerror or "the connection broke") from None
        raise NoAnswer("no answer")

    def _connect(self, within: float) -> socket.socket:
        self.close()
        family, address = self._where
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.settimeout(within)
        try:
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as problem:
            sock.close()
            raise NoAnswer(problem.strerror or "no answer") from None
        self._link = Link(Role.CLIENT)
        self._connected_at = time.monotonic()
        return sock

    def _receive(self, data: bytes) -> Pong | None:
        """Return the Pong if it has arrived; raises NoAnswer if the connection has ended."""
        messages = self._link.receive_data(data)
        for message in messages:
            if isinstance(message, Pong) and message.id == self._number:
                return message
        if not data or self._link.state is LinkState.CLOSED:
            self.close()
            raise NoAnswer(_reason_in(messages) or self._link.protocol_error or "the server closed the connection")
        return None

    def close(self) -> None:
        if self._sock:
            self._sock.close()
        self._sock = None


def _reason_in(messages: list[Message]) -> str:
    for message in messages:
        match message:
            case Refused(_, sentence) | Bye(sentence):
                return sentence
    return ""


class UdpProbe:
    """Question and Answer over UDP: at all ports where the server may be, until one of them has answered."""

    def __init__(self, family: int, address: Any, ports: tuple[int, ...], port: int | None) -> None:
        """`port`: the server's port for the game (TCP), if only that server counts."""
        self.about = f"UDP port {ports[0]}" + (f" to {ports[-1]}" if len(ports) > 1 else "")
        self._wanted = port
        self._questioner = Questioner(family, address, ports)
        self.close = self._questioner.close

    def measure(self, within: float) -> EchoReply:
        """Send a Question and wait for its Answer, at most so many seconds; raises NoAnswer."""
        asked, wall, nonce = time.perf_counter(), 1000 * time.time(), 0
        with suppress(OSError):
            nonce = self._questioner.ask()
        ends = time.monotonic() + within
        while (left := ends - time.monotonic()) > 0:
            select.select([self._questioner.sock], [], [], left)
            elapsed = 1000 * (time.perf_counter() - asked)
            for answer, address in self._questioner.answers():
                if answer.nonce == nonce and self._wanted in (None, answer.card.port):
                    self._questioner.addresses = [address]
                    held = answer.held / 1000
                    return max(0.0, elapsed - held), clock_offset(wall, wall + elapsed, answer.clock, held)
        raise NoAnswer("no answer")


@dataclass
class PingStats:
    """What was measured so far; times in ms."""

    sent: int = 0
    times: list[float] = field(default_factory=list)
    offsets: list[ClockOffset] = field(default_factory=list)

    def summary(self, host: str, seconds: float) -> str:
        """Return the last lines, as `ping` prints them."""
        answered = len(self.times)
        lost = 100 * (self.sent - answered) // self.sent if self.sent else 0
        lines = [
            f"--- {host} ping statistics ---",
            f"{self.sent} sent, {answered} answered, {lost}% lost, {1000 * seconds:.0f} ms",
        ]
        if self.times:
            low, middle, high = min(self.times), median(self.times), max(self.times)
            lines.append(f"round trip min/median/max = {low:.2f}/{middle:.2f}/{high:.2f} ms")
        if self.offsets:
            best = min(self.offsets, key=lambda one: one.error)  # of the quickest answer
            lines.append(f"clock offset = {best.ahead:+.1f} ms ± {best.error:.1f} ms (+: theirs is ahead)")
        return "\n".join(lines) + "\n"


def main(words: Sequence[str]) -> int:
    """Ping until Ctrl-C, or so often; returns the exit status."""
    parser = CliParser("ping", "Measure how far away a server is. Ctrl-C ends it.")
    add = parser.add_argument
    add("host", type=host_port, metavar="HOST[:PORT]", help=f"the port of the game (TCP), {PORT} if none is said")
    add("--udp", action="store_true", help="by the datagrams that servers are found with, not by the game's stream")
    add("-c", "--count", type=count, default=0, metavar="N", help="so often (default: until Ctrl-C)")
    add("-i", "--every", type=_seconds, default=EVERY, metavar="SECONDS", help=f"default: {EVERY:.0f}")
    add("--discovery-port", type=port, default=DISCOVERY_PORT, metavar="N", help=f"UDP (default: {DISCOVERY_PORT})")
    given = parser.parse_args(words)
    host, wanted = given.host
    try:
        family, address = _address_of(host, wanted or PORT)
    except (OSError, UnicodeError):
        return fail(f"that name is not known: {host[:60]!r}")
    shown = host if address[1] == PORT else join_host_port(host, address[1])
    stats, began = PingStats(), time.monotonic()
    udp = UdpProbe(family, address, ports_from(given.discovery_port), wanted if given.udp else address[1])
    probe = udp if given.udp else StreamProbe(family, address)
    with closing(udp), closing(probe):
        numbers, _ = socket.getnameinfo(address, socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)
        sys.stdout.write(f"PING {shown} ({numbers}) by {probe.about}\n")
        with suppress(KeyboardInterrupt):
            _ping(probe, None if given.udp else udp, stats, given)
        sys.stdout.write("\n" + stats.summary(shown, time.monotonic() - began))
        if stats.times and not stats.offsets:
            sys.stdout.write(f"clock offset is not known: nothing answers at {udp.about}\n")
    return 0 if stats.times else 1


def _address_of(host: str, port: int) -> tuple[int, Any]:
    """Return family and address: of several the first that accepts a connection, or else the first. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    places: list[tuple[int, Any]] = [(family, address) for family, _, _, _, address in found[:ADDRESSES_MOST]]
    for family, address in places if len(places) > 1 else ():
        with suppress(OSError), socket.socket(family, socket.SOCK_STREAM) as sock:
            sock.settimeout(TRIED_FOR)
            sock.connect(address)
            return family, address
    return places[0]


def _seconds(text: str) -> float:
    with suppress(ValueError):
        if EVERY_LEAST <= float(text) <= 3600:
            return float(text)
    raise BadValue(f"the pause is {EVERY_LEAST} to 3600 seconds, not {text[:40]!r}")


def _ping(probe: StreamProbe | UdpProbe, clock: UdpProbe | None, stats: PingStats, given: Any) -> None:
    """Measure again and again, and print each result. `clock`: a second probe, for the clock of the server."""
    began = time.monotonic()
    for seq in range(1, given.count + 1) if given.count else itertools.count(1):
        stats.sent += 1
        offsets = []
        try:
            ms, offset = probe.measure(WITHIN)
            stats.times.append(ms)
            offsets.append(offset)
            sys.stdout.write(f"seq={seq} time={ms:.2f} ms\n")
        except NoAnswer as problem:
            sys.stdout.write(f"seq={seq} {problem}\n")
        sys.stdout.flush()
        if clock:
            with suppress(NoAnswer):
                offsets.append(clock.measure(CLOCK_WITHIN)[1])
        stats.offsets += filter(None, offsets)
        if seq != given.count:
            time.sleep(max(0.0, began + seq * given.every - time.monotonic()))
