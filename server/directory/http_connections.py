"""The connections of rooms and games to the directory: how many there may be, and how long each may take.

Rule 1: a request is complete READ_WITHIN seconds after its first byte, however slowly it is sent; an answer is taken
        within TAKEN_WITHIN seconds.
Rule 2: of one address group `per_group` connections may be open, of all together `most`. One more closes the one of
        that group, or of all, that has been idle longest.
Rule 3: looking at all connections once a second is cheaper than a timer for each request.
"""

import asyncio
from collections.abc import Callable

LATE = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
READ_WITHIN = 5.0  # seconds
TAKEN_WITHIN = 10.0  # seconds
IDLE_MOST = 30.0  # seconds between two requests; a room announces itself every five


class HttpConnection(asyncio.Protocol):
    """One connection; what arrives goes on to the protocol of the library. Times in seconds of the loop, or None."""

    transport: asyncio.Transport

    def __init__(self, connections: "HttpConnections") -> None:
        self.group = ""
        self.reading_since: float | None = None
        self.writing_since: float | None = None
        self._connections = connections
        self._inner = connections.new_handler()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._connections.add(self)
        self._inner.connection_made(transport)
        self.reading_since = asyncio.get_running_loop().time()  # one that never asks is late, too

    def data_received(self, data: bytes) -> None:
        if self.reading_since is None:
            self.reading_since = asyncio.get_running_loop().time()
        self._inner.data_received(data)

    def request_read(self) -> None:
        """The request that began last is complete."""
        self.reading_since = None
        self._connections.used(self)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received()

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()

    def connection_lost(self, error: Exception | None) -> None:
        self._connections.remove(self)
        self._inner.connection_lost(error)

    def check(self, now: float) -> None:
        """Close the connection if it is late."""
        if self.reading_since is not None and now - self.reading_since > READ_WITHIN:
            self.transport.write(LATE)
            self.transport.abort() if self.transport.get_write_buffer_size() else self.transport.close()
        elif not self.transport.get_write_buffer_size():
            self.writing_since = None
        elif self.writing_since is None:
            self.writing_since = now
        elif now - self.writing_since > TAKEN_WITHIN:
            self.transport.abort()


class HttpConnections:
    """All connections. `new_handler`: makes the protocol of the library; `group_of`: the address group of a peer."""

    def __init__(self, group_of: Callable[[str], str], per_group: int, most: int) -> None:
        self.new_handler: Callable[[], asyncio.Protocol] = asyncio.Protocol  # that of the library, once it is there
        self._group_of, self._per_group, self._most = group_of, per_group, most
        self._open: dict[asyncio.BaseTransport, HttpConnection] = {}  # the one that is idle longest stands first
        self._groups: dict[str, dict[HttpConnection, None]] = {}  # likewise, for each group but ""

    def new_connection(self) -> HttpConnection:
        return HttpConnection(self)

    def __len__(self) -> int:
        return len(self._open)

    def of(self, transport: asyncio.BaseTransport | None) -> HttpConnection | None:
        """Return the connection of a request; None once it has ended."""
        return self._open.get(transport) if transport else None

    def add(self, new: HttpConnection) -> None:
        """Count a new connection, and close another one if they are too many."""
        address, *_ = new.transport.get_extra_info("peername") or ("",)
        new.group = self._group_of(str(address))
        if len(self._open) >= self._most:
            next(iter(self._open.values())).transport.abort()
        self._open[new.transport] = new
        if new.group:
            group = self._groups.setdefault(new.group, {})
            if len(group) >= self._per_group:
                next(iter(group)).transport.abort()
            group[new] = None

    def used(self, one: HttpConnection) -> None:
        """It has sent a request: others are idle longer."""
        if self._open.pop(one.transport, None):
            self._open[one.transport] = one
        if group := self._groups.get(one.group):
            group.pop(one, None)
            group[one] = None

    def remove(self, old: HttpConnection) -> None:
        self._open.pop(old.transport, None)
        if (group := self._groups.get(old.group)) is not None:
            group.pop(old, None)
            if not group:
                del self._groups[old.group]

    def check(self, now: float) -> None:
        """Close those that are late; `now` in seconds of the loop."""
        for one in [*self._open.values()]:
            one.check(now)

    def close(self) -> None:
        for one in [*self._open.values()]:
            one.transport.abort()
