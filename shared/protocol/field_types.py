"""The types of the fields of messages, with their limits. Records that many files share have theirs in schema.py.

Clients send Name and ChatText; servers pass on DisplayName and DisplayChat (see `names`).
"""

import re
from dataclasses import dataclass
from typing import Annotated, ClassVar

from petard.shared.protocol.names import CHAT_MOST, NAME_MOST, is_chat, is_display_name, is_name
from petard.shared.protocol.schema import FlatTables, Slot, Text, Word
from petard.shared.rules.item_choice import TEXT_MOST, is_item_choice
from petard.shared.rules.items import ITEM_MOST, Item
from petard.shared.rules.modes.table import LAST_ONE_STANDING
from petard.shared.rules.ruleset import Length, Range, SideCount

COPY_PART = 32766  # bytes of a copy in one message: a third of it is a whole number, so no part but the last has "="
BASE64_MOST = COPY_PART // 3 * 4  # characters

# fmt: off
Colour = Annotated[int, Range(0, 15)]
Character = Annotated[int, Range(0, 7)]
Keys = Annotated[int, Range(0, 31)]  # UP=1 DOWN=2 LEFT=4 RIGHT=8 BOMB=16
Member = Annotated[int, Range(0, 2**32 - 1)]
Rounds = Annotated[int, Range(1, 9)]
Clock = Annotated[int, Range(1, 2**31 - 1)]  # ticks
Side = Annotated[int, Range(5, 64)]  # tiles
Skill = Annotated[int, Range(0, 3)]
SlotOrNone = Annotated[int, Range(-1, 63)]
Tick = Annotated[int, Range(0, 2**31 - 1)]
TileNumber = Annotated[int, Range(0, 15)]
Bots = Annotated[int, Range(0, 63)]
WinCount = Annotated[int, Range(0, 9)]
Milliseconds = Annotated[int, Range(0, 9999)]
Name = Annotated[str, Text(1, NAME_MOST, is_name, "name")]
ChatText = Annotated[str, Text(1, CHAT_MOST, is_chat, "chat")]
DisplayName = Annotated[str, Text(1, NAME_MOST, is_display_name, "display name")]
DisplayChat = Annotated[str, Text(1, CHAT_MOST, what="display chat")]
Sentence = Annotated[str, Text(1, 200)]
AuthText = Annotated[str, Text(0, 480, re.compile("[ -~]*").fullmatch, "ASCII")]  # fits a frame of LIMIT_PENDING bytes
RoomId = Annotated[int, Range(0, 2**64 - 1)]
Microseconds = Annotated[int, Range(0, 1_000_000)]
Address = Annotated[str, Text(1, 64, re.compile("[!-~]+").fullmatch, "HOST:PORT")]
Addresses = Annotated[tuple[Address, ...], Length(0, 8)]
Words = Annotated[tuple[Word, ...], Length(0, 8)]  # capability words
ItemChoice = Annotated[str, Text(0, TEXT_MOST, is_item_choice, "items")]
WordOrNone = Annotated[str, Text(0, 32, re.compile("([A-Za-z0-9][A-Za-z0-9._-]*)?").fullmatch, "word or nothing")]
Tables = Annotated[tuple[tuple[int, ...], ...], FlatTables(16, 32768, -(2**31), 2**31 - 1)]
Token = Annotated[str, Text(0, 32, re.compile("([0-9a-f]{32})?").fullmatch, "token")]
Base64 = Annotated[str, Text(0, BASE64_MOST, re.compile("[A-Za-z0-9+/]*={0,2}").fullmatch, "base64")]
Port = Annotated[int, Range(0, 65535)]
# fmt: on


PLAYERS_MOST = 4  # at one computer: with one connection


@dataclass(frozen=True, slots=True)
class ItemName:
    """The name of an item, for clients that have never heard of it."""

    number: Annotated[int, Range(1, ITEM_MOST)]
    name: Word


ITEM_NAMES = tuple([ItemName(item.value, item.name.lower()) for item in Item])


FIRST_MODE = LAST_ONE_STANDING.name


@dataclass(frozen=True, slots=True)
class ModeSetup:
    """A mode, and what is chosen of it: of teams the number of `sides`, and whether flames hurt their own side.

    `items`: those that differ from the rules. `map_vote`: members vote on the map.
    """

    name: Word = FIRST_MODE
    sides: SideCount = 2
    friendly_fire: bool = False
    items: ItemChoice = ""
    map_vote: bool = False

    LEFT_OUT: ClassVar[int] = 2


FIRST_SETUP = ModeSetup()


@dataclass(frozen=True, slots=True)
class SlotPing:
    """The ping of a person, for `Seat.ping`."""

    slot: Slot
    ping: Milliseconds
