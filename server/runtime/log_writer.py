"""Writes to the standard streams without ever blocking the server.

An unread pipe, a terminal stopped by Ctrl-S and a Windows console with selected text block the process that writes to
them, which would stop the game for everybody. So a thread writes; lines that it cannot keep up with are dropped and
counted.
"""

import json
import os
import sys
import threading
from datetime import UTC, datetime
from queue import SimpleQueue

from petard.server.policy.log import LogLine

WAITING_MOST = 1000  # lines
CLOSE_WAIT = 0.3  # seconds for the last lines
_STANDARD = 3  # descriptors 0, 1 and 2


def open_standard_streams() -> None:
    """Open closed standard streams on the null device, for the system and for Python. Call this before any other open.

    Without it the next socket could get descriptor 1 or 2, and a player would receive our output.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) < _STANDARD:  # each gets the lowest free number
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
    sys.stdin = sys.stdin or os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = sys.stdout or os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", encoding="utf-8", closefd=False)


class LogWriter:
    """A bounded queue and a thread that writes it to a descriptor.

    `is_json`: log lines become JSON objects. `lost`: lines dropped since the last one that was enqueued.
    """

    def __init__(self, descriptor: int) -> None:
        self.is_json = False
        self.lost = 0
        self._descriptor = descriptor
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self.thread = threading.Thread(target=self._write_all, name="log", daemon=True)
        self.thread.start()

    @property
    def waiting(self) -> int:
        """How many lines wait; WAITING_MOST at most."""
        return self._lines.qsize()

    def write(self, line: str) -> None:
        """Enqueue one log line; it gets the current time."""
        if self.waiting >= WAITING_MOST:
            self.lost += 1
            return
        lost, self.lost = self.lost, 0
        self._lines.put(_json_line(line, lost) if self.is_json else _text_line(line, lost))

    def write_plain(self, text: str) -> None:
        """Enqueue lines that are written as they are."""
        if self.waiting < WAITING_MOST:
            self._lines.put(f"{text}\n")

    def close(self) -> None:
        """Write what waits, for CLOSE_WAIT seconds at most."""
        self._lines.put(None)
        self.thread.join(CLOSE_WAIT)

    def _write_all(self) -> None:
        while line := self._lines.get():
            self._write_bytes(line.encode("utf-8", "backslashreplace"))

    def _write_bytes(self, line: bytes) -> None:
        # Not sys.stderr: its lock would be held while Python shuts down, and pythonw has none.
        try:
            while line:
                line = line[os.write(self._descriptor, line) :]
        except OSError:
            return  # nothing reads it


def _text_line(line: str, lost: int) -> str:
    """The line after the time of day."""
    loss = f" (and {lost} lines before it were lost)" if lost else ""
    return f"{datetime.now():%H:%M:%S} {line}{loss}\n"


def _json_line(line: str, lost: int) -> str:
    """The line as a JSON object: time (ISO 8601, UTC), event, and the fields of the line."""
    event, fields = (line.event, line.fields) if isinstance(line, LogLine) else (line, {})
    stamp = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    whole = {"time": stamp, "event": event, **fields} | ({"lost": lost} if lost else {})
    return json.dumps(whole, ensure_ascii=False) + "\n"
