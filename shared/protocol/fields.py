"""The types of message fields: each is an `Annotated` of int, str or tuple with one mark that holds its limits.

Rule 1: `schema` builds the checks from these marks; nothing else checks a field.
Rule 2: Name and ChatText are for what clients send, DisplayName and DisplayChat for what servers pass on (see `names`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from petard.shared.protocol.names import (
    CHAT_MOST,
    NAME_MOST,
    is_chat,
    is_display_chat,
    is_display_line,
    is_display_name,
    is_name,
)
from petard.shared.rules.limits import Range


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few whole numbers."""

    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """Text of `least` to `most` code points that `is_legal` accepts; `what` names that rule in errors and tables."""

    least: int
    most: int
    is_legal: Callable[[str], bool] = is_display_line
    what: str = "line"


@dataclass(frozen=True, slots=True)
class Grid:
    """Up to `tables` tables of up to `rows` rows of 1 to `width` whole numbers, each from `low` to `high`."""

    tables: int
    rows: int
    width: int
    low: int
    high: int


def _is_word(text: str) -> bool:
    return text.isascii() and text[:1].isalnum() and all(mark.isalnum() or mark in "._-" for mark in text)


def _is_token(text: str) -> bool:
    return len(text) in (0, 32) and not text.strip("0123456789abcdef")


def _is_ascii(text: str) -> bool:
    return text.isascii() and text.isprintable()


# fmt: off
Colour = Annotated[int, Range(0, 15)]
Character = Annotated[int, Range(0, 7)]
Keys = Annotated[int, Range(0, 31)]  # UP=1 DOWN=2 LEFT=4 RIGHT=8 BOMB=16
Member = Annotated[int, Range(0, 2**32 - 1)]
Rounds = Annotated[int, Range(1, 9)]
Seq = Annotated[int, Range(0, 2**31 - 1)]
Side = Annotated[int, Range(5, 64)]  # tiles
Skill = Annotated[int, Range(0, 3)]
Slot = Annotated[int, Range(0, 63)]
SlotOrNone = Annotated[int, Range(-1, 63)]
Tick = Annotated[int, Range(0, 2**31 - 1)]
Tile = Annotated[int, Range(0, 15)]
U16 = Annotated[int, Range(0, 2**16 - 1)]
U32 = Annotated[int, Range(0, 2**32 - 1)]
Bots = Annotated[int, Range(0, 63)]
WinCount = Annotated[int, Range(0, 9)]
Milliseconds = Annotated[int, Range(0, 9999)]
Name = Annotated[str, Text(1, NAME_MOST, is_name, "name")]
ChatText = Annotated[str, Text(1, CHAT_MOST, is_chat, "chat")]
DisplayName = Annotated[str, Text(1, NAME_MOST, is_display_name, "display name")]
DisplayChat = Annotated[str, Text(1, CHAT_MOST, is_display_chat, "display chat")]
Sentence = Annotated[str, Text(1, 200)]
Reason = Annotated[str, Text(0, 200)]
Label = Annotated[str, Text(0, 32)]
Word = Annotated[str, Text(1, 32, _is_word, "word")]
AuthText = Annotated[str, Text(0, 480, _is_ascii, "ASCII")]  # fits a frame of LIMIT_PENDING bytes
Token = Annotated[str, Text(0, 32, _is_token, "token")]
Tables = Annotated[tuple[tuple[tuple[int, ...], ...], ...], Grid(8, 4096, 32, -(2**31), 2**63 - 1)]
# fmt: on
