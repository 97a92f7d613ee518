"""One TCP connection of the console: reads lines, sends answers, and closes without losing the last words.

Rule 1: its memory is bounded: one line of input, UNSENT_MOST bytes of output, or it is closed.
Rule 2: closing a socket over unread input would discard what was sent last, so the server waits for the other end to
close first, but not for long.
"""

import contextlib
import socket

from petard.server.policy.console_protocol import ConsoleLines, ConsoleSession

READ_MOST = 4096  # bytes in one turn
UNSENT_MOST = 64 * 1024  # bytes
UNSENT_MANY = 16 * 1024  # bytes after which the next line waits
CLOSING_MOST = 1.0  # seconds for the other end to notice the end
UNTAKEN_MOST = 5.0  # seconds before that in which the other end reads nothing
AGAIN_AFTER = 0.05  # seconds until the rest is sent to an end that did not take all
PASSWORD_WITHIN = 30.0  # seconds


class ConsoleConnection:
    """`session` is None until the password was right. `group`: the address group. `active_at`: last input, seconds;
    before the password: when the connection was made."""

    def __init__(self, sock: socket.socket, address: str, group: str, now: float) -> None:
        self.sock, self.address, self.group = sock, address, group
        self.active_at = now
        self.lines = ConsoleLines()
        self.session: ConsoleSession | None = None
        self._unsent = bytearray()
        self._closing_since: float | None = None

    @property
    def is_closing(self) -> bool:
        """True once no more lines are answered."""
        return self._closing_since is not None

    @property
    def unsent(self) -> int:
        """How many bytes wait to be sent."""
        return len(self._unsent)

    @property
    def is_due(self) -> bool:
        """True if a line can be answered now."""
        return not self.is_closing and self.lines.has_line and len(self._unsent) <= UNSENT_MANY

    @property
    def is_done(self) -> bool:
        """True once the input is over, all is answered, and no events are wanted."""
        return self.lines.is_ended and not self.lines.has_line and not self.follows

    @property
    def follows(self) -> bool:
        """True if it gets events."""
        return self.session is not None and self.session.follows

    def next_due(self, now: float) -> float:
        """Return when it needs a turn though no input arrives."""
        if self.is_due:
            return now
        if self._unsent:
            return now + AGAIN_AFTER
        if self._closing_since is not None:
            return self._closing_since + CLOSING_MOST
        return float("inf") if self.session else self.active_at + PASSWORD_WITHIN

    def send(self, text: str) -> None:
        """Enqueue text."""
        self._unsent += text.encode("utf-8", "backslashreplace")

    def receive(self, now: float) -> None:
        """Read what has arrived; while closing, discard it. Raises OSError when the connection is lost."""
        if self.lines.is_ended or (self.lines.has_line and not self.is_closing):
            return  # first what is here
        try:
            data = self.sock.recv(READ_MOST)
        except BlockingIOError:
            return
        if data and not self.is_closing and self.session:
            self.active_at = now
        if not data or not self.is_closing:
            self.lines.receive_data(data)

    def flush(self) -> bool:
        """Send what the socket takes; returns True if that is all. Raises OSError when it is lost, or too full."""
        with contextlib.suppress(BlockingIOError):
            while self._unsent:
                del self._unsent[: self.sock.send(self._unsent[:UNSENT_MOST])]
        if len(self._unsent) > UNSENT_MOST:
            raise TimeoutError("does not read what it is sent")
        return not self._unsent

    def begin_close(self, now: float) -> None:
        """Stop answering; what is enqueued is still sent."""
        if self._closing_since is None:
            self._closing_since = now

    def finish_close(self, now: float) -> bool:
        """Send what is left; returns True once the socket can be closed. Raises OSError when the connection is lost."""
        before = len(self._unsent)
        is_sent = self.flush()
        if self._closing_since is None:
            return False
        if len(self._unsent) < before:
            self._closing_since = now
        if is_sent and not self.lines.is_ended:
            with contextlib.suppress(OSError):  # macOS answers a second shutdown with an error
                self.sock.shutdown(socket.SHUT_WR)
        most = CLOSING_MOST if is_sent else UNTAKEN_MOST
        return (is_sent and self.lines.is_ended) or now - self._closing_since > most
