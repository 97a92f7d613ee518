"""Demos from files, moments from words, and a parser that complains in one line: what all verbs share."""

import argparse
import re
import sys
from pathlib import Path
from typing import NoReturn

from shared.demo.blocks import NoDemo
from shared.demo.reader import Demo, read_demo
from shared.rules.ruleset import TICK_RATE

FILE_MOST = 256 << 20  # bytes; a match of a whole day has a third of it
_MOMENT = re.compile(r"(?:(?:(?P<minutes>\d{1,6}):(?P<rest>\d\d(?:\.\d{1,6})?))|(?P<seconds>\d{1,8}(?:\.\d{1,6})?)s)")


class Parser(argparse.ArgumentParser):
    """The words of one verb; a mistake is one sentence and SystemExit(2)."""

    def __init__(self, verb: str, about: str) -> None:
        super().__init__(prog=f"petard-server replay {verb}", description=about, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """One line, no usage."""
        sys.stderr.write(f"{self.prog}: {message}\n")
        sys.exit(2)


def open_demo(path: Path) -> Demo:
    """The demo in a file; raises NoDemo with a sentence that names the file."""
    try:
        size = path.stat().st_size
        if size > FILE_MOST:
            raise NoDemo(f"{path}: {size >> 20} MiB are more than any demo has.")
        return read_demo(path.read_bytes())
    except OSError as problem:
        raise NoDemo(f"{path}: cannot be read: {problem.strerror or problem}.") from None
    except NoDemo as problem:
        text = str(problem)
        raise NoDemo(text if text.startswith(str(path)) else f"{path}: {text}") from None


def moment(text: str) -> int:
    """A moment from the command line: ticks (1800), seconds (30s, 30.5s) or minutes and seconds (0:30).

    >>> [moment(text) for text in ("1800", "30.5s", "1:30")]
    [1800, 1830, 5400]
    """
    if text.isascii() and text.isdigit() and len(text) <= 10:
        return int(text)
    found = _MOMENT.fullmatch(text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no moment: write 1800 (ticks), 30s, 30.5s or 0:30")
    seconds = float(found["seconds"] or found["rest"])
    return int(found["minutes"] or 0) * 60 * TICK_RATE + round(seconds * TICK_RATE)
