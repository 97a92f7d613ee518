"""Puts the desk together, and opens the ways to it, by the settings."""

import time
from collections.abc import Callable
from ipaddress import IPv4Interface, IPv6Interface

from petard.server.admin.console import Console
from petard.server.admin.console_session import ConsoleSession
from petard.server.admin.dispatcher import Dispatcher
from petard.server.admin.match_commands import MatchCommands
from petard.server.admin.moderation import Moderation
from petard.server.admin.shutdown import Shutdown
from petard.server.admin.terminal import Terminal, is_terminal
from petard.server.admin.vote_commands import VoteCommands
from petard.server.config.config import Config
from petard.server.net.server import Server
from petard.server.policy.bans import Bans
from petard.server.results.writer import ResultsWriter
from petard.server.runtime.drain import Drain
from petard.server.runtime.log import Log
from petard.server.runtime.reload import ReloadService
from petard.server.runtime.service import CannotServe, Service
from petard.shared.discovery.interfaces import interfaces


def open_dispatcher(
    net: Server, drain: Drain, live: ReloadService, ledger: ResultsWriter | None, log: Log
) -> Dispatcher:
    """Make the desk, with the bans that the ledger has kept."""
    own = net.crowd.own = own_addresses()
    rows = {row.key: row for row in live.settings}
    doorkeeper = Moderation(net, Bans(ledger.bans if ledger else (), own), time.time, own_addresses)
    ballots = VoteCommands(net, doorkeeper, rows["map"], live.config.votes)
    desk = Dispatcher(net, MatchCommands(net, live.settings, live), doorkeeper, ballots, Shutdown(net, drain), log)
    desk.ledger = ledger
    return desk


def own_addresses() -> tuple[IPv4Interface | IPv6Interface, ...]:
    """Those of this machine as they are now; takes a millisecond or more."""
    return tuple(address for interface in interfaces() for address in interface.addresses)


def open_ways(
    config: Config, desk: Dispatcher, net: Server, log: Log, write: Callable[[str], object], now: float
) -> list[Service]:
    """Open console and terminal. `write`: takes the answers at the terminal."""
    ways: list[Service] = []
    if config.console:
        try:
            console = Console(config.console, config.console_password, desk, net, log)
            where = f"the console is at {config.console.host or 'every address'}, port {console.port}"
            is_open = "" if config.console_password else "without a password for anybody on this machine, "
            log.say(f"{is_open}{where}", now)
            ways.append(console)
        except CannotServe as problem:
            log.say(str(problem), now)
    if not config.parent_stdin and (config.stdin == "on" or (config.stdin == "terminal" and is_terminal())):
        ways.append(Terminal(ConsoleSession(desk), net, write))
    return ways
