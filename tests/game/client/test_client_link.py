"""The client's link: Hello first, pings answered and measured, and the sentence at the end."""

import pytest

from petard.game.client.client_link import PING_EVERY, STALL, ClientLink
from petard.shared.protocol.link import Link, Role
from petard.shared.protocol.messages import BUILD, PROTOCOL, Bye, Command, Hello, Ping, Pong, Welcome

HELLO = Hello(PROTOCOL, BUILD, "Ada", 1, "")
WELCOME = Welcome(PROTOCOL, BUILD, 7, "0" * 32, 60, "Test")


def opened() -> tuple[ClientLink, Link]:
    """A link that was welcomed at second 1, and the server's end of it."""
    link, server = ClientLink(HELLO), Link(Role.SERVER)
    link.heartbeat.open(1.0)
    assert server.receive_data(link.data_to_send()) == [HELLO]
    assert link.receive_data(server.send(WELCOME), 1.0) == [WELCOME]
    return link, server


def test_silence_is_counted_from_the_last_data_on() -> None:
    link, server = opened()
    for tick in range(1, 61):
        link.receive_data(b"", 1.0 + tick / 60)
    assert link.heartbeat.silence(2.0) == pytest.approx(1.0)
    assert link.problem == ""
    link.receive_data(server.send(Ping(1)), 2.1)
    assert link.heartbeat.silence(2.1) == 0.0


def test_a_pause_of_our_own_is_no_silence_before_the_connection_was_read_once_more() -> None:
    link, server = opened()
    assert link.heartbeat.silence(61.0) == STALL, "asleep for a minute"
    link.receive_data(server.send(Ping(1)), 61.0)
    assert link.heartbeat.silence(61.0) == 0.0
    link.receive_data(b"", 121.0)
    link.receive_data(b"", 20.0)
    assert link.heartbeat.silence(20.0) == STALL, "a clock that runs backwards counts nothing"


def test_several_pings_may_be_on_their_way() -> None:
    link, server = opened()
    for now in (2.0, 2.0 + PING_EVERY, 2.0 + 2 * PING_EVERY):
        link.keep_alive(now)
    pings = [message for message in server.receive_data(link.data_to_send()) if isinstance(message, Ping)]
    assert len(pings) == 3
    link.receive_data(server.send(Pong(pings[0].id)), 3.2)
    assert link.heartbeat.ping == 1200


def test_it_answers_a_ping_and_measures_its_own() -> None:
    link, server = opened()
    assert link.receive_data(server.send(Ping(5)), 1.5) == []
    assert server.receive_data(link.data_to_send()) == [Pong(5)]
    link.keep_alive(2.0)
    (ping,) = server.receive_data(link.data_to_send())
    assert isinstance(ping, Ping)
    assert link.receive_data(server.send(Pong(ping.id)), 2.042) == []
    assert link.heartbeat.ping == 42


def test_a_pong_without_its_ping_measures_nothing() -> None:
    link, server = opened()
    link.receive_data(server.send(Pong(99)), 5.0)
    assert link.heartbeat.ping == 0


def test_commands_are_numbered_and_nothing_is_sent_after_a_goodbye() -> None:
    link, server = opened()
    link.send_command((1,))
    link.send_command((2,))
    assert server.receive_data(link.data_to_send()) == [Command(1, (1,)), Command(2, (2,))]
    link.receive_data(server.send(Bye("")), 1.1)
    link.send_command((3,))
    assert link.data_to_send() == b""


def test_the_first_reason_is_the_reason() -> None:
    link, _ = opened()
    link.end("First.")
    link.receive_data(b"\0\0\0\0", 1.1)
    link.keep_alive(1.1)
    assert link.problem == "First."
