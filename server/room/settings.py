"""What a room is run and played by: the settings of the server's owner, and the host's choice of the next match."""

from collections.abc import Mapping
from dataclasses import dataclass

from petard.server.room.seats import SEATS_MOST
from petard.shared.protocol.codec import EncodeError, encode
from petard.shared.protocol.messages import BUILD, Setup
from petard.shared.rules.maps import Board
from petard.shared.rules.ruleset import PRESETS


@dataclass(slots=True)
class RoomSettings:
    """What only the owner of the server chooses, and the `setup` at the start. A room has its own copy.

    In a running room `name` may change for members that join later, `idle_to_bot` from the next round on.
    """

    setup: Setup
    name: str = "Petard"
    snapshots: int = 60  # a second: 20, 30 or 60
    idle_to_bot: int = 60  # seconds without another key until a bot plays; 0: never
    build: str = BUILD  # the version that clients are sent; that of the recording when a capture is played


class SetupChoice:
    """The Setup of this match, or in the lobby of the next, and the one that is chosen while a match runs."""

    def __init__(self, setup: Setup, maps: Mapping[str, Board]) -> None:
        self.current = setup
        self.maps = dict(maps)
        self._next: Setup | None = None

    @property
    def planned(self) -> Setup:
        """The Setup of the next match."""
        return self._next or self.current

    @property
    def board(self) -> Board:
        """The map of the current Setup, as it is before a round."""
        return self.maps[self.current.map]

    @property
    def places(self) -> int:
        """How many can play on that map."""
        return min(SEATS_MOST, len(self.board.spawns))

    def is_possible(self, setup: Setup) -> bool:
        """False if there is no such map or rules, or if a number is beyond what the protocol can send."""
        if setup.map not in self.maps or setup.rules not in PRESETS:
            return False
        try:
            encode(setup)
        except EncodeError:
            return False
        return True

    def choose(self, setup: Setup, is_match_on: bool) -> None:
        """Choose a possible Setup for the next match."""
        if is_match_on:
            self._next = setup
        else:
            self.current = setup

    def use_planned(self) -> None:
        """The match is over: the planned Setup is the current one."""
        self.current, self._next = self.planned, None
