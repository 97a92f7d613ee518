"""Marks that hold the limits of a field, and the field types that messages, datagrams and demos share.

Rule 1: a field type is an `Annotated` of int, str or tuple with one mark.
Rule 2: `schema` builds the checks from these marks; nothing else checks a field.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from petard.shared.protocol.names import is_display_line
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


def is_word(text: str) -> bool:
    """True for ASCII letters, digits, `.`, `_` and `-`, a letter or digit first."""
    return text.isascii() and text[:1].isalnum() and all(mark.isalnum() or mark in "._-" for mark in text)


def is_token(text: str) -> bool:
    """True for an empty text or 32 hex digits."""
    return len(text) in (0, 32) and not text.strip("0123456789abcdef")


def is_ascii(text: str) -> bool:
    """True for printable ASCII."""
    return text.isascii() and text.isprintable()


Slot = Annotated[int, Range(0, 63)]
U16 = Annotated[int, Range(0, 2**16 - 1)]
U32 = Annotated[int, Range(0, 2**32 - 1)]
Reason = Annotated[str, Text(0, 200)]
Label = Annotated[str, Text(0, 32)]
Word = Annotated[str, Text(1, 32, is_word, "word")]
Tables = Annotated[tuple[tuple[tuple[int, ...], ...], ...], Grid(8, 4096, 32, -(2**31), 2**63 - 1)]
