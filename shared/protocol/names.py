"""Checks which text is safe to show to other people, and cleans typed text until it is.

Names and chat come from untrusted clients and appear on all screens and in the log of the host. So:

Rule 1: NFC, one line, no control, private or surrogate code point, no noncharacter, no space other than U+0020.
Rule 2: nothing that hides or reorders text: no bidi control, zero-width character, filler or variation selector.
Rule 3: a combining mark follows a letter, never comes first or after a space; at most MARKS follow one letter.
Rule 4: code points that this Python's Unicode version does not know are legal in text from a server (`is_display_...`),
which may run a newer Python: a client must not disconnect because of another player's name. They are illegal in text
from clients (`is_name`, `is_chat`), so a server passes on only what it can judge.
Rule 5: `clean_...` accepts any text and returns only what `is_name` and `is_chat` allow.
Rule 6: no two names in a room look alike, even in letters of different scripts. Names are reduced to plain letters to
compare them, never to show them, as by the skeletons of Unicode's UTS 39. A false match costs little: the second name
gets a number. A missed match costs more: one player can pretend to be another.

The table of what looks alike is our own: letters, digits and signs that do so in the fonts of games. The library for
this task (confusable-homoglyphs) reads a megabyte of JSON when it is imported, from a path that the environment can
change, and has no skeletons; this folder must not read files. Variants that NFKC unifies (wide, bold, circled, script)
are not in the table.
"""

import itertools
import unicodedata
from collections.abc import Collection, Iterable, Set
from functools import lru_cache

NAME_MOST = 16  # code points
CHAT_MOST = 200  # code points
PASSWORD_MOST = 128  # code points; it is never shown, so any text is legal
LETTERS_KEPT = 4096  # code points whose checks are remembered: more than a room of many languages writes
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
# Each row: plain letters, and at the same positions the code points that look like them, as numbers because they do.
# fmt: off
_ROWS = (
    # Greek
    ("ABEZHIKMNOPTYXa", "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03b1"),
    ("oopvikuyntexwun", "\u03bf\u03c3\u03c1\u03bd\u03b9\u03ba\u03c5\u03b3\u03b7\u03c4\u03b5\u03c7\u03c9\u03bc\u03c0"),
    ("bd", "\u03b2\u03b4"),
    # Cyrillic
    ("ABESIJKMHOPCTYX", "\u0410\u0412\u0415\u0405\u0406\u0408\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425"),
    ("YhIGQWFVLnaeopc", "\u04ae\u04ba\u04c0\u050c\u051a\u051c\u0492\u0474\u053c\u041f\u0430\u0435\u043e\u0440\u0441"),
    ("yxsijhldqwvkmhb", "\u0443\u0445\u0455\u0456\u0458\u04bb\u04cf\u0501\u051b\u051d\u0475\u043a\u043c\u043d\u0432"),
    ("tnrwwu3b643b4h", "\u0442\u043f\u0433\u0448\u0449\u0446\u0417\u042c\u0431\u0447\u0437\u044c\u0427\u045b"),
    # Latin of other alphabets and of dictionaries
    ("abcdefghijklmno", "\u1d00\u0299\u1d04\u1d05\u1d07\ua730\u0262\u029c\u026a\u1d0a\u1d0b\u029f\u1d0d\u0274\u1d0f"),
    ("prstuvwyzagiiju", "\u1d18\u0280\ua731\u1d1b\u1d1c\u1d20\u1d21\u028f\u1d22\u0251\u0261\u0131\u0269\u0237\u028b"),
    ("lklyyueooblllvu", "\u0196\u0138\u01c0\u0263\u028e\u026f\u025b\u0254\u1d11\u0185\u026d\u2c61\ua781\u028c\uab52"),
    ("oaqnmdth2333388", "\ua7b7\u0250\u024b\u0272\u0271\u0256\u01ab\u0266\u01a8\u0292\u04e1\u021d\u025c\u0222\u0223"),
    ("553k", "\u01bd\u01bc\u01b7\u0199"),
    # Armenian
    ("OSLUoouhngqjlnf", "\u0555\u054f\u053c\u054d\u0585\u0585\u057d\u0570\u0578\u0581\u0566\u0575\u056c\u057c\u0586"),
    # Cherokee
    ("ABCDEGHiJKLMPRS", "\u13aa\u13f4\u13df\u13a0\u13ac\u13c0\u13bb\u13a5\u13ab\u13e6\u13de\u13b7\u13e2\u13a1\u13da"),
    ("TVWYZ", "\u13a2\u13d9\u13b3\u13a9\u13c3"),
    # Lisu
    ("BPDTGKJCZFMNLSR", "\ua4d0\ua4d1\ua4d3\ua4d4\ua4d6\ua4d7\ua4d9\ua4da\ua4dc\ua4dd\ua4df\ua4e0\ua4e1\ua4e2\ua4e3"),
    ("VHWXYAEIOU", "\ua4e6\ua4e7\ua4ea\ua4eb\ua4ec\ua4ee\ua4f0\ua4f2\ua4f3\ua4f4"),
    # Coptic
    ("ABEHIKMNOPCTYXo", "\u2c80\u2c82\u2c88\u2c8e\u2c92\u2c94\u2c98\u2c9a\u2c9e\u2ca2\u2ca4\u2ca6\u2ca8\u2cac\u2c9f"),
    ("pcia", "\u2ca3\u2ca5\u2c93\u2c81"),
    # single letters of other scripts
    ("oooolllllxOlooa", "\u05e1\u0647\u110b\u0d82\u05d5\u05df\u0627\u4e28\u2d4f\u2d5d\u2d54\u05c0\u3007\u0d20\u237a"),
    # Katakana and Kanji
    ("\u53e3\u4e8c\u516b\u5de5\u529b\u5915\u535c\u4e00", "\u30ed\u30cb\u30cf\u30a8\u30ab\u30bf\u30c8\u30fc"),
    ("\u3078", "\u30d8"),
    # signs
    ("lllllxxvuTooo''", "|\u2223\u2758\u00a6!\u00d7\u2715\u2228\u222a\u22a4\u25cb\u25ef\u00b0`\u00b4"),
    ("''''-------....", "\u2018\u2019\u02bc\u2032\u2010\u2011\u2013\u2014\u2212\u2012\u2015\u00b7\u2022\u2027\u2219"),
    ("~,/", "\u223c\u201a\u2044"),
    # digits; a capital I looks like an l, a small i has a dot
    ("olIl", "01\u0399I"),
)
# fmt: on
_ALPHABETS = (0x1F150, 0x1F170, 0x1F1E6)  # white on black, boxed, and the halves of flags: 26 letters each
_DOTS = "\u0660\u06f0"  # zeros that are drawn as a dot, not as a ring
_TWOS = (("rn", "m"), ("vv", "w"))
_TABLE = {start + place: chr(ord("a") + place) for start in _ALPHABETS for place in range(26)}
for _plain, _others in _ROWS:
    _TABLE |= dict(zip(map(ord, _others), _plain, strict=True))


