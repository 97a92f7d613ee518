"""Demos from files, and a parser that complains in one line: what all verbs share."""

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from shared.demo.blocks import NoDemo
from shared.demo.reader import Demo, read_demo

FILE_MOST = 256 << 20  # bytes; a match of a whole day has a third of it


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
