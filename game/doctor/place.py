"""Looks at one place: does a TCP line to it open, who answers there, and does it answer the list's question.

Rule 1: each blocks for a few seconds at most, so it is called in a thread of its own, and returns facts with one more.
Rule 2: nobody says Hello: who is examined has no visitor. A Ping is enough, which a server answers to strangers.
"""

import errno
import secrets
import select
import socket
import time
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from typing import Any

from petard.game.doctor.facts import DiscoveryMethod, Facts, QueryResult, SeenServer, TcpResult
from petard.game.doctor.lists import why
from petard.shared.discovery.sockets import open_udp, receive
from petard.shared.framing import LIMIT_SERVER, Decoder, FrameError, frame
from petard.shared.protocol.beacon import (
    PORT,
    PORTS,
    SIZE,
    Answer,
    Question,
    ServerCard,
    decode,
    encode,
    incompatibility_of,
)
from petard.shared.protocol.codec import RemoteProtocolError, message_type_of
from petard.shared.protocol.codec import encode as encode_message
from petard.shared.protocol.messages import Ping

LINE_WAIT = 2.5  # seconds until a line counts as silent: a lost first packet is sent again after one
TALK_WAIT = 1.5  # seconds for an answer on a line that is open
NEAR_WAIT = 0.5  # seconds for another port of a computer that has answered
ASK_WAIT = 1.6  # seconds for an answer to a question
ASK_EVERY = 0.5  # seconds between two of the same
PLACES_MOST = 3  # addresses of one name that are tried
PORTS_OF_SERVERS = range(7777, 7788)  # where a server is that found the port taken
READS = 16

BAD_WAYS = {
    errno.ECONNREFUSED: DiscoveryMethod.REFUSED,
    errno.ETIMEDOUT: DiscoveryMethod.SILENT,
    errno.EACCES: DiscoveryMethod.FORBIDDEN,
    errno.EPERM: DiscoveryMethod.FORBIDDEN,
}
TELLING = (
    DiscoveryMethod.PETARD,
    DiscoveryMethod.OTHER,
    DiscoveryMethod.REFUSED,
    DiscoveryMethod.FORBIDDEN,
    DiscoveryMethod.SILENT,
    DiscoveryMethod.NO_WAY,
)  # what tells most comes first


@dataclass(frozen=True, slots=True)
class HandshakeResult:
    """How opening a line ended, and the line if it opened (way OTHER, until somebody has spoken on it)."""

    way: DiscoveryMethod
    line: socket.socket | None = None


def places_of(host: str, port: int, kind: socket.SocketKind) -> list[tuple[int, Any]]:
    """Look a name up: families and addresses, each once. Blocks, perhaps for long; OSError, or UnicodeError."""
    found = socket.getaddrinfo(host, port, type=kind)
    return list(dict.fromkeys((int(family), address) for family, _, _, _, address in found))[:PLACES_MOST]


def look_at_reach(facts: Facts) -> Facts:
    """Open a line to the place, and see who answers; if it is no server, look at the ports beside it."""
    try:
        places = places_of(facts.host, facts.port, socket.SOCK_STREAM)
    except (OSError, ValueError):
        return replace(facts, reach=TcpResult("", DiscoveryMethod.UNKNOWN))
    found = [_reach(address[0], address) for _, address in places]
    best = min(found, key=lambda one: TELLING.index(one.way))
    if best.way in (DiscoveryMethod.REFUSED, DiscoveryMethod.OTHER):
        best = replace(best, others=_others(best.address, facts.port))
    return replace(facts, reach=best)


def _reach(host: str, address: Any) -> TcpResult:
    begun = time.monotonic()
    heard = knock(host, address[1], LINE_WAIT, address)
    if not heard.line:
        return TcpResult(_named(host, address), heard.way, round(1000 * (time.monotonic() - begun), 1))
    with closing(heard.line):
        way = DiscoveryMethod.PETARD if _speaks_petard(heard.line) else DiscoveryMethod.OTHER
    return TcpResult(_named(host, address), way, round(1000 * (time.monotonic() - begun), 1))


def _named(host: str, address: Any) -> str:
    """Keep the zone with an address that is nothing without it."""
    zone = address[3] if len(address) > 3 else 0
    if not zone or "%" in host:
        return host
    with suppress(OSError):
        return f"{host}%{socket.if_indextoname(zone)}"
    return host


