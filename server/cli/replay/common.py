"""Demos from files, a place for what is made of them, and a parser that complains in one line: what all verbs share.

Rule: no file is written over unless that was asked for.
"""

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from petard.shared.demo.blocks import NoDemo
from petard.shared.demo.reader import Demo, read_demo

FILE_MOST = 256 << 20  # bytes; a match of a whole day has a third of it


class Parser(argparse.ArgumentParser):
    """The words of one verb; a mistake is one sentence and SystemExit(2)."""

    def __init__(self, verb: str, about: str) -> None:
        super().__init__(prog=f"petard-server replay {verb}", description=about, allow_abbrev=False)

    def add_out(self, about: str) -> None:
        """Take the name of a new file. `about`: which one it is, and its name when none is said."""
        self.add_argument("-o", "--out", type=Path, metavar="OUT", help=about)
        self.add_argument("--force", action="store_true", help="write over OUT if it is there already")

    def error(self, message: str) -> NoReturn:
        """One line, no usage."""
        sys.stderr.write(f"{self.prog}: {message}\n")
        sys.exit(2)


def out_of(given: argparse.Namespace, usual: Path) -> Path:
    """Where to write, `usual` if nothing was said; raises NoDemo if that would be written over and nobody said so."""
    out: Path = given.out or usual
    if out.is_file() and not given.force:
        raise NoDemo(f"{out} is there already; --force writes over it.")
    return out


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
