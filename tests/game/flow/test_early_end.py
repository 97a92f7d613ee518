"""Connections that the server closes before the Welcome: what it said is read, and what may pass is tried again."""

import pytest

from petard.game.client.backoff import JOINING_MOST
from petard.game.flow.connection_status import status_of
from petard.game.net.transport import TransportState
from petard.shared.protocol.messages import Bye, Hello, Message, Ping, RefusalCode, Refused
from tests.game.scripted_server import ScriptedServer, in_match


def connected_and_closed_between_two_polls(server: ScriptedServer, *messages: Message) -> None:
    """The newest transport connects, receives these, and is closed by the server, all before the client's next poll."""
    server.transports[-1].was_open = True
    if messages:
        server.sends(*messages)
    server.disconnects("The server closed the connection.")
    server.polls()


def test_a_refusal_on_a_connection_that_opened_and_closed_between_two_polls_is_read() -> None:
    server = ScriptedServer()
    server.state = TransportState.CONNECTING
    server.polls()
    connected_and_closed_between_two_polls(server, Refused(RefusalCode.FULL, "The room is full."))
    assert server.connection.problem == "The room is full."
    assert len(server.transports) == 1


@pytest.mark.parametrize("messages", [(), (Refused(RefusalCode.BAD, "You sent no Hello while others waited."),)])
def test_a_first_join_that_opened_and_closed_between_two_polls_is_tried_again(messages: tuple[Message, ...]) -> None:
    server = ScriptedServer()
    server.state = TransportState.CONNECTING
    server.polls()
    connected_and_closed_between_two_polls(server, *messages)
    assert server.connection.problem == ""
    server.state = TransportState.OPEN
    server.polls(1.0)
    del server.transports[:-1]
    server.admits()
    assert server.connection.is_admitted


def test_a_refusal_on_return_that_came_between_two_polls_is_what_the_player_reads() -> None:
    server = in_match()
    server.disconnects()
    server.state = TransportState.CONNECTING
    server.polls(0.3)
    connected_and_closed_between_two_polls(server, Refused(RefusalCode.CLOSING, "The server closes soon."))
    status = status_of(server.connection, server.now)
    assert status
    assert status.reason == "The server closes soon."


def closed_for_others(server: ScriptedServer, says_why: bool) -> None:
    """The server closes the newest connection before the Welcome, as one of too many."""
    if says_why:
        server.sends(Refused(RefusalCode.BAD, "You sent no Hello while others waited."))
    server.disconnects("The server closed the connection.")


@pytest.mark.parametrize("says_why", [True, False])
def test_a_first_join_that_the_server_closes_before_the_welcome_is_tried_again(says_why: bool) -> None:
    server = ScriptedServer(token="f" * 32)
    server.polls()
    for _ in range(3):
        closed_for_others(server, says_why)
        server.polls()
        assert server.connection.problem == ""
        assert status_of(server.connection, server.now) is None, "nothing was disconnected yet"
        server.polls(1.1)
    assert len(server.transports) == 4
    assert [hello.token for hello in server.received(Hello)] == ["f" * 32]
    del server.transports[:-1]
    server.admits()
    server.polls(1.0)
    assert not server.connection.is_disconnected
    assert server.connection.is_admitted


@pytest.mark.parametrize("says_why", [True, False])
def test_a_first_join_is_given_up_after_five_seconds_with_the_reason(says_why: bool) -> None:
    server = ScriptedServer()
    server.polls()
    while server.connection.problem == "" and server.now < 200.0:
        if server.received(Hello) and server.transports[-1].state is TransportState.OPEN:
            closed_for_others(server, says_why)
        server.polls()
    reason = "You sent no Hello while others waited." if says_why else "The server closed the connection."
    assert server.connection.problem == reason
    assert 8 <= len(server.transports) <= 11, "after 0.25 s, then every half second"
    assert server.now - 100.0 < JOINING_MOST


def test_the_last_words_of_a_server_are_read_behind_more_than_a_picture_handles() -> None:
    server = ScriptedServer()
    server.admits()
    server.sends(*[Ping(number) for number in range(10_000)], Bye("Good night."))
    server.disconnects("The connection to the server broke.")
    server.polls()
    assert server.connection.problem == ""
    assert not server.connection.is_disconnected
    server.polls(1.0)
    assert server.connection.problem == "Good night."
    assert len(server.transports) == 1
