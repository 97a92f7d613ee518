"""`petard conform`: the command line. Exit status 0: all cases passed; 1: some did not; 2: nothing could be checked."""

import shlex
import shutil
import socket
import sys
from collections.abc import Sequence
from functools import partial

from petard.game.config.arguments import BadAddress, SentenceParser, address_of
from petard.game.devtools.conform import byte_cases, client_cases, login_cases, match_cases, relay_cases
from petard.game.devtools.conform.case import CheckedServer
from petard.game.devtools.conform.probe import ANSWER
from petard.game.devtools.conform.report import Outcome, junit, summary, write_outcome
from petard.game.devtools.conform.runner import run_cases
from petard.game.devtools.conform.visit import Visit
from petard.shared.files import problem_text, write_file
from petard.shared.user_folders import BadPath, new_file

LEVELS = {
    "starter": relay_cases.CASES,
    "full": login_cases.CASES + byte_cases.CASES + match_cases.CASES,
}
CLIENT = "client"
PAGES = {"starter": "docs/conform.md", "full": "PROTOCOL.md", CLIENT: "PROTOCOL.md"}


def main(words: Sequence[str]) -> int:
    """Check a server, or a client with `--client`."""
    parser = _parser()
    options = parser.parse_args(words)
    if bool(options.target) == bool(options.client):
        parser.error("either HOST[:PORT] of a server is needed, or --client COMMAND")
    level = CLIENT if options.client else options.level
    try:
        file = new_file(options.junit) if options.junit else None
        outcomes = _outcomes(options.target, options.client, level, options.only)
        sys.stdout.write("\n" + summary(level, outcomes))
        if file is not None:
            write_file(file, junit(level, outcomes))
        return int(any(outcome.problem for outcome in outcomes))
    except (BadAddress, BadPath) as problem:
        sys.stderr.write(f"petard conform: {problem}\n")
    except OSError as problem:
        sys.stderr.write(f"petard conform: {problem_text(problem)}\n")
    except KeyboardInterrupt:
        return 1
    return 2


def _parser() -> SentenceParser:
    parser = SentenceParser(
        prog="petard conform",
        description="Check whether a server or a client in any language keeps to the protocol (docs/conform.md).",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("target", nargs="?", metavar="HOST[:PORT]", help="check this server; nobody else is in its room")
    add("--level", choices=LEVELS, default="full", help="starter: a relay of frames; full: all of PROTOCOL.md")
    add("--client", metavar="COMMAND", help="check the client that this starts; {host} and {port} are filled in")
    add("--only", default="", metavar="TEXT", help="only cases with this text in GROUP/NAME")
    add("--junit", metavar="FILE", help="write the results as JUnit XML, too")
    return parser


def _outcomes(target: str | None, client: str | None, level: str, only: str) -> list[Outcome]:
    """Run the cases of a level, and print each outcome. BadAddress, OSError: nothing could be checked."""
    if client is not None:
        if shutil.which(shlex.split(client)[0] if shlex.split(client) else "") is None:
            raise BadAddress(f"There is no program {client!r} to start.")
        chosen = [case for case in client_cases.CASES if only in f"{case.group}/{case.name}"]
        return run_cases(chosen, partial(Visit, client), PAGES[level], _print)
    cases = [case for case in LEVELS[level] if only in f"{case.group}/{case.name}"]
    address = address_of(target or "")
    socket.create_connection(address, timeout=ANSWER).close()  # OSError: there is no server
    return run_cases(cases, partial(CheckedServer, address), PAGES[level], _print)


def _print(outcome: Outcome) -> None:
    write_outcome(sys.stdout, outcome)
    sys.stdout.flush()
