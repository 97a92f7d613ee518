"""Checks which text is safe to show to other people, and cleans typed text until it is.

Names and chat come from untrusted clients and appear on all screens and in the log of the host. So:

Rule 1: NFC, one line, no control, private or surrogate code point, no noncharacter, no space other than U+0020.
Rule 2: nothing that hides or reorders text: no bidi control, zero-width character, filler or variation selector.
Rule 3: a combining mark follows a letter, never comes first or after a space; at most MARKS follow one letter.
Rule 4: code points that this Python's Unicode version does not know are legal in text from a server (`is_display_...`),
which may run a newer Python: a client must not disconnect because of another player's name. They are illegal in text
from clients (`is_name`, `is_chat`), so a server passes on only what it can judge.
Rule 5: `clean_...` accepts any text and returns only what `is_name` and `is_chat` allow.
Rule 6: no two names in a room look alike, even in letters of different scripts (see `confusables`).
"""

import itertools
import unicodedata
from collections.abc import Callable, Collection

from petard.shared.protocol.confusables import looks

NAME_MOST = 16  # code points
CHAT_MOST = 200  # code points
PASSWORD_MOST = 128  # code points; it is never shown, so any text is legal
MARKS = 3  # non-spacing marks in a row; Hebrew and Vietnamese need no more, abuse starts at a dozen

_BAD = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_STACKED = frozenset({"Mn", "Me"})
# Unicode reserves these for pictures. A newer Python knows more of them, and a new emoji must not end a connection.
_PICTURES = range(0x1F000, 0x1FB00)
# Invisible, although their Unicode categories are letters, marks or symbols.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc") | frozenset(
    map(chr, (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)
# Unassigned, but reserved by Unicode for invisible characters; and noncharacters.
_NEVER = frozenset(map(chr, (0x2065, *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000), *range(0xFDD0, 0xFDF0)))) | {
    chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)
}


def is_display_line(text: str) -> bool:
    """True if `text` is one safe line without spaces at its ends. It may be empty."""
    return _is_line(text, _may_be_shown)


def is_display_name(text: str) -> bool:
    """True for a legal player name from a server: as `is_name`, and unknown code points are legal."""
    return _is_name_long(text) and is_display_line(text)


def is_name(text: str) -> bool:
    """True for a legal player name from a client: 1 to 16 code points, no space at the ends, no two in a row.

    >>> is_name("Ada"), is_name(" Ada"), is_name("")
    (True, False, False)
    """
    return _is_name_long(text) and _is_line(text, _is_shown)


def is_chat(text: str) -> bool:
    """True for a legal line of chat from a client: 1 to 200 code points."""
    return 0 < len(text) <= CHAT_MOST and _is_line(text, _is_shown)


def clean_line(text: str) -> str:
    """Return `text` (of any length) without unsafe code points, and with every kind of space replaced by U+0020."""
    spaced = "".join(" " if mark.isspace() else mark for mark in unicodedata.normalize("NFC", text))
    # The removal can bring code points together that compose, so the text is normalised again.
    shown = unicodedata.normalize("NFC", "".join(filter(_is_shown, spaced)))
    return "".join(mark for mark, height in zip(shown, _heights(shown), strict=True) if height <= MARKS).strip(" ")


def clean_name(text: str) -> str:
    """Return typed text as a legal name, or "" if nothing in it is legal.

    >>> clean_name("  Ada   the\tGreat \u202e")
    'Ada the Great'
    """
    return " ".join(clean_line(text).split())[:NAME_MOST].rstrip()


def clean_chat(text: str, most: int = CHAT_MOST) -> str:
    """Return text as a legal line of chat of `most` code points, or "" if nothing in it is legal."""
    return clean_line(text)[:most].rstrip()


def unique_name(wanted: str, taken: Collection[str]) -> str:
    """Return `wanted` (a legal name), or the first of "Ada 2", "Ada 3", ... that looks like none of `taken`.

    >>> unique_name("ADA", ["Ada", "Bob"])
    'ADA 2'
    """
    seen = {look for name in taken for look in looks(name)}
    endings = itertools.chain([""], (f" {number}" for number in itertools.count(2)))
    names = (wanted[: NAME_MOST - len(ending)].rstrip() + ending for ending in endings)
    return next(name for name in names if seen.isdisjoint(looks(name)))


def _is_line(text: str, is_shown: Callable[[str], bool]) -> bool:
    if text[:1] == " " or text[-1:] == " ":
        return False
    if text.isascii():
        return text.isprintable()
    return unicodedata.is_normalized("NFC", text) and all(map(is_shown, text)) and max(_heights(text)) <= MARKS


def _is_name_long(text: str) -> bool:
    return 0 < len(text) <= NAME_MOST and "  " not in text


def _may_be_shown(mark: str) -> bool:
    return _is_shown(mark) or (unicodedata.category(mark) == "Cn" and mark not in _NEVER)


def _is_shown(mark: str) -> bool:
    if mark == " ":
        return True
    category = unicodedata.category(mark)
    if category in _BAD:
        return category == "Cn" and ord(mark) in _PICTURES
    return category != "Zs" and mark not in _INVISIBLE


def _heights(text: str) -> list[int]:
    """For each code point, the number of marks on its letter so far; more than MARKS if there is no letter."""
    heights = []
    height = MARKS + 1
    for mark in text:
        category = unicodedata.category(mark)
        if category in _STACKED:
            height += 1
        elif category != "Mc":  # a spacing mark does not count, and it does not start a new count
            height = MARKS + 1 if mark == " " else 0
        heights.append(0 if mark == " " else height)
    return heights
