"""The web process's connections to its room: each begins with a PROXY header (petard.server.policy.proxy_header)."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any, TypeVar

from petard.server.policy.proxy_header import Purpose, SocketAddress, encode_header
from petard.server.web.figures import RoomReports
from petard.server.web.private import LOOPBACK, WebOrder

REPORT_MOST = 1 << 18  # bytes
SAY_WITHIN = 0.1  # seconds
P = TypeVar("P", bound=asyncio.Protocol)


class RoomConnector:
    """Opens private connections to the room."""

    def __init__(self, order: WebOrder) -> None:
        self._room, self._secret = order.room, bytes.fromhex(order.secret)

    async def connect(
        self,
        make: Callable[[], P],
        purpose: Purpose,
        client: SocketAddress | None = None,
        server: SocketAddress = ("", 0),
    ) -> P:
        """Open a connection, for a client or for ourselves; raises OSError."""
        loop, header = asyncio.get_running_loop(), encode_header(client, server, self._secret, purpose)
        if isinstance(self._room, str):
            transport, protocol = await loop.create_unix_connection(make, self._room)
        else:
            transport, protocol = await loop.create_connection(make, LOOPBACK, self._room)
        transport.write(header)
        return protocol


class StatusConnection(asyncio.Protocol):
    """Hears the reports of the room, and answers each.

    `reports`: a future of the first. `answer`: returns what each answer holds.
    """

    def __init__(self, on_end: Callable[[], object]) -> None:
        self.answer: Callable[[], dict[str, Any]] = dict
        self.reports: asyncio.Future[RoomReports] = asyncio.get_running_loop().create_future()
        self._on_end = on_end
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def tell(self, **fields: Any) -> None:
        """Send the room a message."""
        self._transport.write(json.dumps(fields).encode("ascii") + b"\n")

    async def say(self, problem: str) -> None:
        """Tell the room what is wrong, before this process ends."""
        self.tell(problem=problem)
        self.close()  # once it is sent
        await asyncio.sleep(SAY_WITHIN)

    def close(self) -> None:
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        *lines, self._received = (self._received + data).split(b"\n")
        if len(self._received) > REPORT_MOST:
            self._transport.abort()
        for line in lines:
            report = json.loads(line)
            now = time.monotonic()
            if self.reports.done():
                self.reports.result().receive(report, now)
            else:
                self.reports.set_result(RoomReports(report, now))
            self.tell(**self.answer())

    def connection_lost(self, error: Exception | None) -> None:
        if not self.reports.done():
            self.reports.set_exception(ConnectionError("the room has gone"))
        self._on_end()
