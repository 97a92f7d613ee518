"""The messages from number 64 on: they came after the first build of this version, and readers without them skip them.

A client sends one only to a server that has said the word for it (capability_words.py).
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Annotated

from petard.shared.protocol.field_types import (
    PLAYERS_MOST,
    Addresses,
    Base64,
    Member,
    Name,
    Port,
    Token,
    WordOrNone,
)
from petard.shared.protocol.schema import U16, U32, Reason, Slot, Word
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


@dataclass(frozen=True, slots=True)
class StandbyOffer:
    """The server would like a standby at this client's computer, which says this `ticket` in its Hello.

    `asks`: the player has to agree first; else the client's own setting decides. Without a ticket: no longer wanted.
    """

    ticket: Token = field(repr=False)  # a secret: never in a log
    asks: bool


@dataclass(frozen=True, slots=True)
class StandbyAnswer:
    """Whether a standby runs at this client's computer: the answer to a StandbyOffer, and again whenever it changes.

    `addresses`: where the standby listens. `web`: the port of its pages once it is promoted, or 0.
    """

    keeps: bool
    addresses: Addresses
    web: Port


@dataclass(frozen=True, slots=True)
class Standby:
    """A member at whose computer a copy of the room is kept, where it listens, and the port of its pages or 0."""

    member: Member
    addresses: Addresses
    web: Port


@dataclass(frozen=True, slots=True)
class Standbys:
    """Which members keep a copy of the room, in the order in which their standbys would go on with it."""

    standbys: Annotated[tuple[Standby, ...], Length(0, 2)]


@dataclass(frozen=True, slots=True)
class GoesOn:
    """The room goes on elsewhere, at one of these addresses: the client comes back there. A Bye follows."""

    addresses: Addresses


class CopyKind(IntEnum):
    """What a CopyPart is a part of."""

    ROOM = 0  # the room record: who is here, and what a server needs to go on
    RECORDING = 1  # the recording of the match, as it is written to its file
    NEWEST = 2  # what follows it: the ticks since then; each replaces the one before


@dataclass(frozen=True, slots=True)
class CopyPart:
    """To a standby: a part of its copy of the room. `match`: counts matches from 1 on; 0 before the first.

    `at`: where the part begins, in bytes. `is_last`: the copy of this kind is complete with it, until more follows.
    """

    kind: CopyKind
    match: U32
    at: U32
    data: Base64 = field(repr=False)  # secrets are in it
    is_last: bool


@dataclass(frozen=True, slots=True)
class CopyAck:
    """From a standby: how many CopyParts it has received on this connection and kept."""

    parts: U32


@dataclass(frozen=True, slots=True)
class Promote:
    """To a standby: the server leaves for this reason, and the standby goes on with the room at once. A Bye follows."""

    reason: Reason


# fmt: off
LaterMessage = (
    Players | MapVote | MapVotes | SideChoice | Sides
    | StandbyOffer | StandbyAnswer | Standbys | GoesOn | CopyPart | CopyAck | Promote
)
LATER_MESSAGES: dict[int, type[LaterMessage]] = {
    64: Players, 65: MapVote, 66: MapVotes, 67: SideChoice, 68: Sides,
    69: StandbyOffer, 70: StandbyAnswer, 71: Standbys, 72: GoesOn, 73: CopyPart, 74: CopyAck, 75: Promote,
}
# fmt: on
# Those that each end may send once the server has said Welcome.
CLIENT_MORE = (Players, MapVote, SideChoice, StandbyAnswer, CopyAck)
SERVER_MORE = (MapVotes, Sides, StandbyOffer, Standbys, GoesOn, CopyPart, Promote)
