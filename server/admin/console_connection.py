"""One connection of the console: what it says, what it is told, and how it ends.

Rule 1: what it makes us keep is bounded: a line to come, UNSENT_MOST to go, or it is closed.
Rule 2: who is hung up on reads why: closing over unread bytes would throw the words away, so we wait for its end, but
not for long.
"""

import contextlib
import socket

from petard.server.admin.console_session import ConsoleSession
from petard.server.policy.console_protocol import Lines

READ_MOST = 4096  # bytes in one turn
UNSENT_MOST = 64 * 1024  # bytes
UNSENT_MANY = 16 * 1024  # bytes after which the next line waits
PARTING_MOST = 1.0  # seconds for the other end to take note of the end
UNTAKEN_MOST = 5.0  # seconds in which nothing is taken of what there is to say before it
AGAIN_AFTER = 0.05  # seconds until more is sent to who did not take all
PASSWORD_WITHIN = 30.0  # seconds


class ConsoleConnection:
    """One connection. `clerk` is None until the password was right; `home`: what counts as its address."""

    def __init__(self, sock: socket.socket, address: str, home: str, now: float) -> None:
        self.sock, self.address, self.home = sock, address, home
        self.heard = now  # seconds; of who has not said the password: when it came
        self.lines = Lines()
        self.clerk: ConsoleSession | None = None
        self.is_over = False  # the other end has ended its half
        self._unsent = bytearray()
        self._parting_since: float | None = None

    @property
    def is_parting(self) -> bool:
        """True once no line is heard any more."""
        return self._parting_since is not None

    @property
    def is_due(self) -> bool:
        """True if a line can be answered now."""
        return not self.is_parting and self.lines.has_line and len(self._unsent) <= UNSENT_MANY

    @property
    def is_done(self) -> bool:
        """True once the other end has said all, has its answers, and waits for nothing more."""
        return self.is_over and not self.lines.has_line and not self.follows

    @property
    def follows(self) -> bool:
        """True if it is to be told what happens."""
        return self.clerk is not None and self.clerk.follows

    def next_at(self, now: float) -> float:
        """When it wants a turn though nothing comes from it."""
        if self.is_due:
            return now
        if self._unsent:
            return now + AGAIN_AFTER
        if self._parting_since is not None:
            return self._parting_since + PARTING_MOST
        return float("inf") if self.clerk else self.heard + PASSWORD_WITHIN

    def say(self, text: str) -> None:
        """Keep a text to be sent."""
        self._unsent += text.encode("utf-8", "backslashreplace")

    def read(self, now: float) -> None:
        """Take what has come; of who is parting nothing is kept. Raises OSError when the line is gone."""
        if self.is_over or (self.lines.has_line and not self.is_parting):
            return  # first what is here
        try:
            data = self.sock.recv(READ_MOST)
        except BlockingIOError:
            return
        if not data:
            self.is_over = True
            self.lines.end()
        elif not self.is_parting:
            self.heard = now if self.clerk else self.heard
            self.lines.receive_data(data)

    def flush(self) -> bool:
        """Send what is taken; True if all is. Raises OSError when the line is gone, or not read."""
        with contextlib.suppress(BlockingIOError):
            while self._unsent:
                del self._unsent[: self.sock.send(self._unsent[:UNSENT_MOST])]
        if len(self._unsent) > UNSENT_MOST:
            raise TimeoutError("does not read what it is told")
        return not self._unsent

    def part(self, now: float) -> None:
        """Hear no more; what was said is still sent."""
        if self._parting_since is None:
            self._parting_since = now

    def has_parted(self, now: float) -> bool:
        """Send the last words; True once it can be closed. Raises OSError when the line is gone."""
        before = len(self._unsent)
        is_sent = self.flush()
        if self._parting_since is None:
            return False
        if len(self._unsent) < before:
            self._parting_since = now
        if is_sent and not self.is_over:
            with contextlib.suppress(OSError):  # macOS answers a second time with an error
                self.sock.shutdown(socket.SHUT_WR)
        most = PARTING_MOST if is_sent else UNTAKEN_MOST
        return (is_sent and self.is_over) or now - self._parting_since > most
