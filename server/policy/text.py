"""Numbers, times and what somebody may have meant, in words. Pure."""

import difflib
import unicodedata
from collections.abc import Iterable, Sequence

_SPANS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def counted(number: int, word: str, ending: str = "s") -> str:
    """So many of something.

    >>> counted(1, "second"), counted(2, "match", "es")
    ('1 second', '2 matches')
    """
    return f"{number} {word}{ending if number != 1 else ''}"


def span_words(seconds: int) -> str:
    """A time in words, in its largest unit and never too short.

    >>> span_words(1800), span_words(5400), span_words(1), span_words(86400)
    ('30 minutes', '90 minutes', '1 second', '24 hours')
    """
    size, word = next((size, word) for size, word in _SPANS if seconds >= 2 * size or size == 1)
    return counted(max(1, -(-seconds // size)), word)


def nearest(name: str, names: Iterable[str], cutoff: float = 0.65) -> str:
    """The one that somebody may have meant, or "". `cutoff`: how near it has to be, 1.0 is the same.

    >>> nearest("prot", ["host", "port"]), nearest("ADA", ["Ada", "Bob"])
    ('port', 'Ada')
    """
    known = {one.casefold(): one for one in names}
    near = difflib.get_close_matches(name.casefold()[:40], list(known), n=1, cutoff=cutoff)
    return known[near[0]] if near else ""


def table_text(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    r"""Return rows as lines, with columns as wide as needed; those numbered in `right` are aligned to the right.

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
    """Return how many columns of a terminal a text takes: two for each wide East Asian character."""
    letters = (letter for letter in text if not unicodedata.combining(letter))
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in letters)
