"""Answers one who stands at the console, over a connection or on standard input."""

from petard.server.desk.caller import CONSOLE
from petard.server.desk.commands import BadOrder, Role, read, shortened
from petard.server.desk.console_line import answer_of, error_of
from petard.server.desk.desk import Desk

FOLLOW = "follow"


class Clerk:
    """One of them. `follows`: events are to be told to them, too."""

    def __init__(self, desk: Desk) -> None:
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
        except BadOrder as problem:
            return error_of(problem)

    def _follow(self, line: str) -> list[str]:
        what = read(line, Role.CONSOLE).text(0).lower() or "on"
        if what not in ("on", "off"):
            raise BadOrder(f"follow on or off, not {shortened(what)}")
        self.follows = what == "on"
        return []
