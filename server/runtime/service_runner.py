"""Gives all services their turns, so that none of them can end the game for everybody.

Rule 1: a service that raises is a fault of ours, not of those who play: it is named in the log with the place, rests,
and has its turn again. The room itself is no service: what raises there ends the server (server/runtime/loop.py).
Rule 2: who rests still hears the news, since nobody tells it twice.
"""

import math
import traceback
from collections.abc import Sequence
from pathlib import Path

from petard.server.room.events import Happening
from petard.server.runtime.log import Log
from petard.server.runtime.service import Service

REST = 1.0  # seconds


class ServiceRunner:
    """All services of one server."""

    def __init__(self, services: Sequence[Service], log: Log) -> None:
        self._services, self._log = services, log
        self._rests = dict.fromkeys(map(id, services), -math.inf)  # until when

    def turn(self, happened: Sequence[Happening], now: float) -> None:
        """Give every one the news and its turn."""
        for service in self._services:
            try:
                if happened:
                    service.heard(happened, now)
                if now >= self._rests[id(service)]:
                    service.turn(now)
            except Exception as fault:
                self._rest(service, fault, now)

    def next_at(self, now: float) -> float:
        """When the first of them wants a turn though nobody is connected; math.inf: none does."""
        due = math.inf
        for service in self._services:
            try:
                due = min(due, max(service.next_at(now), self._rests[id(service)]))
            except Exception as fault:
                self._rest(service, fault, now)
                due = min(due, now + REST)
        return due

    def close(self, now: float) -> None:
        """Let every one give back what it holds."""
        for service in self._services:
            try:
                service.close()
            except Exception as fault:
                self._rest(service, fault, now)

    def _rest(self, service: Service, fault: Exception, now: float) -> None:
        name = type(service).__name__
        place = traceback.extract_tb(fault.__traceback__)[-1]
        where = f"{Path(place.filename).name}, line {place.lineno}"
        what = f"{type(fault).__name__}: {fault}"
        self._log.say(f"a fault in {name} ({where}), which rests for a second: {what}", now, f"fault in {name}")
        self._rests[id(service)] = now + REST
