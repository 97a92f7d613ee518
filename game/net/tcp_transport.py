"""One TCP connection to a server, as a Transport.

Rule 1: nothing waits. `poll` calls `select` once, with a zero timeout and on sockets only, so that it works on every
        system.
Rule 2: what one poll reads, and what may wait to be sent, is bounded.
Rule 3: the last bytes from the server are not lost: `poll` reads before it writes, and after a failed write it reads
        once more before the state becomes CLOSED.
Rule 4: no OSError leaves this file. A failure is one sentence in `problem`.
"""

import select
import socket
from contextlib import suppress

from petard.game.net.connector import Resolver, TcpConnector, resolve_host
from petard.game.net.socket_ends import close_gracefully, disconnect_reason
from petard.game.net.transport import TransportState

READ_SIZE = 1 << 13  # bytes per poll: 480 KiB/s is far over what a server sends; more would cost a picture its time
SEND_LIMIT = 1 << 16  # bytes that may wait; a client sends about 2 KiB a second
TEMPORARY = (BlockingIOError, InterruptedError)


class TcpTransport:
    def __init__(self, host: str, port: int, now: float, resolve: Resolver = resolve_host) -> None:
        self.state = TransportState.RESOLVING
        self.was_open = False
        self.problem = ""
        self.socket: socket.socket | None = None  # while OPEN
        self.unsent = bytearray()  # waits for the system to take it
        self.write_error = ""  # a sentence, after a write has failed; one more read is due
        self._connector = TcpConnector(host, port, now, resolve)

    def poll(self, now: float) -> bytes:
        """Do what can be done without waiting; return the bytes that arrived, at most READ_SIZE."""
        if self.state in (TransportState.RESOLVING, TransportState.CONNECTING):
            self._connect(now)
        if self.socket is None:
            return b""
        # A socket that was reset is in the readable set, on Windows too; the third list is for failed connects.
        readable, writable, _ = select.select([self.socket], [self.socket] if self.unsent else [], [], 0)
        arrived = self._read(self.socket) if readable else b""
        if writable:
            self._write()
        elif self.write_error and not arrived:
            self._end(self.write_error)
        return arrived

    def send(self, data: bytes) -> None:
        """Send what the system takes now, and keep the rest for the next polls."""
        if self.state is TransportState.CLOSED or self.write_error:
            return
        self.unsent += data
        self._write()
        if len(self.unsent) > SEND_LIMIT:
            self._end("The server does not take data any more. The connection seems to be dead.")

    def close(self) -> None:
        """Close the connection. Sent data still leaves, and keeps the process from ending for a second at most."""
        open_socket, self.socket = self.socket, None  # which there is while the state is OPEN
        self._end("")
        if open_socket is not None:
            close_gracefully(open_socket)

    def _connect(self, now: float) -> None:
        self.socket = self._connector.poll(now)
        if self._connector.problem:
            self._end(self._connector.problem)
        elif self.socket is not None:
            self.state, self.was_open = TransportState.OPEN, True
            with suppress(OSError):  # it may be closed already; reading will tell
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        elif self._connector.resolved is not None:
            self.state = TransportState.CONNECTING

    def _read(self, source: socket.socket) -> bytes:
        arrived = b""
        try:
            arrived = source.recv(READ_SIZE)
            if not arrived:
                self._end("The server closed the connection.")
        except TEMPORARY:
            pass
        except OSError as error:
            self._end(disconnect_reason(error))
        return arrived

    def _write(self) -> None:
        if self.socket is None or not self.unsent:
            return
        try:
            del self.unsent[: self.socket.send(self.unsent)]
        except TEMPORARY:
            pass
        except OSError as error:
            self.write_error = disconnect_reason(error)
            self.unsent.clear()

    def _end(self, problem: str) -> None:
        if self.state is TransportState.CLOSED:
            return
        self.state, self.problem = TransportState.CLOSED, problem
        self._connector.close()
        self.unsent.clear()
        if self.socket is not None:
            self.socket.close()
            self.socket = None
