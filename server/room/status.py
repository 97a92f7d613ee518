"""What may be told of a room to anybody who asks: in the list of games, on the console, in a browser.

Rule 1: numbers and names only, as everybody in the room sees them; no token, no address, no chat.
Rule 2: a Person is for the desk, which knows where they come from; it is shown to nobody as it is.
"""

from dataclasses import dataclass, field

from petard.server.room.lobby import ServerLobby
from petard.server.room.seats import Seats
from petard.shared.protocol.messages import Phase, Seat


@dataclass(frozen=True, slots=True)
class SeatStatus:
    """One who plays. `ping` in ms; `is_alive` is True wherever no round is under way."""

    slot: int
    name: str
    colour: int
    is_bot: bool
    is_away: bool
    is_alive: bool
    wins: int
    ping: int


@dataclass(frozen=True, slots=True)
class Status:
    """The room. `round` counts from 1, 0 in the lobby; `tick` is that of the round; `places` are seats on this map."""

    name: str
    phase: Phase
    map: str
    rules: str
    round: int
    rounds: int
    tick: int
    places: int
    people: int  # connections
    host: str  # a name, or ""
    seats: tuple[SeatStatus, ...]
    watchers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """One member: the number of its peer, 0 while the line is lost; and where it sits, by the name that is shown.

    `home`: what counts as the address that it came from, or "" where that is not known.
    """

    peer: int
    member: int
    name: str
    is_host: bool
    seats: tuple[tuple[int, str], ...] = ()
    home: str = field(default="", repr=False)
    muted_until: float = 0.0  # seconds


def persons_of(seats: Seats) -> list[Person]:
    """All members, those away included, in the order of their coming."""
    peers = {member.id: peer for peer, member in seats.by_peer.items()}
    chairs: dict[int, list[tuple[int, str]]] = {}
    for slot, seat in sorted(seats.by_slot.items()):
        chairs.setdefault(seat.member, []).append((slot, seat.name))
    host = seats.host  # once: it looks at everybody
    return [
        Person(
            peers.get(one.id, 0),
            one.id,
            one.name,
            one.id == host,
            tuple(chairs.get(one.id, ())),
            one.home,
            one.muted_until,
        )
        for one in seats.members.values()
    ]


def status_of(name: str, matches: ServerLobby, seats: Seats) -> Status:
    """How a room stands now."""
    rounds, setup, first = matches.rounds, matches.setup, seats.host
    host = seats.members[first].name if first else ""
    return Status(
        name,
        matches.phase,
        setup.map,
        setup.rules,
        rounds.number if rounds else 0,
        setup.rounds,
        rounds.world.tick if rounds else 0,
        matches.places,
        len(seats.by_peer),
        host,
        tuple(_seat(seat, seats, matches) for _, seat in sorted(seats.by_slot.items())),
        tuple(member.name for member in seats.watchers()),
    )


def _seat(seat: Seat, seats: Seats, matches: ServerLobby) -> SeatStatus:
    players = matches.rounds.world.players if matches.rounds else {}
    is_alive = seat.slot not in players or players[seat.slot].died_at < 0
    owner = seats.members.get(seat.member)
    ping = owner.ping if owner else 0
    return SeatStatus(seat.slot, seat.name, seat.colour, not seat.member, seat.away, is_alive, seat.wins, ping)
