"""One stream of bytes to a server. Polled once per picture; nothing in here ever waits.

Rule 1: `select` with a zero time, once per poll, and on sockets only, so that it works on every system.
Rule 2: what one poll reads, and what may wait to be sent, is bounded.
Rule 3: the last words of the server are heard: reading comes before writing, and a line that breaks while we write
        is read once more before it counts as closed.
Rule 4: no OSError leaves this file. A failure is one sentence in `problem`.
Rule 5: who hangs up listens until the other end has, too, for LINGER at the most, in a thread of its own: to what comes
        for a line that is closed, the system answers with a reset, and sends no Bye again that was lost on its way.
"""

import errno
import select
import socket
import threading
import time
from contextlib import suppress
from enum import Enum

from petard.game.net.connector import Resolver, TcpConnector, places_of

READ_SIZE = 1 << 16  # bytes per recv
READS = 4  # per poll: 256 KiB a picture is far over what a server sends, and still under a millisecond
SEND_LIMIT = 1 << 16  # bytes that may wait; a client says about 2 KiB a second
LINGER = 1.0  # seconds; a Bye that was lost is sent again after a quarter of one
MOMENTARY = (BlockingIOError, InterruptedError)


class State(Enum):
    """Where a connection stands. It only ever moves down this list."""

    RESOLVING = "looking the name up"
    CONNECTING = "knocking"
    OPEN = "open"
    CLOSED = "closed"


class Connection:
    """One stay on a line: it dials, it carries bytes both ways, it closes, once each."""

    def __init__(self, host: str, port: int, now: float, resolve: Resolver = places_of) -> None:
        self.state = State.RESOLVING
        self.problem = ""
        self._dial = TcpConnector(host, port, now, resolve)
        self._socket: socket.socket | None = None
        self._unsent = bytearray()
        self._dying = ""  # the sentence, when writing has failed and one more look at what came is due

    def poll(self, now: float) -> bytes:
        """Do what can be done at once, and answer with the bytes that arrived, at most 256 KiB.

        Bytes may come together with the state CLOSED: they are the last words of the server.
        """
        if self.state in (State.RESOLVING, State.CONNECTING):
            self._connect(now)
        if self._socket is None:
            return b""
        # A socket that was reset is in the readable set, on Windows too; the third list is for failed connects.
        readable, writable, _ = select.select([self._socket], [self._socket] if self._unsent else [], [], 0)
        arrived = self._read(self._socket) if readable else b""
        if writable:
            self._write()
        elif self._dying and not arrived:
            self._end(self._dying)
        return arrived

    def send(self, data: bytes) -> None:
        """Send now what the system takes, and keep the rest for the next polls.

        Works before the line is open, too. What is sent to a closed line is dropped.
        """
        if self.state is State.CLOSED or self._dying:
            return
        self._unsent += data
        self._write()
        if len(self._unsent) > SEND_LIMIT:
            self._end("The server takes nothing any more. The line seems to be dead.")

    def close(self) -> None:
        """Hang up; no failure. What was sent still leaves, and keeps the program from ending for a second at most."""
        line, self._socket = (self._socket, None) if self.state is State.OPEN else (None, self._socket)
        self._end("")
        if line is not None:
            _see_off(line)

    def _connect(self, now: float) -> None:
        self._socket = self._dial.poll(now)
        if self._dial.problem:
            self._end(self._dial.problem)
        elif self._socket is not None:
            self.state = State.OPEN
            with suppress(OSError):  # it may be gone already; reading will tell
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        elif not self._dial.is_resolving:
            self.state = State.CONNECTING

    def _read(self, line: socket.socket) -> bytes:
        pieces: list[bytes] = []
        try:
            while len(pieces) < READS:
                piece = line.recv(READ_SIZE)
                pieces.append(piece)
                if len(piece) < READ_SIZE:
                    break
        except MOMENTARY:
            pass
        except OSError as error:
            self._end(why_lost(error))
        if pieces and not pieces[-1]:
            self._end("The server closed the connection.")
        return b"".join(pieces)

    def _write(self) -> None:
        if self._socket is None or not self._unsent:
            return
        try:
            del self._unsent[: self._socket.send(self._unsent)]
        except MOMENTARY:
            pass
        except OSError as error:
            self._dying = why_lost(error)
            self._unsent.clear()

    def _end(self, problem: str) -> None:
        if self.state is State.CLOSED:
            return
        self.state = State.CLOSED
        self.problem = problem
        self._dial.close()
        self._unsent.clear()
        line, self._socket = self._socket, None
        if line is not None:
            line.close()


def _see_off(line: socket.socket) -> None:
    # No daemon, or the program could end before the Bye has left.
    try:
        with suppress(OSError):
            line.shutdown(socket.SHUT_WR)
        threading.Thread(name="goodbye", target=_linger, args=(line,)).start()
    except RuntimeError:  # the whole program ends, and has no more threads to give
        _linger(line)


def _linger(line: socket.socket) -> None:
    ends_at = time.monotonic() + LINGER
    with line, suppress(OSError):
        while (left := ends_at - time.monotonic()) > 0:
            line.settimeout(left)
            if not line.recv(READ_SIZE):
                return


def why_lost(error: OSError) -> str:
    """One sentence for a line that broke after it was open."""
    if error.errno == errno.ETIMEDOUT:
        return "The server cannot be heard any more. Was a cable pulled, or the Wi-Fi lost?"
    if error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ENETRESET):
        return "The way to the server is gone. Was a cable pulled, or the Wi-Fi lost?"
    return "The connection to the server broke."
