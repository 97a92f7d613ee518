"""The room's part: reports, connections on the private listener, and a web process that ends or hangs."""

import json
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import pytest

from petard.game.client.session import Session
from petard.server.config.config import Config
from petard.server.net.scram_keys import keys_of
from petard.server.policy.limits import TRIES_MOST
from petard.server.policy.log import Trouble
from petard.server.policy.proxy_header import Purpose, encode_header
from petard.server.policy.scram import ScramServer
from petard.server.room.status import MemberChange, MemberEvent, RoundBegan
from petard.server.web.child import SILENT
from petard.server.web.figures import COUNTED, EVERY
from petard.server.web.private import CANNOT_LISTEN, NO_ORDER, BadOrder, PrivateListener, WebOrder, read_order
from petard.server.web.service import WebPlace, WebService
from petard.server.web.started_process import PAUSES, STEADY, StartedProcess
from petard.shared.framing import LIMIT_SERVER, Decoder
from petard.shared.protocol.codec import decode
from petard.shared.protocol.messages import Hello, Message, Refused, Welcome
from tests.server.loopback import HELLO, LoopbackServer, RawClient, framed
from tests.server.web.live_room import NoProcess

PASSWORD = "Zündschnur 7"
WRONG_SECRET = bytes(16)


@dataclass
class Private:
    """A loopback server with the service, and connections as the web process makes them."""

    loopback: LoopbackServer
    process: NoProcess
    service: WebService
    sockets: list[socket.socket] = field(default_factory=list)

    def turn(self, seconds: float = 0.0) -> None:
        """One turn of the room."""
        self.loopback.now += seconds
        self.loopback.server.update(0, self.loopback.now)
        self.service.update(self.loopback.now)
        self.loopback.read()

    def connect(self, purpose: Purpose, address: str = "", secret: bytes | None = None) -> socket.socket:
        """Open a private connection."""
        assert self.process.order
        room = self.process.order.room
        sock = socket.socket(socket.AF_UNIX if isinstance(room, str) else socket.AF_INET)
        sock.settimeout(5.0)
        sock.connect(room if isinstance(room, str) else ("127.0.0.1", room))
        ours = bytes.fromhex(self.process.order.secret) if secret is None else secret
        sock.sendall(encode_header((address, 4000) if address else None, ("10.0.0.1", 80), ours, purpose))
        self.sockets.append(sock)
        return sock

    def pad(self, address: str) -> RawClient:
        """A client that comes from an address."""
        client = RawClient(self.loopback.listeners.port)
        client.sock.close()
        client.sock = self.connect(Purpose.PAD, address)
        client.sock.setblocking(False)
        self.loopback.clients.append(client)
        before = len(self.loopback.server.connections.pending)
        self.until(lambda: len(self.loopback.server.connections.pending) > before)
        return client

    def until(self, is_so: "object") -> None:
        """Turn until something is so; the clock stands still."""
        assert callable(is_so)
        for _ in range(500):
            self.loopback.server.connections.poll(0.01)
            self.turn()
            if is_so():
                return
        raise AssertionError(self.loopback.log_lines)

    def status(self) -> socket.socket:
        """The connection for reports, once the first has come."""
        sock = self.connect(Purpose.STATUS)
        self.until(lambda: sock.recv(1, socket.MSG_PEEK))
        return sock


@pytest.fixture(params=["a Unix socket", "a loopback port"])
def private(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Private]:
    """The private connection of each kind; that of the loopback port is what Windows has."""
    with monkeypatch.context() as patch:
        if request.param == "a loopback port":
            patch.delattr(socket, "AF_UNIX", raising=False)
        yield from opened()


def opened() -> Iterator[Private]:
    """A service whose first turn is over."""
    loopback, process = LoopbackServer(), NoProcess()
    service = WebService(WebPlace("127.0.0.1", 0, 1), loopback.server, loopback.log, loopback.now, process)
    found = Private(loopback, process, service)
    found.turn()
    try:
        yield found
    finally:
        service.close()
        for sock in found.sockets:
            sock.close()
        loopback.close()


@pytest.fixture
def one() -> Iterator[Private]:
    """The private connection that this system has."""
    yield from opened()


def reports(sock: socket.socket) -> list[dict[str, object]]:
    """The reports that have come."""
    sock.settimeout(0.2)
    try:
        return [json.loads(line) for line in sock.recv(1 << 16).splitlines()]
    except TimeoutError:
        return []


def test_a_pad_is_a_client_of_its_own_address_and_the_log_says_so(private: Private) -> None:
    pad = private.pad("192.168.7.9")
    pad.send(HELLO)
    private.until(lambda: pad.all_of(Welcome))
    assert private.loopback.log_lines[-1] == "Ada (192.168.7.9) joined"
    assert isinstance(pad.received[0], Welcome)


def test_without_the_secret_nobody_is_admitted(private: Private) -> None:
    for purpose in Purpose:
        for secret in (b"", WRONG_SECRET):
            sock = private.connect(purpose, "10.0.0.5", secret)
            private.until(lambda sock=sock: is_closed(sock))
    assert "a private connection without the secret is closed" in private.loopback.log_lines
    assert private.loopback.server.connections.is_empty


