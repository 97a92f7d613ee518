"""Connections that a proxy has opened for clients: each begins with a PROXY header, before the client's own bytes.

Rule 1: such a header is believed only where no client can send one: on the private connection of our own web process,
        and from the addresses that the owner names (`proxy-from`).
Rule 2: no byte after the header is read here, so the connection goes on as any other.
Rule 3: WAITING_MOST connections wait for their header, WITHIN seconds each; one more closes the oldest.
Rule 4: no clock; `now` comes in, in seconds, monotonic.
"""

import contextlib
import socket
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from petard.server.net.connections import Connections
from petard.server.policy.address_groups import Network, plain
from petard.server.policy.proxy_header import BadProxyHeader, ProxyHeader, ProxyHeaderReader

WAITING_MOST = 64
WITHIN = 5.0  # seconds


class ProxiedConnection(NamedTuple):
    """A connection whose header has been read. `proxy`: the address that it comes from."""

    sock: socket.socket
    proxy: str
    header: ProxyHeader


@dataclass(slots=True, eq=False)
class _Waiting:
    sock: socket.socket
    proxy: str
    since: float
    reader: ProxyHeaderReader = field(default_factory=ProxyHeaderReader)

    def read(self) -> ProxyHeader | None:
        """Read what has arrived of the header; raises BadProxyHeader, OSError."""
        with contextlib.suppress(BlockingIOError):
            while missing := self.reader.missing:
                data = self.sock.recv(missing)
                if not data:
                    raise ConnectionError
                if header := self.reader.receive_data(data):
                    return header
        return None


class ProxiedConnections:
    """The connections whose header is not complete."""

    def __init__(self, connections: Connections) -> None:
        self._refused: list[str] = []
        self._connections = connections
        self._waiting: list[_Waiting] = []

    def add(self, sock: socket.socket, proxy: str, now: float) -> None:
        """Wait for the header on a new connection that never blocks."""
        self._waiting.append(_Waiting(sock, proxy, now))
        self._connections.register(sock, self)  # so that it wakes a sleeping server
        if len(self._waiting) > WAITING_MOST:
            self._close(self._waiting[0], "others wait, too")

    def poll(self, now: float) -> Iterator[ProxiedConnection]:
        """Yield the connections whose header is complete now; close those that are late or send something else."""
        for one in [*self._waiting]:
            try:
                header = one.read()
            except (BadProxyHeader, OSError) as problem:
                self._close(one, str(problem) if isinstance(problem, BadProxyHeader) else "")
                continue
            if header:
                self._waiting.remove(one)
                self._connections.unregister(one.sock)
                yield ProxiedConnection(one.sock, one.proxy, header)
            elif now - one.since > WITHIN:
                self._close(one, f"it sent no header within {WITHIN:.0f} seconds")

    def next_due(self) -> float:
        """When the oldest is late, in seconds; far in the future if none waits."""
        return self._waiting[0].since + WITHIN if self._waiting else float("inf")

    def _close(self, one: _Waiting, why: str) -> None:
        self._waiting.remove(one)
        self._connections.unregister(one.sock)
        one.sock.close()
        if why:
            self._refused.append(f"a connection from the proxy {one.proxy} is closed: {why}")

    def take_refused(self) -> list[str]:
        """Return sentences for the log about connections that were closed, once."""
        refused, self._refused = self._refused, []
        return refused

    def close(self) -> None:
        while self._waiting:
            self._close(self._waiting[0], "")


class ProxyAddresses:
    """The addresses of the proxies that the owner names, and their new connections."""

    def __init__(self) -> None:
        self.networks: Collection[Network] = ()
        self._accepted: list[tuple[socket.socket, str]] = []

    def take(self, sock: socket.socket, address: str) -> bool:
        """Keep a new connection if it comes from a proxy; else return False."""
        ip = plain(address) if self.networks else None
        if ip is None or not any(ip in network for network in self.networks):
            return False
        self._accepted.append((sock, address))
        return True

    def take_accepted(self) -> list[tuple[socket.socket, str]]:
        """Return the new connections, and the addresses of the proxies, once."""
        accepted, self._accepted = self._accepted, []
        return accepted
