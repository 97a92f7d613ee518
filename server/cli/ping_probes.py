"""Two ways to measure the round trip to a server: over the stream of the game, and over UDP. Both wait for the answer.

Rule 1: a probe is sent once; an answer that comes later than the time limit counts as lost.
Rule 2: only the way is measured: not the connecting, nor how long a question lay unread.
Rule 3: every failure is one sentence in NoAnswer.
"""

import contextlib
import select
import socket
import time
from dataclasses import dataclass
from typing import Any, TypeAlias

from petard.shared.discovery.questions import Questioner
from petard.shared.discovery.sockets import LARGEST
from petard.shared.protocol.link import Link
from petard.shared.protocol.messages import Bye, Message, Ping, Pong, Refused
from petard.shared.protocol.transitions import LinkState, Role

CONNECTION_MOST = 4.0  # seconds; a server closes a connection without a Hello after five


class NoAnswer(Exception):
    """A probe was lost, or there is no server; the sentence says what is known."""


@dataclass(frozen=True, slots=True)
class ClockOffset:
    """How far the clock of a server is ahead of ours, in ms, and how wrong that may be."""

    ahead: float
    error: float


def clock_offset(asked: float, answered: float, clock: float, held: float) -> ClockOffset:
    """Compute the offset from one answer. `asked`, `answered`: by our clock; `clock`: theirs when it was sent, in ms.

    `held`: how long the question lay there. If both ways take the same time, the error is only that of whole ms.

    >>> clock_offset(1000, 1020, 5015, 10)
    ClockOffset(ahead=4000.0, error=5.5)
    """
    way = max(0.0, answered - asked - held)
    return ClockOffset(((clock - held - asked) + (clock - answered)) / 2, way / 2 + 0.5)


@dataclass(frozen=True, slots=True)
class EchoReply:
    """An answer: the round trip in ms, and what it tells about the clock of the server, if anything."""

    ms: float
    offset: ClockOffset | None = None


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
        return self._ping(self._sock, within)

    def _ping(self, sock: socket.socket, within: float) -> EchoReply:
        ends = time.monotonic() + within
        self._number += 1
        try:
            sock.sendall(self._link.send(Ping(self._number)))
            asked = time.perf_counter()
            while (left := ends - time.monotonic()) > 0:
                sock.settimeout(left)
                if self._receive(sock.recv(LARGEST)):
                    return EchoReply(1000 * (time.perf_counter() - asked))
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

    def _receive(self, data: bytes) -> bool:
        """Return True if the Pong has arrived; raises NoAnswer if the connection has ended."""
        messages = self._link.receive_data(data)
        if Pong(self._number) in messages:
            return True
        if not data or self._link.state is LinkState.CLOSED:
            self.close()
            raise NoAnswer(_reason_in(messages) or self._link.protocol_error or "the server hung up")
        return False

    def close(self) -> None:
        """Close the connection."""
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
        self._addresses = [(address[0], one, *address[2:]) for one in ports]
        self._wanted = port
        self._questioner = Questioner(family)

    def measure(self, within: float) -> EchoReply:
        """Send a Question and wait for its Answer, at most so many seconds; raises NoAnswer."""
        asked, wall, nonce = time.perf_counter(), 1000 * time.time(), 0
        with contextlib.suppress(OSError):
            nonce = self._questioner.ask(self._addresses)
        ends = time.monotonic() + within
        while (left := ends - time.monotonic()) > 0:
            select.select([self._questioner.sock], [], [], left)
            elapsed = 1000 * (time.perf_counter() - asked)
            for answer, address in self._questioner.answers():
                if answer.nonce == nonce and self._wanted in (None, answer.card.port):
                    self._addresses = [address]
                    held = answer.held / 1000
                    offset = clock_offset(wall, wall + elapsed, answer.clock, held)
                    return EchoReply(max(0.0, elapsed - held), offset)
        raise NoAnswer("no answer")

    def close(self) -> None:
        """Close the socket."""
        self._questioner.close()


Probe: TypeAlias = StreamProbe | UdpProbe
