"""The list of found servers: when to query which address, which answers count, and when a server is gone.

Rule 1: no socket and no clock; `now` (seconds) and received bytes with their sender's address come in as arguments.
Rule 2: an Answer counts only with a nonce that we sent. A Notice has no nonce, so it counts only from near networks, it
        gives no ping, and it cannot overrule what an Answer from the same address has said.
Rule 3: one entry per server, at however many addresses it is found (IPv4 and IPv6, cable and Wi-Fi). An id may be
        copied: two cards belong to one server only if all fields are equal that a server hardly ever changes. When an
        address answers with other ones, all that was said of the server that answered there before is forgotten.
Rule 4: whatever is received, the list stays bounded, others cannot fill it, and nobody can make us disturb others: only
        discovery ports are queried, each address as often as any other, at most SINGLE_MOST addresses at once.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_address

from petard.shared.protocol.beacon import PORT, Answer, Farewell, FoundServer, Notice, ServerCard, decode, ports_from

FIRST_PAUSES = (0.3, 0.5)  # seconds; lost datagrams are repeated before a person notices
QUERY_EVERY = 1.5  # seconds, after the first queries
BROADCAST_EVERY = 2  # queries; servers already found get single queries, which cost less on Wi-Fi
WIDE_EVERY = 6  # queries
STALL = 1.0  # seconds between two calls of `next_queries`; more means that this program was not running
GONE_AFTER = 5.0  # seconds of silence
PING_MOST = 3.0  # seconds; a later answer says nothing about the network
PINGS_KEPT = 5
NONCES_KEPT = 32
ADDRESSES_MOST = 512
SINGLE_MOST = 32  # single queries at once; where there are more servers, broadcasts find them
QUERIED_KEPT = 30.0  # seconds; an address that disappears and returns within this time is not new
MUCH_FASTER = 5  # ms; only for this much a worse kind of address is preferred

Address = tuple[str, int]  # host and UDP port; no two servers share one
Network = IPv4Network | IPv6Network
Identity = tuple[int, int, str, int, str]  # the fields of a card that a server never changes, or hardly ever


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """The queries to send now."""

    broadcast: bool = False
    wide: bool = False  # broadcast to all ports, instead of the first only
    addresses: tuple[Address, ...] = ()  # for single queries

    def __bool__(self) -> bool:
        return self.broadcast or bool(self.addresses)


@dataclass(slots=True)
class _Endpoint:
    """One address at which a server was found."""

    card: ServerCard
    address: Address
    last_seen: float
    first_answer: float = math.inf
    pings: list[float] = field(default_factory=list)  # ms, the last few

    @property
    def has_answered(self) -> bool:
        return self.first_answer < math.inf

    @property
    def ping(self) -> float | None:
        # The smallest of a few: larger ones include waiting for a picture, a tick or the Wi-Fi.
        return min(self.pings, default=None)


@dataclass(slots=True)
class _Schedule:
    """When the next query of all servers is due."""

    next_at: float
    last_call: float
    number: int = 0  # of the next query


class ServerList:
    """All known servers. `known`: addresses (no names) of hosts that get single queries, too.

    `networks`: the networks of this computer. A Notice from elsewhere is ignored, unless it comes from a known host.
    """

    def __init__(self, now: float, known: Iterable[str] = (), port: int = PORT) -> None:
        self.known: tuple[str, ...] = tuple(dict.fromkeys(known))
        self.networks: tuple[Network, ...] = ()
        self.ports = ports_from(port)  # the UDP ports of servers, the most likely first
        self._endpoints: dict[Address, _Endpoint] = {}
        self._nonces: dict[int, float] = {}  # nonce -> when it was sent
        self._queried: dict[Address, float] = {}  # when each address got its last single query, the oldest first
        self._schedule = _Schedule(now, now)

    def restart(self, now: float) -> None:
        """Query as often as at the start again, because the networks have changed."""
        self._schedule.number, self._schedule.next_at = 0, now

    # Sending queries

    def next_queries(self, now: float) -> QueryPlan:
        """Return the queries to send now; most calls return none."""
        schedule = self._schedule
        passed, schedule.last_call = now - schedule.last_call, now
        if passed > STALL:  # a dragged window, a closed laptop: that time does not count as silence of the servers
            for endpoint in self._endpoints.values():
                endpoint.last_seen = min(now, endpoint.last_seen + passed)
        if now < schedule.next_at:
            return QueryPlan(addresses=self._new_addresses(now))
        number = schedule.number
        schedule.number += 1
        schedule.next_at = now + (FIRST_PAUSES[number] if number < len(FIRST_PAUSES) else QUERY_EVERY)
        broadcast = number <= len(FIRST_PAUSES) or number % BROADCAST_EVERY == 0
        wide = number in (0, 2) or number % WIDE_EVERY == 0
        addresses = self._choose(list(self._endpoints.values()), SINGLE_MOST, now)
        if broadcast:
            ports = self.ports if wide else self.ports[:1]
            addresses += tuple((host, port) for host in self.known for port in ports)
        return QueryPlan(broadcast, wide, tuple(dict.fromkeys(addresses)))

    def _new_addresses(self, now: float) -> tuple[Address, ...]:
        """Return addresses that sent a Notice and were never queried, within the limit of single queries."""
        new = [one for one in self._endpoints.values() if not one.has_answered and one.address not in self._queried]
        if not new:
            return ()
        recent = sum(now - at < QUERY_EVERY for at in self._queried.values())
        return self._choose(new, max(0, SINGLE_MOST - recent), now)

    def _choose(self, endpoints: list[_Endpoint], most: int, now: float) -> tuple[Address, ...]:
        """Return up to `most` addresses: first those that have answered, then those that waited longest."""
        for address, at in list(self._queried.items()):
            if now - at < QUERIED_KEPT:
                break
            del self._queried[address]
        endpoints.sort(key=lambda one: (not one.has_answered, self._queried.get(one.address, -math.inf)))
        addresses = tuple(one.address for one in endpoints[:most])
        for address in addresses:
            self._queried.pop(address, None)
            self._queried[address] = now
        return addresses

    def add_nonce(self, nonce: int, now: float) -> None:
        """Store the nonce of queries that are sent now."""
        self._nonces[nonce] = now
        while len(self._nonces) > NONCES_KEPT:
            del self._nonces[next(iter(self._nonces))]

    # Receiving datagrams

    def receive_datagram(self, data: bytes, host: str, port: int, now: float) -> None:
        """Handle a datagram from that address; any bytes are safe. `now`: when it arrived."""
        if port not in self.ports:
            return
        address = (host, port)
        match decode(data):
            case Answer() as answer if answer.nonce in self._nonces:
                self._handle_answer(answer, address, now)
            case Notice(card) if self._is_near(host):
                self._handle_notice(card, address, now)
            case Farewell(id) if address in self._endpoints and self._endpoints[address].card.id == id:
                del self._endpoints[address]

    def _is_near(self, host: str) -> bool:
        """True for known hosts, this computer, and hosts on its own networks: they may be queried back."""
        if host in self.known:
            return True
        try:
            address = ip_address(host)
        except ValueError:
            return False
        inside = [network for network in self.networks if address in network]
        if any(network.num_addresses > 2 and address == network.broadcast_address for network in inside):
            return False
        return address.is_loopback or address.is_link_local or bool(inside)

    def _handle_answer(self, answer: Answer, address: Address, now: float) -> None:
        endpoint = self._endpoints.get(address)
        if endpoint is None and len(self._endpoints) >= ADDRESSES_MOST and not self._make_room(address[0]):
            return
        if endpoint is None or _identity(endpoint.card) != _identity(answer.card):  # a new server at this address
            if endpoint is not None and endpoint.has_answered:
                self._forget(_identity(endpoint.card))
            endpoint = self._endpoints[address] = _Endpoint(answer.card, address, now)
        endpoint.card, endpoint.last_seen = answer.card, now
        endpoint.first_answer = min(endpoint.first_answer, now)
        seconds = now - self._nonces[answer.nonce] - answer.held / 1_000_000
        if seconds <= PING_MOST:
            endpoint.pings = [*endpoint.pings, 1000 * max(0.0, seconds)][-PINGS_KEPT:]

    def _forget(self, gone: Identity) -> None:
        """A server was restarted or has another name: its other addresses count again when they say the same."""
        self._endpoints = {key: one for key, one in self._endpoints.items() if _identity(one.card) != gone}

    def _make_room(self, host: str) -> bool:
        """Drop one that never answered or, for a known host, the newest of an unknown one; False if there is none."""
        dropped = next((address for address, one in self._endpoints.items() if not one.has_answered), None)
        if dropped is None and host in self.known:
            dropped = next((address for address in reversed(self._endpoints) if address[0] not in self.known), None)
        self._endpoints.pop(dropped or (host, 0), None)
        return dropped is not None

    def _handle_notice(self, card: ServerCard, address: Address, now: float) -> None:
        endpoint = self._endpoints.get(address)
        if endpoint is None:
            if len(self._endpoints) < ADDRESSES_MOST:
                self._endpoints[address] = _Endpoint(card, address, now)
        elif not endpoint.has_answered or _identity(endpoint.card) == _identity(card):
            endpoint.card, endpoint.last_seen = card, now

    # The result

    def found(self, now: float) -> list[FoundServer]:
        """Return the servers that are not gone, sorted by name."""
        self._endpoints = {key: one for key, one in self._endpoints.items() if now - one.last_seen < GONE_AFTER}
        servers = map(_found_server, _by_server(self._endpoints.values()))
        return sorted(servers, key=lambda server: (server.name.casefold(), server.id, server.host))


def _found_server(endpoints: list[_Endpoint]) -> FoundServer:
    fastest = min((one.ping for one in endpoints if one.ping is not None), default=0.0)
    best = min(endpoints, key=lambda one: _rank(one, fastest))
    card, ping = best.card, None if best.ping is None else round(best.ping)
    facts = {one.name: getattr(card, one.name) for one in fields(card)} | {"id": f"{card.id:016x}"}
    return FoundServer(**facts, host=best.address[0], ping=ping, reason=card.incompatibility())


def _by_server(endpoints: Iterable[_Endpoint]) -> list[list[_Endpoint]]:
    """Group endpoints by server. An id known only from Notices is dropped if another server answered with that id."""
    servers: dict[Identity, list[_Endpoint]] = {}
    for endpoint in endpoints:
        servers.setdefault(_identity(endpoint.card), []).append(endpoint)
    sure = {identity for identity, group in servers.items() if any(one.has_answered for one in group)}
    sure_ids = {id for id, *_ in sure}
    return [group for identity, group in servers.items() if identity in sure or identity[0] not in sure_ids]


def _identity(card: ServerCard) -> Identity:
    return card.id, card.port, card.name, card.protocol, card.build


def _rank(endpoint: _Endpoint, fastest: float) -> tuple[bool, bool, bool, int, float, str]:
    """Return a sort key for the endpoints of one server, best first; of equal ones, the first that answered."""
    host, ping = endpoint.address[0], endpoint.ping
    is_slow = ping is not None and ping > fastest + MUCH_FASTER
    return not endpoint.has_answered, ping is None, is_slow, _address_rank(host), endpoint.first_answer, host


def _address_rank(host: str) -> int:
    """Return 0 for this machine, 1 for IPv4, 2 for IPv6, 3 for IPv6 with a zone."""
    if host.startswith("127.") or host == "::1":
        return 0
    return 1 if ":" not in host else 3 if "%" in host else 2
