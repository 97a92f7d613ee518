"""A transport that shows what goes through it: each piece that a poll returned, and each that was sent."""

from typing import Protocol

from petard.game.net.transport import Transport, TransportFactory


class PieceSink(Protocol):
    """Takes the pieces of one connection after another."""

    def begin_connection(self) -> None:
        """A new connection begins."""

    def add(self, is_sent: bool, at: float, data: bytes) -> None:
        """Take a piece. `at`: in seconds."""


def with_tap(connect: TransportFactory, sink: PieceSink) -> TransportFactory:
    """Show a sink all transports that are made from now on."""

    def connect_with_tap(host: str, port: int, now: float) -> TappedTransport:
        sink.begin_connection()
        return TappedTransport(connect(host, port, now), sink, now)

    return connect_with_tap


class TappedTransport:
    def __init__(self, inner: Transport, sink: PieceSink, now: float) -> None:
        """`inner` belongs to this transport from now on."""
        self.inner, self._sink = inner, sink
        self.state, self.problem = inner.state, inner.problem
        self._now = now  # of the last poll, since `send` has no time argument

    @property
    def was_open(self) -> bool:
        return self.inner.was_open

    def poll(self, now: float) -> bytes:
        self._now = now
        arrived = self.inner.poll(now)
        if arrived:
            self._sink.add(False, now, arrived)
        self._follow()
        return arrived

    def send(self, data: bytes) -> None:
        if data:
            self._sink.add(True, self._now, data)
        self.inner.send(data)
        self._follow()

    def close(self) -> None:
        self.inner.close()
        self._follow()

    def _follow(self) -> None:
        self.state, self.problem = self.inner.state, self.inner.problem
