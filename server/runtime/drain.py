"""The stop of the server: the gentle one (Drain), and the command `shutdown`, which may count down to a sudden one.

Rule 1: a gentle stop begins no new round, plays the running one to its end, then says goodbye to everybody.
Rule 2: it takes a given time at most; the chat says how long, and says it again when little is left.
Rule 3: where no round is running there is nothing to wait for, and the stop comes at once.
Rule 4: a disconnected member may still rejoin; new clients are refused with the reason.
Rule 5: a countdown can be cancelled. It is announced when it begins and at each of COUNTED_AT; the game goes on.
"""

import math

from petard.server.config.config import Config
from petard.server.net.server import Server
from petard.server.policy.admin_commands import CommandError, CommandHandlers, Issuer, ParsedCommand, shortened
from petard.server.policy.log import Log
from petard.server.policy.text import counted, parse_int
from petard.server.runtime.service import Service
from petard.server.runtime.signals import StopSignals
from petard.shared.demo.server_actions import Announce, BeginDrain
from petard.shared.protocol.messages import Phase

CLOSING = "The server is about to stop: it takes nobody in any more."
ANNOUNCED_AT = (60, 30, 10)  # seconds before the end
COUNTED_AT = (3600, 1800, 600, 300, 120, 60, 30, 10, 5, 4, 3, 2, 1)  # the same, of a countdown
COUNTDOWN_MOST = 86400  # seconds
RESULTS_SHOWN = 3.0  # seconds for which the results of the last round stay


class Drain(Service):
    """A service that stops the server after a request in `signals`, or after `begin`."""

    def __init__(self, server: Server, signals: StopSignals, log: Log, seconds: float) -> None:
        """`seconds`: how long a round may go on after the request; may be changed while the server runs."""
        self.seconds = seconds
        self._server, self.signals, self._log = server, signals, log
        self._ends = math.inf  # the latest end
        self._results_since = math.inf
        self._marks: list[int] = []  # the announcements to come, the next last

    @property
    def is_draining(self) -> bool:
        """True from the request to the end."""
        return self._ends < math.inf

    def begin(self, seconds: float, now: float) -> None:
        """Stop after this round, in so many seconds at most; of several requests the soonest end counts."""
        if now + seconds >= self._ends:
            return
        is_first, self._ends = not self.is_draining, now + seconds
        self._marks = [mark for mark in reversed(ANNOUNCED_AT) if mark < seconds]
        if is_first:
            self._server.perform(BeginDrain(CLOSING), now)
        if seconds and not self._is_over(now):
            words = f"stops after this round, in {counted(math.ceil(seconds), 'second')} at most"
            self._log.write(f"{words}; Ctrl-C or another signal stops it now", now)
            self._server.perform(Announce(f"The server {words}."), now)

    def apply_config(self, config: Config, now: float) -> None:
        """Use the seconds of reloaded settings; an end that has begun stays as it is."""
        self.seconds = config.drain

    def update(self, now: float) -> None:
        if self.signals.is_requested:
            self.begin(self.seconds, now)
        if not self.is_draining:
            return
        if now >= self._ends or self._is_over(now):
            self.signals.stop()
        elif self._marks and self._ends - now <= self._marks[-1]:
            left = counted(self._marks.pop(), "second")
            self._server.perform(Announce(f"The server stops in {left}, or when this round is over."), now)

    def _is_over(self, now: float) -> bool:
        """Return True once no round runs and the results of the last were shown."""
        room = self._server.room
        if room.phase is Phase.LOBBY or not room.is_drained:
            self._results_since = math.inf
            return room.is_drained
        self._results_since = min(self._results_since, now)
        return not room.people or now - self._results_since >= RESULTS_SHOWN

    def next_due(self, now: float) -> float:
        """At once when the server is to stop, because then nobody is here."""
        return now if self.is_draining or self.signals.is_requested else math.inf


class Shutdown(Service):
    """The command `shutdown`, and its countdown when there is one."""

    def __init__(self, server: Server, drain: Drain) -> None:
        self._server, self._drain = server, drain
        self._ends = math.inf
        self._marks: list[int] = []  # the announcements to come, the next last
        self.handlers: CommandHandlers = {"shutdown": self._shutdown}

    def _shutdown(self, issuer: Issuer, parsed: ParsedCommand, now: float) -> list[str]:
        text = parsed.text(0)
        if text == "cancel":
            return self._cancel(now)
        if not text:
            self._drain.begin(self._drain.seconds, now)
            return ["the server stops after this round"]
        seconds = parse_int(text, COUNTDOWN_MOST)
        if seconds is None:
            raise CommandError(f"a number of seconds up to {COUNTDOWN_MOST}, or cancel, not {shortened(text)}")
        if not seconds:
            self._drain.begin(0, now)
            return ["the server stops now"]
        self._ends = now + seconds
        self._marks = [mark for mark in reversed(COUNTED_AT) if mark < seconds]
        self._server.perform(Announce(f"The server stops in {_in_words(seconds)}."), now)
        return [f"the server stops in {_in_words(seconds)}; `shutdown cancel` takes it back"]

    def _cancel(self, now: float) -> list[str]:
        if self._drain.is_draining:
            raise CommandError("too late: the server is stopping already")
        if self._ends == math.inf:
            raise CommandError("the server is not about to stop")
        self._ends = math.inf
        self._server.perform(Announce("The server goes on."), now)
        return ["the server goes on"]

    def update(self, now: float) -> None:
        """Announce how many seconds are left, and stop when none are."""
        if now >= self._ends:
            self._ends = math.inf
            self._drain.begin(0, now)
        elif self._marks and self._ends - now <= self._marks[-1]:
            self._server.perform(Announce(f"The server stops in {_in_words(self._marks.pop())}."), now)

    def next_due(self, now: float) -> float:
        """The end; in an empty room nobody needs the announcements."""
        return self._ends


def _in_words(seconds: int) -> str:
    """Whole minutes as minutes, anything else in seconds, so that it is exact."""
    minutes, rest = divmod(seconds, 60)
    return counted(seconds, "second") if minutes < 2 or rest else counted(minutes, "minute")
