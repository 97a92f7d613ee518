"""The remote checks: which servers answer, and does the target accept TCP and answer the question of the server list.

Rule 1: each blocks for a few seconds at most, so it runs in a thread of its own; it returns facts with one more.
Rule 2: no check sends Hello, so the examined server gets no member. It sends a Ping, which a server answers to pending
        connections too.
"""

import errno
import select
import socket
import time
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from typing import Any

from petard.game.doctor.diagnosis.facts import (
    ConnectOutcome,
    Facts,
    QueryResult,
    SeenServer,
    TcpResult,
    is_loopback,
    is_same,
)
from petard.shared.discovery.client import DiscoveryClient, Questioner
from petard.shared.discovery.sockets import open_udp
from petard.shared.framing import LIMIT_SERVER, Decoder, FrameError, frame
from petard.shared.protocol.beacon import PORT, PORTS, SIZE, FoundServer, ServerCard, incompatibility_of
from petard.shared.protocol.codec import RemoteProtocolError, message_type_of
from petard.shared.protocol.codec import encode as encode_message
from petard.shared.protocol.messages import Ping

CONNECT_WAIT = 2.5  # seconds to connect: a lost first packet is sent again after one
ANSWER_WAIT = 1.5  # seconds for an answer on an open connection
NEAR_WAIT = 0.5  # seconds to connect to another port of a computer that has answered
ASK_WAIT = 1.6  # seconds for an answer to a question
ASK_EVERY = 0.5  # seconds between two questions
SEEK_FOR = 2.2  # seconds: all answer within 1.5, and a server that gets no question announces itself every 2
SEEK_STEP = 0.02  # seconds
ADDRESSES_MOST = 3  # of one name that are tried
SERVER_PORTS = range(7777, 7788)  # a server takes the next one where a port is taken

OUTCOMES = {
    errno.ECONNREFUSED: ConnectOutcome.REFUSED,
    errno.ETIMEDOUT: ConnectOutcome.SILENT,
    errno.EACCES: ConnectOutcome.FORBIDDEN,
    errno.EPERM: ConnectOutcome.FORBIDDEN,
}
# The outcome that says most comes first.
MOST_TELLING = tuple(ConnectOutcome[name] for name in ("PETARD", "OTHER", "REFUSED", "FORBIDDEN", "SILENT", "NO_WAY"))


@dataclass(frozen=True, slots=True)
class ConnectResult:
    """How opening a TCP connection ended; with the socket if it opened (outcome OTHER until the server is known)."""

    outcome: ConnectOutcome
    sock: socket.socket | None = None


def resolve(host: str, port: int, kind: socket.SocketKind) -> list[tuple[int, Any]]:
    """Resolve a name into families and addresses. Blocks, perhaps for long; raises OSError or UnicodeError."""
    found = socket.getaddrinfo(host, port, type=kind)
    return list(dict.fromkeys((int(family), address) for family, _, _, _, address in found))[:ADDRESSES_MOST]


def check_tcp(facts: Facts) -> Facts:
    """Connect to the target; if no server answers there, try the ports beside it."""
    try:
        addresses = resolve(facts.host, facts.port, socket.SOCK_STREAM)
    except (OSError, ValueError):
        return replace(facts, reach=TcpResult("", ConnectOutcome.UNKNOWN))
    found = [_connect(address[0], address) for _, address in addresses]
    best = min(found, key=lambda one: MOST_TELLING.index(one.way))
    if best.way in (ConnectOutcome.REFUSED, ConnectOutcome.OTHER):
        best = replace(best, others=_others(best.address, facts.port))
    return replace(facts, reach=best)


def _connect(host: str, address: Any) -> TcpResult:
    begun = time.monotonic()
    result = try_connect(host, address[1], CONNECT_WAIT, address)
    outcome = result.outcome
    if result.sock:
        with closing(result.sock):
            outcome = ConnectOutcome.PETARD if _speaks_petard(result.sock) else ConnectOutcome.OTHER
    return TcpResult(_with_zone(host, address), outcome, round(1000 * (time.monotonic() - begun), 1))


def _with_zone(host: str, address: Any) -> str:
    """Add the zone to an address that needs one."""
    zone = address[3] if len(address) > 3 else 0
    if not zone or "%" in host:
        return host
    with suppress(OSError):
        return f"{host}%{socket.if_indextoname(zone)}"
    return host


def _others(host: str, port: int) -> tuple[int, ...]:
    """The ports beside it with a Petard server. The first silent port ends the search: a firewall drops them."""
    found = []
    for other in SERVER_PORTS:
        if other == port:
            continue
        result = try_connect(host, other, NEAR_WAIT)
        if result.outcome in (ConnectOutcome.SILENT, ConnectOutcome.NO_WAY):
            break
        if result.sock:
            with closing(result.sock):
                found += [other] if _speaks_petard(result.sock) else []
    return tuple(found)


