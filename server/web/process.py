"""The web process: an asyncio program beside the room, which starts it and tells it on standard input what to do.

Rule 1: it ends when its standard input does, so it never outlives the room; what it has to say goes to the room.
Rule 2: it listens once the first report of the room has come, so it never answers without one.
Rule 3: what exists before it serves is left out of collections of cyclic garbage, which would delay all watchers.
"""

import asyncio
import contextlib
import gc
import os
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Collection, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from petard.server.config.values import Endpoint
from petard.server.net.descriptors import allow_descriptors
from petard.server.net.listeners import CannotListen, Listeners, open_listeners
from petard.server.policy.address_groups import parse_network
from petard.server.policy.proxy_header import Purpose
from petard.server.web.browsers import IDLE_MOST, PADS_MOST, SUDDEN_MOST, WATCHERS_MOST
from petard.server.web.figures import EVERY
from petard.server.web.handoff import HandoffSender
from petard.server.web.hosts import HostNames
from petard.server.web.plain_handler import plain_handlers
from petard.server.web.private import CANNOT_LISTEN, NO_ORDER, BadOrder, WebOrder, read_order, remove_socket
from petard.server.web.relay import RoomRelay
from petard.server.web.room_line import RoomConnector, StatusConnection
from petard.server.web.site import Site

DESCRIPTORS = 2 * PADS_MOST + WATCHERS_MOST + SUDDEN_MOST + 64  # a pad has a socket to the room, too
BACKLOG = 1024  # connections that wait in the kernel
ACCEPTED_AT_ONCE = 32  # so that the first of a crowd is read before the last is accepted
STDIN = 0


WatchEnd = Callable[[Callable[[], object]], object]  # takes what to call when the room has ended
GRACE = 0.5  # seconds


def main() -> int:
    """Read the order on standard input and serve; returns the exit status."""
    return run(serve, DESCRIPTORS, "the web process by itself; see --web")


def run(serve: Callable[[WebOrder, WatchEnd], Coroutine[Any, Any, int]], descriptors: int, about: str) -> int:
    """Read the order on standard input and serve; returns the exit status. `about`: what a room starts, and how."""
    with contextlib.suppress(KeyboardInterrupt):
        try:
            order = read_order(sys.stdin.buffer.readline() if sys.stdin else b"")
        except BadOrder:
            sys.stderr.write(f"petard-server: a room starts {about}\n")
            return NO_ORDER
        gc.freeze()
        allow_descriptors(descriptors)
        end = _EndOfStdin(order.room)
        status = asyncio.run(serve(order, end.watch))
        end.join()
        return status
    return 0


class _EndOfStdin:
    """Removes the socket of the room when standard input ends, since the room has; waits for that in a thread."""

    def __init__(self, room: str | int) -> None:
        self._room = room
        self._thread: threading.Thread | None = None

    def watch(self, then: Callable[[], object]) -> None:
        """Begin to wait, and call back in the loop that runs now."""
        self._thread = threading.Thread(target=self._wait, args=(asyncio.get_running_loop(), then), daemon=True)
        self._thread.start()

    def _wait(self, loop: asyncio.AbstractEventLoop, then: Callable[[], object]) -> None:
        with contextlib.suppress(OSError, ValueError):
            while os.read(STDIN, 1 << 12):
                pass
        remove_socket(self._room)
        with contextlib.suppress(RuntimeError):  # the loop has ended by itself
            loop.call_soon_threadsafe(then)

    def join(self) -> None:
        """Give the thread a moment to remove the socket: the loop may have seen the end of the room before it."""
        if self._thread:
            self._thread.join(GRACE)


async def serve(order: WebOrder, watch_end: WatchEnd) -> int:
    """Serve until the room ends; returns the exit status."""
    over, connector = asyncio.Event(), RoomConnector(order)
    watch_end(over.set)
    try:
        status = await connector.connect(lambda: StatusConnection(over.set), Purpose.STATUS)
        reports = await status.reports
    except OSError:
        return 0
    try:
        listeners = open_listeners(order.host, order.port, order.ports)
        site = Site(reports, site_names(order.host, order.names, order.proxies), RoomRelay(connector), connector)
        site.on_fault = lambda text: status.tell(problem=text)
        if order.handoff:
            site.relay.handoff = HandoffSender(order.handoff, lambda: status.tell(watch=True))
        relay, stop = asyncio.create_task(site.relay.run()), asyncio.create_task(over.wait())
        try:
            async with serving(site, listeners):
                status.tell(port=listeners.port)
                await asyncio.wait([relay, stop], return_when=asyncio.FIRST_COMPLETED)
                if relay.done():
                    await relay  # which raises its fault: without it, no watcher would see anything
        finally:
            relay.cancel()
            stop.cancel()
            if site.relay.handoff:
                site.relay.handoff.close()
    except CannotListen as problem:
        await status.say(f"there are no pages for browsers: {problem}")
        return CANNOT_LISTEN
    except Exception as fault:
        await status.say(f"the web process has a fault: {type(fault).__name__}: {fault}")
        raise
    finally:
        status.close()
    return 0


@asynccontextmanager
async def serving(site: Site, listeners: Listeners | None = None) -> AsyncIterator[None]:
    """Answer browsers until the end of the `with`: those at the listening sockets, and those that are passed on."""
    runner = web.AppRunner(site.application(), access_log=None, handle_signals=False, shutdown_timeout=0.1)
    await runner.setup()
    assert runner.server
    site.browsers.new_handler = plain_handlers(runner.server, IDLE_MOST, lingering=1.0)
    try:
        if listeners is None:
            yield
        else:
            async with accepting(site.browsers.new_connection, listeners):
                yield
    finally:
        site.browsers.close()
        await runner.cleanup()


@asynccontextmanager
async def accepting(new: Callable[[], asyncio.Protocol], listeners: Listeners) -> AsyncIterator[None]:
    """Accept connections at the listening sockets, until the end of the `with`, which closes the sockets."""
    loop, servers = asyncio.get_running_loop(), []
    try:
        for sock in listeners.sockets:
            servers.append(await loop.create_server(new, sock=sock, backlog=ACCEPTED_AT_ONCE))
            sock.listen(BACKLOG)
        yield
    finally:
        for server in servers:
            server.close()
        listeners.close()


async def every_second(turn: Callable[[float], object], on_fault: Callable[[str], object]) -> None:
    """Call `turn` with time.monotonic() once a second, for ever. A fault goes to `on_fault`, each new one once."""
    known = ""
    while True:
        await asyncio.sleep(EVERY)
        try:
            turn(time.monotonic())
        except Exception as fault:  # the next turn may go well, and without turns nobody is looked after
            text = f"a turn has a fault: {type(fault).__name__}: {fault}"
            if text != known:
                on_fault(text)
            known = text


def site_names(host: str, names: Collection[str], proxies: Collection[str] = ()) -> HostNames:
    """Return the names of a site that listens at `host`; `names` and `proxies`: of the owner."""
    networks = [network for text in proxies if (network := parse_network(text))]
    return HostNames(Endpoint(host, 0).is_loopback, socket.gethostname(), names, networks)
