"""The conversation: hello first, heartbeats answered and measured, and the sentence when nobody speaks any more."""

import pytest

from petard.game.client.conversation import Conversation
from petard.game.client.heartbeat import PING_EVERY, STALL
from petard.shared.protocol.link import Link, Role
from petard.shared.protocol.messages import BUILD, PROTOCOL, Bye, Command, Hello, Ping, Pong, Welcome

HELLO = Hello(PROTOCOL, BUILD, "Ada", 1, "")
WELCOME = Welcome(PROTOCOL, BUILD, 7, "0" * 32, 60, "Test")


def opened() -> tuple[Conversation, Link]:
    """A talk that was welcomed at second 1, and the server's end of its line."""
    talk, server = Conversation(HELLO), Link(Role.SERVER)
    talk.open(1.0)
    assert server.receive_data(talk.data_to_send()) == [HELLO]
    assert talk.receive_data(server.send(WELCOME), 1.0) == [WELCOME]
    return talk, server


def test_silence_is_counted_from_the_last_word_on() -> None:
    talk, server = opened()
    for tick in range(1, 61):
        talk.receive_data(b"", 1.0 + tick / 60)
    assert talk.quiet(2.0) == pytest.approx(1.0)
    assert talk.problem is None
    talk.receive_data(server.send(Ping(1)), 2.1)
    assert talk.quiet(2.1) == 0.0


def test_a_pause_of_our_own_is_no_silence_before_the_line_was_looked_at_once_more() -> None:
    talk, server = opened()
    assert talk.quiet(61.0) == STALL, "asleep for a minute"
    talk.receive_data(server.send(Ping(1)), 61.0)
    assert talk.quiet(61.0) == 0.0
    talk.receive_data(b"", 121.0)
    talk.receive_data(b"", 20.0)
    assert talk.quiet(20.0) == STALL, "a clock that runs backwards counts nothing"


def test_several_pings_may_be_on_their_way() -> None:
    talk, server = opened()
    for now in (2.0, 2.0 + PING_EVERY, 2.0 + 2 * PING_EVERY):
        talk.keep_up(now)
    pings = [message for message in server.receive_data(talk.data_to_send()) if isinstance(message, Ping)]
    assert len(pings) == 3
    talk.receive_data(server.send(Pong(pings[0].id)), 3.2)
    assert talk.ping == 1200


def test_it_answers_a_ping_and_measures_its_own() -> None:
    talk, server = opened()
    assert talk.receive_data(server.send(Ping(5)), 1.5) == []
    assert server.receive_data(talk.data_to_send()) == [Pong(5)]
    talk.keep_up(2.0)
    (ping,) = server.receive_data(talk.data_to_send())
    assert isinstance(ping, Ping)
    assert talk.receive_data(server.send(Pong(ping.id)), 2.042) == []
    assert talk.ping == 42


def test_a_pong_that_nobody_asked_for_measures_nothing() -> None:
    talk, server = opened()
    talk.receive_data(server.send(Pong(99)), 5.0)
    assert talk.ping == 0


def test_commands_are_numbered_and_nothing_is_said_after_goodbye() -> None:
    talk, server = opened()
    talk.press((1,))
    talk.press((2,))
    assert server.receive_data(talk.data_to_send()) == [Command(1, (1,)), Command(2, (2,))]
    talk.receive_data(server.send(Bye("")), 1.1)
    talk.press((3,))
    assert talk.data_to_send() == b""


def test_the_first_reason_is_the_reason() -> None:
    talk, _ = opened()
    talk.end("First.")
    talk.receive_data(b"\0\0\0\0", 1.1)
    talk.keep_up(1.1)
    assert talk.problem == "First."
