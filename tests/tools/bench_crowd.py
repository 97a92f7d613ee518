"""A crowd that watches, in one process: browsers that only count bytes, or games that also confirm what has come.

    python -m tests.tools.bench_crowd PORT COUNT UNREAD browsers|games

Prints once a second how many bytes have come in all, and how many are connected. UNREAD of them never read. Browsers
are read in turns, ten times a second: a crowd of thousands must not take the processor from what is measured.
"""

import asyncio
import base64
import itertools
import resource
import socket
import sys
import time
from contextlib import suppress
from functools import partial

from petard.shared.framing import Decoder, frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import BUILD, PROTOCOL, Hello, Input

TURN = 0.1  # seconds
PONG_EVERY = 3.0  # seconds; a ping is answered within 5 s
CONFIRM_EVERY = 0.2  # seconds
ALL = 1 << 20  # bytes of a frame
OPENED = b"HTTP/1.1 101"
PATIENCE = 10.0  # seconds
PONG = b"\x8a\x80\0\0\0\0"  # a sign of life, which a browser gives without its page


def told(received: int, connected: int) -> None:
    """Print one line."""
    sys.stdout.write(f"{received} {connected}\n")
    sys.stdout.flush()


class PlainBrowsers:
    """Browsers as bare sockets, without an event loop."""

    def __init__(self, port: int) -> None:
        key = base64.b64encode(bytes(16)).decode()
        lines = ["GET /ws/watch HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Origin: http://127.0.0.1:{port}"]
        lines += ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}"]
        self._request, self._port = "\r\n".join([*lines, "", ""]).encode(), port
        self._readers: list[socket.socket] = []
        self._others: list[socket.socket] = []
        self._buffer = bytearray(1 << 18)
        self._pong_at = time.monotonic()
        self.received = 0

    @property
    def connected(self) -> int:
        return len(self._readers) + len(self._others)

    def connect(self, reads: bool) -> None:
        """Let one more watch, once its WebSocket is open: so they come as quickly as they are let in."""
        with suppress(OSError):
            sock = socket.create_connection(("127.0.0.1", self._port), PATIENCE)
            sock.sendall(self._request)
            if sock.recv(len(OPENED)) != OPENED:
                sock.close()
                return
            sock.setblocking(False)
            (self._readers if reads else self._others).append(sock)

    def turn(self) -> None:
        """Read all that has come; forget those that were closed."""
        with_pong = time.monotonic() - self._pong_at > PONG_EVERY
        if with_pong:
            self._pong_at = time.monotonic()
        self._readers = [sock for sock in self._readers if self._is_read(sock, with_pong)]
        if with_pong:
            self._others = [sock for sock in self._others if self._sends(sock)]

    def _is_read(self, sock: socket.socket, with_pong: bool) -> bool:
        try:
            size = sock.recv_into(self._buffer)
        except BlockingIOError:
            size = -1
        except OSError:
            size = 0
        self.received += max(0, size)
        return size != 0 and (not with_pong or self._sends(sock))

    @staticmethod
    def _sends(sock: socket.socket) -> bool:
        try:
            sock.send(PONG)
        except OSError:
            return False
        return True


def browsers(port: int, count: int, unread: int) -> None:
    """Watch as browsers do."""
    crowd = PlainBrowsers(port)
    then = time.monotonic()
    for number in range(count):
        crowd.connect(number >= unread)
        if time.monotonic() - then > TURN:
            then = time.monotonic()
            crowd.turn()
    for number in itertools.count():
        if not number % round(1 / TURN):
            told(crowd.received, crowd.connected)
        crowd.turn()
        then = max(then + TURN, time.monotonic())
        time.sleep(max(0.0, then - time.monotonic()))


class GameEyes(asyncio.Protocol):
    """One game that watches, and confirms the states that have come."""

    received = connected = 0

    def __init__(self, reads: bool) -> None:
        self._reads, self._decoder, self._states, self._clock = reads, Decoder(ALL), 0, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Join."""
        assert isinstance(transport, asyncio.Transport)
        GameEyes.connected += 1
        transport.write(frame(encode(Hello(PROTOCOL, BUILD, "Eyes", 0, ""))))
        self._transport = transport
        asyncio.get_running_loop().call_later(CONFIRM_EVERY, self._confirm)
        if not self._reads:
            transport.pause_reading()

    def data_received(self, data: bytes) -> None:
        """Count."""
        GameEyes.received += len(data)
        self._states += sum(payload[1] in (37, 38) for payload in self._decoder.receive_data(data))

    def _confirm(self) -> None:
        if self._transport.is_closing():
            return
        if self._states:  # it is welcome
            self._clock += 1
            self._transport.write(frame(encode(Input(self._clock, (), self._states))))
        asyncio.get_running_loop().call_later(CONFIRM_EVERY, self._confirm)

    def connection_lost(self, error: Exception | None) -> None:
        """Count."""
        GameEyes.connected -= 1


async def games(port: int, count: int, unread: int) -> None:
    """Watch as games do."""
    loop = asyncio.get_running_loop()
    for number in range(count):
        with suppress(OSError):
            await loop.create_connection(partial(GameEyes, number >= unread), "127.0.0.1", port)
    while True:
        told(GameEyes.received, GameEyes.connected)
        await asyncio.sleep(1.0)


def main() -> None:
    """Watch until somebody ends this process."""
    port, count, unread = map(int, sys.argv[1:4])
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, count + 100)), hard))
    if sys.argv[4] == "games":
        asyncio.run(games(port, count, unread))
    browsers(port, count, unread)


if __name__ == "__main__":
    main()
