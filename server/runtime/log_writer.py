"""Where the lines of the log are written, for people or for programs, without the server ever waiting for it.

A pipe that nobody reads, a terminal held by Ctrl-S, a Windows console with text selected: each stops whoever writes to
it, and would stop the game for everybody. So a thread of its own writes, and lines that it cannot keep up with are lost
and counted.
"""

import json
import os
import threading
from collections import deque
from datetime import UTC, datetime

from petard.server.runtime.log import LogLine

WAITING_MOST = 1000  # lines
END_MOST = 0.3  # seconds that the last lines get


class LogWriter:
    """Writes lines to a file descriptor, each with its time. `is_json`: as objects of JSON, one a line."""

    def __init__(self, descriptor: int) -> None:
        self.is_json = False
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
        lost, self._lost = self._lost, 0
        self._lines.append(_object(line, lost) if self.is_json else _sentence(line, lost))
        self._has_news.set()

    def put(self, text: str) -> None:
        """Take lines to be written as they are."""
        if len(self._lines) < WAITING_MOST:
            self._lines.append(f"{text}\n")
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


def _sentence(line: str, lost: int) -> str:
    """The line with the time of day before it."""
    loss = f" (and {lost} lines before it were lost)" if lost else ""
    return f"{datetime.now():%H:%M:%S} {line}{loss}\n"


def _object(line: str, lost: int) -> str:
    """The line as an object: time (ISO 8601, UTC), event, and whatever else can be counted."""
    event, fields = (line.event, line.fields) if isinstance(line, LogLine) else (line, {})
    stamp = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    whole = {"time": stamp, "event": event, **fields} | ({"lost": lost} if lost else {})
    return json.dumps(whole, ensure_ascii=False) + "\n"
