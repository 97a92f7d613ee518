"""The connections of browsers: how many there may be, together and of one address group, and for how long unused.

Rule 1: a connection has HEAD_WITHIN seconds for its first request, and idle ones are closed by the library after
        IDLE_MOST; a slow browser blocks nobody.
Rule 2: of those that only ask for pages PLAIN_MOST may be open, PLAIN_PER_GROUP from one address group. One more closes
        the oldest that is not being answered: first of its own group, then of all.
Rule 3: pads and watchers are counted apart; how many of one address group may be here is a setting of the room.
Rule 4: this machine and the addresses named in `uncounted` are in no group, as everywhere.
"""

import asyncio
from collections.abc import Callable
from enum import Enum
from ipaddress import ip_interface
from typing import Any

from petard.server.policy.address_groups import Network, Own, group_of, parse_network, plain_address
from petard.server.policy.proxy_header import SocketAddress
from petard.server.web.figures import RoomReports

PLAIN_MOST, PLAIN_PER_GROUP = 256, 32
PADS_MOST, WATCHERS_MOST = 64, 4000
HEAD_WITHIN = 5.0  # seconds
IDLE_MOST = 10.0  # seconds between two requests
GROUPS_KEPT = 8192
LATE = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Use(Enum):
    """What a connection is for, and how many there may be."""

    PAGES = PLAIN_MOST
    PAD = PADS_MOST
    WATCHER = WATCHERS_MOST


class BrowserUser:
    """Is called when a browser's connection is full, is free again, or has ended; the base class does nothing."""

    def browser_full(self, is_full: bool) -> None:
        """Stop or go on: the browser takes no more, or takes it again."""

    def browser_lost(self) -> None:
        """The browser has gone."""


class AddressLimits:
    """The limits for each address group, from the last report of the room, and GROUPS_KEPT groups of addresses."""

    def __init__(self, reports: RoomReports) -> None:
        self._groups: dict[str, str] = {}  # by address
        self._reports = reports
        self._limits: dict[str, Any] = {}  # of the report that `_own` and `_uncounted` were read from
        self._own: Own = ()
        self._uncounted: tuple[Network, ...] = ()

    def _update(self) -> None:
        old, self._limits = self._limits, self._reports.report["limits"]
        if (limits := self._limits) != old or len(self._groups) > GROUPS_KEPT:
            self._own = tuple(ip_interface(text) for text in limits["own"])
            self._uncounted = tuple(filter(None, map(parse_network, limits["uncounted"])))
            self._groups.clear()

    @property
    def per_group(self) -> int:
        """How many pads, and how many watchers, one address group may have."""
        return int(self._reports.report["limits"]["per_address"])

    def group_of(self, address: str) -> str:
        """The address group of an address."""
        if self._reports.report["limits"] is not self._limits or len(self._groups) > GROUPS_KEPT:
            self._update()
        if address not in self._groups:
            self._groups[address] = group_of(plain_address(address), self._own, self._uncounted)
        return self._groups[address]


class BrowserConnection(asyncio.Protocol):
    """One connection; what arrives goes on to the library's `inner` protocol. `use`: None before its first request.

    `client`: where it comes from, or what a proxy of the owner says.
    """

    transport: asyncio.Transport
    inner: asyncio.Protocol
    late = LATE  # the answer to one that asks for nothing

    def __init__(self, browsers: "Browsers") -> None:
        self.use: Use | None = None
        self.is_answering = False
        self.client: SocketAddress = ("", 0)
        self.user = BrowserUser()
        self._browsers = browsers

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.client = self.peer
        self.inner = self.new_inner()
        self._browsers.add(self)
        self.inner.connection_made(transport)
        self._late = asyncio.get_running_loop().call_later(HEAD_WITHIN, self._close_if_late)

    def new_inner(self) -> asyncio.Protocol:
        return self._browsers.new_handler()

    @property
    def peer(self) -> SocketAddress:
        """The other end, which may be a proxy."""
        address, port, *_ = self.transport.get_extra_info("peername") or ("", 0)
        return str(address), int(port)

    @property
    def group(self) -> str:
        """The address group of the client."""
        return self._browsers.limits.group_of(self.client[0])

    def _close_if_late(self) -> None:
        if self.use is None:
            self.transport.write(self.late)
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        self.inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self.inner.eof_received()

    def pause_writing(self) -> None:
        self.inner.pause_writing()
        self.user.browser_full(True)

    def resume_writing(self) -> None:
        self.inner.resume_writing()
        self.user.browser_full(False)

    def connection_lost(self, error: Exception | None) -> None:
        self._late.cancel()
        self.user.browser_lost()
        self._browsers.remove(self)
        self.inner.connection_lost(error)


class Browsers:
    """All connections of browsers, oldest first."""

    def __init__(self, limits: AddressLimits) -> None:
        self.limits = limits
        self.new_handler: Callable[[], asyncio.Protocol] = asyncio.Protocol  # that of the library, once it is there
        self._open: dict[asyncio.BaseTransport, BrowserConnection] = {}

    def new_connection(self) -> BrowserConnection:
        return BrowserConnection(self)

    def add(self, new: BrowserConnection) -> None:
        """Count a new connection, and close the oldest idle one if they are too many."""
        self._open[new.transport] = new
        plain, group = [one for one in self._open.values() if one.use in (None, Use.PAGES)], new.group
        of_group = [one for one in plain if one.group == group] if group else []
        if len(of_group) > PLAIN_PER_GROUP:
            self._close_oldest(of_group)
        elif len(plain) > PLAIN_MOST:
            self._close_oldest(plain)

    def _close_oldest(self, connections: list[BrowserConnection]) -> None:
        """Close the oldest connection that is not being answered; of several one that has not asked for anything."""
        idle = [one for one in connections if not one.is_answering]
        for one in sorted(idle, key=lambda one: one.use is not None)[:1]:
            self.remove(one)
            one.transport.abort()

    def remove(self, old: BrowserConnection) -> None:
        self._open.pop(old.transport, None)

    def of(self, transport: asyncio.BaseTransport | None) -> BrowserConnection | None:
        """Return the connection of a request; None once it has ended."""
        return self._open.get(transport) if transport else None

    def count(self, use: Use) -> int:
        return sum(one.use is use for one in self._open.values())

    def take(self, one: BrowserConnection, use: Use) -> bool:
        """Use a connection as a pad or watcher; False if there are too many of them, or of its address group."""
        same, group = [other for other in self._open.values() if other.use is use], one.group
        of_group = sum(other.group == group for other in same) if group else 0
        if len(same) >= use.value or of_group >= self.limits.per_group:
            return False
        one.use = use
        return True

    def close(self) -> None:
        for one in [*self._open.values()]:
            one.transport.abort()
