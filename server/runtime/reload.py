"""Reloads the settings while the server runs: what can change at once does, the rest is named in the log.

Rule 1: a mistake in the settings changes nothing and is one line in the log.
Rule 2: only settings that differ from before are applied, so what the host chose in the lobby stays.
Rule 3: a thread reads, parses and hashes, so that no tick waits for it, nor the server for a disk that does not answer.
The thread changes nothing; the loop applies the result in a turn.
Rule 4: one thread at a time. A request during a read starts another read afterwards, so the last request counts.
Rule 5: where no thread can be started, the loop reads: a late tick is better than no reload.
Rule 6: every service gets the whole new Config.
"""

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from queue import SimpleQueue
from threading import Thread
from typing import Any

from petard.server.config.config import Config, value_of, with_values
from petard.server.config.schema import Setting
from petard.server.config.sources import BadSettings
from petard.server.net.scram_keys import keys_of
from petard.server.net.server import Server
from petard.server.policy.log import Log
from petard.server.policy.scram import ScramKeys
from petard.server.runtime.log_writer import LogWriter
from petard.server.runtime.service import Service
from petard.shared.demo.server_actions import ChooseSetup

AGAIN = 0.05  # seconds until a sleeping server checks whether the read is done


ReadSettings = tuple[Config, ScramKeys | None]  # with the keys of the password, if there is one


class ReloadThread:
    """Calls `read`, which may raise BadSettings, once for each True of `is_requested`."""

    def __init__(self, read: Callable[[], Config], is_requested: Callable[[], bool]) -> None:
        self.is_running = False
        self.read, self._is_requested = read, is_requested
        self.results: SimpleQueue[ReadSettings | BadSettings] = SimpleQueue()

    def poll(self) -> ReadSettings | None:
        """Start a read if one is requested; return a result once, or raise BadSettings. Never waits."""
        if not self.is_running and self._is_requested():
            self.is_running = True
            try:
                Thread(target=self._run, name="settings", daemon=True).start()
            except RuntimeError:  # the system allows no more threads
                self._run()
        if self.results.empty():
            return None
        self.is_running, result = False, self.results.get()
        if isinstance(result, BadSettings):
            raise result
        return result

    def _run(self) -> None:
        try:
            config = self.read()
            self.results.put((config, keys_of(config.password) if config.password else None))
        except BadSettings as problem:
            self.results.put(problem)
        except Exception as problem:  # whatever is wrong with a file, the game goes on
            self.results.put(BadSettings(f"they cannot be read: {problem!r}"))


def reload(old: Config, new: Config, settings: Iterable[Setting]) -> tuple[Config, list[str], list[str]]:
    """Take from `new` what may change while the server runs.

    Returns the Config, the keys that changed in it, and the keys that change only at the next start.
    """
    rows = [row for row in settings if row.has_field and value_of(old, row.key) != value_of(new, row.key)]
    live = {row.key: value_of(new, row.key) for row in rows if row.is_live}
    return with_values(old, live), list(live), [row.key for row in rows if not row.is_live]


@dataclass(eq=False)
class ReloadService(Service):
    """A service that reloads the settings on request and applies them to the room and the other services."""

    config: Config
    settings: Sequence[Setting]  # the table
    reader: ReloadThread
    server: Server
    log_writer: LogWriter
    log: Log
    services: Collection[Service]  # all of them, also those that are added later

    def update(self, now: float) -> None:
        try:
            found = self.reader.poll()
        except BadSettings as problem:
            self.log.write(f"the settings stay as they were: {problem}", now)
            return
        if not found:
            return
        new, scram_keys = found
        old = self.config
        self.config, changed, waiting = reload(old, new, self.settings)
        what = f"changed: {', '.join(changed)}" if changed else "nothing that can change now has changed"
        self.log.write(f"the settings were read again; {what}", now)
        for key in waiting:
            self.log.write(f"{key} has changed in the settings too, which counts from the next start on", now)
        if self.config.password != old.password:
            self.server.handshake.scram.keys = scram_keys
        if changed:
            self._apply(old, now)

    def set_value(self, key: str, value: Any, now: float) -> None:
        """Change one setting until a reload brings another value for it."""
        old, self.config = self.config, with_values(self.config, {key: value})
        self._apply(old, now)

    def _apply(self, old: Config, now: float) -> None:
        self.log_writer.is_json = self.config.log == "json"
        room = self.server.room
        if self.config.room.idle_to_bot != old.room.idle_to_bot:
            room.matches.settings.idle_to_bot = self.config.room.idle_to_bot
        if self.config.room.name != old.room.name:
            room.matches.settings.name = self.config.room.name
        room.matches.settings.per_address = self.config.room.per_address
        self.server.connections.uncounted = self.config.uncounted
        was, new = asdict(old.room.setup), asdict(self.config.room.setup)
        if was != new:
            changes = dict(new.items() - was.items())
            setup = replace(room.matches.choice.planned, **changes)
            self.server.perform(ChooseSetup(setup), now)
        for service in self.services:
            service.apply_config(self.config, now)

    def next_due(self, now: float) -> float:
        """Soon while a read runs; else never, because a request wakes the server."""
        return now + AGAIN if self.reader.is_running else math.inf
