"""The parser class that petard-server and all its subcommands use, and the values that they read.

Rule: a mistake is one sentence on stderr and exit status 2, without the usage.
"""

import argparse
import sys
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from petard.server.config.parsers import BadValue, number
from petard.server.config.sources import SIMILARITY
from petard.server.policy.text import did_you_mean
from petard.shared.host_port import split_host_port

PORT_MOST = 65535
INTERRUPTED = 130  # exit status after Ctrl-C
SUBCOMMANDS = {  # each a module of server/cli with `main(words) -> exit status`, and its line in the help
    "config": "print each setting, and where it was set",
    "list": "show the servers around",
    "ping": "measure how far away a server is, by the game's stream or by UDP",
    "replay": "look at recorded matches: run them again, compare, cut, film",
    "status": "ask a server for its state, by HTTP",
    "results": "print who won how often",
}
T = TypeVar("T")
_UNKNOWN = "unrecognized arguments: "  # how argparse begins


def fail(sentence: object, status: int = 2) -> int:
    """Print what is wrong; returns the exit status, which is 2 for wrong arguments."""
    sys.stderr.write(f"petard-server: {sentence}\n")
    return status


class CliParser(argparse.ArgumentParser):
    """Prints a mistake as one sentence, with a suggestion, and exits with status 2."""

    def __init__(self, name: str, about: str, **more: Any) -> None:
        """`name`: the subcommand, "" for the server itself."""
        super().__init__(prog=f"petard-server {name}".strip(), description=about, allow_abbrev=False, **more)
        self._subcommands = {} if name else SUBCOMMANDS

    def error(self, message: str) -> NoReturn:
        strange = message.partition(_UNKNOWN)[2].partition(" ")[0].partition("=")[0]
        is_word = bool(strange) and not strange.startswith("-")
        names = self._subcommands if is_word else self._option_string_actions
        hint = did_you_mean(strange, names, cutoff=SIMILARITY)
        if is_word and not hint and self._subcommands:
            message = f"{strange[:40]!r} is neither a flag nor a verb; the verbs are {', '.join(self._subcommands)}"
        sys.exit(fail(message + hint))


def flag(parse: Callable[[str], T]) -> Callable[[str], T]:
    """Return a parser of settings as one that argparse can use."""

    def typed(text: str) -> T:
        try:
            return parse(text)
        except BadValue as problem:
            raise argparse.ArgumentTypeError(str(problem)) from problem

    return typed


port = flag(number(1, PORT_MOST, "a port"))


def host_port(text: str) -> tuple[str, int | None]:
    """Read HOST, HOST:PORT or [IPv6]:PORT from the command line.

    >>> host_port("den.local"), host_port("[fe80::1%eth0]:7777")
    (('den.local', None), ('fe80::1%eth0', 7777))
    """
    try:
        host, digits = split_host_port(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from problem
    if not host:
        raise argparse.ArgumentTypeError(f"there is no host in {text[:60]!r}" if text else "say which host")
    return host, None if digits is None else port(digits)
