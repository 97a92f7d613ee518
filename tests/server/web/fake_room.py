"""A web process in the loop of the test, and the room behind it, which does what the test says."""

import asyncio
import base64
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from queue import Queue
from typing import Any

import aiohttp

from petard.server.policy.proxy_header import ProxyHeader, ProxyHeaderReader, Purpose
from petard.server.web.private import WebOrder
from petard.server.web.process import serve
from petard.shared.framing import frame
from petard.shared.protocol.codec import decode, encode
from petard.shared.protocol.messages import Message
from tests.server.web.sample import report

SECRET = bytes(range(16))
PATIENCE = 10.0  # seconds
HONEST = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13")


@dataclass
class Line:
    """One connection of the web process to the room."""

    header: ProxyHeader
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def read(self) -> Message:
        """The next message."""
        async with asyncio.timeout(PATIENCE):
            size = int.from_bytes(await self.reader.readexactly(4), "big")
            return decode(await self.reader.readexactly(size))

    def write(self, *messages: Message) -> None:
        """Send messages."""
        self.writer.write(b"".join(frame(encode(message)) for message in messages))


@dataclass
class FakeRoom:
    """The room's end. `told`: what the web process said on the status line."""

    first: dict[str, Any] = field(default_factory=report)  # the first report
    port: int = 0  # of the web process
    told: list[dict[str, Any]] = field(default_factory=list)
    status: Line | None = None
    lines: "asyncio.Queue[Line]" = field(default_factory=asyncio.Queue)
    order: WebOrder | None = None
    session: aiohttp.ClientSession = field(init=False)
    process: "asyncio.Task[int] | None" = None
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    is_heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read the header of a connection, then serve it."""
        self.writers.append(writer)
        headers = ProxyHeaderReader()
        header = None
        while not header:
            header = headers.receive_data(await reader.readexactly(headers.missing))
        assert header.secret == SECRET
        line = Line(header, reader, writer)
        if header.purpose is not Purpose.STATUS:
            self.lines.put_nowait(line)
            return
        self.status = line
        self.report(self.first)
        with suppress(ConnectionError):
            while data := await reader.readline():
                self.told.append(json.loads(data))
                self.is_heard.set()

    def report(self, fields: dict[str, Any]) -> None:
        """Tell the web process how the room stands."""
        assert self.status
        self.status.writer.write(json.dumps(fields).encode() + b"\n")

    async def hear(self, is_so: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait until the web process has said something."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for message in self.told:
                    if is_so(message):
                        return message
                self.is_heard.clear()
                await self.is_heard.wait()

    async def line(self, purpose: Purpose) -> Line:
        """The next connection for a pad or a relay."""
        async with asyncio.timeout(PATIENCE):
            line = await self.lines.get()
        assert line.header.purpose is purpose
        return line

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """An address of the web process."""
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}{path}"

    def socket(self, kind: str, host: str = "127.0.0.1", **headers: str) -> Any:
        """Open a WebSocket as a page of this server does; `headers` replace what it sends."""
        origin = {"Origin": self.url("", host)} | headers
        return self.session.ws_connect(self.url(f"/ws/{kind}", host), headers=origin, max_msg_size=1 << 20)


def upgrade(port: int, kind: str, *more: str) -> bytes:
    """A request for a WebSocket, as bytes. `more`: other headers than HONEST."""
    lines = [f"GET /ws/{kind} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Origin: http://127.0.0.1:{port}"]
    lines += more or HONEST
    lines += [f"Sec-WebSocket-Key: {base64.b64encode(bytes(16)).decode()}", "", ""]
    return "\r\n".join(lines).encode()


@asynccontextmanager
async def fake_room(
    host: str = "127.0.0.1",
    told: dict[str, Any] | None = None,
    port: int = 0,
    names: tuple[str, ...] = (),
    proxies: tuple[str, ...] = (),
) -> AsyncIterator[FakeRoom]:
    """A web process that listens on `host`, and its room. `told`: its first report."""
    room = FakeRoom(told or report())
    private = await asyncio.start_server(room.accept, "127.0.0.1", 0)
    order = WebOrder(private.sockets[0].getsockname()[1], SECRET.hex(), host, port, 1, names, proxies)
    ends: list[Callable[[], object]] = []
    room.process = asyncio.create_task(serve(order, ends.append))
    try:
        found = await room.hear(lambda message: bool(message.get("port") or message.get("problem")))
        room.port = found.get("port", 0)
        async with aiohttp.ClientSession() as room.session:
            yield room
    finally:
        ends[0]()
        await room.process
        private.close()
        for writer in room.writers:
            writer.close()
        await asyncio.sleep(0.01)  # in which what was closed is let go


@contextmanager
def open_site(host: str = "127.0.0.1", told: dict[str, Any] | None = None) -> Iterator[int]:
    """The same in a thread, for tests that wait; yields the port of the web process."""
    ports: Queue[int] = Queue()
    over = threading.Event()

    async def run() -> None:
        async with fake_room(host, told) as room:
            ports.put(room.port)
            await asyncio.to_thread(over.wait, PATIENCE)

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    try:
        yield ports.get(timeout=PATIENCE)
    finally:
        over.set()
        thread.join()
