"""What `list`, `ping`, `status` and `results` share: places as people write them, tables, how a mistake is told."""

import argparse
import sys
import unicodedata
from collections.abc import Sequence
from typing import NoReturn

from petard.server.config.config import fail
from petard.server.config.schema import PORT
from petard.server.policy.numbers import whole

PORT_MOST = 65535
WIDE = "WF"  # by East Asian width: these take two columns of a terminal


class CliParser(argparse.ArgumentParser):
    """Tells a mistake in one sentence, and leaves with status 2."""

    def error(self, message: str) -> NoReturn:
        """One line, no usage: the sentence is what helps."""
        sys.exit(fail(message))


def port(text: str) -> int:
    """Read the number of a port."""
    if found := whole(text, PORT_MOST):
        return found
    raise argparse.ArgumentTypeError(f"a port is a number from 1 to {PORT_MOST}, not {text[:40]!r}")


def place(text: str) -> tuple[str, int | None]:
    """Read HOST, HOST:PORT or [IPv6]:PORT.

    >>> place("den.local"), place("10.0.0.5:7778"), place("::1"), place("[fe80::1%eth0]:7777")
    (('den.local', None), ('10.0.0.5', 7778), ('::1', None), ('fe80::1%eth0', 7777))
    """
    host, colon, end = text.rpartition(":")
    if text.startswith("["):
        inside, bracket, rest = text[1:].partition("]")
        if not inside or not bracket or rest[:1] not in ("", ":"):
            raise argparse.ArgumentTypeError(f"an IPv6 address with a port is [ADDRESS]:PORT, not {text[:60]!r}")
        return inside, port(rest[1:]) if rest else None
    if colon and ":" not in host:
        if not host:
            raise argparse.ArgumentTypeError(f"there is no host in {text[:60]!r}")
        return host, port(end)
    if not text:
        raise argparse.ArgumentTypeError("say which host")
    return text, None


def spelled(host: str, port: int) -> str:
    """Return a place as it is typed into the game.

    >>> spelled("10.0.0.5", 7777), spelled("::1", 7778)
    ('10.0.0.5', '[::1]:7778')
    """
    if port == PORT:
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def table(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    r"""Return rows as lines, with columns as wide as they have to be; those numbered in `right` keep to the right.

    >>> table([("NAME", "N"), ("Den", "12")], [1])
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
    """How many columns of a terminal a text takes."""
    marks = (mark for mark in text if not unicodedata.combining(mark))
    return sum(2 if unicodedata.east_asian_width(mark) in WIDE else 1 for mark in marks)
