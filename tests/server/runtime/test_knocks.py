"""The port of a standby that waits: how many connections of a member it keeps, and how long it waits for a Hello."""

import select
import socket
from collections.abc import Iterator

import pytest

from petard.server.net.listeners import open_listeners
from petard.server.runtime.standby.knocks import KNOCK_MOST, PER_MEMBER, SILENT_MOST, Knocks
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import BUILD, PROTOCOL, Hello, Ping

TOKEN = "a" * 32
MEMBER = 7
HELLO = frame(encode(Hello(PROTOCOL, BUILD, "Ada", 1, TOKEN)))
PATIENCE = 20.0  # seconds


@pytest.fixture
def knocks() -> Iterator[Knocks]:
    """The port of a standby, which knows one member."""
    one = Knocks(open_listeners("127.0.0.1", 0), lambda token: MEMBER if token == TOKEN else 0)
    yield one
    one.close()


def knocks_with(knocks: Knocks, data: bytes) -> socket.socket:
    """Connect and send bytes, and wait until both ends have noticed."""
    port = knocks.sockets[0].getsockname()[1]
    sock = socket.create_connection(("127.0.0.1", port), PATIENCE)
    assert select.select(knocks.sockets[:1], (), (), PATIENCE)[0]
    knocks.poll(0.0)
    if data:
        sock.sendall(data)
        assert select.select(knocks.sockets[-1:], (), (), PATIENCE)[0]
        knocks.poll(0.0)
    return sock


def test_of_one_member_the_newest_connections_are_kept_however_many_it_opens(knocks: Knocks) -> None:
    clients = [knocks_with(knocks, HELLO) for _ in range(20)]
    assert knocks.poll(1.0) == {MEMBER}
    held = knocks.take()
    assert len(held) == PER_MEMBER
    assert {sock.getpeername() for sock, _ in held} == {sock.getsockname() for sock in clients[-PER_MEMBER:]}
    for sock in [*clients, *(sock for sock, _ in held)]:
        sock.close()


def test_half_a_hello_does_not_keep_the_standby_awake(knocks: Knocks) -> None:
    with knocks_with(knocks, HELLO[:9]):
        assert select.select(knocks.sockets, (), (), 0)[0] == []
        knocks.poll(SILENT_MOST - 0.1)
        knocks.poll(SILENT_MOST)
        assert knocks.take() == []


def test_a_connection_that_only_pings_is_closed_as_one_that_says_nothing(knocks: Knocks) -> None:
    with knocks_with(knocks, frame(encode(Ping(1)))) as sock:
        sock.sendall(frame(encode(Ping(2))))
        assert select.select(knocks.sockets[-1:], (), (), PATIENCE)[0]
        knocks.poll(SILENT_MOST)
        assert knocks.take() == []


def test_a_connection_of_a_member_from_before_the_loss_does_not_count_later(knocks: Knocks) -> None:
    with knocks_with(knocks, HELLO):
        knocks.send_away(KNOCK_MOST - 0.1 - KNOCK_MOST)
        assert knocks.poll(KNOCK_MOST - 0.1) == {MEMBER}, "a client may have noticed the loss first"
        knocks.send_away(KNOCK_MOST + 0.1 - KNOCK_MOST)
        assert knocks.poll(KNOCK_MOST + 0.1) == set()
