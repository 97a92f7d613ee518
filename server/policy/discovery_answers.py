"""Which discovery questions get an answer: at most one datagram for one datagram, never a longer one.

Rule 1: cheap checks come first: length and magic, repetition, the rate of that address, then the rest.
Rule 2: of one address ten datagrams a second are decoded, of all together BURST at once and RATE a second; the rest is
        dropped silently, and the table of addresses is bounded.
Rule 3: addresses outside the networks of this machine get no answer, nor do addresses that no client has.
Rule 4: one question comes by several ways, by broadcast and by unicast; each socket gets one answer. Not each address:
        a firewall there may let through only the answer to the unicast.
Rule 5: a clock that stands still or leaps gives no more than a full bucket.
"""

import ipaddress
import math
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from petard.shared.protocol.beacon import HELD_MOST, MAGIC, SIZE, AnswerEncoder, Question, decode

PER_SOURCE = 10.0  # a second from one address, and as many at once
RATE = 500.0  # a second from all
BURST = 16.0  # at once; so many in one update, since `now` is the same in it
SOURCES_MOST = 4096
ONCE_IN = 1.0  # seconds; for the same question from the same socket
ONCE_KEPT = 256  # answered questions that are remembered
HEAD = 20  # bytes; any two questions differ in these
PORT_LEAST = 1024  # a lower source port is forged, to let us disturb the service there

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Asked:
    """A received datagram. `age`: seconds that it waited until it was read, as far as the system tells."""

    data: bytes
    host: str
    port: int
    age: float = 0.0


@dataclass(slots=True)
class _Bucket:
    used: float
    at: float  # seconds

    def take(self, rate: float, most: float, now: float) -> bool:
        """Add one if there is room."""
        self.used = max(0.0, self.used - rate * max(0.0, now - self.at))
        self.at = now
        if self.used + 1.0 > most:
            return False
        self.used += 1.0
        return True


class Answerer:
    """Answers the questions of clients for one server. `networks`: the networks of this machine."""

    def __init__(self, networks: Iterable[Network] = (), only_these: bool = False) -> None:
        self.networks = tuple(networks)
        self.only_these = only_these  # private addresses of other networks get no answer, either
        self.sources: dict[str, _Bucket] = {}  # by address, the last one that asked stands last
        self._all = _Bucket(0.0, 0.0)
        self.answered: dict[tuple[str, int, bytes], float] = {}  # when, in seconds; the oldest first

    def answer(self, asked: Asked, answers: AnswerEncoder, clock: int, now: float) -> bytes:
        """The answer to send back; b"": none. `clock`: ms since 1970."""
        if len(asked.data) != SIZE or not asked.data.startswith(MAGIC) or asked.port < PORT_LEAST:
            return b""
        once = (asked.host, asked.port, asked.data[:HEAD])
        if 0.0 <= now - self.answered.get(once, -math.inf) < ONCE_IN:
            return b""
        if not self._may_ask(asked.host, now) or not self._all.take(RATE, BURST, now):
            return b""
        question = decode(asked.data) if self._is_neighbour(asked.host) else None
        if not isinstance(question, Question):
            return b""
        self.answered.pop(once, None)
        self.answered[once] = now
        if len(self.answered) > ONCE_KEPT:
            del self.answered[next(iter(self.answered))]
        return answers.encode(question.nonce, clock, min(round(1_000_000 * asked.age), HELD_MOST))

    def _may_ask(self, host: str, now: float) -> bool:
        bucket = self.sources.pop(host, None) or _Bucket(0.0, now)
        self.sources[host] = bucket
        if len(self.sources) > SOURCES_MOST:
            del self.sources[next(iter(self.sources))]
        return bucket.take(PER_SOURCE, PER_SOURCE, now)

    def _is_neighbour(self, host: str) -> bool:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        inside = [network for network in self.networks if address in network]
        broadcasts = [one.broadcast_address for one in inside if one.version == 4 and one.num_addresses > 2]
        if address in broadcasts or address.is_multicast or address.is_unspecified:
            return False  # one answer would be many
        is_near = address.is_loopback or not (address.is_global or address.is_reserved)  # loopback, private, VPN
        return bool(inside) or (is_near and not self.only_these)
