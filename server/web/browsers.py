"""The connections of browsers: how many there may be, together and of one address group, and for how long unused.

Rule 1: a connection has HEAD_WITHIN seconds for its first request, and idle ones are closed by the library after
        IDLE_MOST; a slow browser blocks nobody.
Rule 2: of those that only ask for pages PLAIN_MOST may be open, PLAIN_PER_GROUP from one address group. One more closes
        the oldest that is not being answered: of its own group at once; of all once that is SETTLED seconds old, as of
        a sudden crowd of watchers many are connected before they ask. Never are more than SUDDEN_MOST open.
Rule 3: pads and watchers are counted apart; how many of one address group may be here is a setting of the room.
Rule 4: what one asks for takes time from all. So one address group may ask REQUESTS times a second for each pad that it
        may have, over REQUESTS_OVER seconds.
Rule 5: this machine and the addresses named in `uncounted` are in no group, as everywhere.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from enum import Enum
from ipaddress import ip_interface
from itertools import islice
from typing import Any

from petard.server.policy.address_groups import Network, Own, group_of, parse_network, plain_address
from petard.server.policy.proxy_header import SocketAddress
from petard.server.web.figures import RoomReports

PLAIN_MOST, PLAIN_PER_GROUP = 256, 32
PADS_MOST, WATCHERS_MOST = 64, 4000
SUDDEN_MOST = PLAIN_MOST + WATCHERS_MOST
SETTLED = 4.0  # seconds in which a new connection may send its first request, however many others come
HEAD_WITHIN = 5.0  # seconds
IDLE_MOST = 10.0  # seconds between two requests
GROUPS_KEPT = 8192
REQUESTS = 4  # a second and pad; the page of a pad takes some 16
REQUESTS_OVER = 10.0  # seconds
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
        self._paid_at: dict[str, float] = {}  # by group: when its requests so far are those of its rate; newest last

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

    def may_ask(self, group: str, now: float) -> bool:
        """Count a request of an address group; False if it asks too often. `now`: in seconds."""
        if not group:
            return True
        paid_at = max(now, self._paid_at.pop(group, now))
        is_allowed = paid_at - now < REQUESTS_OVER
        self._paid_at[group] = paid_at + is_allowed / (REQUESTS * self.per_group)
        if len(self._paid_at) > GROUPS_KEPT:
            del self._paid_at[next(iter(self._paid_at))]
        return is_allowed

    def charge(self, group: str, requests: int) -> None:
        """Count what was answered as so many requests more."""
        if group in self._paid_at:
            self._paid_at[group] += requests / (REQUESTS * self.per_group)


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

    def close_within(self, seconds: float) -> None:
        """Close it once it has taken what waits for it, after so many seconds at most."""
        if self._browsers.of(self.transport) is not self:
            return  # it has ended
        self._late.cancel()
        self.transport.close()
        self._late = asyncio.get_running_loop().call_later(seconds, self.transport.abort)

    def let_go(self) -> None:
        """Another process has the connection now: forget it, and neither write nor shut it down."""
        self._browsers.remove(self)
        self.transport.abort()

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
    """All connections of browsers. What a new one costs does not depend on how many are here."""

    def __init__(self, limits: AddressLimits) -> None:
        self.limits = limits
        self.new_handler: Callable[[], asyncio.Protocol] = asyncio.Protocol  # that of the library, once it is there
        self._open: dict[asyncio.BaseTransport, BrowserConnection] = {}
        self._by_use: dict[Use, dict[BrowserConnection, str]] = {use: {} for use in Use}  # and group; oldest first
        self._of_group: Counter[tuple[Use, str]] = Counter()
        self._began: dict[BrowserConnection, float] = {}  # in seconds of the loop's clock
        self._is_crowded = False  # there is a timer to close those that are too many

    def new_connection(self) -> BrowserConnection:
        return BrowserConnection(self)

    def add(self, new: BrowserConnection) -> None:
        """Count a new connection, and close the oldest idle one if they are too many."""
        loop = asyncio.get_running_loop()
        self._open[new.transport], self._began[new] = new, loop.time()
        group = self._count(new, Use.PAGES)
        if group and self._of_group[Use.PAGES, group] > PLAIN_PER_GROUP:
            self._make_room(new, group)
        elif self.count(Use.PAGES) > SUDDEN_MOST:
            self._make_room(new)
        elif self.count(Use.PAGES) > PLAIN_MOST and not self._is_crowded:
            self._is_crowded = True
            loop.call_later(SETTLED, self._close_settled)

    def _make_room(self, new: BrowserConnection, group: str | None = None) -> None:
        """Close the oldest older connection that is not being answered; of several one that has asked for nothing."""
        idle = [one for one, its in self._by_use[Use.PAGES].items() if one is not new and group in (None, its)]
        self._close(next(self._oldest_first(idle), new))

    def _close_settled(self) -> None:
        """Close as many of the settled connections as are too many, and look again if they still are."""
        loop = asyncio.get_running_loop()
        settled = [one for one in self._by_use[Use.PAGES] if loop.time() - self._began[one] >= SETTLED]
        for one in islice(self._oldest_first(settled), max(0, self.count(Use.PAGES) - PLAIN_MOST)):
            self._close(one)
        self._is_crowded = self.count(Use.PAGES) > PLAIN_MOST
        if self._is_crowded:
            loop.call_later(SETTLED, self._close_settled)

    @staticmethod
    def _oldest_first(some: list[BrowserConnection]) -> Iterator[BrowserConnection]:
        """Yield those that are not being answered; those that have asked for nothing first."""
        for has_asked in (False, True):
            yield from (one for one in some if not one.is_answering and (one.use is not None) == has_asked)

    def _close(self, one: BrowserConnection) -> None:
        self.remove(one)
        one.transport.abort()

    def _count(self, one: BrowserConnection, use: Use) -> str:
        """Count a connection for its address group of now; returns the group."""
        group = self._by_use[use][one] = one.group
        self._of_group[use, group] += 1
        return group

    def _uncount(self, one: BrowserConnection) -> None:
        for use, groups in self._by_use.items():
            if (group := groups.pop(one, None)) is not None:
                self._of_group[use, group] -= 1
                if not self._of_group[use, group]:
                    del self._of_group[use, group]

    def remove(self, old: BrowserConnection) -> None:
        self._open.pop(old.transport, None)
        self._began.pop(old, None)
        self._uncount(old)

    def of(self, transport: asyncio.BaseTransport | None) -> BrowserConnection | None:
        """Return the connection of a request; None once it has ended."""
        return self._open.get(transport) if transport else None

    def count(self, use: Use) -> int:
        """How many connections have a use; those of PAGES include the ones before their first request."""
        return len(self._by_use[use])

    def take(self, one: BrowserConnection, use: Use) -> bool:
        """Use a connection as a pad or watcher; False if it has ended, or its address group or all have too many."""
        group = one.group
        of_group = self._of_group[use, group] if group else 0
        if one.transport not in self._open or self.count(use) >= use.value or of_group >= self.limits.per_group:
            return False
        self._uncount(one)
        self._count(one, use)
        one.use = use
        return True

    def close(self) -> None:
        for one in [*self._open.values()]:
            one.transport.abort()
