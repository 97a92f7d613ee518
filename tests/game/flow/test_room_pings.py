"""Pings to rooms over TCP: measured before any Hello, a few at a time, only where somebody looks."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from petard.game.flow.room_pings import AGAIN, AT_ONCE, RoomPings, measure_ping
from petard.game.view.internet_list import HostPort, RoomPing
from petard.shared.protocol.messages import Pong
from tests.server.loopback import LoopbackServer, framed

WAIT = 10.0  # seconds that a test waits for what must come


@pytest.fixture
def loopback() -> Iterator[LoopbackServer]:
    server = LoopbackServer()
    yield server
    server.close()


def measured(pings: RoomPings, shown: list[HostPort], server: LoopbackServer | None, now: float = 0.0) -> None:
    """Go on until all are measured. `now`: by the clock of the pings."""
    ends_at = time.monotonic() + WAIT
    pings.poll(shown, now)
    while pings.running or any(place not in pings.results for place in shown):
        if server:
            server.server.connections.poll(0.01)
            server.server.update(0, server.now)
        pings.poll(shown, now)
        assert time.monotonic() < ends_at, (pings.running, pings.results)


def test_a_real_room_is_measured_and_gets_no_member(loopback: LoopbackServer) -> None:
    pings, place = RoomPings(), ("127.0.0.1", loopback.listeners.port)
    measured(pings, [place], loopback)
    found = pings.results[place]
    assert found.ms is not None
    assert found.ms < 1000
    assert found.id == f"{loopback.room.matches.settings.room_id:016x}"
    assert loopback.room.people == 0


def test_a_room_is_measured_again_after_a_while_and_only_while_it_is_shown(loopback: LoopbackServer) -> None:
    pings, place = RoomPings(), ("127.0.0.1", loopback.listeners.port)
    measured(pings, [place], loopback)
    pings.poll([place], AGAIN - 0.1)
    pings.poll([], AGAIN + 1)
    assert not pings.running
    pings.poll([place], AGAIN)
    assert pings.running == {place}
    measured(pings, [place], loopback, AGAIN)
    assert pings.results[place].at == AGAIN


def test_only_a_few_are_asked_at_a_time_the_first_ones_first() -> None:
    with ExitStack() as stack:
        silent = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(AT_ONCE + 2)]
        places = [sock.getsockname() for sock in silent]
        pings = RoomPings()
        for _ in range(3):
            pings.poll(places, 0.0)
        assert pings.running == set(places[:AT_ONCE])
        for sock in silent:
            sock.close()  # what is connected is reset, and the next ones are refused
        measured(pings, places, None)
        assert {found.ms for found in pings.results.values()} == {None}


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\0" * 5000,
        b"\xff" * 5000,
        framed(Pong(0)),  # the first one only
        framed(Pong(77)) * 100,
        b"".join(framed(Pong(number)) for number in range(3)) + b"\xff\xff\xff\xff",
    ],
    ids=range(7),
)
def test_what_answers_nonsense_is_no_room(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        pings, place = RoomPings(), server.getsockname()
        pings.poll([place], 0.0)
        peer, _ = server.accept()
        with peer:
            peer.settimeout(WAIT)
            peer.recv(1000)
            with suppress(OSError):  # it has closed the connection at the first mistake
                peer.sendall(answer)
                peer.shutdown(socket.SHUT_WR)
            measured(pings, [place], None)
        assert pings.results[place].ms is None


def test_a_room_that_never_answers_is_given_up_after_its_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        begun = time.monotonic()
        assert measure_ping(server.getsockname(), within=0.2) == (None, 0)
        assert time.monotonic() - begun >= 0.2


def test_results_do_not_grow_for_ever() -> None:
    pings = RoomPings()
    for number in range(2000):
        pings.results["8.8.8.8", number] = RoomPing(1, "", 0.0)
    pings.poll([], 0.0)
    assert len(pings.results) == 500
