"""Which text is fit to be shown to other people, and how what was typed becomes fit.

Names and chat come from strangers and land on everybody's screen, and in the log of the host. So:

Rule 1: NFC, one line, no control, private or surrogate code point, no noncharacter, no other space than U+0020.
Rule 2: nothing that hides or turns text round: no bidi control, no zero-width, no filler, no variation selector.
Rule 3: a combining mark stands on a letter, never first or on a space, and no more than MARKS pile up on one letter.
Rule 4: what this Python's Unicode does not know yet is let pass by `is_told_...`, which judges what a server says: it
may have come from a newer Python, and nobody is thrown out of a game for somebody else's letter. It is refused by
`is_name` and `is_chat`, which judge what clients say: so a server only passes on what it understands.
Rule 5: `clean_...` is kind to people and gives only what `is_name` and `is_chat` allow.
Rule 6: no two names in a room look alike, in whatever letters they are written (see `lookalikes`).
"""

import itertools
import unicodedata
from collections.abc import Callable, Collection

from petard.shared.protocol.confusables import looks

NAME_MOST = 16  # code points
CHAT_MOST = 200  # code points
PASSWORD_MOST = 128  # code points; it is never shown, so it may hold what it likes
MARKS = 3  # non-spacing marks in a row; Hebrew and Vietnamese need no more, floods start at a dozen

_BAD = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_STACKED = frozenset({"Mn", "Me"})
# Unicode keeps these for pictures. A newer Python knows more of them than an older one, and nobody should be thrown
# out of a game for an emoji of this year.
_PICTURES = range(0x1F000, 0x1FB00)
# Drawn as nothing, though Unicode files them under letters, marks or symbols.
_INVISIBLE = frozenset(
    map(
        chr,
        [
            *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, 0xFFFC),
            *(*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)),
        ],
    )
)


# Not assigned, but reserved by Unicode for what will be drawn as nothing; and what will never be a character.
_NEVER = frozenset(
    map(
        chr,
        [
            *(0x2065, *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000), *range(0xFDD0, 0xFDF0)),
            *(plane + last for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)),
        ],
    )
)


def is_told_line(text: str) -> bool:
    """Say whether `text` is one line that shows what it holds, without a space at an end. It may be empty."""
    return _is_line(text, _may_be_shown)


def is_told_name(text: str) -> bool:
    """Say whether `text` may be a player's name in the mouth of a server: as `is_name`, and letters of tomorrow."""
    return _is_name_long(text) and is_told_line(text)


def is_told_chat(text: str) -> bool:
    """Say whether `text` may be a line of chat in the mouth of a server: as `is_chat`, and letters of tomorrow."""
    return 0 < len(text) <= CHAT_MOST and is_told_line(text)


def is_name(text: str) -> bool:
    """Say whether `text` may be a player's name: 1 to 16 code points, no space at an end, no two in a row.

    >>> is_name("Ada"), is_name(" Ada"), is_name("")
    (True, False, False)
    """
    return _is_name_long(text) and _is_line(text, _is_shown)


def is_chat(text: str) -> bool:
    """Say whether `text` may be a line of chat: 1 to 200 code points."""
    return 0 < len(text) <= CHAT_MOST and _is_line(text, _is_shown)


def clean_line(text: str) -> str:
    """Return `text`, however long, without what is not fit, and with each kind of space made a plain one."""
    spaced = "".join(" " if mark.isspace() else mark for mark in unicodedata.normalize("NFC", text))
    # What stands next to each other only now may compose, so the form is made once more.
    shown = unicodedata.normalize("NFC", "".join(filter(_is_shown, spaced)))
    return "".join(mark for mark, height in zip(shown, _heights(shown), strict=True) if height <= MARKS).strip(" ")


def clean_name(text: str) -> str:
    """Return what a person typed as a legal name, or "" when nothing of it can be shown.

    >>> clean_name("  Ada   the\tGreat \u202e")
    'Ada the Great'
    """
    return " ".join(clean_line(text).split())[:NAME_MOST].rstrip()


def clean_chat(text: str) -> str:
    """Return what a person typed as a legal line of chat, or "" when nothing of it can be shown."""
    return clean_line(text)[:CHAT_MOST].rstrip()


def unique_name(wanted: str, taken: Collection[str]) -> str:
    """Return `wanted`, a legal name, or the first of "Ada 2", "Ada 3", ... that looks like none of `taken`.

    >>> unique_name("ADA", ["Ada", "Bob"])
    'ADA 2'
    """
    seen = {look for name in taken for look in looks(name)}
    if seen.isdisjoint(looks(wanted)):
        return wanted
    for number in itertools.count(2):
        ending = f" {number}"
        name = wanted[: NAME_MOST - len(ending)].rstrip() + ending
        if seen.isdisjoint(looks(name)):
            return name
    raise AssertionError("count() ended")


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
    """For each code point: how many marks its letter bears so far; over MARKS where there is no letter to bear any."""
    heights = []
    height = MARKS + 1
    for mark in text:
        category = unicodedata.category(mark)
        if category in _STACKED:
            height += 1
        elif category != "Mc":  # a spacing mark neither piles up nor gives a new place to pile up on
            height = MARKS + 1 if mark == " " else 0
        heights.append(0 if mark == " " else height)
    return heights
