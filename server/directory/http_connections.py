"""The connections of rooms and games to the directory: how many there may be, and how long each may take.

Rule 1: a request is complete READ_WITHIN checks after its first byte, however slowly it is sent; an answer is taken
        within TAKEN_WITHIN checks. There is a check every second; in between, all that has arrived is read, so that
        nobody is late because this process was.
Rule 2: of one address group `per_group` connections may be open, of all together `most`. One more closes the one of
        that group, or of all, that has been idle longest.
Rule 3: looking at all connections once a second is cheaper than a timer for each request.
"""

import asyncio
import socket
from collections.abc import Callable

LATE = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
SEND_BUFFER = 128 * 1024  # bytes; more than the longest page of the list
READ_WITHIN = 5  # checks, each a second after the last
TAKEN_WITHIN = 10  # checks
IDLE_MOST = 30.0  # seconds between two requests; a room announces itself every five


class HttpConnection(asyncio.Protocol):
    """One connection; what arrives goes on to the protocol of the library.

    `reading`: for how many checks a request has been incomplete, None if there is none; `writing`: for how many checks
    the other end has not taken an answer.
    """

    transport: asyncio.Transport

    def __init__(self, connections: "HttpConnections") -> None:
        self.group = ""
        self.reading: int | None = 0  # one that never asks is late, too
        self.writing = 0
        self._connections = connections
        self._inner = connections.new_handler()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        # Else the end of a long list would wait for the acknowledgement of its beginning, which can take 40 ms.
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self._connections.add(self)
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self.reading is None:
            self.reading = 0
        self._inner.data_received(data)

    def request_read(self) -> None:
        """The request that began last is complete."""
        self.reading = None
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

    def check(self) -> None:
        """Close the connection if it is late."""
        self.writing = self.writing + 1 if self.transport.get_write_buffer_size() else 0
        if self.writing > TAKEN_WITHIN:
            self.transport.abort()
        elif self.reading is not None:
            self.reading += 1
            if self.reading > READ_WITHIN:
                self.transport.write(LATE)
                self.transport.close()


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
            self._abort(next(iter(self._open.values())))
        self._open[new.transport] = new
        if new.group:
            group = self._groups.get(new.group, {})
            if len(group) >= self._per_group:
                self._abort(next(iter(group)))
            self._groups.setdefault(new.group, {})[new] = None

    def _abort(self, one: HttpConnection) -> None:
        self.remove(one)
        one.transport.abort()

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

    def check(self) -> None:
        """Close those that are late; call this once a second."""
        for one in [*self._open.values()]:
            one.check()

    def close(self) -> None:
        for one in [*self._open.values()]:
            one.transport.abort()
