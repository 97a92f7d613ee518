"""The command `shutdown`: stops the server at once, after the round, or after a countdown that can be cancelled.

Rule 1: a countdown is announced when it begins and at each of ANNOUNCED_AT; the game goes on meanwhile.
Rule 2: without seconds it is as with a signal: the round is played to its end (server/runtime/drain.py).
"""

import math

from petard.server.net.server import Server
from petard.server.policy.admin_commands import CommandError, CommandHandlers, Issuer, ParsedCommand, shortened
from petard.server.policy.text import counted, parse_int
from petard.server.runtime.drain import Drain

ANNOUNCED_AT = (3600, 1800, 600, 300, 120, 60, 30, 10, 5, 4, 3, 2, 1)  # seconds before the end
SECONDS_MOST = 86400


class Shutdown:
    """The countdown, when there is one."""

    def __init__(self, server: Server, drain: Drain) -> None:
        self._server, self._drain = server, drain
        self._ends = math.inf
        self._marks: list[int] = []  # the announcements to come, the next last
        self.handlers: CommandHandlers = {"shutdown": self._shutdown}

    def _shutdown(self, issuer: Issuer, parsed: ParsedCommand, now: float) -> list[str]:
        text = parsed.text(0)
        if text == "cancel":
            return self._cancel()
        if not text:
            self._drain.begin(self._drain.seconds, now)
            return ["the server stops after this round"]
        seconds = parse_int(text, SECONDS_MOST)
        if seconds is None:
            raise CommandError(f"a number of seconds up to {SECONDS_MOST}, or cancel, not {shortened(text)}")
        if not seconds:
            self._drain.begin(0, now)
            return ["the server stops now"]
        self._ends = now + seconds
        self._marks = [mark for mark in reversed(ANNOUNCED_AT) if mark < seconds]
        self._announce(seconds)
        return [f"the server stops in {_in_words(seconds)}; `shutdown cancel` takes it back"]

    def _cancel(self) -> list[str]:
        if self._drain.is_draining:
            raise CommandError("too late: the server is stopping already")
        if self._ends == math.inf:
            raise CommandError("the server is not about to stop")
        self._ends = math.inf
        self._server.announce("The server goes on.")
        return ["the server goes on"]

    def update(self, now: float) -> None:
        """Announce how many seconds are left, and stop when none are."""
        if now >= self._ends:
            self._ends = math.inf
            self._drain.begin(0, now)
        elif self._marks and self._ends < math.inf and self._ends - now <= self._marks[-1]:
            self._announce(self._marks.pop())

    def next_due(self, now: float) -> float:
        """The end; in an empty room nobody needs the announcements."""
        return self._ends

    def _announce(self, seconds: int) -> None:
        self._server.announce(f"The server stops in {_in_words(seconds)}.")


def _in_words(seconds: int) -> str:
    """Whole minutes as minutes, anything else in seconds, so that it is exact."""
    minutes, rest = divmod(seconds, 60)
    return counted(seconds, "second") if minutes < 2 or rest else counted(minutes, "minute")
