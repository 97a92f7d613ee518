"""The servers that were found: when to ask whom, what was answered, who has gone.

Rule 1: no socket and no clock; `now` (seconds) comes in, and bytes with the address that they came from.
Rule 2: an Answer counts only with a nonce that we sent; a Notice needs none, so it has no ping.
Rule 3: one entry for each server, however many ways lead to it: over IPv4 and IPv6, cable and Wi-Fi.
Rule 4: whatever is sent to us, the list stays bounded.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from shared.protocol.beacon import PORT, PORTS, Answer, Card, Datagram, Farewell, Found, Notice, decode, reason_of
from shared.protocol.messages import BUILD, PROTOCOL

FIRST_PAUSES = (0.3, 0.5)  # seconds; what got lost is asked again before anybody wonders
ASK_EVERY = 1.5  # seconds, from then on
BROADCAST_EVERY = 2  # asks; those who were found are asked singly, which is cheaper for a Wi-Fi
WIDE_EVERY = 6  # asks
HELD_UP = 1.0  # seconds between two turns
GONE_AFTER = 5.0  # seconds of silence
PING_MOST = 3.0  # seconds; what comes later says nothing about the line
PINGS_KEPT = 5
NONCES_KEPT = 32
ENTRIES_MOST = 256
WAYS_MOST = 8  # to one server
MUCH_FASTER = 5  # ms; only for that much the better kind of address is given up

Place = tuple[str, int]  # an address and a UDP port


@dataclass(frozen=True, slots=True)
class Asks:
    """Whom to ask now."""

    broadcast: bool = False
    wide: bool = False  # at all ports, where else only the first is asked
    places: tuple[Place, ...] = ()  # singly

    def __bool__(self) -> bool:
        return self.broadcast or bool(self.places)


@dataclass(slots=True)
class _Way:
    """One address at which a server was heard."""

    card: Card
    place: Place
    heard: float
    was_asked: bool = False
    pings: list[float] = field(default_factory=list)  # ms, the last few

    @property
    def ping(self) -> float | None:
        # The least of a few: what is more is a picture, a tick or a Wi-Fi that had to be waited for.
        return min(self.pings, default=None)


class Listing:
    """All that is known of the servers around. `known`: hosts that are asked singly besides, addresses and no names."""

    def __init__(
        self, now: float, known: Iterable[str] = (), port: int = PORT, protocol: int = PROTOCOL, build: str = BUILD
    ) -> None:
        self.known: tuple[str, ...] = tuple(dict.fromkeys(known))
        self._version = (protocol, build)
        self._ports = tuple(one for one in range(port, port + PORTS) if one <= 65535)
        self._ways: dict[int, dict[str, _Way]] = {}  # by the id of the server, then by host
        self._sent: dict[int, float] = {}  # nonce: when
        self._asked = 0
        self._next_at = now
        self._turned = now

    @property
    def ports(self) -> tuple[int, ...]:
        """The UDP ports at which servers may be, the most likely first."""
        return self._ports

    def begin(self, now: float) -> None:
        """Ask everybody as if nobody had been asked yet: there are other networks than before."""
        self._asked = 0
        self._next_at = now

    def due(self, now: float) -> Asks:
        """Return whom to ask now; nobody in most turns."""
        self._forgive(now)
        fresh = [way for ways in self._ways.values() for way in ways.values() if not way.was_asked]
        if now < self._next_at:
            return Asks(places=self._singly(fresh))
        number = self._asked
        self._asked += 1
        is_new = number < len(FIRST_PAUSES)
        self._next_at = now + (FIRST_PAUSES[number] if is_new else ASK_EVERY)
        broadcast = number <= len(FIRST_PAUSES) or number % BROADCAST_EVERY == 0
        wide = number in (0, 2) or number % WIDE_EVERY == 0
        ports = self._ports if wide else self._ports[:1]
        places = self._singly([way for ways in self._ways.values() for way in ways.values()])
        if broadcast:
            places += tuple((host, port) for host in self.known for port in ports)
        return Asks(broadcast, wide, tuple(dict.fromkeys(places)))

    def _forgive(self, now: float) -> None:
        """Where no turn came for long, it was we who did not listen: a window was dragged, a lid was closed."""
        if now - self._turned > HELD_UP:
            for ways in self._ways.values():
                for way in ways.values():
                    way.heard = min(now, way.heard + now - self._turned)  # of this turn, it is so late already
        self._turned = now

    def _singly(self, ways: list[_Way]) -> tuple[Place, ...]:
        for way in ways:
            way.was_asked = True
        return tuple(way.place for way in ways)

    def sent(self, nonce: int, now: float) -> None:
        """Note that questions with this nonce go out now."""
        self._sent[nonce] = now
        while len(self._sent) > NONCES_KEPT:
            del self._sent[next(iter(self._sent))]

    def take(self, data: bytes, host: str, port: int, now: float) -> None:
        """Take a datagram that came from there, whatever it is; `now`: when it came."""
        datagram = decode(data)
        card = self._card_in(datagram)
        if card is not None:
            way = self._way(card, (host, port), now)
            if way is not None and isinstance(datagram, Answer):
                self._measure(way, now - self._sent[datagram.nonce] - datagram.held / 1_000_000)
        elif isinstance(datagram, Farewell):
            self._ways.get(datagram.id, {}).pop(host, None)

    def _card_in(self, datagram: Datagram | None) -> Card | None:
        if isinstance(datagram, Notice) or (isinstance(datagram, Answer) and datagram.nonce in self._sent):
            return datagram.card
        return None

    def _way(self, card: Card, place: Place, now: float) -> _Way | None:
        ways = self._ways.get(card.id)
        if ways is None:
            if len(self._ways) >= ENTRIES_MOST:
                return None
            ways = self._ways[card.id] = {}
        way = ways.get(place[0])
        if way is None:
            if len(ways) >= WAYS_MOST:
                return None
            way = ways[place[0]] = _Way(card, place, now)
        way.card, way.place, way.heard = card, place, now
        return way

    def _measure(self, way: _Way, seconds: float) -> None:
        way.was_asked = True
        if seconds <= PING_MOST:
            way.pings = [*way.pings, 1000 * max(0.0, seconds)][-PINGS_KEPT:]

    def found(self, now: float) -> list[Found]:
        """Return the servers that are there, by name."""
        self._forget(now)
        servers = [self._found(list(ways.values())) for ways in self._ways.values()]
        return sorted(servers, key=lambda server: (server.name.casefold(), server.id))

    def _forget(self, now: float) -> None:
        for id, ways in list(self._ways.items()):
            self._ways[id] = {host: way for host, way in ways.items() if now - way.heard < GONE_AFTER}
            if not self._ways[id]:
                del self._ways[id]

    def _found(self, ways: list[_Way]) -> Found:
        pings = [way.ping for way in ways if way.ping is not None]
        fastest = min(pings, default=0.0)
        best = min(ways, key=lambda way: _merit(way, fastest))
        card = best.card
        return Found(
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
            reason=reason_of(card, *self._version),
        )


def _merit(way: _Way, fastest: float) -> tuple[bool, bool, int, str]:
    """What makes one way better than another, the best being least."""
    host = way.place[0]
    is_slow = way.ping is not None and way.ping > fastest + MUCH_FASTER
    return way.ping is None, is_slow, _kind(host), host


def _kind(host: str) -> int:
    """How good a kind of address this is: this machine, IPv4, IPv6, IPv6 with a zone."""
    if host.startswith("127.") or host == "::1":
        return 0
    return 1 if ":" not in host else 3 if "%" in host else 2