def _others(host: str, port: int) -> tuple[int, ...]:
    """At which ports beside it a Petard server answers. The first that is silent ends it: a firewall is there."""
    found = []
    for other in PORTS_OF_SERVERS:
        if other == port:
            continue
        heard = knock(host, other, NEAR_WAIT)
        if heard.way in (DiscoveryMethod.SILENT, DiscoveryMethod.NO_WAY):
            break
        if heard.line:
            with closing(heard.line):
                found += [other] if _speaks_petard(heard.line) else []
    return tuple(found)


def knock(host: str, port: int, wait: float, address: Any = None) -> HandshakeResult:
    """Open a line, for `wait` seconds at most; the caller closes it. `host` is an address in numbers."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        line = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        return HandshakeResult(DiscoveryMethod.NO_WAY)
    try:
        line.settimeout(wait)
        line.connect(address or (host, port))
        if line.getsockname() == line.getpeername():  # TCP may meet itself at a free port; that is nobody
            raise ConnectionRefusedError(errno.ECONNREFUSED, "")
    except TimeoutError:
        line.close()
        return HandshakeResult(DiscoveryMethod.SILENT)
    except OSError as error:
        line.close()
        return HandshakeResult(BAD_WAYS.get(error.errno or 0, DiscoveryMethod.NO_WAY))
    return HandshakeResult(DiscoveryMethod.OTHER, line)


def _speaks_petard(line: socket.socket) -> bool:
    """True if the first thing that is said there is a frame of ours. An older server says Bye to a Ping."""
    decoder, until = Decoder(LIMIT_SERVER), time.monotonic() + TALK_WAIT
    try:
        line.sendall(frame(encode_message(Ping(1))))
        while (left := until - time.monotonic()) > 0:
            line.settimeout(left)
            heard = line.recv(4096)
            if not heard:
                return False
            for payload in decoder.receive_data(heard):
                message_type_of(payload)
                return True
    except (OSError, FrameError, RemoteProtocolError):
        return False
    return False


def look_at_asked(facts: Facts) -> Facts:
    """Ask that computer alone the list's question, at every port where its servers could listen."""
    try:
        places = places_of(facts.host, PORT, socket.SOCK_DGRAM)
    except (OSError, ValueError):
        return replace(facts, asked=QueryResult(None))
    for family, address in places:
        asked = _ask(family, address, facts)
        if asked.answer:
            return replace(facts, asked=asked)
    return replace(facts, asked=asked)


def _ask(family: int, address: Any, facts: Facts) -> QueryResult:
    """Ask, and ask again, until the server at the port that is meant has answered, or time is up."""
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
        return QueryResult(None, problem=why(error))


class _Asker:
    """Asks one computer. A refusal is told by the system to a connected socket only, so the first port is rung at, too.

    All answers may come to the other socket: a computer with many addresses answers from whichever it likes.
    """

    def __init__(self, family: int, address: Any) -> None:
        self.was_refused = False
        self._address = address
        self._nonces: set[int] = set()
        anywhere = "::" if family == socket.AF_INET6 else ""
        self._wide = open_udp(family, anywhere, 0)
        self._bell = open_udp(family, anywhere, 0)
        self._bell.connect((address[0], PORT, *address[2:]))
        self._bell.send(b"")  # no question, so it costs none of the answers that this computer may have a second

    def ask(self) -> None:
        """Ask at every port where a server may listen."""
        nonce = secrets.randbits(64)
        self._nonces.add(nonce)
        data = encode(Question(nonce))
        for port in range(PORT, PORT + PORTS):
            with suppress(ConnectionError):  # Windows: news of an earlier one that nobody took
                self._wide.sendto(data, (self._address[0], port, *self._address[2:]))

    def cards(self, wait: float) -> list[ServerCard]:
        """The answers that come first, within so many seconds."""
        ready, _, _ = select.select([self._wide, self._bell], [], [], max(0.0, wait))
        if self._bell in ready:
            self.was_refused = self.was_refused or _is_refused(self._bell)
        arrived = [one.data for one in receive(self._wide, READS)] if self._wide in ready else []
        said = map(decode, arrived)
        return [one.card for one in said if isinstance(one, Answer) and one.nonce in self._nonces]

    def close(self) -> None:
        """Ask no more."""
        self._wide.close()
        self._bell.close()


def _is_refused(bell: socket.socket) -> bool:
    try:
        bell.recv(SIZE)
    except ConnectionError:
        return True
    except OSError:  # another kind of no, as firewalls say it
        return False
    return False


def _seen(card: ServerCard, host: str) -> SeenServer:
    reason = incompatibility_of(card)
    return SeenServer(f"{card.id:016x}", card.name, host, card.port, card.protocol, card.build, reason)
