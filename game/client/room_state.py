"""What the server last sent of the room, and which part of it is ours; its chat, with our own lines that may be lost.

Rule 1: a line with a number is kept once: after a reconnect the server sends the last lines again.
Rule 2: a line that was sent before a Ping has arrived when its Pong comes, whatever the room made of it.
Rule 3: a line that may be lost is sent again over the next connection, unless the room shows there that it received it.
"""

from collections import deque
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from petard.game.view.copies import Copies, Keeper, LostRoom
from petard.game.view.tally import Tally
from petard.shared.protocol.later_messages import GoesOn, MapVotes, SeatSide, Sides, StandbyOffer, Standbys
from petard.shared.protocol.messages import Chat, Lobby, Pings, Results, Seat, Spectator, Welcome

LINES_KEPT = 50
UNACKED_KEPT = 8  # lines; nobody writes more in ten seconds


@dataclass(slots=True)
class Wishes:
    """Who shall play here (`names`; a server may know only the first), and the maps that members want, with counts.

    `sides`: how they stand for the next match, in a mode with sides; `own_sides`: what players here have asked for.
    """

    names: tuple[str, ...] = ()
    maps: tuple[tuple[str, int], ...] = ()
    sides: tuple[SeatSide, ...] = ()
    own_sides: dict[int, int] = field(default_factory=dict)


class Audience(NamedTuple):
    """Who watches. `unlisted`: how many more there are, since a Roster lists 64."""

    listed: tuple[Spectator, ...] = ()
    unlisted: int = 0


@dataclass(slots=True)
class RoomState:
    """The newest Welcome, Lobby, Roster and Results, what everybody did, and where copies of the room are kept."""

    welcome: Welcome | None = None
    lobby: Lobby | None = None
    seats: tuple[Seat, ...] = ()
    audience: Audience = field(default_factory=Audience)
    results: Results | None = None  # of the round that was announced last
    tally: Tally = field(default_factory=Tally)
    wishes: Wishes = field(default_factory=Wishes)
    copies: Copies = field(default_factory=Copies)

    def update(self, message: Pings | MapVotes | Sides | StandbyOffer | Standbys | GoesOn) -> None:
        """Take the newest pings, votes on the map, sides, or what is said about copies of the room."""
        match message:
            case Sides(sides):
                self.wishes.sides = sides
            case MapVotes(votes):
                self.wishes.maps = tuple([(one.map, one.votes) for one in votes])
            case Pings(known):
                pings = {one.slot: one.ping for one in known}
                self.seats = tuple([replace(one, ping=pings.get(one.slot, one.ping)) for one in self.seats])
            case _:
                self.copies.handle_message(message)

    def enter_phase(self, lobby: Lobby) -> None:
        """Take a Lobby; what the members want comes after it."""
        self.lobby, self.wishes.maps, self.wishes.sides = lobby, (), ()

    @property
    def spectators(self) -> tuple[Spectator, ...]:
        """Who watches, as far as the server lists them."""
        return self.audience.listed

    def name_of(self, member: int) -> str:
        """The name of a member: of its first player, or as a spectator; "" if it is not here."""
        seats = [seat.name for seat in self.seats if member and seat.member == member]
        return next(iter([*seats, *[one.name for one in self.spectators if one.member == member]]), "")

    def note_loss(self) -> None:
        """The server is lost: keep in mind whose it was, and who keeps a copy of the room."""
        host = self.name_of(self.lobby.host) if self.lobby else ""
        # A game names the room that it hosts after its player; the host of any other server is no more than a role.
        is_theirs = bool(host) and self.welcome is not None and self.welcome.server_name == f"{host}'s game"
        self.copies.lost = LostRoom(host if is_theirs else "", self.keepers, self.copies.goes_on is not None)

    @property
    def keepers(self) -> tuple[Keeper, ...]:
        """The members who keep a copy of the room, in the order in which they would go on with it."""
        known = self.copies.standbys
        return tuple([Keeper(self.name_of(one.member), one.addresses, one.member == self.member) for one in known])

    @property
    def is_kept_elsewhere(self) -> bool:
        """Another member keeps a copy of the room, so it goes on without our computer."""
        return any(not one.is_ours for one in self.keepers)

    @property
    def sides(self) -> dict[int, SeatSide]:
        """The side of each slot as the next match has it; none where the mode has no sides."""
        return {one.slot: one for one in self.wishes.sides}

    @property
    def welcomed(self) -> bool:
        return self.welcome is not None

    @property
    def member(self) -> int:
        """Our number in the room; 0 before the Welcome."""
        return self.welcome.member if self.welcome else 0

    @property
    def members(self) -> set[int]:
        """The numbers of all members; 0 stands for bots."""
        return {seat.member for seat in self.seats} | {spectator.member for spectator in self.spectators}

    @property
    def my_seats(self) -> list[Seat]:
        """The seats of the local players, in their order; none while we watch."""
        member = self.member or -1  # the seats of bots have member 0
        return [seat for seat in self.seats if seat.member == member]

    @property
    def my_slots(self) -> tuple[int, ...]:
        """The slots of the local players, in their order; none while we watch."""
        return tuple([seat.slot for seat in self.my_seats])

    @property
    def idle_slots(self) -> frozenset[int]:
        """The slots of local players for whom a bot plays, since they press no key."""
        return frozenset([seat.slot for seat in self.my_seats if seat.away])

    @property
    def my_names(self) -> list[str]:
        """The names of the local players, and ours as a spectator."""
        watching = [one.name for one in self.spectators if one.member == self.member]
        return [seat.name for seat in self.my_seats] + watching

    @property
    def is_host(self) -> bool:
        return self.lobby is not None and self.welcomed and self.lobby.host == self.member


