"""A real directory in the loop of a test, over real HTTP, and rooms that answer its Pings over real TCP."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp

from petard.server.directory.options import Options
from petard.server.directory.process import Directory, serving
from petard.server.net.listeners import open_listeners
from petard.server.policy.log import Log
from petard.shared.framing import frame
from petard.shared.host_port import join_host_port
from petard.shared.protocol.codec import encode
from petard.shared.protocol.link import Link, Role
from petard.shared.protocol.messages import Ping, Pong
from tests.server.directory_process import announcement

PATIENCE = 20.0  # real seconds until a test gives up


class Answer:
    """An answer: its status, its headers, and its JSON or text."""

    def __init__(self, status: int, headers: Any, body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def said(self) -> Any:
        return json.loads(self.body)


class LiveDirectory:
    """The directory, and a client of it. `log`: its lines."""

    def __init__(self, directory: Directory, port: int, host: str, log: list[str]) -> None:
        self.directory, self.port, self.log = directory, port, log
        self.url = f"http://{join_host_port(host, port)}"
        self.session: aiohttp.ClientSession

    async def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Send a request; `body`: bytes as they are, else as JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        kind = {"Content-Type": "application/json"} if data is not None else {}
        async with self.session.request(method, self.url + path, data=data, headers=kind | headers) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    async def announce(self, room: "FakeRoom", **other: Any) -> Answer:
        """Announce a room."""
        return await self.ask("POST", "/rooms", announcement(room.number, **({"port": room.port} | other)))

    async def listed(self, query: str = "") -> list[str]:
        """The ids in the list."""
        return [room["id"] for room in (await self.ask("GET", f"/rooms{query}")).said["rooms"]]


class FakeRoom:
    """A server that answers Pings with its number, and nothing else. `id`: as in the list."""

    def __init__(self, number: int, says: int | None = None) -> None:
        """`says`: the number in its Pongs."""
        self.number, self.id, self.port = number, f"{number:016x}", 0
        self.pings = 0
        self._says = number if says is None else says

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = Link(Role.SERVER)
        while data := await reader.read(1024):
            for message in link.receive_data(data):
                if isinstance(message, Ping):
                    self.pings += 1
                    writer.write(frame(encode(Pong(message.id, room=self._says))))
        writer.close()

    @asynccontextmanager
    async def running(self, host: str = "127.0.0.1") -> AsyncIterator["FakeRoom"]:
        server = await asyncio.start_server(self._serve, host, 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()


@asynccontextmanager
async def live_directory(host: str = "127.0.0.1", **options: Any) -> AsyncIterator[LiveDirectory]:
    """Serve a directory on a free port."""
    lines: list[str] = []
    log = Log(lines.append)
    listeners = open_listeners(host, 0)
    directory = Directory(Options(**({"allow_private": True} | options)), log)
    live = LiveDirectory(directory, listeners.port, host, lines)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serving(directory, listeners, log))
        live.session = await stack.enter_async_context(aiohttp.ClientSession())
        yield live


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = PATIENCE) -> float:
    """Wait until something holds; returns how many seconds that took."""
    began = time.monotonic()
    while not await holds():
        assert time.monotonic() - began < seconds, "it takes too long"
        await asyncio.sleep(0.02)
    return time.monotonic() - began
