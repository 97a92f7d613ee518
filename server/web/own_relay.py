"""The relay that a room starts while somebody watches: its line is private, browsers are passed on by the web process.

Rule 1: as in petard.server.web.process: it ends with its standard input, and what it has to say goes to the room.
Rule 2: games watch at a port of it, but for those of a room with a password: here nobody proves it.
"""

import asyncio
import contextlib
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial

from petard.server.config.values import Endpoint
from petard.server.net.listeners import CannotListen, open_listeners
from petard.server.policy.log import Log
from petard.server.policy.proxy_header import Purpose
from petard.server.policy.scram import ScramServer
from petard.server.web.browsers import SUDDEN_MOST, WATCHERS_MOST
from petard.server.web.games import GameWatcher, GameWatchers
from petard.server.web.handoff import HandoffReceiver
from petard.server.web.private import LOOPBACK, WebOrder
from petard.server.web.process import WatchEnd, accepting, every_second, run, serving, site_names
from petard.server.web.room_line import RoomConnector, StatusConnection
from petard.server.web.site import Site
from petard.server.web.upstream import CannotRelay, PublicLine, PublicRelay
from petard.shared.protocol import messages as m

DESCRIPTORS = WATCHERS_MOST + SUDDEN_MOST + 64
LOCKED = m.Refused(m.RefusalCode.BAD, "This room has a password. Watch it at the port where games play.")


class OwnRelay(PublicRelay):
    """A relay whose line to the room is a private connection, which needs no Hello and no password."""

    def __init__(self, connector: RoomConnector, log: Log) -> None:
        super().__init__(Endpoint(LOOPBACK, 0), "", log)
        self._connector = connector

    def hello(self) -> None:
        return None

    async def connect(self, line: PublicLine) -> None:
        await self._connector.connect(lambda: line, Purpose.RELAY)

    def for_browsers(self, welcome: m.Welcome) -> m.Welcome:
        """To a browser this is the room itself, as it can play on another page."""
        return replace(welcome, member=0, token="", returned=False)


def main() -> int:
    """Read the order on standard input and serve; returns the exit status."""
    return run(serve, DESCRIPTORS, "its relay by itself; see --relay")


async def serve(order: WebOrder, watch_end: WatchEnd) -> int:
    """Serve until the room ends; returns the exit status."""
    over, connector = asyncio.Event(), RoomConnector(order)
    watch_end(over.set)
    try:
        status = await connector.connect(lambda: StatusConnection(over.set), Purpose.RELAY_STATUS)
        reports = await status.reports
    except OSError:
        return 0
    relay = OwnRelay(connector, Log(lambda line: None))  # how its line stands, the room sees
    site = Site(reports, site_names(order.host, order.names, order.proxies), relay)
    site.on_fault = lambda text: status.tell(problem=text)
    status.answer = lambda: {"watchers": len(relay.watchers)}
    stop, line = asyncio.create_task(over.wait()), asyncio.create_task(relay.run())
    ready = asyncio.create_task(relay.ready.wait())
    try:
        await asyncio.wait([stop, line, ready], return_when=asyncio.FIRST_COMPLETED)
        if relay.ready.is_set():
            async with AsyncExitStack() as stack:
                await stack.enter_async_context(serving(site))
                games = GameWatchers(relay, site.browsers, ScramServer(None, str), time.monotonic())
                games.refusal = lambda: LOCKED if reports.report["status"]["locked"] else None
                await _open(games, order, status, stack)
                await asyncio.wait([stop, line], return_when=asyncio.FIRST_COMPLETED)
        return 0 if stop.done() else 1
    except Exception as fault:
        await status.say(f"the relay has a fault: {type(fault).__name__}: {fault}")
        raise
    finally:
        for task in (stop, line, ready):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError, CannotRelay):
            await line
        status.close()


async def _open(games: GameWatchers, order: WebOrder, status: StatusConnection, stack: AsyncExitStack) -> None:
    """Serve browsers that are passed on, and games at a port if one is free."""
    if order.handoff:
        stack.callback(HandoffReceiver(order.handoff, games.browsers).close)
    turns = asyncio.create_task(every_second(partial(_look_after, games), lambda text: status.tell(problem=text)))
    stack.callback(turns.cancel)
    try:
        listeners = open_listeners(order.host, order.port, order.ports)
    except CannotListen as problem:
        status.tell(problem=f"games have no port to watch at: {problem}")
        return
    await stack.enter_async_context(accepting(partial(GameWatcher, games), listeners))
    status.tell(port=listeners.port)


def _look_after(games: GameWatchers, now: float) -> None:
    games.relay.watchers.send((), now)  # closes those that take nothing
    games.check(now)
