"""Stops a server that people have left, after the time that `idle-stop` says.

Rule 1: a server in which nobody has been waits for its first guest as long as it takes, unless people were announced
(`expect`), as by an allocation of Agones.
Rule 2: a disconnected person who may rejoin counts as present, so the time begins after the 90 s for that. Relays and
bots do not count.
"""

import math

from petard.server.config.config import Config
from petard.server.policy.log import Log
from petard.server.policy.text import counted
from petard.server.room.room import Room
from petard.server.runtime.drain import Drain
from petard.server.runtime.service import Service

USUAL_AT_AGONES = 60  # seconds


class IdleStop(Service):
    """A service that stops the server through `drain`."""

    def __init__(self, room: Room, drain: Drain, config: Config, log: Log) -> None:
        self._room, self._drain, self._log = room, drain, log
        self._seconds = seconds_of(config)
        self._counts_from = math.inf  # when the last one left, or people were announced
        self._was_here = False

    def expect(self, now: float) -> None:
        """People are on their way: the time begins anew."""
        self._counts_from = now

    def update(self, now: float) -> None:
        is_here = any(not member.is_relay for member in self._room.seats.members.values())
        if is_here:
            self._counts_from = math.inf
        elif self._was_here:
            self._counts_from = now
        self._was_here = is_here
        if now >= self._counts_from + self._seconds and not self._drain.is_draining:
            self._log.write(f"nobody has been here for {counted(int(self._seconds), 'second')}: stops (idle-stop)", now)
            self._drain.begin(0, now)

    def next_due(self, now: float) -> float:
        return self._counts_from + self._seconds

    def apply_config(self, config: Config, now: float) -> None:
        self._seconds = seconds_of(config)


def seconds_of(config: Config) -> float:
    """Return how long nobody has to be here; math.inf: the server never stops for that."""
    if config.idle_stop is None:
        return math.inf if config.sidecar is None else USUAL_AT_AGONES
    return config.idle_stop or math.inf
