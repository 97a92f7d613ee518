"""The settings, read by a thread of its own: parsing and hashing hold up no tick, a disk that does not answer nobody.

Rule 1: what was found is taken by the loop, in a turn; the thread itself changes nothing.
Rule 2: one at a time. Who wishes it meanwhile has it read once more after that, so the last word counts.
Rule 3: where no thread is to be had, it is done in the turn: a tick late is better than never.
"""

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import NamedTuple

from petard.server.config.config import Config
from petard.server.config.sources import BadSettings
from petard.server.policy.scram import ScramKeys
from petard.server.policy.scram_keys import keys_of


class ReadSettings(NamedTuple):
    """What is said now, and the keys of its password, if there is one."""

    config: Config
    keys: ScramKeys | None


class ReloadThread:
    """Reads with `read`, which may raise BadSettings, whenever `is_wished` has been true, once for each time."""

    def __init__(self, read: Callable[[], Config], is_wished: Callable[[], bool]) -> None:
        self.is_on = False
        self._read, self._is_wished = read, is_wished
        self._found: SimpleQueue[ReadSettings | BadSettings] = SimpleQueue()

    def take(self) -> ReadSettings | None:
        """Begin if that is wished; give what was found, once, or raise BadSettings. Never waits."""
        if not self.is_on and self._is_wished():
            self._begin()
        try:
            found = self._found.get_nowait()
        except Empty:
            return None
        self.is_on = False
        if isinstance(found, BadSettings):
            raise found
        return found

    def _begin(self) -> None:
        self.is_on = True
        try:
            Thread(target=self._look, name="settings", daemon=True).start()
        except RuntimeError:  # the system allows no more of them
            self._look()

    def _look(self) -> None:
        try:
            config = self._read()
            self._found.put(ReadSettings(config, keys_of(config.password) if config.password else None))
        except BadSettings as problem:
            self._found.put(problem)
        except Exception as problem:  # whatever we stumble over in a file, the game goes on
            self._found.put(BadSettings(f"they cannot be read: {problem!r}"))