class ChatHistory:
    """The lines to show. Pings are known by their ids, which grow; a new connection counts them from 1 again."""

    def __init__(self) -> None:
        self.lines: deque[Chat] = deque(maxlen=LINES_KEPT)
        self._last_number = 0  # of the last line with a number
        # Our own lines: with the last Ping that was sent before each; and those whose connection broke before we knew.
        self._in_flight: deque[tuple[int, str]] = deque(maxlen=UNACKED_KEPT)
        self._unsure: deque[str] = deque(maxlen=UNACKED_KEPT)

    def receive(self, line: Chat, is_ours: bool) -> None:
        """Add a line, unless it was received before. `is_ours`: a player of ours wrote it."""
        if line.number and line.number <= self._last_number:
            return
        self.lines.append(line)
        if line.number:
            self._last_number = line.number
            if is_ours:
                self.confirm(line.text)

    def start_over(self, text: str) -> None:
        """The server does not know us: its numbers begin again, nothing is sent again. `text` says so in the chat."""
        self._in_flight.clear()
        self._unsure.clear()
        self._last_number = 0
        self.lines.append(Chat(-1, "", text))

    def sent(self, text: str, last_ping: int) -> None:
        """Note a line that is sent now, after the Ping `last_ping`."""
        self._in_flight.append((last_ping, text))

    def confirm(self, text: str) -> None:
        """Note that the room has received a line of ours."""
        if text in self._unsure:
            self._unsure.remove(text)
        elif known := next((line for line in self._in_flight if line[1] == text), None):
            self._in_flight.remove(known)

    def disconnect(self) -> None:
        """The connection is gone, and with it perhaps the lines that were in flight."""
        self._unsure += (text for _, text in self._in_flight)
        self._in_flight.clear()

    def lines_to_resend(self, last_pong: int) -> list[str]:
        """What to send again, once; `last_pong`: the last answered Ping of this connection, 0 before the first.

        The room sends its last lines before it answers, so by then we know what it has received.
        """
        if not last_pong:
            return []
        while self._in_flight and self._in_flight[0][0] < last_pong:
            self._in_flight.popleft()
        due = list(self._unsure)
        self._unsure.clear()
        return due