def is_closed(sock: socket.socket) -> bool:
    """Whether the other end has closed."""
    sock.settimeout(0.01)
    try:
        return sock.recv(1) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def test_five_wrong_passwords_of_one_phone_lock_no_other_out(one: Private) -> None:
    one.loopback.server.handshake.scram = ScramServer(keys_of(PASSWORD, 4096), lambda: secrets.token_hex(12))

    def tries(address: str, password: str) -> Session:
        guest, session = one.pad(address), Session("Ada", token="", password=password)
        session.link.heartbeat.open(0.0)
        guest.link.send(HELLO)

        def is_over() -> bool:
            session.receive_data(b"".join(framed(message) for message in guest.received), 0.0)
            guest.received.clear()
            guest.send_bytes(session.link.data_to_send())
            return bool(session.problem) or session.room.welcomed

        one.until(is_over)
        return session

    for _ in range(TRIES_MOST):
        assert not tries("10.0.0.5", "wrong").room.welcomed
    assert "Too many" in tries("10.0.0.5", PASSWORD).problem or "again" in tries("10.0.0.5", PASSWORD).problem
    assert tries("10.0.0.6", PASSWORD).room.welcomed


def test_bans_and_caps_count_the_phone(one: Private) -> None:
    one.loopback.server.handshake.access_control = lambda address, name, now: "No." if address == "10.0.0.5" else ""

    def answer(address: str, name: str) -> Message:
        pad = one.pad(address)
        pad.send(Hello(HELLO.protocol, HELLO.build, name, 1, ""))
        one.until(lambda: pad.received)
        return pad.received[0]

    assert isinstance(answer("10.0.0.5", "Eve"), Refused)
    assert all(isinstance(answer("10.0.0.6", f"Ada {number}"), Welcome) for number in range(8))
    full = answer("10.0.0.6", "Ada 9")
    assert isinstance(full, Refused)
    assert "from your address" in full.sentence
    assert isinstance(answer("10.0.0.7", "Bo"), Welcome)


def test_a_phone_that_may_not_join_is_told_so_in_one_sentence_until_it_may(one: Private) -> None:
    config = Config(one.loopback.room.matches.settings, pads=False)
    one.service.apply_config(config, one.loopback.now)
    refused = one.connect(Purpose.PAD, "192.168.7.9")
    line = "pending connection from 192.168.7.9 was refused, as browsers may not join"
    one.until(lambda: line in one.loopback.log_lines)
    (payload,) = Decoder(LIMIT_SERVER).receive_data(refused.recv(1000))
    said = decode(payload)
    assert isinstance(said, Refused)
    assert said.sentence == "Phones and other browsers may not join this room."
    assert reports(one.status())[-1]["pads"] is False
    one.service.apply_config(replace(config, pads=True), one.loopback.now)
    pad = one.pad("192.168.7.9")
    pad.send(HELLO)
    one.until(lambda: pad.all_of(Welcome))


def test_it_reports_at_once_once_a_second_and_when_the_room_drains(one: Private) -> None:
    sock = one.status()
    (first,) = reports(sock)
    status = first["status"]
    assert isinstance(status, dict)
    assert (status["port"], status["locked"], status["draining"]) == (one.loopback.listeners.port, False, False)
    for _ in range(59):
        one.turn(1 / 60)
    assert reports(sock) == []
    one.turn(1 / 30)
    assert len(reports(sock)) == 1
    one.loopback.server.room.drain("It is late.")
    one.loopback.server.handshake.scram = ScramServer(keys_of("secret", 4096), lambda: "0" * 32)
    one.turn(1 / 60)
    (report,) = reports(sock)
    assert "'draining': True" in str(report)
    assert "'locked': True" in str(report)
    assert "secret" not in str(report)
    assert one.service.next_due(one.loopback.now) <= one.loopback.now + EVERY  # also while nobody is here


def test_intervals_count_only_while_somebody_is_connected_and_events_are_counted(one: Private) -> None:
    sock = one.status()
    one.turn(5.0)
    assert reports(sock)[-1]["total"] == 0.0
    one.loopback.member("Ada")
    joined = MemberEvent(MemberChange.JOINED, 1, "Ada")
    one.service.handle_events([joined, RoundBegan(1, "small", "duel", (0,))], 4.0)
    one.service.handle_events([MemberEvent(MemberChange.LEFT, 2, "Bo", "left"), joined], 4.0)
    one.loopback.log.troubles[Trouble.FLOOD] += 3
    for _ in range(3):
        one.turn(0.5)
    last = reports(sock)[-1]
    assert last["total"] == pytest.approx(0.5) or last["total"] == pytest.approx(1.0)
    happened = last["happened"]
    assert isinstance(happened, list)
    counts = dict(zip((word for word, _ in COUNTED.values()), happened, strict=True))
    assert {word: count for word, count in counts.items() if count} == {"joined": 2, "left": 1, "floods": 3}
    assert "'name': 'Ada'" in str(last)


