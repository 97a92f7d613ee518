"""The servers that were found: when to ask whom, what was answered, who has gone.

Rule 1: no socket and no clock; `now` (seconds) comes in, and bytes with the address that they came from.
Rule 2: an Answer counts only with a nonce that we sent. A Notice needs none, so it counts only from near, it has no
        ping, and what an Answer said of the same place stands against it.
Rule 3: one entry for each server, however many ways lead to it: over IPv4 and IPv6, cable and Wi-Fi. An id may be
        copied: ways whose cards differ in what never changes are no ways to one server.
Rule 4: whatever is sent to us, the list stays bounded, nobody fills it for others, and nobody can have us disturb
        others: only ports of discovery are asked, a place as often as any other, SINGLY_MOST places in one go.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address

from petard.shared.protocol.beacon import (
    PORT,
    Answer,
    Farewell,
    FoundServer,
    Notice,
    ServerCard,
    decode,
    incompatibility_of,
    ports_from,
)
from petard.shared.protocol.messages import BUILD, PROTOCOL

FIRST_PAUSES = (0.3, 0.5)  # seconds; what got lost is asked again before anybody wonders
ASK_EVERY = 1.5  # seconds, from then on
BROADCAST_EVERY = 2  # asks; those who were found are asked singly, which is cheaper for a Wi-Fi
WIDE_EVERY = 6  # asks
HELD_UP = 1.0  # seconds between two turns
GONE_AFTER = 5.0  # seconds of silence
PING_MOST = 3.0  # seconds; what comes later says nothing about the line
PINGS_KEPT = 5
NONCES_KEPT = 32
PLACES_MOST = 512
SINGLY_MOST = 32  # places in one go; a party with more servers has them by broadcast
ASKED_KEPT = 30.0  # seconds; who comes, goes and comes again within that is nobody new
MUCH_FASTER = 5  # ms; only for that much the better kind of address is given up

Place = tuple[str, int]  # an address and a UDP port; no two servers share one
Network = IPv4Network | IPv6Network
Lasting = tuple[int, int, str, int, str]  # of a card: what one server never changes, or hardly ever


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """Whom to ask now."""

    broadcast: bool = False
    wide: bool = False  # at all ports, where else only the first is asked
    places: tuple[Place, ...] = ()  # singly

    def __bool__(self) -> bool:
        return self.broadcast or bool(self.places)


@dataclass(slots=True)
class _Way:
    """One place at which a server was heard."""

    card: ServerCard
    place: Place
    heard: float
    answered: float = math.inf  # when it did so first
    pings: list[float] = field(default_factory=list)  # ms, the last few

    @property
    def has_answered(self) -> bool:
        return self.answered < math.inf

    @property
    def ping(self) -> float | None:
        # The least of a few: what is more is a picture, a tick or a Wi-Fi that had to be waited for.
        return min(self.pings, default=None)


@dataclass(slots=True)
class _Rounds:
    """When everybody is asked. `number`: how often that was so."""

    next_at: float
    turned: float
    number: int = 0

    def late(self, now: float) -> float:
        """For how long no turn came, where that was too long; 0.0 in most turns."""
        late, self.turned = now - self.turned, now
        return late if late > HELD_UP else 0.0

    def go_on(self, now: float) -> int:
        """Return the number of the round that begins now."""
        number = self.number
        self.number += 1
        self.next_at = now + (FIRST_PAUSES[number] if number < len(FIRST_PAUSES) else ASK_EVERY)
        return number


class ServerList:
    """All that is known of the servers around. `known`: hosts that are asked singly besides, addresses and no names.

    `networks`: those that this computer is on. From elsewhere a Notice is nothing, unless it is from a known host.
    """

    def __init__(
        self, now: float, known: Iterable[str] = (), port: int = PORT, protocol: int = PROTOCOL, build: str = BUILD
    ) -> None:
        self.known: tuple[str, ...] = tuple(dict.fromkeys(known))
        self.networks: tuple[Network, ...] = ()
        self._version = (protocol, build)
        self._ports = ports_from(port)
        self._ways: dict[Place, _Way] = {}
        self._sent: dict[int, float] = {}  # nonce: when
        self._asked: dict[Place, float] = {}  # when it was asked singly, the longest ago first
        self._rounds = _Rounds(now, now)

    @property
    def ports(self) -> tuple[int, ...]:
        """The UDP ports at which servers may be, the most likely first."""
        return self._ports

    def begin(self, now: float) -> None:
        """Ask everybody as if nobody had been asked yet: there are other networks than before."""
        self._rounds.number, self._rounds.next_at = 0, now

    # Whom to ask

    def due(self, now: float) -> QueryPlan:
        """Return whom to ask now; nobody in most turns."""
        self._forgive(now)
        if now < self._rounds.next_at:
            return QueryPlan(places=self._fresh(now))
        number = self._rounds.go_on(now)
        broadcast = number <= len(FIRST_PAUSES) or number % BROADCAST_EVERY == 0
        wide = number in (0, 2) or number % WIDE_EVERY == 0
        ports = self._ports if wide else self._ports[:1]
        places = self._singly(list(self._ways.values()), SINGLY_MOST, now)
        if broadcast:
            places += tuple((host, port) for host in self.known for port in ports)
        return QueryPlan(broadcast, wide, tuple(dict.fromkeys(places)))

    def _forgive(self, now: float) -> None:
        """Where no turn came for long, it was we who did not listen: a window was dragged, a lid was closed."""
        late = self._rounds.late(now)
        if late:
            for way in self._ways.values():
                way.heard = min(now, way.heard + late)  # of this turn, it is so late already

    def _fresh(self, now: float) -> tuple[Place, ...]:
        """Those that were noticed and never asked: at once, as far as there is room until the next round."""
        fresh = [way for way in self._ways.values() if not way.has_answered and way.place not in self._asked]
        if not fresh:
            return ()
        lately = sum(now - at < ASK_EVERY for at in self._asked.values())
        return self._singly(fresh, max(0, SINGLY_MOST - lately), now)

    def _singly(self, ways: list[_Way], most: int, now: float) -> tuple[Place, ...]:
        """Return so many of the places, those first that have answered, then those that waited longest."""
        for place, at in list(self._asked.items()):
            if now - at < ASKED_KEPT:
                break
            del self._asked[place]
        ways.sort(key=lambda way: (not way.has_answered, self._asked.get(way.place, -math.inf)))
        places = tuple(way.place for way in ways[:most])
        for place in places:
            self._asked.pop(place, None)
            self._asked[place] = now
        return places

    def sent(self, nonce: int, now: float) -> None:
        """Note that questions with this nonce go out now."""
        self._sent[nonce] = now
        while len(self._sent) > NONCES_KEPT:
            del self._sent[next(iter(self._sent))]

    # What is heard

    def take(self, data: bytes, host: str, port: int, now: float) -> None:
        """Take a datagram that came from there, whatever it is; `now`: when it came."""
        if port not in self._ports:
            return
        place = (host, port)
        match decode(data):
            case Answer() as answer if answer.nonce in self._sent:
                self._take_answer(answer, place, now)
            case Notice(card) if self._is_near(host):
                self._take_notice(card, place, now)
            case Farewell(id) if place in self._ways and self._ways[place].card.id == id:
                del self._ways[place]

    def _is_near(self, host: str) -> bool:
        """True for known hosts, this computer, and single hosts of its own networks: they can be asked back."""
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

    def _take_answer(self, answer: Answer, place: Place, now: float) -> None:
        way = self._ways.get(place)
        if way is None and not self._has_room():
            return
        if way is None or _lasting(way.card) != _lasting(answer.card):  # another server than was there before
            way = self._ways[place] = _Way(answer.card, place, now)
        way.card, way.heard, way.answered = answer.card, now, min(way.answered, now)
        seconds = now - self._sent[answer.nonce] - answer.held / 1_000_000
        if seconds <= PING_MOST:
            way.pings = [*way.pings, 1000 * max(0.0, seconds)][-PINGS_KEPT:]

    def _has_room(self) -> bool:
        """True if one more place can be kept, perhaps in place of one that never answered."""
        if len(self._ways) < PLACES_MOST:
            return True
        other = next((place for place, way in self._ways.items() if not way.has_answered), None)
        if other is not None:
            del self._ways[other]
        return other is not None

    def _take_notice(self, card: ServerCard, place: Place, now: float) -> None:
        way = self._ways.get(place)
        if way is None:
            if len(self._ways) < PLACES_MOST:
                self._ways[place] = _Way(card, place, now)
        elif not way.has_answered or _lasting(way.card) == _lasting(card):
            way.card, way.heard = card, now

    # Who is there

    def found(self, now: float) -> list[FoundServer]:
        """Return the servers that are there, by name."""
        self._ways = {place: way for place, way in self._ways.items() if now - way.heard < GONE_AFTER}
        servers = [self._found(ways) for ways in _servers(self._ways.values())]
        return sorted(servers, key=lambda server: (server.name.casefold(), server.id, server.host))

    def _found(self, ways: list[_Way]) -> FoundServer:
        pings = [way.ping for way in ways if way.ping is not None]
        fastest = min(pings, default=0.0)
        best = min(ways, key=lambda way: _merit(way, fastest))
        card = best.card
        return FoundServer(
            id=f"{card.id:016x}",
            name=card.name,
            map=card.map,
            rules=card.rules,
            phase=card.phase,
            players=card.players,
            seats=card.seats,
            watchers=card.watchers,
            locked=card.locked,
            build=card.build,
            protocol=card.protocol,
            host=best.place[0],
            port=card.port,
            ping=None if best.ping is None else round(best.ping),
            reason=incompatibility_of(card, *self._version),
        )


def _servers(ways: Iterable[_Way]) -> list[list[_Way]]:
    """The ways to each server. An id that was only noticed is none where another has answered by that id."""
    servers: dict[Lasting, list[_Way]] = {}
    for way in ways:
        servers.setdefault(_lasting(way.card), []).append(way)
    sure = {one for one, ways in servers.items() if any(way.has_answered for way in ways)}
    ids = {one[0] for one in sure}
    return [ways for one, ways in servers.items() if one in sure or one[0] not in ids]


def _lasting(card: ServerCard) -> Lasting:
    return card.id, card.port, card.name, card.protocol, card.build


def _merit(way: _Way, fastest: float) -> tuple[bool, bool, bool, int, float, str]:
    """What makes one way better than another, the best being least. Between equals the first that answered stays."""
    host = way.place[0]
    is_slow = way.ping is not None and way.ping > fastest + MUCH_FASTER
    return not way.has_answered, way.ping is None, is_slow, _kind(host), way.answered, host


def _kind(host: str) -> int:
    """How good a kind of address this is: this machine, IPv4, IPv6, IPv6 with a zone."""
    if host.startswith("127.") or host == "::1":
        return 0
    return 1 if ":" not in host else 3 if "%" in host else 2
