"""The messages from number 64 on: they came after the first build of this version, and readers without them skip them.

A client sends one only to a server that has said the word for it (capability_words.py).
"""

from dataclasses import dataclass
from typing import Annotated

from petard.shared.protocol.field_types import PLAYERS_MOST, Name, WordOrNone
from petard.shared.protocol.schema import U16, Slot, Word
from petard.shared.rules.ruleset import Length, Range


@dataclass(frozen=True, slots=True)
class Players:
    """Who plays at this client from now on: the names of its local players, as many as there are.

    It counts in the lobby. The server answers with Lobby and Roster, or with a line of chat if it is not possible.
    """

    names: Annotated[tuple[Name, ...], Length(1, PLAYERS_MOST)]


@dataclass(frozen=True, slots=True)
class MapVote:
    """The map that this member wants next; "" takes the vote back. It counts in the lobby, where the host allows it."""

    map: WordOrNone


@dataclass(frozen=True, slots=True)
class MapCount:
    """A map, and how many members want it."""

    map: Word
    votes: U16


@dataclass(frozen=True, slots=True)
class MapVotes:
    """The maps that members want, the most wanted first; after Lobby, where the host lets members vote."""

    votes: Annotated[tuple[MapCount, ...], Length(0, 32)]


@dataclass(frozen=True, slots=True)
class SideChoice:
    """The side that a local player wants in a mode with sides; -1 leaves it to the room. It counts in the lobby.

    `player` 0 is the first one.
    """

    player: Annotated[int, Range(0, PLAYERS_MOST - 1)]
    side: Annotated[int, Range(-1, 3)]


@dataclass(frozen=True, slots=True)
class SeatSide:
    """The side of a seat. `is_chosen`: its player has chosen that side, and it counts."""

    slot: Slot
    side: Annotated[int, Range(0, 3)]
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Sides:
    """The sides as the next match has them, if it begins now; after Lobby, in a mode with sides."""

    sides: Annotated[tuple[SeatSide, ...], Length(0, 64)]


# Those that each end may send once the server has said Welcome.
CLIENT_MORE = (Players, MapVote, SideChoice)
SERVER_MORE = (MapVotes, Sides)
