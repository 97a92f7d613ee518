"""The gentle end of a server: no round begins any more, the one that runs is played to its end, then all say goodbye.

Rule 1: it takes so many seconds at most; everybody in the room is told how many, and again when few are left.
Rule 2: where no round is under way there is nothing to wait for, and the end comes at once.
Rule 3: who lost the line may still come back; newcomers are told why they cannot come in.
"""

import math
from collections.abc import Sequence

from petard.server.config.config import Config
from petard.server.net.server import Server
from petard.server.policy.text import counted
from petard.server.room.events import Happening
from petard.server.runtime.log import Log
from petard.server.runtime.stop_signals import StopSignals
from petard.shared.protocol.messages import Phase

CLOSING = "The server is about to stop: it takes nobody in any more."
TOLD_AT = (60, 30, 10)  # seconds before the end
SEEN = 3.0  # seconds for which the results of the last round are seen


class Drain:
    """A service that ends the server when `wake` has a wish, or when `begin` is called."""

    def __init__(self, net: Server, wake: StopSignals, log: Log, seconds: float) -> None:
        """`seconds`: how long a round may go on when the wish comes; may be changed while the server runs."""
        self.seconds = seconds
        self._net, self._wake, self._log = net, wake, log
        self._ends = math.inf  # when, at the latest
        self._seen = math.inf  # since when the last results are seen
        self._told = 0  # how many of TOLD_AT are over

    @property
    def is_draining(self) -> bool:
        """True from the wish to the end."""
        return self._ends < math.inf

    def begin(self, seconds: float, now: float) -> None:
        """End the server after this round, in so many seconds at most; of several ends the soonest counts."""
        if now + seconds >= self._ends:
            return
        is_first, self._ends = not self.is_draining, now + seconds
        self._told = sum(seconds <= mark for mark in TOLD_AT)
        if is_first:
            self._net.room.drain(CLOSING)
        if seconds and not self._is_over(now):
            words = f"stops after this round, in {counted(math.ceil(seconds), 'second')} at most"
            self._log.say(f"{words}; Ctrl-C or another signal stops it now", now)
            self._say(f"The server {words}.")

    def renew(self, config: Config, now: float) -> None:
        """Take the seconds of settings that were read again; an end that has begun stays as it is."""
        self.seconds = config.drain

    def heard(self, happenings: Sequence[Happening], now: float) -> None:
        """Take no interest in what happens."""

    def turn(self, now: float) -> None:
        """See whether it is time."""
        if self._wake.wish:
            self.begin(self.seconds, now)
        if not self.is_draining:
            return
        if now >= self._ends or self._is_over(now):
            self._wake.stop()
        elif self._told < len(TOLD_AT) and self._ends - now <= TOLD_AT[self._told]:
            left = counted(TOLD_AT[self._told], "second")
            self._say(f"The server stops in {left}, or when this round is over.")
            self._told += 1

    def _is_over(self, now: float) -> bool:
        """True once nobody misses anything: no round runs, and the results of the last were seen."""
        room = self._net.room
        if room.phase is Phase.LOBBY or not room.is_drained:
            self._seen = math.inf
            return room.is_drained
        self._seen = min(self._seen, now)
        return not room.people or now - self._seen >= SEEN

    def _say(self, text: str) -> None:
        self._net.say(self._net.room.news(text))

    def next_at(self, now: float) -> float:
        """At once when it is time to go, for then nobody is here."""
        return now if self.is_draining or self._wake.wish else math.inf

    def close(self) -> None:
        """Hold nothing."""