def try_connect(host: str, port: int, wait: float, address: Any = None) -> ConnectResult:
    """Open a TCP connection within `wait` seconds; the caller closes it. `host` is an address in numbers."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        sock = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        return ConnectResult(ConnectOutcome.NO_WAY)
    try:
        sock.settimeout(wait)
        sock.connect(address or (host, port))
        if sock.getsockname() == sock.getpeername():  # TCP can connect a free port to itself
            raise ConnectionRefusedError(errno.ECONNREFUSED, "")
    except TimeoutError:
        sock.close()
        return ConnectResult(ConnectOutcome.SILENT)
    except OSError as error:
        sock.close()
        return ConnectResult(OUTCOMES.get(error.errno or 0, ConnectOutcome.NO_WAY))
    return ConnectResult(ConnectOutcome.OTHER, sock)


def _speaks_petard(sock: socket.socket) -> bool:
    """True if the answer to a Ping is a message of our protocol. An older server answers with Bye."""
    decoder, until = Decoder(LIMIT_SERVER), time.monotonic() + ANSWER_WAIT
    try:
        sock.sendall(frame(encode_message(Ping(1))))
        while (left := until - time.monotonic()) > 0:
            sock.settimeout(left)
            data = sock.recv(4096)
            if not data:
                return False
            for payload in decoder.receive_data(data):
                message_type_of(payload)
                return True
    except (OSError, FrameError, RemoteProtocolError):
        return False
    return False


def check_query(facts: Facts) -> Facts:
    """Send the question of the server list to the target's computer, to every port where a server may listen."""
    try:
        addresses = resolve(facts.host, PORT, socket.SOCK_DGRAM)
    except (OSError, ValueError):
        return replace(facts, asked=QueryResult(None))
    for family, address in addresses:
        asked = _ask(family, address, facts)
        if asked.answer:
            return replace(facts, asked=asked)
    return replace(facts, asked=asked)


def _ask(family: int, address: Any, facts: Facts) -> QueryResult:
    """Ask again and again until the server at the port of the target has answered, or time is up."""
    best = QueryResult(None)
    try:
        with closing(_Asker(family, address)) as asker:
            begun = asked_at = time.monotonic()
            asker.ask()
            while (now := time.monotonic()) - begun < ASK_WAIT:
                if now - asked_at >= ASK_EVERY:
                    asked_at = now
                    asker.ask()
                for card in asker.cards(min(asked_at + ASK_EVERY, begun + ASK_WAIT) - now):
                    best = QueryResult(_seen(card, address[0]), round(1000 * (time.monotonic() - asked_at), 1))
                    if card.port == facts.port:
                        return best
            return best if best.answer else QueryResult(None, refused=asker.was_refused)
    except OSError as error:
        return QueryResult(None, problem=reason_of(error))


class _Asker:
    """Asks one computer.

    The system reports a refusal to a connected socket only, so one is connected to the first port. The answers come to
    the other socket: a computer with many addresses may answer from any of them.
    """

    def __init__(self, family: int, address: Any) -> None:
        self.was_refused = False
        self._questioner = Questioner(family, address, range(PORT, PORT + PORTS))
        self._connected = open_udp(family, "::" if family == socket.AF_INET6 else "", 0)
        self._connected.connect((address[0], PORT, *address[2:]))
        self._connected.send(b"")  # no question: a server limits the answers a second

    def ask(self) -> None:
        """Send one question to every port where a server may listen."""
        self._questioner.ask()

    def cards(self, wait: float) -> list[ServerCard]:
        """Return the answers that arrive first, within `wait` seconds."""
        ready, _, _ = select.select([self._questioner.sock, self._connected], [], [], max(0.0, wait))
        if self._connected in ready:
            self.was_refused = self.was_refused or _is_refused(self._connected)
        return [answer.card for answer, _ in self._questioner.answers()]

    def close(self) -> None:
        """Close the sockets."""
        self._questioner.close()
        self._connected.close()


def _is_refused(sock: socket.socket) -> bool:
    try:
        sock.recv(SIZE)
    except ConnectionError:
        return True
    except OSError:  # another error, as firewalls cause it
        return False
    return False


def _seen(card: ServerCard, host: str) -> SeenServer:
    reason = incompatibility_of(card)
    return SeenServer(f"{card.id:016x}", card.name, host, card.port, card.protocol, card.build, reason)


def check_servers(facts: Facts) -> Facts:
    """Look for servers as the list of the game does, without asking single addresses."""
    with closing(DiscoveryClient((), time.monotonic())) as client:
        until = time.monotonic() + SEEK_FOR
        while time.monotonic() < until:
            client.poll(time.monotonic())
            time.sleep(SEEK_STEP)
        found = client.found(time.monotonic())
    own = [net.address for net in facts.nets]
    return replace(facts, servers=tuple(seen_of(one, own) for one in found))


def seen_of(found: FoundServer, own: list[str]) -> SeenServer:
    """Return a found server as a fact. `own`: the addresses of this computer."""
    ours = is_loopback(found.host) or any(is_same(found.host, address) for address in own)
    return SeenServer(found.id, found.name, found.host, found.port, found.protocol, found.build, found.reason, ours)


def reason_of(error: OSError) -> str:
    """Return the error text of the system."""
    return error.strerror or errno.errorcode.get(error.errno or 0, type(error).__name__)
