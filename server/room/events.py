"""What has happened in the room, for those who only look on: the console, the results, the page in a browser.

Rule 1: nothing here changes the room, and nobody has to listen: what is not taken is forgotten, the oldest first.
Rule 2: names and numbers only; no token, no address, no chat.
"""

from collections import deque
from dataclasses import dataclass

from petard.server.room.seats import Seats
from petard.shared.protocol.messages import Message, Results, Round

KEPT = 1000


@dataclass(frozen=True, slots=True)
class MemberJoined:
    """Somebody new is in, with one or more players."""

    member: int
    name: str


@dataclass(frozen=True, slots=True)
class MemberReturned:
    """Somebody has their chair again."""

    member: int
    name: str


@dataclass(frozen=True, slots=True)
class MemberDisconnected:
    """A line was lost; the chair is kept for a while."""

    member: int
    name: str


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """Somebody is gone for good. `reason`: such as "left"."""

    member: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class RoundBegan:
    """A round was announced; `number` counts from 1 in each match."""

    number: int
    map: str
    rules: str
    slots: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How one who sits at the board stands in this match."""

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
    """The last round of a match is over. `champion`: a name, or "" when nobody is."""

    map: str
    rules: str
    champion: str
    standings: tuple[Standing, ...]


Happening = MemberJoined | MemberReturned | MemberDisconnected | MemberLeft | RoundBegan | RoundWon | MatchOver


class EventLog:
    """Notes what happens until somebody takes it."""

    def __init__(self, seats: Seats) -> None:
        self._seats = seats
        self._pages: deque[Happening] = deque(maxlen=KEPT)

    def note(self, happening: Happening) -> None:
        """Write down what has happened."""
        self._pages.append(happening)

    def hear(self, message: Message, map: str, rules: str) -> None:
        """Listen to what everybody is told, while so is played: the rounds are in it."""
        match message:
            case Round():
                self.note(RoundBegan(message.number, map, rules, message.slots))
            case Results():
                standings = tuple(self._standings(message))
                self.note(RoundWon(message.round, self._name(message.winner), standings))
                if message.match_over:
                    self.note(MatchOver(map, rules, self._name(message.champion), standings))
            case _:
                pass

    def take(self) -> list[Happening]:
        """What has happened since the last call."""
        taken = list(self._pages)
        self._pages.clear()
        return taken

    def _name(self, slot: int) -> str:
        seat = self._seats.by_slot.get(slot)
        return seat.name if seat else ""

    def _standings(self, results: Results) -> list[Standing]:
        seats = ((self._seats.by_slot.get(score.slot), score.wins) for score in results.wins)
        return [Standing(seat.slot, seat.name, not seat.member, wins) for seat, wins in seats if seat]
