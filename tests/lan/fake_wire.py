"""One connection: a pipe each way, a fake socket at the server's end and a fake Line at the client's.

Rule 1: both ends answer as real ones do: a socket takes a part, would block, is reset; a Line mirrors `Connection`.
Rule 2: what one end does reaches the other through the pipes alone, so it takes its time.
Rule 3: who writes to an end that is gone is answered by its machine with a reset.
"""

import errno
import socket
from random import Random
from typing import Any

from petard.server.net.listeners import USER_TIMEOUT
from tests.lan.pipe import Ending, Pipe
from tests.lan.quality import Quality


class Clock:
    """Virtual time, in seconds; whoever runs the network moves it."""

    __slots__ = ("now",)

    def __init__(self, now: float = 100.0) -> None:
        self.now = now


class Wire:
    """The two pipes of one connection, and which of its ends are gone."""

    def __init__(self, quality: Quality, chance: Random, clock: Clock) -> None:
        self.clock = clock
        self.up = Pipe(quality, Random(chance.getrandbits(64)))  # to the server
        self.down = Pipe(quality, Random(chance.getrandbits(64)))
        self.client_is_gone = False  # nobody there reads any more
        self.server_is_gone = False

    @property
    def is_done(self) -> bool:
        """True when nobody holds an end any more."""
        return self.client_is_gone and self.server_is_gone

    def stall(self, seconds: float) -> None:
        """Lose a packet each way."""
        for pipe in (self.up, self.down):
            pipe.stall(seconds, self.clock.now)

    def resume(self, seconds: float) -> None:
        """End a stall that was to last for ever; what waited comes after so many seconds."""
        for pipe in (self.up, self.down):
            pipe.resume(seconds, self.clock.now)

    def cut(self, up: int = 0, down: int = 0) -> None:
        """Lose the line without a word to anybody, after so many bytes of what is under way."""
        self.up.cut(up, self.clock.now)
        self.down.cut(down, self.clock.now)

    def reset(self, up: int = 0, down: int = 0) -> None:
        """Break the line off at both ends, after so many bytes of what is under way."""
        self.up.break_off(up, self.clock.now)
        self.down.break_off(down, self.clock.now)


class FakeSocket(socket.socket):
    """The server's end, as a socket that never had a descriptor."""

    def __init__(self, wire: Wire, address: str) -> None:  # not super's: it would ask the system for a descriptor
        self.wire = wire
        self._address = address
        self._is_shut = False

    def recv(self, most: int, flags: int = 0) -> bytes:
        """What has arrived; as a socket that does not block."""
        wire = self.wire
        now = wire.clock.now
        data = wire.up.read(most, now)
        if data:
            return data
        self._raise_trouble()
        if wire.up.ending(now) is Ending.CLOSED:
            return b""
        raise BlockingIOError(errno.EAGAIN, "nothing has arrived")

    def send(self, data: Any, flags: int = 0) -> int:
        """Take what fits into the buffer."""
        wire = self.wire
        if wire.client_is_gone:  # its machine answers that nobody is there
            wire.up.end(Ending.RESET, wire.clock.now)
        self._raise_trouble()
        if self._is_shut:
            raise BrokenPipeError(errno.EPIPE, "this end was shut")
        count = wire.down.write(data, wire.clock.now)
        if not count:
            raise BlockingIOError(errno.EAGAIN, "the buffer is full")
        return count

    def _raise_trouble(self) -> None:
        wire = self.wire
        if wire.up.ending(wire.clock.now) is Ending.RESET:
            raise ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")
        if wire.down.stuck(wire.clock.now) > USER_TIMEOUT / 1000:
            raise TimeoutError(errno.ETIMEDOUT, "Connection timed out")

    @property
    def is_readable(self) -> bool:
        """True when recv would not block."""
        now = self.wire.clock.now
        return self.wire.up.is_readable(now) or self.wire.down.stuck(now) > USER_TIMEOUT / 1000

    def shutdown(self, how: int) -> None:
        """Say that nothing follows."""
        self._is_shut = True
        self.wire.down.end(Ending.CLOSED, self.wire.clock.now)

    def close(self) -> None:
        """Give the connection up; over unread bytes that is a reset."""
        wire, now = self.wire, self.wire.clock.now
        if not wire.server_is_gone:
            wire.server_is_gone = True
            wire.down.end(Ending.RESET if wire.up.is_readable(now) and wire.up.held else Ending.CLOSED, now)

    def setblocking(self, flag: bool) -> None:
        """It never blocks."""

    def setsockopt(self, *arguments: Any) -> None:
        """Take any option."""

    def getpeername(self) -> tuple[str, int]:
        """Where it comes from."""
        return self._address, 50_000

    def fileno(self) -> int:
        """It has no descriptor."""
        return -1
