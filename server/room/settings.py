"""What a room is run and played by: the owner's settings, the host's choice, and when a match may begin."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from petard.server.room.map_votes import VotedMaps
from petard.server.room.resume import Resumed
from petard.server.room.seats import SEATS_MOST, Seats
from petard.server.room.sides import SideChoices
from petard.shared.protocol.capability_words import SERVER_WORDS
from petard.shared.protocol.codec import EncodeError, encode
from petard.shared.protocol.messages import BUILD, Setup
from petard.shared.rules.item_choice import BadItems, read_items
from petard.shared.rules.maps import Board
from petard.shared.rules.modes.table import MODES
from petard.shared.rules.ruleset import PRESETS, TICK_RATE

USUAL_MEMBERS = 128
READY_WAIT = 20 * TICK_RATE  # how long a host who is ready waits for others who are not


class ServerVersion(NamedTuple):
    """The build of the server, and the words for what it knows beyond the version of the protocol."""

    build: str = BUILD
    words: tuple[str, ...] = SERVER_WORDS


THIS_VERSION = ServerVersion()


@dataclass(slots=True)
class RoomSettings:
    """What only the owner of the server chooses, and the `setup` at the start. A room has its own copy.

    In a running room `name` and `per_address` may change for members that join later, `idle_to_bot` from the next round
    on.
    """

    setup: Setup
    name: str = "Petard"
    snapshots: int = 60  # a second: 20, 30 or 60
    idle_to_bot: int = 60  # seconds without another key until a bot plays; 0: never
    members: int = USUAL_MEMBERS  # players and spectators, the disconnected ones included
    per_address: int = 8  # local players of one address group, the disconnected ones included
    room_id: int = 0  # random, kept when another server goes on with the room; 0 in a capture
    version: ServerVersion = THIS_VERSION  # that clients are sent; that of the recording when a capture is played


class SetupChoice:
    """The `current` Setup, of this match or in the lobby of the next, and that `planned` for the next match."""

    def __init__(self, setup: Setup, maps: Mapping[str, Board]) -> None:
        self.current = self.planned = setup
        self.maps = dict(maps)
        self.votes = VotedMaps()
        self.sides = SideChoices()

    def resume(self, resumed: Resumed) -> None:
        """Choose what a match was played with that goes on."""
        self.current = self.planned = resumed.setup
        self.sides.resume(resumed.seats, resumed.sides)

    @property
    def board(self) -> Board:
        """The map of the current Setup, as it is before a round."""
        return self.maps[self.current.map]

    @property
    def places(self) -> int:
        """How many can play on that map."""
        return min(SEATS_MOST, len(self.board.spawns))

    def is_possible(self, setup: Setup) -> bool:
        """False if there is no such map, rules, mode or item, or if a number is beyond what the protocol can send."""
        if setup.map not in self.maps or setup.rules not in PRESETS or setup.mode not in MODES:
            return False
        try:
            encode(setup)
            read_items(setup.items)
        except (EncodeError, BadItems):
            return False
        return True


class StartRule:
    """Decides when a match may begin: once all connected people with seats are ready, or a while after the host."""

    def __init__(self, seats: Seats, choice: SetupChoice) -> None:
        self.refusal = ""  # why none begins any more, and nobody may join
        self.ticks_left = READY_WAIT
        self._seats, self._choice = seats, choice

    @property
    def is_alone(self) -> bool:
        """True when fewer than two would play."""
        return len(self._seats.players(self._choice.current.away)) < 2

    def count_down(self) -> int:
        """Ticks until the match begins without the others, since the host is ready and not alone; else READY_WAIT."""
        host = self._seats.host
        is_ready = any(seat.ready for seat in self._seats.people() if seat.member == host)
        waits = is_ready and not self.is_alone and not self.refusal
        self.ticks_left = self.ticks_left - 1 if waits else READY_WAIT
        return self.ticks_left
