"""Runs a directory: listens, answers, pings, forgets, until a stop.

Rule 1: a signal ends it cleanly; requests that are being answered have a moment to end.
Rule 2: a fault in a turn is one line in the log, and the next turn may go well.
"""

import asyncio
import gc
import json
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from aiohttp import web

from petard.server.directory.allocator import Allocator
from petard.server.directory.http_connections import IDLE_MOST
from petard.server.directory.metrics import DirectoryFigures
from petard.server.directory.options import Options
from petard.server.directory.pinger import Pinger
from petard.server.directory.rooms.announced_rooms import AnnouncedRooms
from petard.server.directory.rooms.claims import VANISHES
from petard.server.directory.rooms.places import PlaceRules
from petard.server.directory.shared_list import SharedList
from petard.server.directory.site import CONNECTIONS_MOST, DirectorySite, Limits, Policy
from petard.server.net.descriptors import allow_descriptors
from petard.server.net.listeners import Listeners, open_listeners
from petard.server.policy.log import Log
from petard.server.runtime.signals import set_stop_handlers
from petard.server.web.plain_handler import plain_handlers
from petard.server.web.process import accepting, every_second
from petard.shared.protocol.messages import BUILD
from petard.shared.standard_streams import STDOUT

DESCRIPTORS = CONNECTIONS_MOST + 512  # with the Pings, Redis and the allocator
YOUNG = (10_000, 20, 1 << 30)  # garbage that is new is collected soon, the whole memory only by `turn`
COLLECT_EVERY = 300.0  # seconds; with 10,000 rooms it takes a quarter of a second
FAREWELL = 0.5  # seconds for the answers that are being written


class Directory:
    """All parts of one directory. Raises BadRedis, and OSError if files for TLS cannot be used."""

    def __init__(self, options: Options, log: Log) -> None:
        self.rooms = AnnouncedRooms(options.per_address, options.rooms)
        self.pinger = Pinger(self.rooms)
        self.shared = SharedList(options.redis, self.rooms, log) if options.redis else None
        self._collected_at = time.monotonic()
        self._whole_at = self._collected_at + VANISHES
        figures = DirectoryFigures(BUILD, pings=self.pinger.results)
        policy = Policy(
            PlaceRules(options.allow_private, options.any_address_from),
            Limits(options.uncounted, options.per_address),
            options.proxy_from,
            Allocator(options.fleet) if options.fleet else None,
            self._unready,
        )
        self.site = DirectorySite(self.rooms, self.pinger, policy, figures)
        self.site.on_fault = lambda text: log.write(text, time.monotonic())
        figures.gauges |= {
            "rooms": ("Rooms in the list.", lambda: len(self.rooms.listing.rows)),
            "announced": ("Rooms that announce themselves, whether listed or not.", lambda: self.rooms.announced),
            "pings_running": ("Pings that have no answer yet.", lambda: self.rooms.pings.running),
            "connections": ("Open connections.", lambda: len(self.site.connections)),
            "shared": (
                "1 while the list is shared through Redis.",
                self._is_shared,
            ),
        }

    def _is_shared(self) -> bool:
        return self.shared is not None and self.shared.is_connected

    def _unready(self) -> str:
        if time.monotonic() >= self._whole_at or self._is_shared():
            return ""
        return f"the list is not whole before {VANISHES:.0f} s after the start"

    def turn(self, now: float) -> None:
        """Do what is due once a second."""
        if now - self._collected_at > COLLECT_EVERY:
            self._collected_at = now
            gc.collect()
        self.rooms.expire(now)
        self.site.connections.check()
        if self.shared is None:
            self.rooms.changed.clear()


async def run(options: Options, log: Log) -> None:
    """Serve until a signal; raises CannotListen, BadRedis, OSError."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    set_stop_handlers(lambda *_: loop.call_soon_threadsafe(over.set))
    allow_descriptors(DESCRIPTORS)
    directory = Directory(options, log)
    listeners = open_listeners(options.host, options.port, tries=1)
    async with serving(directory, listeners, log):
        gc.freeze()
        gc.set_threshold(*YOUNG)
        log.write(f"ready on port {listeners.port}", time.monotonic(), fields={"port": listeners.port})
        if options.ready:
            ready = json.dumps({"ready": True, "port": listeners.port, "pid": os.getpid()}) + "\n"
            os.write(STDOUT, ready.encode("ascii"))
        await over.wait()


@asynccontextmanager
async def serving(directory: Directory, listeners: Listeners, log: Log) -> AsyncIterator[None]:
    """Serve until the end of the `with`."""
    server = web.Server(directory.site.answer)
    connections = directory.site.connections
    connections.new_handler = plain_handlers(server, IDLE_MOST, lingering=0.0, auto_decompress=False)

    def turn(now: float) -> None:
        directory.turn(now)
        log.flush_due(now)

    async with AsyncExitStack() as stack:
        stack.callback(connections.close)
        stack.push_async_callback(server.shutdown, FAREWELL)
        work = [directory.pinger.run(), every_second(turn, directory.site.on_fault)]
        work += [directory.shared.run()] if directory.shared else []
        stack.push_async_callback(_end, [asyncio.create_task(one) for one in work])
        await stack.enter_async_context(accepting(connections.new_connection, listeners))
        yield


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel tasks, and let them close what they have opened."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
