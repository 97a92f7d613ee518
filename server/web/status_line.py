"""The room's end of the connection over which it reports to the web process.

Rule 1: both ways a message is one line of JSON. The web process answers each report, so that a hanging one is noticed.
Rule 2: nothing waits. A line that the socket does not take whole is finished first; a report in the meantime is left
        out, as a newer one follows.
"""

import contextlib
import json
import socket
from typing import Any

READ_MOST = 4096  # bytes in one turn
LINE_MOST = 4096  # bytes


class StatusLine:
    """One connection. `is_over`: it has ended, or the other end sends what is no line of JSON."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.is_over = False
        self._received = b""
        self._unsent = b""
        self._asked_at: float | None = None  # when the report was sent that has no answer yet

    def send(self, report: bytes, now: float) -> None:
        """Send a report; `now` in seconds."""
        if self._asked_at is None:
            self._asked_at = now
        if not self._unsent:
            self._unsent = report + b"\n"
        try:
            self._unsent = self._unsent[self.sock.send(self._unsent) :]
        except BlockingIOError:
            return
        except OSError:
            self.is_over = True

    def silent_for(self, now: float) -> float:
        """For how many seconds a report has waited for its answer."""
        return 0.0 if self._asked_at is None else now - self._asked_at

    def receive(self) -> list[dict[str, Any]]:
        """Return the messages that have arrived."""
        data = b""
        with contextlib.suppress(BlockingIOError):
            try:
                data = self.sock.recv(READ_MOST)
                self.is_over = self.is_over or not data
            except ConnectionError:
                self.is_over = True
        *lines, self._received = (self._received + data).split(b"\n")
        if lines:
            self._asked_at = None
        try:
            found = [json.loads(line) for line in lines]
        except (ValueError, RecursionError):
            found = [None]
        if len(self._received) > LINE_MOST or any(not isinstance(one, dict) for one in found):
            self.is_over = True
            return []
        return found
