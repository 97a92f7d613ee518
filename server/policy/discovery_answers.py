"""Who gets an answer to "who is there?": at most one datagram for one datagram, never longer, and not for everybody.

Rule 1: what is cheap to see comes first: length and magic, whether it is the same again, how often that address has
        asked, then the rest.
Rule 2: of one address ten datagrams a second are looked at, of all together BURST at once and RATE a second; what is
        over that is dropped without a word, and the table of addresses is bounded.
Rule 3: strangers from outside the networks of this machine get none, nor do addresses that nobody would ask from.
Rule 4: one question comes by several ways, by broadcast and singly; to each socket it is answered once. Not once to
        each address: a firewall there may let through only what answers the one that was sent singly.
Rule 5: a clock that stands still or leaps gives no more than a full bucket.
"""

import ipaddress
import math
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from petard.shared.protocol.beacon import HELD_MOST, MAGIC, SIZE, AnswerEncoder, Question, decode

PER_SOURCE = 10.0  # a second from one address, and as many at once
RATE = 500.0  # a second from all
BURST = 16.0  # at once; with `now` the same through a turn of the server, so many in a turn
SOURCES_MOST = 4096
ONCE_IN = 1.0  # seconds; the same question from the same socket
ONCE_KEPT = 256  # questions that were answered
HEAD = 20  # bytes of a question in which any two of them differ
PORT_LEAST = 1024  # a datagram "from" a port below was sent to let us disturb the service there

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Asked:
    """A datagram that came, whatever it is. `age`: seconds that it waited until it was read, as far as one knows."""

    data: bytes
    host: str
    port: int
    age: float = 0.0


@dataclass(slots=True)
class _Bucket:
    """What one address has used up; it empties with time."""

    used: float
    at: float  # seconds

    def take(self, rate: float, most: float, now: float) -> bool:
        """Take one more if there is room."""
        self.used = max(0.0, self.used - rate * max(0.0, now - self.at))
        self.at = now
        if self.used + 1.0 > most:
            return False
        self.used += 1.0
        return True


class Answerer:
    """AnswerEncoder questions for one server. `networks`: those of this machine, whatever addresses they have."""

    def __init__(self, networks: Iterable[Network] = (), only_these: bool = False) -> None:
        """`only_these`: not even private addresses of other networks are answered."""
        self.networks = tuple(networks)
        self.only_these = only_these
        self._sources: dict[str, _Bucket] = {}  # who asked last stands last
        self._all = _Bucket(0.0, 0.0)
        self._answered: dict[tuple[str, int, bytes], float] = {}  # when; the longest ago first

    def answer(self, asked: Asked, answers: AnswerEncoder, clock: int, now: float) -> bytes:
        """Return what to send back to who sent this, b"" for nothing. `clock`: ms since 1970."""
        if len(asked.data) != SIZE or not asked.data.startswith(MAGIC) or asked.port < PORT_LEAST:
            return b""
        once = (asked.host, asked.port, asked.data[:HEAD])
        if 0.0 <= now - self._answered.get(once, -math.inf) < ONCE_IN:
            return b""
        if not self._may_ask(asked.host, now) or not self._all.take(RATE, BURST, now):
            return b""
        question = decode(asked.data) if self._is_neighbour(asked.host) else None
        if not isinstance(question, Question):
            return b""
        self._note(once, now)
        return answers.encode(question.nonce, clock, min(round(1_000_000 * asked.age), HELD_MOST))

    def _note(self, once: tuple[str, int, bytes], now: float) -> None:
        self._answered.pop(once, None)
        self._answered[once] = now
        if len(self._answered) > ONCE_KEPT:
            del self._answered[next(iter(self._answered))]

    def _may_ask(self, host: str, now: float) -> bool:
        bucket = self._sources.pop(host, None) or _Bucket(0.0, now)
        self._sources[host] = bucket
        if len(self._sources) > SOURCES_MOST:
            del self._sources[next(iter(self._sources))]
        return bucket.take(PER_SOURCE, PER_SOURCE, now)

    def _is_neighbour(self, host: str) -> bool:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        inside = [network for network in self.networks if address in network]
        if any(_is_for_all(address, network) for network in inside) or address.is_multicast or address.is_unspecified:
            return False
        return bool(inside) or (not self.only_these and _is_near(address))


def _is_for_all(address: IPv4Address | IPv6Address, network: Network) -> bool:
    """True for an address that reaches everybody: an answer to it would be many."""
    return address.version == 4 and network.num_addresses > 2 and address == network.broadcast_address


def _is_near(address: IPv4Address | IPv6Address) -> bool:
    """True for addresses that no router of the internet lets pass: of this machine, of homes, of firms, of a VPN."""
    return address.is_loopback or not (address.is_global or address.is_reserved)
