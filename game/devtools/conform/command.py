"""`petard conform`: the command line. Exit status 0: all cases passed; 1: some did not; 2: nothing could be checked."""

import socket
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from petard.game.config.arguments import BadArgument, SentenceParser, address_of
from petard.game.devtools.child_server import CannotRun, command_words
from petard.game.devtools.conform import byte_cases, client_cases, login_cases, match_cases, relay_cases
from petard.game.devtools.conform.case import Case, CheckedServer, S, hello
from petard.game.devtools.conform.probe import ANSWER, CaseFailed
from petard.game.devtools.conform.report import Outcome, junit, summary, write_outcome
from petard.game.devtools.conform.runner import run_cases
from petard.game.devtools.conform.visit import Visit
from petard.shared.files import check_target, problem_text, write_file
from petard.shared.host_port import join_host_port
from petard.shared.protocol.messages import Auth, Roster, Welcome
from petard.shared.user_folders import BadPath, new_file

SERVER_LEVELS = {
    "starter": relay_cases.CASES,
    "full": login_cases.CASES + byte_cases.CASES + match_cases.CASES,
}
CLIENT_LEVELS = {"starter": client_cases.STARTER, "full": client_cases.CASES}
PROTOCOL, EXERCISE = "PROTOCOL.md", "docs/conform.md"


def main(words: Sequence[str]) -> int:
    """Check a server, or a client with `--client`."""
    parser = _parser()
    options = parser.parse_args(words)
    if (options.target is None) == (options.client is None):
        parser.error("either HOST[:PORT] of a server is needed, or --client COMMAND")
    try:
        file = new_file(options.junit) if options.junit is not None else None
        if file is not None:
            check_target(file)  # before the cases, which take a minute
        outcomes = _outcomes(options)
        sys.stdout.write("\n" + summary(options.level, outcomes))
        if file is not None:
            write_file(file, junit(options.level, outcomes))
        return int(any(outcome.problem for outcome in outcomes))
    except (BadArgument, BadPath, CannotRun) as problem:
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
    add("--level", choices=SERVER_LEVELS, default="full", help="starter: the first steps; full: all of PROTOCOL.md")
    add("--client", metavar="COMMAND", help="check the client that this starts; {host} and {port} are filled in")
    add("--only", default="", metavar="TEXT", help="only cases with this text in GROUP/NAME")
    add("--junit", metavar="FILE", help="write the results as JUnit XML, too")
    return parser


def _outcomes(options: Namespace) -> list[Outcome]:
    """Run the cases of a level, and print each outcome. BadArgument, CannotRun: nothing could be checked."""
    if options.client is not None:
        command_words(options.client)
        chosen = _chosen(CLIENT_LEVELS[options.level], options.only)
        return run_cases(chosen, partial(Visit, options.client), PROTOCOL, _print)
    address, cases = address_of(options.target), _chosen(SERVER_LEVELS[options.level], options.only)
    try:
        socket.create_connection(address, timeout=ANSWER).close()
    except OSError as problem:
        raise BadArgument(f"No server answers at {join_host_port(*address)} ({problem_text(problem)}).") from problem
    if options.level == "full":
        _check_room(address)
    page = EXERCISE if options.level == "starter" else PROTOCOL
    return run_cases(cases, partial(CheckedServer, address), page, _print)


def _check_room(address: tuple[str, int]) -> None:
    """Join once. BadArgument: there is a password, or somebody in the room. Other wrong answers are for the cases."""
    with CheckedServer(address) as server, suppress(CaseFailed):
        probe = server.connect()
        probe.say(hello())
        answer = probe.next_message(ANSWER)
        if isinstance(answer, Auth):
            raise BadArgument("The server asks for a password. To check it, start it without one.")
        if isinstance(answer, Welcome):
            probe.is_member = True
            roster = probe.expect(Roster)
            ours = (0, answer.member)  # 0: a bot
            if roster.watchers or any(seat.member not in ours and not seat.away for seat in roster.seats):
                raise BadArgument("Somebody is in the room of the server. To check it, start it anew.")


def _chosen(cases: Sequence[Case[S]], text: str) -> list[Case[S]]:
    """Return the cases with a text in their name; BadArgument: there are none."""
    chosen = [case for case in cases if text in f"{case.group}/{case.name}"]
    if not chosen:
        raise BadArgument(f"No case of this level has {text!r} in its name.")
    return chosen


def _print(outcome: Outcome) -> None:
    write_outcome(sys.stdout, outcome)
    sys.stdout.flush()
