"""What anybody may know of a room, how it stands and what happens: for the console, the results, the list of games.

Rule 1: names and numbers only, as everybody in the room sees them; no token, no address, no chat.
Rule 2: a Person is for admin commands, with the address group; it is shown to nobody as it is.
Rule 3: nothing here changes the room, and events may be ignored: beyond KEPT the oldest are dropped.
"""

from collections import deque
from dataclasses import dataclass, field, replace
from enum import Enum

from petard.server.room.matches import Matches
from petard.server.room.seats import Seats
from petard.shared.protocol.messages import Message, Phase, Results, Round, Seat, Setup

KEPT = 1000  # events


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
    has_played: bool = False  # it had a seat in a round since it joined


def persons_of(seats: Seats) -> list[Person]:
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
            has_played=one.id in seats.played,
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
    ping = seats.members[seat.member].ping if seat.member else 0
    return SeatStatus(seat.slot, seat.name, seat.colour, not seat.member, seat.away, is_alive, seat.wins, ping)


class MemberChange(Enum):
    """What a member did, in the word that the console, the web page and the metrics show."""

    JOINED = "joined"  # it is new; with one or more players
    RETURNED = "returned"  # it rejoined and has its seats again
    LOST = "lost"  # its connection; the seats are kept for a while
    LEFT = "left"  # for good


@dataclass(frozen=True, slots=True)
class MemberEvent:
    """A member joined, returned, was disconnected or left. `reason`: of LEFT, such as "left"."""

    change: MemberChange
    member: int
    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RoundBegan:
    """A round was announced; `number` counts from 1 in each match."""

    number: int
    map: str
    rules: str
    slots: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """The wins of one seat in this match, and whether it is one of those who won: the round, or the match."""

    slot: int
    name: str
    is_bot: bool
    wins: int
    won: bool = False


@dataclass(frozen=True, slots=True)
class RoundWon:
    """A round is over. `winner`: a name, or "" when nobody won it; all of its side have `won`."""

    number: int
    winner: str
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class MatchOver:
    """The last round of a match is over. `champion`: a name, or "" when there is none; all of its side have `won`."""

    map: str
    rules: str
    champion: str
    standings: tuple[Standing, ...]


RoomEvent = MemberEvent | RoundBegan | RoundWon | MatchOver


class EventLog:
    """Keeps events until they are taken."""

    def __init__(self, seats: Seats) -> None:
        self._seats = seats
        self._events: deque[RoomEvent] = deque(maxlen=KEPT)
        self._wins: dict[tuple[int, str], int] = {}  # before the round that runs, by slot and name

    def add(self, event: RoomEvent) -> None:
        self._events.append(event)

    def add_events_of(self, message: Message, setup: Setup) -> None:
        """Note the events that are in a message to everybody: the begin and the end of rounds."""
        if isinstance(message, Round):
            self.add(RoundBegan(message.number, setup.map, setup.rules, message.slots))
            self._wins = self._wins if message.number > 1 else {}
        elif isinstance(message, Results):
            seats = ((self._seats.by_slot.get(score.slot), score.wins) for score in message.wins)
            standings = [Standing(seat.slot, seat.name, not seat.member, wins) for seat, wins in seats if seat]
            before = self._wins
            won = [replace(one, won=one.wins > before.get((one.slot, one.name), 0)) for one in standings]
            self._wins = {(one.slot, one.name): one.wins for one in standings}
            self.add(RoundWon(message.round, self._name(message.winner), tuple(won)))
            if message.match_over:
                most = max(one.wins for one in standings) if message.champion >= 0 and standings else -1
                first = tuple(replace(one, won=one.wins == most) for one in standings)
                self.add(MatchOver(setup.map, setup.rules, self._name(message.champion), first))

    def take(self) -> list[RoomEvent]:
        taken = list(self._events)
        self._events.clear()
        return taken

    def _name(self, slot: int) -> str:
        seat = self._seats.by_slot.get(slot)
        return seat.name if seat else ""
