"""Which services run beside the game, by the settings."""

import os
import secrets
from importlib import import_module

from server.beacon import Beacon, CannotBeFound
from server.config import Config
from server.drain import Drain
from server.ledger import Ledger
from server.log import Log
from server.net import Net
from server.results.file import BadFile
from server.service import Service
from server.watchdog import open_watchdog


def open_services(config: Config, net: Net, drain: Drain, log: Log, now: float) -> list[Service]:
    """Start what the settings ask for. What cannot start says so in the log, and the game goes on without it."""
    ledger = _open_ledger(config, log, now)
    services: list[Service] = []
    if config.discovery:
        try:
            services.append(Beacon(net, log, secrets.randbits(64), config.discovery_port, now))
        except CannotBeFound as problem:
            log.say(str(problem), now)
    if config.http:  # imported only here: who wants no page shall not pay for it
        services += import_module("server.http.service").open_page(config.http, net, log, now)
    watchdog = open_watchdog(net.room, drain, os.environ, os.getpid(), now)
    return [*services, *([ledger] if ledger else []), drain, *([watchdog] if watchdog else [])]


def _open_ledger(config: Config, log: Log, now: float) -> Ledger | None:
    if not config.results:
        return None
    try:
        return Ledger(config.results, log)
    except BadFile as problem:
        log.say(f"no results are kept, and no bans: {problem}", now)
        return None