def test_what_the_web_process_says_is_in_the_log_once(one: Private) -> None:
    sock = one.status()
    for _ in range(3):
        sock.sendall(b'{"port": 7781}\n')
        sock.sendall(b'{"problem": "it rains\\u001b[0m"}\n' * 2)
    one.until(lambda: "it rains" in one.loopback.log_lines[-1])
    assert "shows itself at http://127.0.0.1:7781/" in one.loopback.log_lines
    one.turn(1.0)
    assert one.process.order
    assert (one.process.order.port, one.process.order.ports) == (7781, 1), "it comes back to the port that it had"
    assert "\x1b" not in "".join(one.loopback.log_lines)
    sock.sendall(b"no JSON\n")
    one.turn()
    while sock.recv(1 << 16):
        one.turn()


def test_a_web_process_that_does_not_answer_is_ended(one: Private, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[float] = []
    monkeypatch.setattr(one.process, "kill", lambda: ended.append(one.loopback.now))
    sock = one.status()
    began = one.loopback.now
    for _ in range(8):
        one.turn(1.0)
        sock.sendall(b"{}\n")
        one.until(lambda: True)
    assert ended == []
    began = one.loopback.now
    while not ended:
        one.turn(1.0)
        assert one.loopback.now < began + 3 * SILENT
    assert SILENT <= ended[0] - began <= SILENT + 3 * EVERY


def test_a_room_that_was_stopped_itself_ends_no_web_process(one: Private, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one.process, "kill", lambda: pytest.fail("it had answered"))
    sock = one.status()
    sock.sendall(b"{}\n")
    one.turn(60.0)
    one.turn(1.0)


def test_a_process_that_ends_starts_again_after_pauses_that_grow() -> None:
    process = StartedProcess((sys.executable, "-S", "-c", "import sys; sys.stdin.readline(); sys.exit(7)"))
    order = WebOrder("", "", "", 0, 1)
    now, pauses = 1000.0, []
    try:
        for _ in range(3):
            assert process.start_if_due(lambda: order, now) == ""
            assert process.pid
            pauses.append(now)
            while not (said := process.ended(now)):
                pass
            assert "status 7" in said
            assert process.pid == 0
            assert process.start_if_due(lambda: order, now) == ""
            assert process.pid == 0, "it waits"
            now = process.next_due()
        assert [later - earlier for earlier, later in pairwise(pauses)] == list(PAUSES[:2])
        process.start_if_due(lambda: order, now)
        while not (said := process.ended(now + STEADY)):
            pass
        assert f"in {PAUSES[0]:g} s" in said
    finally:
        process.close()


def test_a_port_that_stays_taken_is_one_line_and_no_more() -> None:
    process = StartedProcess(
        (sys.executable, "-S", "-c", f"import sys; sys.stdin.readline(); sys.exit({CANNOT_LISTEN})")
    )
    try:
        assert process.start_if_due(lambda: WebOrder("", "", "", 0, 1), 0.0) == ""
        while process.pid:
            assert process.ended(1.0) == ""
        assert process.next_due() == 1.0 + PAUSES[0]
    finally:
        process.close()


def test_a_program_that_cannot_be_started_is_a_sentence() -> None:
    process = StartedProcess(("/nowhere/python",))
    assert process.start_if_due(lambda: WebOrder("", "", "", 0, 1), 0.0) == (
        "the web process cannot be started: No such file or directory"
    )
    process.close()


def test_an_order_is_read_as_it_was_written_and_other_lines_are_refused() -> None:
    order = WebOrder("/tmp/x/room", "00ff", "::1", 7780, 10, ("den.lan",), ("10.0.0.2/32",))
    assert read_order(order.line()) == order
    for line in (b"", b"{}", b"[]", b"1", b'{"room": 1}', b"\xff"):
        with pytest.raises(BadOrder):
            read_order(line)


def test_the_subcommand_without_a_room_says_that_a_room_starts_it() -> None:
    command = [sys.executable, "-m", "petard.server", "web", "--room"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (NO_ORDER, b"")
    assert done.stderr == b"petard-server: a room starts the web process by itself; see --web\n"


def test_only_this_user_can_reach_the_socket_and_nothing_is_left_of_it() -> None:
    listener = PrivateListener()
    if isinstance(listener.room, str):
        folder = Path(listener.room).parent
        assert folder.stat().st_mode & 0o777 == 0o700
        listener.close()
        assert not folder.exists()
    else:
        listener.close()


def test_without_a_folder_for_temporary_files_there_is_a_loopback_port(monkeypatch: pytest.MonkeyPatch) -> None:
    def mkdtemp(prefix: str) -> str:
        raise FileNotFoundError(prefix)

    monkeypatch.setattr(tempfile, "mkdtemp", mkdtemp)
    listener = PrivateListener()
    assert isinstance(listener.room, int)
    socket.create_connection(("127.0.0.1", listener.room), 5.0).close()
    listener.close()


def test_the_process_of_the_room_knows_neither_asyncio_nor_the_library() -> None:
    code = (
        "import petard.server.__main__, petard.server.web.service, sys; print({'asyncio', 'aiohttp'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "set()\n"
