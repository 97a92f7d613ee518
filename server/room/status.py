"""What anybody may know of a room: for the list of games, the console, a browser.

Rule 1: numbers and names only, as everybody in the room sees them; no token, no address, no chat.
Rule 2: a Person is for admin commands, with the address group; it is shown to nobody as it is.
"""

from dataclasses import dataclass, field

from petard.server.room.matches import Matches
from petard.server.room.seats import Seats
from petard.shared.protocol.messages import Phase, Seat


@dataclass(frozen=True, slots=True)
class SeatStatus:
    """A player or bot. `ping` in ms; `is_alive` is True wherever no round runs."""

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
    """One member: the number of its peer, 0 while it is disconnected, and its seats by slot and name."""

    peer: int
    member: int
    name: str
    is_host: bool
    seats: tuple[tuple[int, str], ...] = ()
    address_group: str = field(default="", repr=False)  # "" where it is not known
    muted_until: float = 0.0  # seconds


def persons_of(seats: Seats) -> list[Person]:
    """All members in the order in which they joined."""
    peers = {member.id: peer for peer, member in seats.by_peer.items()}
    names: dict[int, list[tuple[int, str]]] = {}
    for slot, seat in sorted(seats.by_slot.items()):
        names.setdefault(seat.member, []).append((slot, seat.name))
    host = seats.host  # once: it looks at all members
    return [
        Person(
            peer=peers.get(one.id, 0),
            member=one.id,
            name=one.name,
            is_host=one.id == host,
            seats=tuple(names.get(one.id, ())),
            address_group=one.address_group,
            muted_until=one.chat_limit.muted_until,
        )
        for one in seats.members.values()
    ]


def status_of(matches: Matches, seats: Seats) -> Status:
    match, setup, host = matches.match, matches.choice.current, seats.host
    return Status(
        name=matches.settings.name,
        phase=matches.phase,
        map=setup.map,
        rules=setup.rules,
        round=match.score.round if match else 0,
        rounds=setup.rounds,
        tick=match.round.world.tick if match else 0,
        places=matches.choice.places,
        people=len(seats.by_peer),
        host=seats.members[host].name if host else "",
        seats=tuple(_seat_status(seat, seats, matches) for _, seat in sorted(seats.by_slot.items())),
        watchers=tuple(member.name for member in seats.spectators()),
    )


def _seat_status(seat: Seat, seats: Seats, matches: Matches) -> SeatStatus:
    players = matches.match.round.world.players if matches.match else {}
    is_alive = seat.slot not in players or players[seat.slot].died_at < 0
    owner = seats.members.get(seat.member)
    ping = owner.ping if owner else 0
    return SeatStatus(seat.slot, seat.name, seat.colour, not seat.member, seat.away, is_alive, seat.wins, ping)
