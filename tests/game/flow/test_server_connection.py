"""A visit to a server, on real sockets of this machine; the server is a socket that does what the test says."""

import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from petard.game.config.arguments import Address
from petard.game.config.settings import Settings
from petard.game.flow.server_connection import ServerConnection
from petard.game.net.transport import TcpTransport
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.link import Link, Role
from petard.shared.protocol.messages import Bye, Hello, Lobby, Look, Message, Phase, Ready, Roster, Seat, Welcome
from tests.game.net.watched import LONGEST_POLL

WAIT = 10.0  # seconds until a test gives up
LOBBY = Lobby(Phase.LOBBY, 7, "small", "last-one-standing", 3, 1, 1, ("small",), ("last-one-standing",))


class Server:
    """Accepts one visitor."""

    def __init__(self) -> None:
        self.door = socket.create_server(("127.0.0.1", 0))
        self.address = Address("127.0.0.1", self.door.getsockname()[1])
        self.link = Link(Role.SERVER)
        self.line: socket.socket | None = None
        self.visits: list[ServerConnection] = []

    def visitor(self, eager: bool = False, settings: Settings | None = None) -> ServerConnection:
        """Somebody sets out for us; whatever happens, the visit is closed in the end."""
        visit = ServerConnection(settings or Settings(name="Ada", colour=3, character=2), self.address, None, eager)
        self.visits.append(visit)
        return visit

    def accept(self) -> None:
        """Open the door."""
        self.line, _ = self.door.accept()
        self.line.settimeout(WAIT)

    def hears(self) -> list[Message]:
        """What the visitor says next."""
        assert self.line
        return self.link.receive_data(self.line.recv(65536))

    def tells(self, *messages: Message) -> None:
        """Say something."""
        assert self.line
        self.line.sendall(b"".join(self.link.send(message) for message in messages))

    def close(self) -> None:
        """Hang up and go."""
        self.door.close()
        if self.line:
            self.line.close()

    def end(self) -> None:
        """Leave nothing behind."""
        self.close()
        for visit in self.visits:
            visit.close()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.end()


def until(visit: ServerConnection, done: Callable[[], object]) -> None:
    """Poll like the game, and see that no poll waits."""
    ends_at, longest = time.monotonic() + WAIT, 0.0
    while not done():
        now = time.monotonic()
        assert now < ends_at
        visit.poll(now)
        longest = max(longest, time.monotonic() - now)
        threading.Event().wait(0.002)
    assert longest < LONGEST_POLL


def welcomed(
    server: Server, eager: bool = False, settings: Settings | None = None, phase: Phase = Phase.LOBBY
) -> ServerConnection:
    visit = server.visitor(eager, settings)
    until(visit, lambda: "to answer" in visit.waiting_text)
    server.accept()
    assert [type(message) for message in server.hears()] == [Hello]
    seats = (Seat(0, 7, "Ada", 0, 0, False, False, 0, 0), Seat(1, 8, "Bo", 1, 0, False, False, 0, 0))
    server.tells(Welcome(1, "0.1.0", 7, "0" * 32, 60, "Room"), replace(LOBBY, phase=phase), Roster(seats, ()))
    until(visit, lambda: visit.session.room.seats)
    return visit


def test_we_are_let_in_and_wear_what_we_wore_last_time(server: Server) -> None:
    visit = welcomed(server)
    assert server.hears() == [Look(0, 3, 2)]
    assert visit.is_in
    assert visit.problem == ""


def test_who_comes_in_mid_round_is_dressed_once_the_lobby_opens(server: Server) -> None:
    visit = welcomed(server, eager=True, phase=Phase.PLAYING)
    server.tells(LOBBY)
    until(visit, lambda: visit.session.room.lobby == LOBBY)
    assert server.hears() == [Look(0, 3, 2), Ready(True)]


def test_a_colour_that_somebody_wears_is_not_asked_for(server: Server) -> None:
    visit = welcomed(server, eager=True, settings=Settings(name="Ada", colour=1))
    assert server.hears() == [Ready(True)]
    visit.close()


def test_who_is_eager_gets_ready_and_sees_no_lobby_before_the_match(server: Server) -> None:
    visit = welcomed(server, eager=True)
    assert server.hears() == [Look(0, 3, 2), Ready(True)]
    assert not visit.is_in
    assert visit.waiting_text == "Here we go"


def test_leaving_says_goodbye(server: Server) -> None:
    visit = welcomed(server)
    server.hears()
    visit.close()
    assert server.hears() == [Bye("")]


def test_the_last_words_of_a_server_are_the_sentence(server: Server) -> None:
    visit = welcomed(server)
    server.tells(Bye("The host has gone to bed."))
    server.close()
    until(visit, lambda: visit.problem)
    assert visit.problem == "The host has gone to bed."


def test_a_server_that_vanishes_is_tried_again_until_the_person_has_enough(server: Server) -> None:
    visit = welcomed(server)
    assert visit.status(time.monotonic()) is None
    server.close()
    until(visit, lambda: visit.is_disconnected)
    sign = visit.status(time.monotonic())
    assert sign
    assert sign.broken
    assert visit.problem == ""
    assert visit.session.room.seats, "the last picture stays"
    visit.give_up()
    assert visit.problem.endswith(".")


def test_garbage_is_a_sentence(server: Server) -> None:
    visit = welcomed(server)
    assert server.line
    server.line.sendall(frame(b"\xc1"))
    until(visit, lambda: visit.problem)
    assert "makes no sense" in visit.problem


def test_words_of_an_open_room_from_a_stranger_are_garbage_too(server: Server) -> None:
    visit = server.visitor()
    until(visit, lambda: "to answer" in visit.waiting_text)
    server.accept()
    assert server.line
    server.line.sendall(frame(encode(LOBBY)))
    until(visit, lambda: visit.problem)
    assert visit.problem == "This is no Petard server (Lobby in KNOCKING)."


@pytest.mark.parametrize("words", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH_9.6\r\n"])
def test_a_server_of_another_kind_is_told_from_ours(server: Server, words: bytes) -> None:
    visit = server.visitor()
    until(visit, lambda: "to answer" in visit.waiting_text)
    server.accept()
    assert server.line
    server.line.sendall(words)
    until(visit, lambda: visit.problem)
    assert visit.problem.startswith("This is no Petard server (")


def test_a_greeting_that_trickles_is_not_waited_for_longer_than_ten_seconds(server: Server) -> None:
    visit = server.visitor()
    until(visit, lambda: "to answer" in visit.waiting_text)
    server.accept()
    assert server.line
    start = time.monotonic()
    piece = iter(frame(encode(Welcome(1, "0.1.0", 7, "0" * 32, 60, "Room"))))
    for second in range(1, 10):
        server.line.sendall(bytes([next(piece)]))
        assert isinstance(visit.transport, TcpTransport)
        assert visit.transport.socket
        assert select.select([visit.transport.socket], [], [], WAIT)[0], "the byte has arrived"
        visit.poll(start + second)
        assert visit.problem == ""
    visit.poll(start + 11)
    assert visit.problem == "The server does not finish its greeting."


def test_nobody_there_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    visit = ServerConnection(Settings(name="Ada"), Address("127.0.0.1", port), None, eager=False)
    until(visit, lambda: visit.problem)
    assert str(port) in visit.problem
    visit.close()
