"""Writes lines into the pipe of a child process without ever waiting for it.

Rule 1: a thread writes, and it alone closes the pipe: a child that hangs with a full pipe would stop the caller for
        ever, and a file that another thread writes to cannot be closed without waiting for it.
Rule 2: at most WAITING_MOST lines wait. What comes on top of them is dropped: the child is hung, and has no use for it.
"""

import contextlib
import threading
from collections import deque
from typing import IO

WAITING_MOST = 32  # lines


class PipeWriter:
    """One pipe, for as long as the child lives."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._lines: deque[bytes] = deque()
        self._is_closed = False
        self._has_news = threading.Event()
        self._thread = threading.Thread(target=self._write_all, name="orders", daemon=True)
        self._thread.start()

    def put(self, line: bytes) -> None:
        """Take one line to be written."""
        if len(self._lines) < WAITING_MOST and not self._is_closed:
            self._lines.append(line)
            self._has_news.set()

    def close(self) -> None:
        """Write what is left, then close the pipe. Comes back at once."""
        self._is_closed = True
        self._has_news.set()

    def join(self, seconds: float) -> bool:
        """Wait until the pipe is closed, for so long at most; True if it is."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _write_all(self) -> None:
        with contextlib.suppress(OSError):  # the child has ended: nobody reads what waits
            while not self._is_closed or self._lines:
                self._has_news.wait()
                self._has_news.clear()
                while self._lines:
                    self._pipe.write(self._lines.popleft())
                    self._pipe.flush()
        self._is_closed = True
        with contextlib.suppress(OSError):
            self._pipe.close()
