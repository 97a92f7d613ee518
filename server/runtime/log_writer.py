"""Writes to the standard streams without ever blocking the server.

An unread pipe, a terminal stopped by Ctrl-S and a Windows console with selected text block the process that writes to
them, which would stop the game for everybody. So a thread writes; lines that it cannot keep up with are dropped and
counted.
"""

import contextlib
import json
import os
from datetime import UTC, datetime

from petard.server.policy.log import LogLine
from petard.shared.background_writer import BackgroundWriter

WAITING_MOST = 1000  # lines
CLOSE_WAIT = 0.3  # seconds for the last lines


class LogWriter:
    """Writes lines to a descriptor, in a thread.

    `is_json`: log lines become JSON objects. `lost`: lines dropped since the last one that was enqueued.
    """

    def __init__(self, descriptor: int) -> None:
        self.is_json = False
        self.lost = 0
        self._descriptor = descriptor
        self.lines = BackgroundWriter("log", self._write_line, WAITING_MOST)

    def write(self, line: str) -> None:
        """Enqueue one log line; it gets the current time."""
        loss = f" (and {self.lost} lines before it were lost)" if self.lost else ""
        text = _json_line(line, self.lost) if self.is_json else f"{datetime.now():%H:%M:%S} {line}{loss}\n"
        is_enqueued = self.lines.put(text)
        self.lost = 0 if is_enqueued else self.lost + 1

    def write_plain(self, text: str) -> None:
        """Enqueue lines that are written as they are."""
        self.lines.put(f"{text}\n")

    def close(self) -> None:
        """Write what waits, for CLOSE_WAIT seconds at most."""
        self.lines.close(CLOSE_WAIT)

    def _write_line(self, text: str) -> None:
        # Not sys.stderr: its lock would be held while Python shuts down, and pythonw has none.
        line = text.encode("utf-8", "backslashreplace")
        with contextlib.suppress(OSError):  # nothing reads it
            while line:
                line = line[os.write(self._descriptor, line) :]


def _json_line(line: str, lost: int) -> str:
    """The line as a JSON object: time (ISO 8601, UTC), event, and the fields of the line."""
    event, fields = (line.event, line.fields) if isinstance(line, LogLine) else (line, {})
    stamp = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    whole = {"time": stamp, "event": event, **fields} | ({"lost": lost} if lost else {})
    return json.dumps(whole, ensure_ascii=False) + "\n"