def is_display_line(text: str) -> bool:
    """True if `text` is one safe line without spaces at its ends. It may be empty."""
    if text[:1] == " " or text[-1:] == " ":
        return False
    if text.isascii():
        return text.isprintable()
    marks = set(text)
    if not (unicodedata.is_normalized("NFC", text) and all(map(_may_be_shown, marks))):
        return False
    return not any(map(_combines, marks)) or max(_heights(text)) <= MARKS


def is_display_name(text: str) -> bool:
    """True for a legal player name from a server: as `is_name`, and unknown code points are legal."""
    return 0 < len(text) <= NAME_MOST and "  " not in text and is_display_line(text)


def is_name(text: str) -> bool:
    """True for a legal player name from a client: 1 to 16 code points, no space at the ends, no two in a row.

    >>> is_name("Ada"), is_name(" Ada"), is_name("")
    (True, False, False)
    """
    return is_display_name(text) and all(map(_is_shown, set(text)))


def is_chat(text: str) -> bool:
    """True for a legal line of chat from a client: 1 to 200 code points."""
    return 0 < len(text) <= CHAT_MOST and is_display_line(text) and all(map(_is_shown, set(text)))


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
    return name_unlike(wanted, looks_of(taken))


def looks_of(names: Iterable[str]) -> set[str]:
    """Return the looks of all these names."""
    return {look for name in names for look in looks(name)}


def name_unlike(wanted: str, seen: Set[str]) -> str:
    """Return the same as `unique_name`, where the `looks_of` the names that are taken are known."""
    endings = itertools.chain([""], (f" {number}" for number in itertools.count(2)))
    names = (wanted[: NAME_MOST - len(ending)].rstrip() + ending for ending in endings)
    return next(name for name in names if seen.isdisjoint(looks(name)))


@lru_cache(maxsize=LETTERS_KEPT)
def _combines(mark: str) -> bool:
    return unicodedata.category(mark)[0] == "M"


@lru_cache(maxsize=LETTERS_KEPT)
def _may_be_shown(mark: str) -> bool:
    return _is_shown(mark) or (unicodedata.category(mark) == "Cn" and mark not in _NEVER)


@lru_cache(maxsize=LETTERS_KEPT)
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


def _letter(mark: str) -> str:
    found = _TABLE.get(ord(mark))
    if found is not None:
        return "l" if found == "I" else found
    return "o" if unicodedata.decimal(mark, -1) == 0 and mark not in _DOTS else mark


def skeleton(name: str) -> str:
    r"""Return the name in the plainest letters that look like its own.

    >>> skeleton("\u0410da") == skeleton("ADA"), skeleton("B0b"), skeleton("Kai") == skeleton("Kal")
    (True, 'bob', False)
    """
    marks = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name))
    plain = "".join(map(_letter, marks)).casefold()
    for two, one in _TWOS:
        plain = plain.replace(two, one)
    return unicodedata.normalize("NFC", plain)


@lru_cache(maxsize=2048)
def looks(name: str) -> frozenset[str]:
    r"""Return all forms to compare: two names look alike if they share one.

    >>> bool(looks("ADI") & looks("\u0430di")), bool(looks("Ada") & looks("Ida"))
    (True, False)
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return frozenset((folded, skeleton(name), skeleton(folded)))
