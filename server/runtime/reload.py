"""The settings, read again while the server runs: what can change at once does, the rest is named.

Rule 1: a mistake changes nothing, and is one line in the log.
Rule 2: only what differs from what was in force is touched, so what the host chose in the lobby stays.
Rule 3: they are read beside the loop (server/runtime/reload_thread.py), but all that changes does so in a turn.
Rule 4: a service that wants to know has a method `renew`; what it is given is all that counts from now on.
"""

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import fields, replace
from typing import Any, NamedTuple

from petard.server.config.config import Config, value_of, with_values
from petard.server.config.schema import Setting
from petard.server.config.sources import BadSettings
from petard.server.net.server import Server
from petard.server.room.events import Happening
from petard.server.runtime.log import Log
from petard.server.runtime.log_writer import LogWriter
from petard.server.runtime.reload_thread import ReloadThread
from petard.server.runtime.service import Renewable, Service
from petard.shared.protocol.messages import Setup

AGAIN = 0.05  # seconds until a sleeping server looks whether they have been read


class ReloadResult(NamedTuple):
    """What counts now, which keys have changed for it, and which wait for the next start."""

    config: Config
    changed: list[str]
    waiting: list[str]


def reload(old: Config, new: Config, settings: Iterable[Setting]) -> ReloadResult:
    """Take from `new` what may change while the server runs."""
    rows = [row for row in settings if row.has_field and value_of(old, row.key) != value_of(new, row.key)]
    live = {row.key: value_of(new, row.key) for row in rows if row.is_live}
    return ReloadResult(with_values(old, live), list(live), [row.key for row in rows if not row.is_live])


class ReloadService:
    """A service that reads the settings again when it is asked, and tells the room and the other services."""

    def __init__(
        self,
        config: Config,
        read: Callable[[], Config],
        settings: Sequence[Setting],
        is_asked: Callable[[], bool],
        net: Server,
        paper: LogWriter,
        log: Log,
        services: Collection[Service],
    ) -> None:
        """`read` gives what is said now, or raises BadSettings; `is_asked` is true once when that is wanted.

        `settings`: the table. `services`: all there are.
        """
        self.config, self.settings = config, settings
        self._reading = ReloadThread(read, is_asked)
        self._net, self._paper, self._log = net, paper, log
        self._services = services

    def turn(self, now: float) -> None:
        """Have them read if that was asked for, and let count what was found."""
        try:
            found = self._reading.take()
        except BadSettings as problem:
            self._log.say(f"the settings stay as they were: {problem}", now)
            return
        if not found:
            return
        old = self.config
        self.config, changed, waiting = reload(old, found.config, self.settings)
        what = f"changed: {', '.join(changed)}" if changed else "nothing that can change now has changed"
        self._log.say(f"the settings were read again; {what}", now)
        for key in waiting:
            self._log.say(f"{key} has changed in the settings too, which counts from the next start on", now)
        if self.config.password != old.password:
            self._net.lock.keys = found.keys
        if changed:
            self._apply(old, now)

    def put(self, key: str, value: Any, now: float) -> None:
        """Let another value of one setting count, until the settings are read again and it is said there, too."""
        old, self.config = self.config, with_values(self.config, {key: value})
        self._apply(old, now)

    def _apply(self, old: Config, now: float) -> None:
        self._paper.is_json = self.config.log == "json"
        room = self._net.room
        if self.config.room.idle_to_bot != old.room.idle_to_bot:
            room.watch_idle(self.config.room.idle_to_bot)
        if self.config.room.name != old.room.name:
            room.rename(self.config.room.name)
        was, is_now = old.room.setup, self.config.room.setup
        if was != is_now:
            names = [one.name for one in fields(Setup) if getattr(was, one.name) != getattr(is_now, one.name)]
            setup = replace(room.planned, **{name: getattr(is_now, name) for name in names})
            self._net.say(room.choose(setup) or [])
        for service in self._services:
            if isinstance(service, Renewable):
                service.renew(self.config, now)

    def heard(self, happenings: Sequence[Happening], now: float) -> None:
        """What happens in the room is nothing to us."""

    def next_at(self, now: float) -> float:
        """Soon while they are being read; else never: who asks pokes a socket."""
        return now + AGAIN if self._reading.is_on else math.inf

    def close(self) -> None:
        """Nothing is held."""
