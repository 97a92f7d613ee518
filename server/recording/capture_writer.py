"""Where the records of a wire capture go: a thread of its own packs them and writes them to a file.

Rule: the game never waits for a disk. What the disk cannot take ends the capture, with a sentence, and nothing else.
"""

import threading
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from petard.shared.demo.wire import Item, Start, WireWriter

FILE_MOST = 256 << 20  # bytes; then a capture ends
WAITING_MOST = 500_000  # records that the disk may be late with: about a minute of eight players
WRITTEN_EVERY = 0.5  # seconds
END_MOST = 2.0  # seconds that the last records get


class CaptureWriter(Protocol):
    """Where records go."""

    problem: str

    def put(self, items: Iterable[Item]) -> None:
        """Take records, at once."""

    def close(self) -> None:
        """Nothing follows."""


class FileCaptureWriter:
    """Records on their way to a file. `problem`: a sentence once nothing can be written any more, else ""."""

    def __init__(self, path: Path, start: Start) -> None:
        """Raises OSError if there can be no such file, or is one: no capture is written over."""
        self.problem = ""
        self._file = path.open("xb", buffering=0)
        self._writer = WireWriter(start)
        self._waiting: deque[Item] = deque()
        self._is_closed = threading.Event()
        self._thread = threading.Thread(target=self._write_all, name="capture", daemon=True)
        self._thread.start()

    def put(self, items: Iterable[Item]) -> None:
        """Take records to be written."""
        if self.problem:
            return
        self._waiting.extend(items)
        if len(self._waiting) > WAITING_MOST:
            self.problem = "The disk does not keep up with the capture."

    def close(self) -> None:
        """Write what is left, as far as it is taken soon."""
        self._is_closed.set()
        self._thread.join(END_MOST)

    def _write_all(self) -> None:
        with self._file:
            while not self.problem:
                is_last = self._is_closed.wait(WRITTEN_EVERY)
                while self._waiting:
                    self._writer.add((self._waiting.popleft(),))
                if is_last:
                    self._writer.close_block()
                self._put(self._writer.take())
                if is_last:
                    return

    def _put(self, data: bytes) -> None:
        # What was written stays whole blocks, but for the last one on a full disk; a reader leaves that out.
        try:
            while data:
                data = data[self._file.write(data) or 0 :]
            if self._file.tell() > FILE_MOST:
                self.problem = f"The capture is {FILE_MOST >> 20} MiB long, which is enough."
        except OSError as problem:
            self.problem = f"The capture cannot be written: {problem.strerror or type(problem).__name__}."
