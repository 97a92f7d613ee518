"""A ServerConnection on real loopback sockets; the server is a socket that does what the test says."""

import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from petard.game.config.arguments import Address
from petard.game.config.settings import Settings
from petard.game.flow.connection_status import status_of, waiting_text
from petard.game.flow.server_connection import ServerConnection
from petard.game.net.tcp_transport import TcpTransport
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.link import Link, Role
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Bye,
    Hello,
    Input,
    Lobby,
    Look,
    Message,
    Phase,
    Ready,
    RefusalCode,
    Refused,
    Roster,
    Seat,
    Welcome,
)
from tests.game.net.loopback import LONGEST_POLL

WAIT = 10.0  # seconds until a test gives up
LOBBY = Lobby(Phase.LOBBY, 7, "small", "last-one-standing", 3, 1, 1, ("small",), ("last-one-standing",))


class Server:
    """Accepts one client."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = Address("127.0.0.1", self.listener.getsockname()[1])
        self.link = Link(Role.SERVER)
        self.line: socket.socket | None = None
        self.connections: list[ServerConnection] = []

    def connect(self, eager: bool = False, settings: Settings | None = None) -> ServerConnection:
        """A client that connects to us; it is closed at the end of the test."""
        connection = ServerConnection(
            settings or Settings(name="Ada", colour=3, character=2), self.address, None, eager
        )
        self.connections.append(connection)
        return connection

    def accept(self) -> None:
        """Accept the connection."""
        self.line, _ = self.listener.accept()
        self.line.settimeout(WAIT)

    def received(self) -> list[Message]:
        """The next messages of the client, without the Inputs, which come all the time."""
        assert self.line
        messages: list[Message] = []
        while not messages:
            data = self.line.recv(65536)
            assert data, "the client has closed the connection"
            messages = [one for one in self.link.receive_data(data) if not isinstance(one, Input)]
        return messages

    def sends(self, *messages: Message) -> None:
        """Send messages."""
        assert self.line
        self.line.sendall(b"".join(self.link.send(message) for message in messages))

    def close(self) -> None:
        """Close all sockets."""
        self.listener.close()
        if self.line:
            self.line.close()

    def end(self) -> None:
        """Close all sockets and clients."""
        self.close()
        for connection in self.connections:
            connection.close()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.end()


def until(connection: ServerConnection, done: Callable[[], object]) -> None:
    """Poll like the game, and see that no poll waits."""
    ends_at, longest = time.monotonic() + WAIT, 0.0
    while not done():
        now = time.monotonic()
        assert now < ends_at
        connection.poll(now)
        longest = max(longest, time.monotonic() - now)
        threading.Event().wait(0.002)
    assert longest < LONGEST_POLL


def welcomed(
    server: Server, eager: bool = False, settings: Settings | None = None, phase: Phase = Phase.LOBBY
) -> ServerConnection:
    connection = server.connect(eager, settings)
    until(connection, lambda: "to answer" in waiting_text(connection))
    server.accept()
    assert [type(message) for message in server.received()] == [Hello]
    seats = (Seat(0, 7, "Ada", 0, 0, False, False, 0, 0), Seat(1, 8, "Bo", 1, 0, False, False, 0, 0))
    server.sends(Welcome(PROTOCOL, BUILD, 7, "0" * 32, 60, "Room"), replace(LOBBY, phase=phase), Roster(seats, ()))
    until(connection, lambda: connection.session.room.seats)
    return connection


def test_a_client_requests_its_last_look_once_it_is_admitted(server: Server) -> None:
    connection = welcomed(server)
    assert server.received() == [Look(0, 3, 2)]
    assert connection.is_admitted
    assert connection.problem == ""


def test_after_a_join_during_a_round_the_look_is_requested_in_the_lobby(server: Server) -> None:
    connection = welcomed(server, eager=True, phase=Phase.PLAYING)
    server.sends(LOBBY)
    until(connection, lambda: connection.session.room.lobby == LOBBY)
    assert server.received() == [Look(0, 3, 2), Ready(True)]


def test_a_colour_of_another_player_is_not_requested(server: Server) -> None:
    connection = welcomed(server, eager=True, settings=Settings(name="Ada", colour=1))
    assert server.received() == [Ready(True)]
    connection.close()


def test_an_eager_client_gets_ready_and_shows_no_lobby_before_the_match(server: Server) -> None:
    connection = welcomed(server, eager=True)
    assert server.received() == [Look(0, 3, 2), Ready(True)]
    assert not connection.is_admitted
    assert waiting_text(connection) == "Here we go"


def test_leaving_sends_a_goodbye(server: Server) -> None:
    connection = welcomed(server)
    server.received()
    connection.close()
    assert server.received() == [Bye("")]


def test_the_reason_in_a_bye_is_the_problem(server: Server) -> None:
    connection = welcomed(server)
    server.sends(Bye("The host has gone to bed."))
    server.close()
    until(connection, lambda: connection.problem)
    assert connection.problem == "The host has gone to bed."


def test_a_server_that_disappears_is_tried_again_until_the_person_gives_up(server: Server) -> None:
    connection = welcomed(server)
    assert status_of(connection, time.monotonic()) is None
    server.close()
    until(connection, lambda: connection.is_disconnected)
    sign = status_of(connection, time.monotonic())
    assert sign
    assert sign.broken
    assert connection.problem == ""
    assert connection.session.room.seats, "the last picture stays"
    connection.give_up()
    assert connection.problem.endswith(".")


def test_illegal_bytes_end_the_connection_with_a_sentence(server: Server) -> None:
    connection = welcomed(server)
    assert server.line
    server.line.sendall(frame(b"\xc1"))
    until(connection, lambda: connection.problem)
    assert "makes no sense" in connection.problem


def test_a_lobby_before_the_welcome_is_illegal_too(server: Server) -> None:
    connection = server.connect()
    until(connection, lambda: "to answer" in waiting_text(connection))
    server.accept()
    assert server.line
    server.line.sendall(frame(encode(LOBBY)))
    until(connection, lambda: connection.problem)
    assert connection.problem == "This is no Petard server (Lobby in HANDSHAKE)."


@pytest.mark.slow  # a second: the system sends its SYN again after that
@pytest.mark.parametrize("says_why", [True, False])
def test_what_a_server_says_that_accepts_and_closes_between_two_polls_counts(says_why: bool) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = Address("127.0.0.1", listener.getsockname()[1])
        with socket.create_connection(address):  # takes the only place in the queue
            connection = ServerConnection(Settings(name="Ada"), address, None, eager=False)
            until(connection, lambda: "Connecting" in waiting_text(connection))
            listener.accept()[0].close()
        with listener.accept()[0] as sock:
            sock.sendall(frame(encode(Refused(RefusalCode.FULL, "The room is full."))) if says_why else b"")
        connection.poll(time.monotonic())
        assert connection.problem == ("The room is full." if says_why else "")
        assert connection.is_disconnected is not says_why, "without a reason it is tried again"
        connection.close()


@pytest.mark.parametrize("words", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH_9.6\r\n"])
def test_a_server_of_another_protocol_is_recognised(server: Server, words: bytes) -> None:
    connection = server.connect()
    until(connection, lambda: "to answer" in waiting_text(connection))
    server.accept()
    assert server.line
    server.line.sendall(words)
    until(connection, lambda: connection.problem)
    assert connection.problem.startswith("This is no Petard server (")


def test_the_client_waits_for_the_first_message_ten_seconds_at_most(server: Server) -> None:
    connection = server.connect()
    until(connection, lambda: "to answer" in waiting_text(connection))
    server.accept()
    assert server.line
    start = time.monotonic()
    piece = iter(frame(encode(Welcome(PROTOCOL, BUILD, 7, "0" * 32, 60, "Room"))))
    for second in range(1, 10):
        server.line.sendall(bytes([next(piece)]))
        assert isinstance(connection.transport, TcpTransport)
        assert connection.transport.socket
        assert select.select([connection.transport.socket], [], [], WAIT)[0], "the byte has arrived"
        connection.poll(start + second)
        assert connection.problem == ""
    connection.poll(start + 11)
    assert connection.problem == "The server does not finish its greeting."


def test_a_client_whose_first_connection_is_closed_before_the_welcome_connects_again(server: Server) -> None:
    connection = server.connect()
    until(connection, lambda: "to answer" in waiting_text(connection))
    server.accept()
    assert [type(message) for message in server.received()] == [Hello]
    assert server.line
    server.line.close()
    until(connection, lambda: connection.is_disconnected)
    until(connection, lambda: "to answer" in waiting_text(connection))
    server.accept()
    server.link = Link(Role.SERVER)
    assert [type(message) for message in server.received()] == [Hello]
    server.sends(Welcome(PROTOCOL, BUILD, 7, "0" * 32, 60, "Room"), LOBBY, Roster((), ()))
    until(connection, lambda: connection.is_admitted)
    assert connection.problem == ""


def test_a_closed_port_ends_the_connection_with_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    connection = ServerConnection(Settings(name="Ada"), Address("127.0.0.1", port), None, eager=False)
    until(connection, lambda: connection.problem)
    assert str(port) in connection.problem
    connection.close()
