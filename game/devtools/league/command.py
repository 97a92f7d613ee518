"""`petard league`: the command line, the programs, and the spectator that counts.

Exit status 0: all rounds were played; 1: Ctrl-C, or fewer than two programs were left; 2: it could not begin.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from petard.game.config.arguments import SentenceParser
from petard.game.devtools.child_server import CannotRun, ChildServer, command_words, end_program, start_program
from petard.game.devtools.conform.case import hello
from petard.game.devtools.conform.probe import CaseFailed, Probe, WireLog
from petard.game.devtools.league.table import Row, Table
from petard.shared.protocol.messages import Delta, Events, Input, Keyframe, Message, Ping, Pong, Results, Roster
from petard.shared.protocol.names import looks

ROUNDS_OF_A_MATCH, JOIN, SILENT = 9, 30.0, 60.0  # rounds; seconds until all have joined; seconds without a message
NAME_MOST = 14  # characters: the server adds a number to a name that is taken


def main(words: Sequence[str]) -> int:
    """Let programs play, and print the table."""
    parser = _parser()
    options = parser.parse_args(words)
    if not 2 <= len(options.bots) <= 8:
        parser.error("a league has 2 to 8 programs")
    if not 1 <= options.rounds <= 1000:
        parser.error("--rounds is a number from 1 to 1000")
    try:
        table = Table(_rows(options.bots))
    except CannotRun as problem:
        sys.stderr.write(f"petard league: {problem}\n")
        return 2
    board = ("--seed", str(options.seed), "--map", options.map, "--rules", options.rules)
    try:
        with ExitStack() as stack:
            status = League(table, options.rounds, board, stack).play()
        table.write(sys.stdout)
        return status
    except (CannotRun, CaseFailed) as problem:
        sys.stderr.write(f"petard league: {problem}\n")
        return 2
    except KeyboardInterrupt:
        table.write(sys.stdout)
        return 1


def _parser() -> SentenceParser:
    parser = SentenceParser(
        prog="petard league", description="Let programs play against each other (docs/league.md).", allow_abbrev=False
    )
    about = "a program, or a command with {host}, {port} and {name} in it; without these, they are added at its end"
    parser.add_argument("bots", nargs="+", metavar="BOT", help=about)
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="how many rounds (default: 3)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="equal seeds give equal boards (default: 1)")
    parser.add_argument("--map", default="classic", metavar="NAME", help="as of petard-server (default: classic)")
    parser.add_argument("--rules", default="last-one-standing", metavar="NAME", help="as of petard-server")
    return parser


def _rows(commands: Sequence[str]) -> list[Row]:
    """Return a row for each program, each with a name that looks like no other: the server would change it."""
    rows: list[Row] = []
    for command in commands:
        stem = next((Path(word).stem for word in reversed(command_words(command)) if "{" not in word), "bot")
        name = "".join(letter for letter in stem if letter.isascii() and letter.isalnum())[:NAME_MOST] or "bot"
        rows.append(Row(name, command))
    taken: set[str] = set()
    for row in rows:
        stem, number = row.name[: NAME_MOST - 1], 1
        while looks(row.name) & taken:
            number += 1
            row.name = f"{stem}{number}"
        taken |= looks(row.name)
    return rows


class League:
    """A server, the programs, and a spectator that counts."""

    def __init__(self, table: Table, rounds: int, options: Sequence[str], stack: ExitStack) -> None:
        """Start all; they end with the stack. CannotRun: the server or a program cannot be started."""
        self.table, self.rounds = table, rounds
        matches = ("--rounds", str(min(rounds, ROUNDS_OF_A_MATCH)), "--bots", "0")
        server = stack.enter_context(ChildServer(*options, *matches))
        self.programs: list[tuple[Row, subprocess.Popen[bytes]]] = []
        for row in table.rows:
            self.programs.append((row, start_program(_words(row, server.port))))
            stack.callback(end_program, self.programs[-1][1])
        sock = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
        self.spectator = Probe(sock, "league", WireLog())
        self.spectator.say(hello("League", players=0))
        self.states = 0
        self._begin = self._last = self._confirmed = time.monotonic()

    def play(self) -> int:
        """Count until all rounds are over. Return the exit status."""
        while self.table.rounds < self.rounds:
            message = self.spectator.next_message(0.1)
            now = time.monotonic()
            self._last = self._last if message is None else now
            # Or the server would send no more states and events; before its Welcome an Input is out of turn.
            if self._last > self._begin and now - self._confirmed > 0.2:
                self._confirmed = now
                self.spectator.say(Input(1, (), self.states))
            if not self._goes_on(now):
                return 1
            if message is not None:
                self._count(message)
        return 0

    def _goes_on(self, now: float) -> bool:
        """Note who has ended or not joined; return whether the league can go on."""
        for row, program in self.programs:
            if program.poll() is not None and not row.status:
                row.status = f"ended with status {program.returncode} in round {self.table.rounds + 1}"
        if not self.table.seats and now - self._begin > JOIN:
            for row in self.table.rows:
                row.status = row.status or "did not join"
        runs = sum(not row.status for row in self.table.rows)
        return runs >= 2 and not self.spectator.is_over and now - self._last < SILENT

    def _count(self, message: Message) -> None:
        if isinstance(message, Ping):
            self.spectator.say(Pong(message.id))
        elif isinstance(message, Keyframe | Delta):
            self.states += 1
        elif isinstance(message, Roster):
            self.table.seat({seat.slot: seat.name for seat in message.seats})
        elif isinstance(message, Events):
            for event in message.events:
                self.table.event(event)
        elif isinstance(message, Results):
            self.table.result(message)
            winner = self.table.seats.get(message.winner)
            name = winner.name if winner else "nobody"
            sys.stdout.write(f"round {self.table.rounds} of {self.rounds}: {name} wins\n")
            sys.stdout.flush()


def _words(row: Row, port: int) -> list[str]:
    """Return the command that starts a program."""
    filled = command_words(row.command, host="127.0.0.1", port=str(port), name=row.name)
    if filled == command_words(row.command):
        filled += ["127.0.0.1", str(port), row.name]
    return filled
