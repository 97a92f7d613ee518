"""Two ways to ask a server how far away it is: by the stream of the game, and by UDP. They wait; no game runs here.

Rule 1: a probe is asked once and then waited for; an answer that comes later than that is lost.
Rule 2: times are those of the way: to connect is not counted, nor how long a question lay there unread.
Rule 3: whatever is wrong is one sentence in NoAnswer.
"""

import contextlib
import secrets
import select
import socket
import time
from dataclasses import dataclass
from typing import Any, Protocol

from petard.server.cli.ping_stats import PingReading, reading
from petard.shared.discovery.sockets import LARGEST, receive
from petard.shared.protocol.beacon import Answer, Question, decode, encode
from petard.shared.protocol.link import Link, LinkState, Role
from petard.shared.protocol.messages import Bye, Message, Ping, Pong, Refused

LINE_MOST = 4.0  # seconds; a server hangs up on who says no Hello within five
READS_MOST = 64


class NoAnswer(Exception):
    """This one was lost, or there is nobody; the sentence says what is known."""


@dataclass(frozen=True, slots=True)
class EchoReply:
    """An answer: how long there and back took, in ms, and what it tells of their clock, if anything."""

    ms: float
    reading: PingReading | None = None


class Probe(Protocol):
    """A way to ask."""

    about: str  # how it asks, for people

    def ask(self, within: float) -> EchoReply:
        """Ask once, and wait so many seconds at the most; raises NoAnswer."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...


class Stream:
    """Ping and Pong, without a Hello, on a line that is dialled again before the server gets tired of it."""

    def __init__(self, family: int, address: Any) -> None:
        self.about = f"TCP port {address[1]}"
        self._where = (family, address)
        self._line: socket.socket | None = None
        self._link = Link(Role.CLIENT)
        self._dialled = 0.0
        self._number = 0

    def ask(self, within: float) -> EchoReply:
        """Say Ping, and wait for the Pong."""
        if self._line is None or time.monotonic() - self._dialled > LINE_MOST:
            self._line = self._dial(within)
            self._say_ping(self._line, within)  # does not count: until it is answered, the line is not taken up
        return self._say_ping(self._line, within)

    def _say_ping(self, line: socket.socket, within: float) -> EchoReply:
        ends = time.monotonic() + within
        self._number += 1
        try:
            line.sendall(self._link.send(Ping(self._number)))
            asked = time.perf_counter()
            while (left := ends - time.monotonic()) > 0:
                line.settimeout(left)
                if self._hears(line.recv(LARGEST)):
                    return EchoReply(1000 * (time.perf_counter() - asked))
        except TimeoutError:
            pass
        except OSError as problem:
            self.close()
            raise NoAnswer(problem.strerror or "the line broke") from None
        raise NoAnswer("no answer")

    def _dial(self, within: float) -> socket.socket:
        self.close()
        family, address = self._where
        line = socket.socket(family, socket.SOCK_STREAM)
        line.settimeout(within)
        try:
            line.connect(address)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as problem:
            line.close()
            raise NoAnswer(problem.strerror or "no answer") from None
        self._link = Link(Role.CLIENT)
        self._dialled = time.monotonic()
        return line

    def _hears(self, data: bytes) -> bool:
        """Say whether the Pong is there."""
        messages = self._link.receive_data(data)
        if Pong(self._number) in messages:
            return True
        if not data or self._link.state is LinkState.CLOSED:
            self.close()
            raise NoAnswer(_last_word(messages) or self._link.protocol_error or "the server hung up")
        return False

    def close(self) -> None:
        """Hang up."""
        if self._line:
            self._line.close()
        self._line = None


def _last_word(messages: list[Message]) -> str:
    for message in messages:
        match message:
            case Refused(_, sentence) | Bye(sentence):
                return sentence
    return ""


class Datagrams:
    """Question and Answer over UDP, at all ports where the server may be listening until it is known which it is."""

    def __init__(self, family: int, address: Any, ports: tuple[int, ...], port: int | None) -> None:
        """`port`: the server's port for the game (TCP), if only that server is wanted."""
        self.about = f"UDP port {ports[0]}" + (f" to {ports[-1]}" if len(ports) > 1 else "")
        self._places = [(address[0], one, *address[2:]) for one in ports]
        self._wanted = port
        self._sock = socket.socket(family, socket.SOCK_DGRAM)
        self._sock.setblocking(False)

    def ask(self, within: float) -> EchoReply:
        """Ask, and wait for the Answer."""
        nonce = secrets.randbits(64)
        data = encode(Question(nonce))
        asked, wall = time.perf_counter(), 1000 * time.time()
        for place in self._places:
            with contextlib.suppress(OSError):  # the answer to a question before: nobody listens there
                self._sock.sendto(data, place)
        ends = time.monotonic() + within
        while (left := ends - time.monotonic()) > 0:
            select.select([self._sock], [], [], left)
            elapsed = 1000 * (time.perf_counter() - asked)
            for arrived in receive(self._sock, READS_MOST):
                answer = decode(arrived.data)
                if isinstance(answer, Answer) and answer.nonce == nonce and self._is_wanted(answer):
                    self._places = [arrived.address]
                    held = answer.held / 1000
                    return EchoReply(max(0.0, elapsed - held), reading(wall, wall + elapsed, answer.clock, held))
        raise NoAnswer("no answer")

    def _is_wanted(self, answer: Answer) -> bool:
        return self._wanted in (None, answer.card.port)

    def close(self) -> None:
        """Give the socket back."""
        self._sock.close()
