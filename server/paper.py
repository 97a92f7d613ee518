"""Where the lines of the log are written, without the server ever waiting for it.

A pipe that nobody reads, a terminal held by Ctrl-S, a Windows console with text selected: each stops whoever writes to
it, and would stop the game for everybody. So a thread of its own writes, and lines that it cannot keep up with are lost
and counted.
"""

import os
import threading
import time
from collections import deque

WAITING_MOST = 1000  # lines
END_MOST = 0.3  # seconds that the last lines get


class Paper:
    """Writes lines, each with the time of day, to a file descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lines: deque[str] = deque()
        self._lost = 0
        self._is_closed = False
        self._has_news = threading.Event()
        self._thread = threading.Thread(target=self._write_all, name="log", daemon=True)
        self._thread.start()

    def write(self, line: str) -> None:
        """Take one line to be written."""
        if len(self._lines) >= WAITING_MOST:
            self._lost += 1
            return
        if self._lost:
            line, self._lost = f"{line} (and {self._lost} lines before it were lost)", 0
        self._lines.append(f"{time.strftime('%H:%M:%S')} {line}\n")
        self._has_news.set()

    def close(self) -> None:
        """Write what is left, as far as it is taken soon."""
        self._is_closed = True
        self._has_news.set()
        self._thread.join(END_MOST)

    def _write_all(self) -> None:
        while True:
            self._has_news.wait()
            self._has_news.clear()
            while self._lines:
                self._put(self._lines.popleft().encode("utf-8", "backslashreplace"))
            if self._is_closed and not self._lines:
                return

    def _put(self, line: bytes) -> None:
        # Not sys.stderr: its lock would be held while Python shuts down, and pythonw has none.
        try:
            while line:
                line = line[os.write(self._descriptor, line) :]
        except OSError:
            return  # nobody is there to read it
