"""Sockets on loopback, and a transport whose polls are timed."""

import socket
import struct
import time
from collections.abc import Callable

import pytest

from petard.game.net.connector import SocketAddress
from petard.game.net.tcp_transport import TcpTransport
from petard.game.net.transport import TransportState

LONGEST_POLL = 1.0  # seconds; a blocking call would take many, or for ever; a busy test machine does not
PATIENCE = 10.0  # seconds that a test waits for what must come


class TimedTransport:
    """A transport that is polled as by the game, with the time of its longest poll."""

    def __init__(self, transport: TcpTransport) -> None:
        self.transport = transport
        self.arrived = bytearray()
        self.longest = 0.0
        self.polls = 0

    def poll(self, now: float | None = None) -> bytes:
        begun = time.perf_counter()
        arrived = self.transport.poll(time.monotonic() if now is None else now)
        self.longest = max(self.longest, time.perf_counter() - begun)
        self.polls += 1
        self.arrived += arrived
        return arrived

    def until(self, done: Callable[[], bool]) -> None:
        ends_at = time.monotonic() + PATIENCE
        while not done():
            assert time.monotonic() < ends_at, f"still {self.transport.state}, {len(self.arrived)} bytes"
            self.poll()
        assert self.longest < LONGEST_POLL

    def until_open(self) -> None:
        self.until(lambda: self.transport.state in (TransportState.OPEN, TransportState.CLOSED))
        assert self.transport.state is TransportState.OPEN, self.transport.problem

    def until_closed(self) -> str:
        self.until(lambda: self.transport.state is TransportState.CLOSED)
        return self.transport.problem


def listening(family: int = socket.AF_INET, host: str = "127.0.0.1", backlog: int = 5) -> socket.socket:
    try:
        server = socket.socket(family, socket.SOCK_STREAM)
        server.bind((host, 0))
    except OSError:
        pytest.skip(f"this machine has no {host}")
    server.listen(backlog)
    server.settimeout(PATIENCE)
    return server


def port_of(server: socket.socket) -> int:
    port: int = server.getsockname()[1]
    return port


def closed_port() -> int:
    with listening() as server:
        return port_of(server)


def connected_to(server: socket.socket) -> TimedTransport:
    return TimedTransport(TcpTransport(server.getsockname()[0], port_of(server), time.monotonic()))


def accepted(server: socket.socket) -> socket.socket:
    peer, _ = server.accept()
    peer.settimeout(PATIENCE)
    return peer


def hard_close(peer: socket.socket) -> None:
    """Close with a reset instead of a goodbye."""
    peer.setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("hh" if hasattr(socket, "SIO_RCVALL") else "ii", 1, 0)
    )
    peer.close()


def resolver(*places: tuple[str, int]) -> Callable[[str, int], list[SocketAddress]]:
    return lambda host, port: [SocketAddress(socket.AF_INET, place) for place in places]
