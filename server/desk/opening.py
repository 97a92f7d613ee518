"""Puts the desk together, and opens the ways to it, by the settings."""

import time
from collections.abc import Callable
from ipaddress import IPv4Interface, IPv6Interface

from petard.server.config import Config
from petard.server.desk.ballots import Ballots
from petard.server.desk.bans import Bans
from petard.server.desk.clerk import Clerk
from petard.server.desk.closing import Closing
from petard.server.desk.console import Console
from petard.server.desk.desk import Desk
from petard.server.desk.doorkeeper import Doorkeeper
from petard.server.desk.steward import Steward
from petard.server.desk.terminal import Terminal, is_terminal
from petard.server.drain import Drain
from petard.server.log import Log
from petard.server.net.net import Net
from petard.server.results.ledger import Ledger
from petard.server.service import CannotServe, Service
from petard.server.settings.reread import Reread
from petard.shared.lan.interfaces import interfaces


def open_desk(net: Net, drain: Drain, live: Reread, ledger: Ledger | None, log: Log) -> Desk:
    """Make the desk, with the bans that the ledger has kept."""
    own = net.crowd.own = own_addresses()
    rows = {row.key: row for row in live.settings}
    doorkeeper = Doorkeeper(net, Bans(ledger.bans if ledger else (), own), time.time, own_addresses)
    ballots = Ballots(net, doorkeeper, rows["map"], live.config.votes)
    desk = Desk(net, Steward(net, live.settings, live), doorkeeper, ballots, Closing(net, drain), log)
    desk.ledger = ledger
    return desk


def own_addresses() -> tuple[IPv4Interface | IPv6Interface, ...]:
    """Those of this machine as they are now; takes a millisecond or more."""
    return tuple(address for interface in interfaces() for address in interface.addresses)


def open_ways(
    config: Config, desk: Desk, net: Net, log: Log, write: Callable[[str], object], now: float
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
        ways.append(Terminal(Clerk(desk), net, write))
    return ways
