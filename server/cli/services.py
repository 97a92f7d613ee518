"""Starts the services that the settings ask for: console, terminal, beacon, HTTP page, results, watchdog.

Rule: a service that cannot start says so in the log, and the game goes on without it.
"""

import os
import secrets
import time
from collections.abc import Callable
from ipaddress import IPv4Interface, IPv6Interface

from petard.server.admin.console import Console
from petard.server.admin.dispatcher import Dispatcher
from petard.server.admin.match_commands import MatchCommands
from petard.server.admin.moderation import Moderation
from petard.server.admin.terminal import Terminal, is_terminal
from petard.server.admin.vote_commands import VoteCommands
from petard.server.config.config import Config
from petard.server.discovery.beacon import Beacon
from petard.server.net.server import Server
from petard.server.policy.bans import Bans
from petard.server.policy.log import Log
from petard.server.results.database import BadDatabase
from petard.server.results.writer import ResultsWriter
from petard.server.runtime.drain import Drain, Shutdown
from petard.server.runtime.reload import ReloadService
from petard.server.runtime.service import CannotServe, Service
from petard.server.runtime.watchdog import open_watchdog
from petard.shared.discovery.interfaces import interfaces
from petard.shared.lazy import lazy


def open_services(
    server: Server, drain: Drain, reload: ReloadService, log: Log, write: Callable[[str], object], now: float
) -> list[Service]:
    """Return the running services, `drain` and `reload` included. `write`: takes the answers of the terminal."""
    config = reload.config
    results = _open_results(config, log, now)
    own = server.connections.own_addresses = own_addresses()
    bans = Bans(results.bans if results else (), own)
    moderation = Moderation(server, bans, time.time, own_addresses, results.store if results else None)
    services, dispatcher = admin_services(server, drain, reload, moderation, log)
    try:
        if config.console:
            console = Console(config.console, config.console_password, dispatcher, server, log)
            where = f"the console is at {config.console.host or 'every address'}, port {console.port}"
            is_open = "" if config.console_password else "without a password for anybody on this machine, "
            log.write(f"{is_open}{where}", now)
            services.append(console)
    except CannotServe as problem:
        log.write(str(problem), now)
    if not config.parent_stdin and (config.stdin == "on" or (config.stdin == "terminal" and is_terminal())):
        services.append(Terminal(dispatcher, server, drain.signals, write))
    try:
        if config.discovery is not None:
            services.append(Beacon(server, log, secrets.randbits(64), config.discovery_port, now, config.discovery))
    except CannotServe as problem:
        log.write(str(problem), now)
    if config.http:  # imported only here, because it takes time that a server without a page should not need
        services += lazy("petard.server.http.service").open_page(config.http, server, log, now)
    watchdog = open_watchdog(server.room, drain, os.environ, os.getpid(), now)
    return [reload, *services, *([results] if results else []), drain, *([watchdog] if watchdog else [])]


def admin_services(
    server: Server, drain: Drain, reload: ReloadService, moderation: Moderation, log: Log
) -> tuple[list[Service], Dispatcher]:
    """Return the services that carry out admin commands, and the one of them that parses the commands."""
    maps = next(row for row in reload.settings if row.key == "map")
    votes = VoteCommands(server, moderation, maps, reload.config.votes)
    shutdown = Shutdown(server, drain)
    parts = (MatchCommands(server, reload), moderation, votes, shutdown)
    dispatcher = Dispatcher(server, {name: run for part in parts for name, run in part.handlers.items()}, log)
    return [dispatcher, votes, shutdown, moderation], dispatcher


def own_addresses() -> tuple[IPv4Interface | IPv6Interface, ...]:
    """Return the addresses of this machine; takes a millisecond or more."""
    return tuple(address for interface in interfaces() for address in interface.addresses)


def _open_results(config: Config, log: Log, now: float) -> ResultsWriter | None:
    try:
        return ResultsWriter(config.results, log) if config.results else None
    except BadDatabase as problem:
        log.write(f"results and bans are not kept: {problem}", now)
        return None
