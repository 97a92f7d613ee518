"""Passes the connection of a browser that watches from the web process on to the relay, with the request that came.

Rule 1: a datagram on a Unix socket in the room's private folder holds the request, and the connection itself as
        SCM_RIGHTS (unix(7)). So a browser needs no other port, and no byte of it passes two processes.
Rule 2: it is the relay that answers the request; the web process writes nothing to that connection.
Rule 3: what cannot be passed on within WITHIN seconds, the web process serves itself.
Rule 4: connections are passed on in the order in which they came, and only the first tries: a crowd costs no more.
"""

import array
import asyncio
import contextlib
import errno
import socket
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from petard.server.web.browsers import BrowserConnection, Browsers

WITHIN = 10.0  # seconds; a relay starts in one, on a busy machine in some
AGAIN_AFTER = 0.002  # seconds; on some systems ten datagrams fill the socket
HEAD_MOST = 2000  # bytes; macOS has datagrams of 2048 at most
READ_AT_ONCE = 8  # so that the first of one address group has its answer before PLAIN_PER_GROUP wait for one
_FULL = (errno.EAGAIN, errno.ENOBUFS)
_PASSED = ("Host", "Connection", "Upgrade", "Origin", "Sec-WebSocket-Version", "Sec-WebSocket-Key", "X-Forwarded-For")


def head_of(request: web.Request) -> bytes:
    """Return a request for a WebSocket as it came, with the headers that count."""
    lines = [f"{name}: {value}" for name in _PASSED for value in request.headers.getall(name, [])]
    return "\r\n".join(["GET /ws/watch HTTP/1.1", *lines, "", ""]).encode("utf-8", "surrogateescape")


class HandoffSender:
    """The web process's end. `path`: of the relay's socket; `ask`: asks the room for a relay."""

    def __init__(self, path: str, ask: Callable[[], object]) -> None:
        self._path, self.ask = path, ask
        self._sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._sock.setblocking(False)
        self._turn = asyncio.Lock()  # of the one that tries

    async def pass_on(self, head: bytes, browser: BrowserConnection) -> bool:
        """Pass a connection on, and let go of it; False if that is not possible. `head`: its request."""
        if len(head) > HEAD_MOST:
            return False
        self.ask()
        try:
            async with asyncio.timeout(WITHIN), self._turn:
                return await self._send(head, browser)
        except TimeoutError:
            return False

    async def _send(self, head: bytes, browser: BrowserConnection) -> bool:
        """Try until it is passed on; False if that is not possible."""
        while not browser.transport.is_closing():
            descriptor = browser.transport.get_extra_info("socket").fileno()
            rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))]
            try:
                self._sock.sendmsg([head], rights, 0, self._path)
            except (FileNotFoundError, ConnectionRefusedError):  # there is no relay yet
                await asyncio.sleep(AGAIN_AFTER)
            except OSError as problem:
                if problem.errno not in _FULL:
                    return False
                await asyncio.sleep(AGAIN_AFTER)
            else:
                browser.let_go()
                return True
        return False

    def close(self) -> None:
        self._sock.close()


class HandoffReceiver:
    """The relay's end. Raises OSError if it cannot listen."""

    def __init__(self, path: str, browsers: Browsers) -> None:
        self._browsers = browsers
        self._taking: set[asyncio.Task[None]] = set()
        self._sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._sock.setblocking(False)
        with contextlib.suppress(FileNotFoundError):
            Path(path).unlink()  # of a relay that was killed
        self._sock.bind(path)
        asyncio.get_running_loop().add_reader(self._sock, self._read)

    def _read(self) -> None:
        for _ in range(READ_AT_ONCE):
            try:
                head, descriptors, _, _ = socket.recv_fds(self._sock, HEAD_MOST, 1)
            except OSError:  # that is all
                return
            for descriptor in descriptors:
                task = asyncio.create_task(self._take(socket.socket(fileno=descriptor), head))
                self._taking.add(task)
                task.add_done_callback(self._taking.discard)

    async def _take(self, sock: socket.socket, head: bytes) -> None:
        sock.setblocking(False)
        try:
            loop = asyncio.get_running_loop()
            _, connection = await loop.connect_accepted_socket(self._browsers.new_connection, sock)
        except OSError:  # it was reset
            sock.close()
        else:
            connection.data_received(head)

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._sock)
        self._sock.close()
