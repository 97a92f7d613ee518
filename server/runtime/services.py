"""Opens what runs beside the game, by the settings."""

import os
import secrets

from petard.server.admin.setup import open_dispatcher, open_ways
from petard.server.config.config import Config
from petard.server.discovery.beacon import Beacon
from petard.server.net.server import Server
from petard.server.results.database import BadDatabase
from petard.server.results.writer import ResultsWriter
from petard.server.runtime.drain import Drain
from petard.server.runtime.log import Log
from petard.server.runtime.log_writer import LogWriter
from petard.server.runtime.reload import ReloadService
from petard.server.runtime.service import CannotServe, Service
from petard.server.runtime.watchdog import open_watchdog
from petard.shared.lazy import lazy


def open_services(
    net: Server, drain: Drain, live: ReloadService, log: Log, paper: LogWriter, now: float
) -> list[Service]:
    """Start what the settings ask for. What cannot start says so in the log, and the game goes on without it.

    `live` has the settings; `paper` takes what is answered on standard input.
    """
    config = live.config
    ledger = _open_ledger(config, log, now)
    desk = open_dispatcher(net, drain, live, ledger, log)
    services: list[Service] = [desk, *open_ways(config, desk, net, log, paper.put, now)]
    if config.discovery is not None:
        try:
            services.append(Beacon(net, log, secrets.randbits(64), config.discovery_port, now, config.discovery))
        except CannotServe as problem:
            log.say(str(problem), now)
    if config.http:  # imported only here: who wants no page shall not pay for it
        services += lazy("petard.server.http.service").open_page(config.http, net, log, now)
    watchdog = open_watchdog(net.room, drain, os.environ, os.getpid(), now)
    return [live, *services, *([ledger] if ledger else []), drain, *([watchdog] if watchdog else [])]


def _open_ledger(config: Config, log: Log, now: float) -> ResultsWriter | None:
    if not config.results:
        return None
    try:
        return ResultsWriter(config.results, log)
    except BadDatabase as problem:
        log.say(f"results and bans are not kept: {problem}", now)
        return None
