"""Moments on the command line: `1800` (ticks since the match began), `30.5s` or `0:30`; and how they are printed.

Rule: a printed moment can be typed in again and means the same moment, so both use hundredths of a second.
"""

import re
from argparse import ArgumentTypeError

from petard.shared.rules.ruleset import TICK_RATE

MOMENT_FORMATS = "1800 (ticks), 30s, 30.5s or 0:30"
_MOMENT = re.compile(r"(?:(?:(?P<minutes>\d{1,6}):(?P<rest>\d\d(?:\.\d{1,6})?))|(?P<seconds>\d{1,8}(?:\.\d{1,6})?)s)")


def clock_text(moment: int) -> str:
    """Return a moment as minutes, seconds and hundredths, which tell one tick from the next.

    >>> clock_text(3675)
    '1:01.25'
    """
    seconds, ticks = divmod(moment, TICK_RATE)
    return f"{seconds // 60}:{seconds % 60:02}.{(ticks * 100 + TICK_RATE // 2) // TICK_RATE:02}"


def parse_moment(text: str) -> int:
    """Read a moment from the command line; raises ArgumentTypeError with one sentence.

    >>> [parse_moment(text) for text in ("1800", "30.5s", "1:30")]
    [1800, 1830, 5400]
    """
    if text.isascii() and text.isdigit() and len(text) <= 10:
        return int(text)
    found = _MOMENT.fullmatch(text)
    if not found:
        raise ArgumentTypeError(f"{text[:40]!r} is no moment: write {MOMENT_FORMATS}")
    seconds = float(found["seconds"] or found["rest"])
    return int(found["minutes"] or 0) * 60 * TICK_RATE + round(seconds * TICK_RATE)
