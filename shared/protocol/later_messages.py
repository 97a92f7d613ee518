"""The messages from number 64 on: they came after the first build of this version, and readers without them skip them.

A client sends one only to a server that has said the word for it (capability_words.py).
"""

from dataclasses import dataclass
from typing import Annotated

from petard.shared.protocol.field_types import PLAYERS_MOST, Name, WordOrNone
from petard.shared.protocol.schema import U16, Word
from petard.shared.rules.ruleset import Length


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
