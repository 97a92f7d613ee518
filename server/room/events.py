"""What happens in the room, for services that only observe: the console, the results, the web page.

Rule 1: nothing here changes the room, and events may be ignored: beyond KEPT the oldest are dropped.
Rule 2: names and numbers only; no token, no address, no chat.
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum

from petard.server.room.seats import Seats
from petard.shared.protocol.messages import Message, Results, Round, Setup

KEPT = 1000


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
    """The wins of one seat in this match."""

    slot: int
    name: str
    is_bot: bool
    wins: int


@dataclass(frozen=True, slots=True)
class RoundWon:
    """A round is over. `winner`: a name, or "" when nobody won it."""

    number: int
    winner: str
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class MatchOver:
    """The last round of a match is over. `champion`: a name, or "" when there is none."""

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

    def add(self, event: RoomEvent) -> None:
        self._events.append(event)

    def add_events_of(self, message: Message, setup: Setup) -> None:
        """Note the events that are in a message to everybody: the begin and the end of rounds."""
        if isinstance(message, Round):
            self.add(RoundBegan(message.number, setup.map, setup.rules, message.slots))
        elif isinstance(message, Results):
            seats = ((self._seats.by_slot.get(score.slot), score.wins) for score in message.wins)
            standings = tuple(Standing(seat.slot, seat.name, not seat.member, wins) for seat, wins in seats if seat)
            self.add(RoundWon(message.round, self._name(message.winner), standings))
            if message.match_over:
                self.add(MatchOver(setup.map, setup.rules, self._name(message.champion), standings))

    def take(self) -> list[RoomEvent]:
        """The events since the last call."""
        taken = list(self._events)
        self._events.clear()
        return taken

    def _name(self, slot: int) -> str:
        seat = self._seats.by_slot.get(slot)
        return seat.name if seat else ""
