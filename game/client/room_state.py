"""What the server last sent of the room, and which part of it is ours; its chat, with our own lines that may be lost.

Rule 1: a line with a number is kept once: after a reconnect the server sends the last lines again.
Rule 2: a line that was sent before a Ping has arrived when its Pong comes, whatever the room made of it.
Rule 3: a line that may be lost is sent again over the next connection, unless the room shows there that it received it.
"""

from collections import deque
from dataclasses import dataclass, field, replace

from petard.game.view.tally import Tally
from petard.shared.protocol.later_messages import MapVotes, SeatSide, Sides
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


@dataclass(slots=True)
class RoomState:
    """The newest Welcome, Lobby, Roster and Results, and what everybody did."""

    welcome: Welcome | None = None
    lobby: Lobby | None = None
    seats: tuple[Seat, ...] = ()
    spectators: tuple[Spectator, ...] = ()
    unlisted: int = 0  # spectators who are not among them: a Roster lists 64
    results: Results | None = None  # of the round that was announced last
    tally: Tally = field(default_factory=Tally)
    wishes: Wishes = field(default_factory=Wishes)

    def update(self, message: Pings | MapVotes | Sides) -> None:
        """Take the newest pings, the votes on the map, or the sides."""
        if isinstance(message, Sides):
            self.wishes.sides = message.sides
            return
        if isinstance(message, MapVotes):
            self.wishes.maps = tuple([(one.map, one.votes) for one in message.votes])
            return
        pings = {one.slot: one.ping for one in message.pings}
        self.seats = tuple([replace(one, ping=pings.get(one.slot, one.ping)) for one in self.seats])

    def enter_phase(self, lobby: Lobby) -> None:
        """Take a Lobby; what the members want comes after it."""
        self.lobby, self.wishes.maps, self.wishes.sides = lobby, (), ()

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
