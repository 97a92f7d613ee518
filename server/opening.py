"""Opens what runs beside the game, by the settings."""

import os
import secrets
from importlib import import_module

from petard.server.config import Config
from petard.server.desk.opening import open_desk, open_ways
from petard.server.drain import Drain
from petard.server.lan.beacon import Beacon
from petard.server.log import Log
from petard.server.net.net import Net
from petard.server.paper import Paper
from petard.server.results.file import BadFile
from petard.server.results.ledger import Ledger
from petard.server.service import CannotServe, Service
from petard.server.settings.reread import Reread
from petard.server.watchdog import open_watchdog


def open_services(net: Net, drain: Drain, live: Reread, log: Log, paper: Paper, now: float) -> list[Service]:
    """Start what the settings ask for. What cannot start says so in the log, and the game goes on without it.

    `live` has the settings; `paper` takes what is answered on standard input.
    """
    config = live.config
    ledger = _open_ledger(config, log, now)
    desk = open_desk(net, drain, live, ledger, log)
    services: list[Service] = [desk, *open_ways(config, desk, net, log, paper.put, now)]
    if config.discovery is not None:
        try:
            services.append(Beacon(net, log, secrets.randbits(64), config.discovery_port, now, config.discovery))
        except CannotServe as problem:
            log.say(str(problem), now)
    if config.http:  # imported only here: who wants no page shall not pay for it
        services += import_module("petard.server.http.service").open_page(config.http, net, log, now)
    watchdog = open_watchdog(net.room, drain, os.environ, os.getpid(), now)
    return [live, *services, *([ledger] if ledger else []), drain, *([watchdog] if watchdog else [])]


def _open_ledger(config: Config, log: Log, now: float) -> Ledger | None:
    if not config.results:
        return None
    try:
        return Ledger(config.results, log)
    except BadFile as problem:
        log.say(f"results and bans are not kept: {problem}", now)
        return None
