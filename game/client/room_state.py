"""What the server last sent of the room, and which part of it is ours."""

from dataclasses import dataclass

from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.messages import PLAYERS_MOST, Lobby, Results, Roster, Seat, Spectator, Welcome


@dataclass(slots=True)
class RoomState:
    """The newest Welcome, Lobby, Roster and Results."""

    welcome: Welcome | None = None
    lobby: Lobby | None = None
    seats: tuple[Seat, ...] = ()
    spectators: tuple[Spectator, ...] = ()
    results: Results | None = None  # of the round that was announced last

    def set_roster(self, roster: Roster) -> None:
        """Set seats and spectators. Raises RemoteProtocolError if more seats are ours than one computer can have."""
        if sum(seat.member == self.member for seat in roster.seats) > PLAYERS_MOST:
            raise RemoteProtocolError("Roster seats more of us than may sit at one computer")
        self.seats, self.spectators = roster.seats, roster.watchers

    @property
    def welcomed(self) -> bool:
        """True once the server has let us in."""
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
        """True if we choose what is played."""
        return self.lobby is not None and self.welcomed and self.lobby.host == self.member
