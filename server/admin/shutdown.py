"""The end of a server, from the desk: at once, after the round, or after so many seconds, which can be taken back.

Rule 1: with seconds, everybody is told when it begins and at each of TOLD_AT; the game goes on meanwhile.
Rule 2: without, it is as with a signal: the round is played to its end (server/runtime/drain.py).
"""

import math

from petard.server.admin.issuer import Issuer, Orders
from petard.server.net.server import Server
from petard.server.policy.admin_commands import CommandError, ParsedCommand, shortened
from petard.server.policy.numbers import whole
from petard.server.policy.text import counted
from petard.server.runtime.drain import Drain

TOLD_AT = (3600, 1800, 600, 300, 120, 60, 30, 10, 5, 4, 3, 2, 1)  # seconds before the end
SECONDS_MOST = 86400


class Shutdown:
    """The countdown, when there is one."""

    def __init__(self, net: Server, drain: Drain) -> None:
        self._net, self._drain = net, drain
        self._ends = math.inf  # when it is over
        self._left: list[int] = []  # when it is still to be told, the next last
        self.orders: Orders = {"shutdown": self._shut_down}

    def _shut_down(self, caller: Issuer, said: ParsedCommand, now: float) -> list[str]:
        text = said.text(0)
        if text == "cancel":
            return self._cancel()
        if not text:
            self._drain.begin(self._drain.seconds, now)
            return ["the server stops after this round"]
        seconds = whole(text, SECONDS_MOST)
        if seconds is None:
            raise CommandError(f"a number of seconds up to {SECONDS_MOST}, or cancel, not {shortened(text)}")
        if not seconds:
            self._drain.begin(0, now)
            return ["the server stops now"]
        self._ends = now + seconds
        self._left = [mark for mark in reversed(TOLD_AT) if mark < seconds]
        self._tell(seconds)
        return [f"the server stops in {_in_words(seconds)}; `shutdown cancel` takes it back"]

    def _cancel(self) -> list[str]:
        if self._drain.is_draining:
            raise CommandError("too late: the server is stopping already")
        if self._ends == math.inf:
            raise CommandError("the server is not about to stop")
        self._ends = math.inf
        self._net.say(self._net.room.news("The server goes on."))
        return ["the server goes on"]

    def turn(self, now: float) -> None:
        """Tell how many seconds are left, and end it when none are."""
        if now >= self._ends:
            self._ends = math.inf
            self._drain.begin(0, now)
        elif self._left and self._ends < math.inf and self._ends - now <= self._left[-1]:
            self._tell(self._left.pop())

    def next_at(self, now: float) -> float:
        """When it is over; what is told meanwhile needs somebody to hear it."""
        return self._ends

    def _tell(self, seconds: int) -> None:
        self._net.say(self._net.room.news(f"The server stops in {_in_words(seconds)}."))


def _in_words(seconds: int) -> str:
    """Whole minutes as such; all else in seconds, so that it is what it says."""
    minutes, rest = divmod(seconds, 60)
    return counted(seconds, "second") if minutes < 2 or rest else counted(minutes, "minute")
