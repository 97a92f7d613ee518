"""A room, relays and games that watch through them, all in the loop of the test; the room's time passes fast."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from petard.game.client.session import Session
from petard.server.config.config import Config
from petard.server.config.values import Endpoint
from petard.server.policy.log import Log
from petard.server.room.settings import RoomSettings
from petard.server.web import relay, upstream
from petard.server.web.relay_process import serve
from petard.shared.protocol.messages import Setup
from petard.shared.protocol.snapshot import Snapshot
from tests.server.loopback import LoopbackServer, RawClient, start_round
from tests.server.web.live_room import QUICK, until


def be_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The room's time passes quickly, so a relay has to confirm more often, and to try again sooner."""
    monkeypatch.setattr(relay, "CONFIRM_EVERY", 0.004)
    monkeypatch.setattr(upstream, "PAUSES", (0.01,))


@dataclass
class Room:
    """A room with one player and a bot. `sent`: the snapshots of the round, by tick."""

    loopback: LoopbackServer
    ada: RawClient
    sent: dict[int, Snapshot] = field(default_factory=dict)

    @property
    def port(self) -> int:
        """Where games join."""
        return self.loopback.listeners.port

    async def run(self) -> None:
        """Let time pass, for ever."""
        while True:
            self.loopback.update()
            if feed := self.loopback.room.feed:
                self.sent[feed.sent.tick] = feed.sent
            await asyncio.sleep(QUICK)


@asynccontextmanager
async def room_with_ada(host: str = "127.0.0.1", plays: bool = True, port: int = 0) -> AsyncIterator[Room]:
    """A room whose time passes, in the middle of a round."""
    loopback = LoopbackServer(host, bots=1, port=port)
    room = Room(loopback, loopback.member("Ada"))
    if plays:
        start_round(loopback, room.ada)
    turns = asyncio.create_task(room.run())
    try:
        yield room
    finally:
        turns.cancel()
        loopback.close()
        await asyncio.sleep(0.01)


@dataclass
class RelayHere:
    """A relay, and what it has logged."""

    over: asyncio.Event
    lines: list[str]
    task: "asyncio.Task[None]"
    port: int = 0
    web: int = 0


@asynccontextmanager
async def relay_of(
    port: int, host: str = "127.0.0.1", password: str = "", per_address: int = 8
) -> AsyncIterator[RelayHere]:
    """A relay of what is at a port; an error of it is raised."""
    settings = RoomSettings(Setup("", "", 0, 0, 0), per_address=per_address)
    config, lines = Config(settings, password, host=host, port=0, web=0), list[str]()
    over = asyncio.Event()
    task = asyncio.create_task(serve(config, Endpoint(host, port), Log(lines.append), over))
    here = RelayHere(over, lines, task)
    try:
        await until(lambda: task.done() or any("games watch" in line for line in lines))
        if task.done():
            await task
        (line,) = [line for line in lines if "games watch" in line]
        here.port = int(line.partition("at port ")[2].partition(",")[0])
        here.web = int(line.rstrip("/").rpartition(":")[2])
        yield here
    finally:
        over.set()
        if not task.done():
            await task


@dataclass
class Game:
    """The session of a game that watches. `seen`: the snapshots that it had, by tick."""

    session: Session
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    now: Callable[[], float]
    seen: dict[int, Snapshot] = field(default_factory=dict)
    refused: str = ""

    async def run(self) -> None:
        """Read, and answer, until the other end closes."""
        while data := await self.reader.read(1 << 16):
            self.refused = self.session.receive_data(data, self.now()) or self.refused
            self.writer.write(self.session.link.data_to_send())
            if (shown := self.session.client_round) and (snapshot := shown.server_snapshot):
                self.seen[snapshot.tick] = snapshot

    @property
    def tick(self) -> int:
        """The last tick that it has seen; -1 for none."""
        return max(self.seen, default=-1)

    @property
    def read_lines(self) -> list[str]:
        """The chat, each line with its name."""
        return [f"{line.name}: {line.text}" if line.name else line.text for line in self.session.chat.lines]


@asynccontextmanager
async def game_at(room: Room, port: int, host: str = "127.0.0.1", password: str = "") -> AsyncIterator[Game]:
    """A game that has joined at a port."""
    reader, writer = await asyncio.open_connection(host, port)
    game = Game(Session("Zoë", password=password), reader, writer, lambda: room.loopback.now)
    writer.write(game.session.link.data_to_send())
    reading = asyncio.create_task(game.run())
    try:
        yield game
    finally:
        reading.cancel()
        writer.close()
