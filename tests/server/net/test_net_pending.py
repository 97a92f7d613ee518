"""Who has not said Hello may ask how far away the server is, and gets nothing else by it."""

import socket
from collections.abc import Callable

import pytest

from petard.server.policy.limits import HELLO_WITHIN, OTHERS, STALL
from petard.shared.protocol.messages import Ping, Pong, Refused, Welcome
from tests.server.loopback import HELLO, LoopbackServer, RawClient, framed


def test_a_stranger_is_answered_and_stays_one(loopback: LoopbackServer) -> None:
    guest = loopback.connect()
    guest.send(Ping(77))
    loopback.until(lambda: Pong(77) in guest.received)
    guest.send(Ping(78))
    loopback.until(lambda: Pong(78) in guest.received)
    assert (
        len(loopback.server.connections.pending),
        loopback.server.connections.members,
        loopback.server.room.people,
    ) == (1, {}, 0)


def test_who_asks_and_says_hello_in_one_breath_hears_both(loopback: LoopbackServer) -> None:
    guest = loopback.connect()
    guest.send_bytes(guest.link.send(Ping(1)) + guest.link.send(HELLO))
    loopback.until(lambda: bool(guest.all_of(Welcome)))
    assert Pong(1) in guest.received


def test_asking_makes_nobody_welcome_for_longer(loopback: LoopbackServer) -> None:
    guest = loopback.connect()
    for number in range(6):
        guest.send_bytes(framed(Ping(number)))
        loopback.until(lambda number=number: Pong(number) in guest.received)  # type: ignore[misc]
        loopback.update(0, HELLO_WITHIN / 6)
    loopback.update(0, 0.5)
    loopback.until(lambda: guest.is_over)
    assert guest.all_of(Refused)


@pytest.mark.parametrize("leave", [lambda guest: guest.sock.close(), RawClient.reset])
def test_the_log_does_not_mention_a_guest_that_only_asked_and_left(
    loopback: LoopbackServer, leave: Callable[[RawClient], None]
) -> None:
    guest = loopback.connect()
    guest.send(Ping(1))
    loopback.until(lambda: Pong(1) in guest.received)
    leave(guest)
    loopback.until(lambda: loopback.server.connections.is_empty)
    assert loopback.log_lines == []


@pytest.mark.parametrize("sent", [b"", framed(HELLO)[:9], framed(Ping(1)) + framed(HELLO)[:9]])
def test_the_log_mentions_a_guest_that_left_without_a_whole_question(loopback: LoopbackServer, sent: bytes) -> None:
    guest = loopback.connect()
    guest.send_bytes(sent)
    guest.sock.shutdown(socket.SHUT_WR)
    loopback.until(lambda: loopback.server.connections.is_empty)
    assert loopback.log_lines == ["pending connection from 127.0.0.1 closed the connection"]


def test_who_asks_like_a_flood_is_cut(loopback: LoopbackServer) -> None:
    guest = loopback.connect()
    number = 0
    while not guest.is_over and number < 10 * OTHERS * STALL:
        guest.send_bytes(b"".join(framed(Ping(number + more)) for more in range(50)))
        number += 50
        loopback.update(0, 0.01)
        guest.read()
    assert guest.is_over
    assert len(guest.all_of(Pong)) <= OTHERS * (STALL + 1)
