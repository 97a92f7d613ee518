"""A tapped transport does what the other one does, and shows each piece once."""

from petard.game.net.tapped_transport import with_tap
from petard.game.net.transport import TransportState


class PiecewiseTransport:
    """Gives prepared pieces, and keeps what was sent."""

    def __init__(self) -> None:
        self.state, self.problem, self.was_open = TransportState.OPEN, "", True
        self.pieces = [b"one", b"", b"two"]
        self.sent: list[bytes] = []

    def poll(self, now: float) -> bytes:
        return self.pieces.pop(0)

    def send(self, data: bytes) -> None:
        self.sent.append(data)

    def close(self) -> None:
        self.state, self.problem = TransportState.CLOSED, "closed"


class SeenPieces:
    """Keeps what it is shown."""

    def __init__(self) -> None:
        self.seen: list[tuple[bool, float, bytes]] = []
        self.connections = 0

    def begin_connection(self) -> None:
        self.connections += 1

    def add(self, is_sent: bool, at: float, data: bytes) -> None:
        self.seen.append((is_sent, at, data))


def test_each_piece_is_shown_once_with_its_time_and_passed_on() -> None:
    inner, sink = PiecewiseTransport(), SeenPieces()
    connect = with_tap(lambda host, port, now: inner, sink)
    transport = connect("localhost", 1, 0.5)
    transport.send(b"hello")
    assert [transport.poll(at) for at in (1.0, 2.0, 3.0)] == [b"one", b"", b"two"]
    transport.send(b"")
    transport.send(b"bye")
    assert sink.seen == [(True, 0.5, b"hello"), (False, 1.0, b"one"), (False, 3.0, b"two"), (True, 3.0, b"bye")]
    assert inner.sent == [b"hello", b"", b"bye"]
    assert sink.connections == 1
    assert (transport.state, transport.was_open) == (TransportState.OPEN, True)
    transport.close()
    assert (transport.state, transport.problem) == (TransportState.CLOSED, "closed")
