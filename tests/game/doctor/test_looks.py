"""The looks themselves, over loopback only: who has the port, doors, the router, a line, a question."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil  # type: ignore[import-untyped]
import pytest

from petard.game.doctor import doors, lists, place
from petard.game.doctor.examine import facts_of
from petard.game.doctor.facts import DiscoveryMethod, Facts, Listener, LocalNetwork, PortOwner, Router, SelfTest
from petard.game.doctor.place import HandshakeResult, look_at_asked, look_at_reach
from petard.shared.discovery.sockets import open_udp
from petard.shared.framing import frame
from petard.shared.protocol.beacon import Answer, Question, ServerCard, decode
from petard.shared.protocol.beacon import encode as encode_datagram
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Bye, Message, Phase, Pong

LOOPBACK = "127.0.0.1"
CARD = ServerCard(
    id=7, protocol=9, build="0.9", port=1, name="Den", map="m", rules="r", phase=Phase.LOBBY, players=0, seats=4,
    watchers=0, locked=False,
)  # fmt: skip


@contextmanager
def listening(answer: bytes) -> Iterator[int]:
    """A program that says the same to whoever speaks to it, and hangs up; answers with its port."""
    with closing(socket.create_server((LOOPBACK, 0))) as door:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    line = door.accept()[0]
                    with line:
                        line.settimeout(2)
                        line.recv(64)
                        line.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)


def said(message: Message) -> bytes:
    """A message as it goes over a line."""
    return frame(encode(message))


@pytest.mark.parametrize(
    ("answer", "way"),
    [
        (said(Pong(1)), DiscoveryMethod.PETARD),
        (said(Bye("Too old.")), DiscoveryMethod.PETARD),
        (b"HTTP/1.1 400 Bad\r\n", DiscoveryMethod.OTHER),
        (frame(b"hello"), DiscoveryMethod.OTHER),
        (b"", DiscoveryMethod.OTHER),
    ],
    ids=["ours", "ours, and older", "another program", "frames of another program", "one that hangs up"],
)
def test_who_answers_is_known_by_the_first_word(
    answer: bytes, way: DiscoveryMethod, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "PORTS_OF_SERVERS", ())
    with listening(answer) as port:
        reach = look_at_reach(facts_of(LOOPBACK, port)).reach
    assert reach
    assert (reach.way, reach.address) == (way, LOOPBACK)


def test_a_port_where_nobody_listens_refuses_and_the_ports_beside_it_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(said(Pong(1))) as port, listening(b"what?") as other, closing(socket.socket()) as unused:
        unused.bind((LOOPBACK, 0))
        asked = unused.getsockname()[1]
        monkeypatch.setattr(place, "PORTS_OF_SERVERS", (asked, other, port))
        reach = look_at_reach(facts_of(LOOPBACK, asked)).reach
    assert reach
    assert (reach.way, reach.others) == (DiscoveryMethod.REFUSED, (port,))


def test_a_name_that_nobody_knows_is_told_as_one() -> None:
    reach = look_at_reach(facts_of("no such name", 7777)).reach
    assert reach
    assert reach.way is DiscoveryMethod.UNKNOWN


@pytest.fixture
def asking_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    def ask_at(port: int) -> None:
        monkeypatch.setattr(place, "PORT", port)
        monkeypatch.setattr(place, "PORTS", 1)
        monkeypatch.setattr(place, "ASK_WAIT", 0.6)

    return ask_at


def test_a_question_is_answered_by_the_server_that_is_meant(asking_at: Callable[[int], None]) -> None:
    with closing(open_udp(socket.AF_INET, LOOPBACK, 0)) as server:
        server.settimeout(2)
        asking_at(server.getsockname()[1])

        def serve() -> None:
            while True:
                data, source = server.recvfrom(1000)
                question = decode(data)
                if isinstance(question, Question):
                    forged, meant = replace(CARD, port=2, protocol=8), replace(CARD, port=2)
                    for card, nonce in ((forged, question.nonce ^ 1), (CARD, question.nonce), (meant, question.nonce)):
                        server.sendto(encode_datagram(Answer(nonce=nonce, clock=0, held=0, card=card)), source)
                    return

        threading.Thread(target=serve, daemon=True).start()
        asked = look_at_asked(facts_of(LOOPBACK, 2)).asked
    assert asked
    assert asked.answer
    assert (asked.answer.port, asked.answer.protocol, asked.answer.id) == (2, 9, "0000000000000007")


@pytest.mark.parametrize("is_there", [True, False])
def test_silence_is_told_from_a_refusal(asking_at: Callable[[int], None], is_there: bool) -> None:
    with closing(open_udp(socket.AF_INET, LOOPBACK, 0)) as silent:
        asking_at(silent.getsockname()[1])
        if not is_there:
            silent.close()
        asked = look_at_asked(facts_of(LOOPBACK, 7777)).asked
    assert asked
    assert (asked.answer, asked.refused) == (None, not is_there)


def test_it_answers_itself_over_loopback() -> None:
    assert lists.look_at_mirror(facts_of("", 0)).mirror == SelfTest(True)


def test_a_listener_of_its_own_is_reached_at_an_address_of_its_own() -> None:
    facts = replace(facts_of("", 0), nets=(LocalNetwork("lo", LOOPBACK, "127.0.0.0/8"),))
    door = doors.look_at_listener(facts).listener
    assert door
    assert door.reached
    assert 7777 <= door.port < 7777 + doors.TRIES


def test_a_listener_that_its_own_address_does_not_lead_to_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*words: object, **more: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", fail)
    door = doors.look_at_listener(facts_of("", 0)).listener
    assert door == Listener(door.port if door else 0, False, "TimeoutError")


def held(port: int, kind: socket.SocketKind, pid: int | None, status: str = "LISTEN") -> SimpleNamespace:
    """A line of what the system says about its sockets."""
    return SimpleNamespace(laddr=SimpleNamespace(port=port), type=kind, pid=pid, status=status)


PROGRAMS = {1: ("nc", []), 2: ("python3", ["python3", "-I", "/opt/bin/petard-server", "--port", "1"])}


class Program:
    """What psutil says of a process."""

    def __init__(self, pid: int) -> None:
        if pid not in PROGRAMS:
            raise psutil.NoSuchProcess(pid)
        self._pid = pid

    def name(self) -> str:
        return PROGRAMS[self._pid][0]

    def cmdline(self) -> list[str]:
        return PROGRAMS[self._pid][1]


STREAM, DATAGRAM = socket.SOCK_STREAM, socket.SOCK_DGRAM


@pytest.mark.parametrize(
    ("lines", "owner"),
    [
        ([], PortOwner()),
        ([held(7776, STREAM, 1), held(7777, STREAM, 1, "ESTABLISHED")], PortOwner()),
        ([held(7777, STREAM, 1)], PortOwner("nc (pid 1)")),
        (
            [held(7777, STREAM, 2), held(7777, DATAGRAM, 2, "NONE")],
            PortOwner("petard-server (pid 2)", "petard-server (pid 2)"),
        ),
        ([held(7777, DATAGRAM, None, "NONE")], PortOwner("", "another user's program")),
        ([held(7777, STREAM, 3)], PortOwner("pid 3")),
    ],
)
def test_the_owner_of_the_port_is_named(
    lines: list[SimpleNamespace], owner: PortOwner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil, "net_connections", lambda kind: lines)
    monkeypatch.setattr(psutil, "Process", Program)
    assert doors.look_at_owner(facts_of("", 0)).owner == owner


def test_a_system_that_tells_nothing_about_ports_is_borne(monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(kind: str) -> None:
        raise psutil.AccessDenied

    monkeypatch.setattr(psutil, "net_connections", deny)
    assert doors.look_at_owner(facts_of("", 0)).owner == PortOwner(hidden=True)


HOME = (LocalNetwork("eth0", "10.0.0.5", "10.0.0.0/24"),)
HEAD = "Iface\tDestination\tGateway\tFlags\n"


@pytest.mark.parametrize(
    ("table", "way", "router"),
    [
        (HEAD + "eth0\t0000000A\t00000000\t1\neth0\t00000000\tFE00000A\t3\n", DiscoveryMethod.REFUSED,
         Router("10.0.0.254", True)),
        (HEAD + "eth0\t00000000\t0500000A\t3\n", DiscoveryMethod.REFUSED,
         Router("10.0.0.5", None)),  # it is this computer
        (HEAD + "eth0\t00000000\tFE00000A\t3\n", DiscoveryMethod.SILENT, Router("10.0.0.254", False)),
        (HEAD, DiscoveryMethod.SILENT, Router("10.0.0.1", None)),
        ("", DiscoveryMethod.OTHER, Router("10.0.0.1", True)),
    ],
    ids=["by the table", "itself", "silent", "a guess that is silent", "a guess"],
)  # fmt: skip
def test_the_router_is_asked_whoever_it_is(
    table: str, way: DiscoveryMethod, router: Router, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if table:
        (tmp_path / "route").write_text(table)
    monkeypatch.setattr(doors, "ROUTES", tmp_path / "route")
    monkeypatch.setattr(doors, "knock", lambda host, port, wait: HandshakeResult(way))
    assert doors.look_at_router(replace(facts_of("", 0), nets=HOME)).router == router


def test_without_a_network_there_is_no_router(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(doors, "ROUTES", tmp_path / "nothing")
    facts: Facts = doors.look_at_router(facts_of("", 0))
    assert facts.router == Router("", None)
