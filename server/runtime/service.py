"""Services run beside the game in the main loop: beacon, console, results, watchdog, HTTP page.

Rule 1: no service waits or delays a tick. Slow work runs in a thread of the service.
Rule 2: an exception in a service is our bug and must not end the game: it is logged with its place, and the service
pauses for PAUSE seconds. The room is not a service: an exception there ends the server (server/runtime/loop.py).
Rule 3: a paused service still receives events, because no event is sent twice.
"""

import math
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from petard.server.config.config import Config
from petard.server.policy.log import Log
from petard.server.room.status import RoomEvent

PAUSE = 1.0  # seconds
T = TypeVar("T")


class CannotServe(Exception):
    """A service cannot start; the text says why."""


class Service:
    """The base class. A socket that shall wake a sleeping server is registered at its connections."""

    def update(self, now: float) -> None:
        """Do what is due, without waiting; called after each turn of the server."""

    def handle_events(self, events: Sequence[RoomEvent], now: float) -> None:
        """Handle new events of the room; called only when there are some."""

    def next_due(self, now: float) -> float:
        """Return when `update` is needed while nobody is connected; math.inf: not at all."""
        return math.inf

    def apply_config(self, config: Config, now: float) -> None:
        """Use reloaded settings from now on."""

    def stand_still(self, now: float) -> None:
        """The server stood still for a while, and has not run since: called before its next tick. It may wait."""

    def before_goodbye(self, now: float) -> None:
        """The server stops: queue what clients shall be sent before the Bye."""

    def close(self) -> None:
        """Release sockets, files and threads."""


class ServiceRunner:
    """Calls all services of one server; none of them can end the game."""

    def __init__(self, services: Sequence[Service], log: Log) -> None:
        self._services, self._log = services, log
        self._paused_until = dict.fromkeys(map(id, services), -math.inf)

    def update(self, events: Sequence[RoomEvent], now: float) -> None:
        """Pass the events to every service, then update those that are not paused."""
        for service in self._services:
            if events:
                self._call(service, now, service.handle_events, events, now)
            if now >= self._paused_until[id(service)]:
                self._call(service, now, service.update, now)

    def next_due(self, now: float) -> float:
        """Return when the first service needs an update while nobody is connected; math.inf: none does."""
        due = math.inf
        for service in self._services:
            wanted = self._call(service, now, service.next_due, now)
            due = min(due, max(now if wanted is None else wanted, self._paused_until[id(service)]))
        return due

    def stand_still(self, now: float) -> None:
        for service in self._services:
            self._call(service, now, service.stand_still, now)

    def before_goodbye(self, now: float) -> None:
        for service in self._services:
            self._call(service, now, service.before_goodbye, now)

    def close(self, now: float) -> None:
        for service in self._services:
            self._call(service, now, service.close)

    def _call(self, service: Service, now: float, method: Callable[..., T], *arguments: object) -> T | None:
        """Call a method of a service; a fault is logged and pauses the service."""
        try:
            return method(*arguments)
        except Exception as fault:
            name = type(service).__name__
            place = traceback.extract_tb(fault.__traceback__)[-1]
            where = f"{Path(place.filename).name}, line {place.lineno}"
            what = f"{type(fault).__name__}: {fault}"
            self._log.write(f"a fault in {name} ({where}), which pauses for a second: {what}", now, f"fault in {name}")
            self._paused_until[id(service)] = now + PAUSE
            return None
