"""A real room, its service, and a web process, all in the loop of the test; the room's time passes fast."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from petard.server.web.own_relay import serve as serve_relay
from petard.server.web.private import WebOrder
from petard.server.web.process import serve
from petard.server.web.service import RelayPlace, WebPlace, WebService
from petard.server.web.started_process import StartedProcess
from petard.shared.protocol.codec import decode, encode
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Delta,
    Hello,
    Input,
    Keyframe,
    Loaded,
    Message,
    Ready,
    Roster,
    Round,
)
from petard.shared.protocol.state import State, apply_delta, state_from_keyframe
from tests.server.loopback import LoopbackServer

PATIENCE = 20.0  # seconds
QUICK = 0.001  # seconds


@dataclass
class Pace:
    """How fast the room's time passes: real seconds between two ticks."""

    pause: float = QUICK


class NoProcess(StartedProcess):
    """Starts nothing, and keeps the `order`."""

    order: WebOrder | None = None

    def start_if_due(self, order: Callable[[], WebOrder], now: float) -> str:
        """Keep the order."""
        self.order = order()
        return ""

    def stop(self) -> None:
        """There is nothing to end."""
        self.order = None

    def kill(self) -> None:
        """There is nothing to end."""
        self.order = None

    @property
    def pid(self) -> int:
        """As if it ran."""
        return 1 if self.order else 0


@dataclass
class Browser:
    """One WebSocket, and the state of the round as its page would follow it."""

    ws: aiohttp.ClientWebSocketResponse
    received: list[Message] = field(default_factory=list)
    states: dict[int, State] = field(default_factory=dict)  # by tick
    board: tuple[int, int] = (0, 0)
    state: State | None = None
    close_code: int | None = None
    count: int = 0  # states

    async def send(self, *messages: Message) -> None:
        """Send messages."""
        for message in messages:
            await self.ws.send_bytes(encode(message))

    async def join(self, name: str) -> None:
        """Come into the room."""
        await self.send(Hello(PROTOCOL, BUILD, name, 1, ""))
        await self.until(lambda: self.has(Roster))

    async def read(self) -> bool:
        """Read one message, and follow the round; False at the end."""
        async with asyncio.timeout(PATIENCE):
            found = await self.ws.receive()
        if found.type is not aiohttp.WSMsgType.BINARY:
            self.close_code = self.ws.close_code
            return False
        message = decode(found.data)
        self.received.append(message)
        if isinstance(message, Round):
            self.board, self.state = (message.width, message.height), None
        elif isinstance(message, Keyframe):
            self.state = state_from_keyframe(message, *self.board)
        elif isinstance(message, Delta):
            assert self.state
            self.state = apply_delta(self.state, message)
        if isinstance(message, Keyframe | Delta):
            assert self.state
            self.states[self.state.tick] = self.state
            self.count += 1
        return True

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Read until something is so."""
        while not is_so():
            assert await self.read(), (self.close_code, self.received[-3:])

    async def until_tick(self, tick: int) -> None:
        """Read until the round is there."""
        await self.until(lambda: self.state is not None and self.state.tick >= tick)

    def has(self, kind: type[Message]) -> bool:
        """Whether a message of a type has come."""
        return any(type(message) is kind for message in self.received)

    async def play(self, ticks: int) -> None:
        """Be ready, load, and read until a round has run for so many ticks; confirm what has come."""
        await self.send(Ready(True))
        await self.until(lambda: self.state is not None)
        await self.send(Loaded(1))
        while self.state is None or self.state.tick < ticks:
            assert await self.read()
            if not self.count % 8:
                await self.send(Input(1, (), self.count))


@dataclass
class LiveRoom:
    """The room, and the port of its web process. `relay_process`: starts no relay, but keeps the order for one."""

    loopback: LoopbackServer
    service: WebService
    session: aiohttp.ClientSession
    port: int
    process: NoProcess
    relay_process: NoProcess

    @asynccontextmanager
    async def relay(self) -> AsyncIterator["asyncio.Task[int]"]:
        """The relay that the room has asked for."""
        await until(lambda: self.relay_process.order)
        assert self.relay_process.order
        ends: list[Callable[[], object]] = []
        relay = asyncio.create_task(serve_relay(self.relay_process.order, ends.append))
        try:
            yield relay
        finally:
            ends[0]()
            with suppress(asyncio.CancelledError):  # it was killed
                await relay

    def origin(self, host: str = "127.0.0.1") -> str:
        """The address of the pages."""
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @asynccontextmanager
    async def browser(self, kind: str, host: str = "127.0.0.1", **more: Any) -> AsyncIterator[Browser]:
        """Open a WebSocket as our page does."""
        url, headers = f"{self.origin(host)}/ws/{kind}", {"Origin": self.origin(host)}
        async with self.session.ws_connect(url, headers=headers, max_msg_size=1 << 20, **more) as ws:
            yield Browser(ws)


async def until(is_so: Callable[[], object]) -> None:
    """Let time pass until something is so."""
    async with asyncio.timeout(PATIENCE):
        while not is_so():
            await asyncio.sleep(QUICK)


@asynccontextmanager
async def live_room(
    host: str = "127.0.0.1", pace: Pace | None = None, names: tuple[str, ...] = (), with_relay: bool = False
) -> AsyncIterator[LiveRoom]:
    """A room with a web process at `host`. `names`: by which browsers may ask for it, as at a proxy."""
    loopback, process, relay = LoopbackServer(bots=1), NoProcess(), NoProcess()
    place = WebPlace(host, 0, 1, names, relay=RelayPlace(with_relay))
    service = WebService(place, loopback.server, loopback.log, loopback.now, process, relay)
    ends: list[Callable[[], object]] = []

    async def run() -> None:
        while True:
            loopback.update()
            if events := loopback.room.events.take():
                service.handle_events(events, loopback.now)
            service.update(loopback.now)
            await asyncio.sleep(pace.pause if pace else QUICK)

    turns = asyncio.create_task(run())
    try:
        async with asyncio.timeout(PATIENCE):
            while not process.order:
                await asyncio.sleep(0)
            web = asyncio.create_task(serve(process.order, ends.append))
            while not any("shows itself" in line for line in loopback.log_lines):
                await asyncio.sleep(0.001)
        line = next(line for line in loopback.log_lines if "shows itself" in line)
        port = int(line.rstrip("/").rpartition(":")[2])
        async with aiohttp.ClientSession() as session:
            yield LiveRoom(loopback, service, session, port, process, relay)
        ends[0]()
        await web
    finally:
        turns.cancel()
        service.close()
        loopback.close()
        await asyncio.sleep(0.01)  # in which what was closed is let go
