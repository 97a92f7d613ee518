"""The age of data that is read, over TCP and UDP.

Linux begins to note arrivals a while after the first socket asks for it, and later on a busy machine; until then data
has the age 0. So the tests try again.
"""

import socket
import sys
import threading
from collections.abc import Iterator

import pytest

from petard.shared.arrival_time import receive_stamped, stamp_arrivals
from petard.shared.protocol.messages import Ping, Pong
from tests.server.loopback import LoopbackServer

WAITED, TRIES = 0.02, 100  # seconds; times


@pytest.fixture(params=[socket.SOCK_STREAM, socket.SOCK_DGRAM], ids=["TCP", "UDP"])
def pair(request: pytest.FixtureRequest) -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two connected sockets; arrivals at the second are stamped."""
    near, far = socket.socket(socket.AF_INET, request.param), socket.socket(socket.AF_INET, request.param)
    far.bind(("127.0.0.1", 0))
    if request.param is socket.SOCK_STREAM:
        far.listen()
        near.connect(far.getsockname())
        far, listener = far.accept()[0], far
        listener.close()
    else:
        near.connect(far.getsockname())
    stamp_arrivals(far)
    with near, far:
        yield near, far


def test_data_that_has_waited_has_its_age(pair: tuple[socket.socket, socket.socket]) -> None:
    near, far = pair
    ages = []
    for _ in range(TRIES):
        near.send(b"hi")
        threading.Event().wait(WAITED)
        data, _, age = receive_stamped(far, 100)
        assert data == b"hi"
        ages.append(age)
        if age > 0.0 or sys.platform != "linux":
            break
    assert WAITED * 0.9 < ages[-1] < 1.0 if sys.platform == "linux" else ages == [0.0]


def test_what_does_not_wait_raises_as_recv_does(pair: tuple[socket.socket, socket.socket]) -> None:
    pair[1].setblocking(False)
    with pytest.raises(BlockingIOError):
        receive_stamped(pair[1], 100)


def test_a_pong_says_how_long_the_ping_waited_for_the_server(loopback: LoopbackServer) -> None:
    ada = loopback.member()
    held = []
    for number in range(77, 77 + TRIES):
        ada.send(Ping(number))
        threading.Event().wait(WAITED)
        loopback.update()
        loopback.until(lambda number=number: any(isinstance(one, Pong) and one.id == number for one in ada.received))  # type: ignore[misc]
        held += [one.held for one in ada.received if isinstance(one, Pong) and one.id == number]
        if held[-1] or sys.platform != "linux":
            break
    assert held[-1] >= WAITED * 0.9e6 if sys.platform == "linux" else held == [0]
