"""Answers one who stands at the console, over a connection or on standard input."""

from petard.server.admin.dispatcher import Dispatcher
from petard.server.admin.issuer import CONSOLE
from petard.server.policy.admin_commands import AdminRole, CommandError, read, shortened
from petard.server.policy.console_protocol import answer_of, error_of

FOLLOW = "follow"


class ConsoleSession:
    """One of them. `follows`: events are to be told to them, too."""

    def __init__(self, desk: Dispatcher) -> None:
        self.follows = False
        self._desk = desk

    def answer(self, line: str, now: float) -> str:
        """What a line is answered with, to its last line end; nothing, if there was nothing in it."""
        words = line.split()
        if not words:
            return ""
        try:
            if words[0].lower() == FOLLOW:
                return answer_of(self._follow(line))
            return answer_of(self._desk.run(line, CONSOLE, now))
        except CommandError as problem:
            return error_of(problem)

    def _follow(self, line: str) -> list[str]:
        what = read(line, AdminRole.CONSOLE).text(0).lower() or "on"
        if what not in ("on", "off"):
            raise CommandError(f"follow on or off, not {shortened(what)}")
        self.follows = what == "on"
        return []
