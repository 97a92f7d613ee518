"""A transport that shows what goes through it: each piece that a poll returned, and each that was sent."""

from collections.abc import Callable

from petard.game.net.transport import Transport, TransportFactory

Note = Callable[[bool, float, bytes], object]  # is it sent, when (seconds), and the bytes


def with_tap(connect: TransportFactory, note: Note, begin: Callable[[], object]) -> TransportFactory:
    """Tap all transports that are made from now on; `begin` is called for each new one."""

    def connect_with_tap(host: str, port: int, now: float) -> TappedTransport:
        begin()
        return TappedTransport(connect(host, port, now), note, now)

    return connect_with_tap


class TappedTransport:
    def __init__(self, inner: Transport, note: Note, now: float) -> None:
        """`inner` belongs to this transport from now on."""
        self.inner, self._note = inner, note
        self.state, self.problem = inner.state, inner.problem
        self._now = now  # of the last poll, since `send` has no time argument

    @property
    def was_open(self) -> bool:
        return self.inner.was_open

    def poll(self, now: float) -> bytes:
        self._now = now
        arrived = self.inner.poll(now)
        if arrived:
            self._note(False, now, arrived)
        self._follow()
        return arrived

    def send(self, data: bytes) -> None:
        if data:
            self._note(True, self._now, data)
        self.inner.send(data)
        self._follow()

    def close(self) -> None:
        self.inner.close()
        self._follow()

    def _follow(self) -> None:
        self.state, self.problem = self.inner.state, self.inner.problem
