"""Passes what is recorded to the files, if there are any, and then to the log for standbys."""

from collections import deque

from petard.server.recording.demo_store import DemoStore
from petard.server.room.copy_log import CopyLog
from petard.server.room.match_recorder import DemoChunk


class CopiedDemos:
    """Takes chunks as a DemoStore does. `store`: the files; None: nothing is recorded here."""

    def __init__(self, store: DemoStore | None, copies: CopyLog) -> None:
        self.problems: deque[str] = store.problems if store else deque()
        self._store, self._copies = store, copies

    def enqueue(self, chunk: DemoChunk) -> None:
        """Take a chunk; never waits."""
        if self._store:
            self._store.enqueue(chunk)
        self._copies.add(chunk)

    def close(self) -> bool:
        """Write the rest; True if all is written."""
        return self._store.close() if self._store else True
