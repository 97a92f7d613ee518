"""`petard-server relay`: an asyncio program by itself, with one line to a room, and games and browsers that watch.

Rule 1: it listens once the room has let it in, so every client that connects sees something.
Rule 2: a signal ends it, and it sends the room and all watchers a Bye.
Rule 3: what exists before it serves is left out of collections of cyclic garbage, which would delay all watchers.
"""

import asyncio
import contextlib
import gc
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

from petard.server.config.config import Config, fail
from petard.server.config.values import Endpoint
from petard.server.net.descriptors import allow_descriptors
from petard.server.net.listeners import PORTS_TRIED, CannotListen, open_listeners
from petard.server.net.scram_keys import keys_of
from petard.server.policy.log import Log
from petard.server.policy.scram import ScramServer
from petard.server.room.status import SeatStatus, Status
from petard.server.runtime.log_writer import LogWriter
from petard.server.runtime.signals import set_stop_handlers
from petard.server.web.browsers import SUDDEN_MOST, WATCHERS_MOST
from petard.server.web.figures import COUNTED, RoomReports, ServerFigures, TurnIntervals, report_of, seconds_left
from petard.server.web.games import GameWatcher, GameWatchers
from petard.server.web.process import accepting, every_second, serving, site_names
from petard.server.web.site import Site
from petard.server.web.upstream import CannotRelay, PublicRelay
from petard.shared.discovery.network import interfaces
from petard.shared.protocol import messages as m
from petard.shared.protocol.snapshot import DIED_AT
from petard.shared.standard_streams import STDERR

DESCRIPTORS = WATCHERS_MOST + SUDDEN_MOST + 64
FAREWELL = 0.1  # seconds in which watchers read the Bye
STOPPED = "The relay was stopped."


def main(config: Config, room: Endpoint) -> int:
    """Serve until a stop; returns the exit status."""
    log_writer = LogWriter(STDERR)
    log = Log(log_writer.write)
    gc.freeze()
    allow_descriptors(DESCRIPTORS)
    try:
        asyncio.run(_until_a_signal(config, room, log))
    except KeyboardInterrupt:  # before the handlers were there
        return 0
    except (CannotListen, CannotRelay) as problem:
        return fail(problem, 1)
    finally:
        log.close()
        log_writer.close()
    return 0


async def _until_a_signal(config: Config, room: Endpoint, log: Log) -> None:
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    set_stop_handlers(lambda *_: loop.call_soon_threadsafe(over.set))
    await serve(config, room, log, over)


async def serve(config: Config, room: Endpoint, log: Log, over: asyncio.Event) -> None:
    """Serve until `over` is set; raises CannotListen, CannotRelay."""
    relay = PublicRelay(room, config.password, log)
    line, stop, ready = (asyncio.create_task(one) for one in (relay.run(), over.wait(), relay.ready.wait()))
    try:
        await asyncio.wait([line, stop, ready], return_when=asyncio.FIRST_COMPLETED)
        if relay.ready.is_set() and not stop.done():
            async with _listening(config, relay, log):
                await asyncio.wait([line, stop], return_when=asyncio.FIRST_COMPLETED)
                relay.end(STOPPED)
                await asyncio.sleep(FAREWELL)
        if line.done():
            await line  # which says why
    finally:
        for task in (stop, ready, line):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError, CannotRelay):
            await line


@asynccontextmanager
async def _listening(config: Config, relay: PublicRelay, log: Log) -> AsyncIterator[None]:
    """Serve games and browsers."""
    began = time.monotonic()
    lock = ScramServer(keys_of(config.password) if config.password else None, partial(secrets.token_hex, 16))
    own = [str(address) for interface in interfaces() for address in interface.addresses]
    limits = {"per_address": config.room.per_address, "uncounted": [str(one) for one in config.uncounted], "own": own}
    listeners = open_listeners(config.host, config.port)

    def report() -> dict[str, Any]:
        return _report(relay, listeners.port, lock.keys is not None, began) | {"limits": limits, "pads": False}

    reports = RoomReports(report(), began)
    site = Site(reports, site_names(_web_host(config), config.web_names), relay)
    site.on_fault = lambda text: log.write(text, time.monotonic())
    games = GameWatchers(relay, site.browsers, lock, began)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(accepting(partial(GameWatcher, games), listeners))
        where = await _open_pages(config, site, stack, log)
        log.write(f"relays {relay.places.current}: games watch at port {listeners.port}{where}", began)
        turns = asyncio.create_task(
            every_second(partial(_look_after, relay, games, reports, report, log), site.on_fault)
        )
        stack.callback(turns.cancel)
        yield


def _web_host(config: Config) -> str:
    return config.web.host if isinstance(config.web, Endpoint) else config.host


async def _open_pages(config: Config, site: Site, stack: AsyncExitStack, log: Log) -> str:
    """Serve browsers, if they are wanted and a port is free; returns the end of a sentence that says where."""
    if config.web is None:
        return ""
    host = _web_host(config)
    port, tries = (config.web, PORTS_TRIED) if isinstance(config.web, int) else (config.web.port, 1)
    try:
        listeners = open_listeners(host, port, tries)
    except CannotListen as problem:
        log.write(f"there are no pages for browsers: {problem}", time.monotonic())
        return ""
    await stack.enter_async_context(serving(site, listeners))
    return f", browsers at http://{Endpoint(host or 'localhost', listeners.port)}/"


def _look_after(
    relay: PublicRelay,
    games: GameWatchers,
    reports: RoomReports,
    report: Callable[[], dict[str, Any]],
    log: Log,
    now: float,
) -> None:
    relay.watchers.send((), now)  # closes those that take nothing, also while the room is out of reach
    games.check(now)
    log.flush_due(now)
    if relay.ready.is_set():
        reports.receive(report(), now)


def _report(relay: PublicRelay, port: int, locked: bool, began: float) -> dict[str, Any]:
    """What the pages know of the room."""
    status, announced, state = _status(relay), relay.broadcast.last(m.Round), relay.broadcast.state
    is_playing = status.phase is m.Phase.PLAYING
    left = seconds_left(announced.rules, state.tick) if is_playing and announced and state else None
    now, happened = time.monotonic(), (0,) * len(COUNTED)
    figures = ServerFigures(now, began, time.time(), port, locked, False, status, left, TurnIntervals(), happened)
    return report_of(figures, os.getpid())


def _status(relay: PublicRelay) -> Status:
    """How the room stands, from what it has sent."""
    found = relay.broadcast
    lobby, roster, announced, state = found.last(m.Lobby), found.last(m.Roster), found.last(m.Round), found.state
    assert relay.welcome
    assert lobby
    assert roster
    dead = {slot for slot, row in state.snapshot.players.items() if row[DIED_AT] >= 0} if state else set()
    seats = [
        SeatStatus(one.slot, one.name, one.colour, not one.member, one.away, one.slot not in dead, one.wins, one.ping)
        for one in roster.seats
    ]
    names = {seat.member: seat.name for seat in roster.seats if seat.member}
    names |= {one.member: one.name for one in roster.watchers}
    return Status(
        name=relay.welcome.server_name,
        phase=lobby.phase,
        map=lobby.map,
        rules=lobby.rules,
        round=announced.number if announced else 0,
        rounds=lobby.rounds,
        tick=state.tick if state else 0,
        places=len(seats),
        people=len(names) + roster.unlisted,
        host=names.get(lobby.host, ""),
        seats=tuple(seats),
        watchers=tuple(one.name for one in roster.watchers),
    )
