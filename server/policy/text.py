"""Numbers that people type, and text for people: counts, times, tables, suggestions, escaping. Pure.

Rule: a number is parsed as a whole, however long it is; checking one part of a text and using another goes wrong with
leading zeros, and Python refuses to parse more than some 4000 digits.
"""

import difflib
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from petard.shared.protocol.names import looks

INT_MOST = 10**9 - 1
_SPANS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
_WIDE = "WF"  # East Asian width classes that take two columns of a terminal


def is_digits(text: str) -> bool:
    """Return True if a text is ASCII digits and nothing else; the number may still be too large for any use.

    >>> is_digits("007"), is_digits("-7"), is_digits("²")
    (True, False, False)
    """
    return text.isascii() and text.isdigit()


def parse_int(text: str, most: int = INT_MOST) -> int | None:
    """Parse a whole number from 0 to `most`; None for anything else.

    >>> parse_int("7"), parse_int("0007"), parse_int("8", 7), parse_int("-1"), parse_int("")
    (7, 7, None, None, None)
    """
    digits = text.lstrip("0")
    if not is_digits(text) or len(digits) > len(str(most)):
        return None
    number = int(digits or "0")
    return number if number <= most else None


def is_alike(one: str, other: str) -> bool:
    """Return True if two names are easily confused: "Ada" and "ADA"."""
    return not looks(one).isdisjoint(looks(other))


def counted(number: int, word: str, ending: str = "s") -> str:
    """Return a number with its noun.

    >>> counted(1, "second"), counted(2, "match", "es")
    ('1 second', '2 matches')
    """
    return f"{number} {word}{ending if number != 1 else ''}"


def span_words(seconds: int) -> str:
    """Return a time in words, in its largest unit, rounded up.

    >>> span_words(1800), span_words(5400), span_words(1), span_words(86400)
    ('30 minutes', '90 minutes', '1 second', '24 hours')
    """
    size, word = next((size, word) for size, word in _SPANS if seconds >= 2 * size or size == 1)
    return counted(max(1, -(-seconds // size)), word)


def did_you_mean(
    name: str, names: Iterable[str], otherwise: str = "", cutoff: float = 0.65, shown: Callable[[str], str] = str
) -> str:
    """Return the end of an error sentence: a suggestion, or `otherwise` if no name is similar; "" without both.

    `cutoff`: the least similarity of a suggestion, where 1.0 is equal. `shown`: how a suggested name is written.

    >>> did_you_mean("Prot", ["host", "port"]), did_you_mean("x", [], "try help"), did_you_mean("x", [])
    ('; did you mean port?', '; try help', '')
    """
    known = {one.casefold(): one for one in names}
    near = difflib.get_close_matches(name.casefold()[:40], list(known), n=1, cutoff=cutoff)
    if near:
        return f"; did you mean {shown(known[near[0]])}?"
    return f"; {otherwise}" if otherwise else ""


def escaped(text: str) -> str:
    r"""Return text in one printable line.

    >>> escaped("a\x1b[2J\nb")
    'a\\x1b[2J\\nb'
    """
    return "".join(mark if mark.isprintable() else mark.encode("unicode_escape").decode() for mark in text)


def table_text(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    r"""Return rows as lines, with columns as wide as needed; columns in `right` are aligned to the right.

    >>> table_text([("NAME", "N"), ("Den", "12")], [1])
    'NAME   N\nDen   12\n'
    """
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        gaps = [" " * (widths[n] - width_of(cell)) for n, cell in enumerate(row)]
        cells = [gap + cell if n in right else cell + gap for n, (cell, gap) in enumerate(zip(row, gaps, strict=True))]
        lines.append("  ".join(cells).rstrip() + "\n")
    return "".join(lines)


def width_of(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    marks = (mark for mark in text if not unicodedata.combining(mark))
    return sum(2 if unicodedata.east_asian_width(mark) in _WIDE else 1 for mark in marks)
