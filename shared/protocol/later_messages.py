"""The messages from number 64 on: they came after the first build of this version, and readers without them skip them.

A client sends one only to a server that has said the word for it (capability_words.py).
"""

from dataclasses import dataclass
from typing import Annotated

from petard.shared.protocol.field_types import PLAYERS_MOST, Name
from petard.shared.rules.ruleset import Length


@dataclass(frozen=True, slots=True)
class Players:
    """Who plays at this client from now on: the names of its local players, as many as there are.

    It counts in the lobby. The server answers with Lobby and Roster, or with a line of chat if it is not possible.
    """

    names: Annotated[tuple[Name, ...], Length(1, PLAYERS_MOST)]
