"""A captured server does what any other does; its capture has all bytes of the wire, and no secrets."""

import errno
import io
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from petard.game.client.session import Session
from petard.server.devtools.capture_difference import messages_in
from petard.server.devtools.capture_player import CapturePlayer
from petard.server.net.listeners import open_listeners
from petard.server.net.scram_keys import keys_of
from petard.server.policy.limits import HELLO_WITHIN
from petard.server.policy.log import Log
from petard.server.policy.scram import ScramServer
from petard.server.recording.capture_tap import CaptureWriter, TappedServer, start_of
from petard.server.room.room import Room
from petard.server.room.settings import RoomSettings
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.capture import (
    Accepted,
    CaptureEnd,
    CaptureRecord,
    Closed,
    Received,
    Sent,
    ServerStop,
    SocketFault,
    read_capture,
)
from petard.shared.demo.redact import Redactor
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Bye,
    Chat,
    Delta,
    Hello,
    Keyframe,
    Loaded,
    Ping,
    Ready,
    Roster,
    Say,
    Setup,
)
from tests.full_disk import FULL, full_disk
from tests.server.loopback import HELLO, RawClient, framed, maps
from tests.server.server_process import PATIENCE, ServerProcess, read_until, read_until_over

SETTINGS = RoomSettings(Setup("classic", "duel", 1, 1, 2), "Test")
TOKEN = "0123456789abcdef0123456789abcd"


class FullDisk(io.FileIO):
    """Takes nothing."""

    def __init__(self) -> None:
        super().__init__(os.devnull, "wb")

    def write(self, data: object) -> int:
        """Refuse."""
        raise OSError(errno.ENOSPC, "No space left on device")


class TappedServerHarness:
    """A captured server with real sockets, that runs only while a test lets it."""

    def __init__(self, file: Path, disk: BinaryIO | None = None) -> None:
        self.now = 1000.123456789
        self.lines: list[str] = []
        self.writer = CaptureWriter(file, start_of(SETTINGS, maps().values(), 5), disk)
        listeners, log = open_listeners("127.0.0.1", 0), Log(self.lines.append)
        self.issued = 0
        room = Room(SETTINGS, maps(), 5)
        self.server = TappedServer(room, listeners, log, self._token, self.now, self.writer)
        self.port = listeners.port

    def _token(self) -> str:
        self.issued += 1
        return f"{TOKEN}{self.issued:02d}"

    def turn(self, *guests: RawClient) -> None:
        """One tick; who is there reads."""
        self.now += 1 / 60
        self.server.update(1, self.now)
        for guest in guests:
            guest.read()

    def until_received(self, guest: RawClient, kind: type) -> None:
        """Run until a client has received such a message."""
        end = time.monotonic() + 10
        while not guest.all_of(kind):
            assert time.monotonic() < end
            self.turn(guest)


def test_a_capture_of_real_sockets_plays_again_and_has_no_token_and_no_address_in_it(tmp_path: Path) -> None:
    harness = TappedServerHarness(tmp_path / "a.wire")
    ada, bob = RawClient(harness.port), RawClient(harness.port)
    ada.send(Hello(PROTOCOL, BUILD, "Ada", 1, ""))
    harness.until_received(ada, Roster)
    bob.send(Hello(PROTOCOL, BUILD, "Bob", 1, f"{TOKEN}77"))
    harness.until_received(bob, Roster)
    ada.send(Say("the secret is out"))
    harness.until_received(ada, Chat)
    ada.send(Ready(True))
    bob.reset()
    for _ in range(200):
        harness.turn(ada)
    harness.server.close("Enough.", harness.now)
    ada.sock.close()
    while not harness.server.connections.is_empty:
        harness.turn()
    harness.server.connections.close_all()
    harness.server.finish()
    data = (tmp_path / "a.wire").read_bytes()

    assert sys.platform == "win32" or ((tmp_path / "a.wire").stat().st_mode & 0o777) == 0o600
    capture = read_capture(data)
    assert capture.damage == ""
    assert [type(step.cause) for step in capture.steps].count(ServerStop) == 1
    assert isinstance(capture.steps[-1].cause, CaptureEnd)
    records = [record for record in capture.socket_records()]
    assert [record for record in records if isinstance(record, Accepted)] == [Accepted(1, 0), Accepted(2, 0)]
    assert any(isinstance(record, SocketFault) for record in records)
    assert TOKEN not in repr(capture)
    assert "127.0.0.1" not in repr(capture)
    received = [record for record in capture.socket_records() if isinstance(record, Received)]
    stream = b"".join(record.data for record in received if record.connection == 1)
    assert Say("the secret is out") in messages_in(stream)
    player = CapturePlayer(capture)
    player.play()
    sent = messages_in(bytes(player.connections[1].sent))
    assert sent[1:-1] == ada.received[1:], "beside the token, and the goodbye that she did not read"
    assert [line for line in player.log if "Bob" in line] == [line for line in harness.lines if "Bob" in line]


def test_a_capture_of_a_room_with_a_password_plays_again_and_has_no_proof_in_it(tmp_path: Path) -> None:
    harness = TappedServerHarness(tmp_path / "a.wire")
    harness.server.handshake.scram = ScramServer(keys_of("fuse", 4096), lambda: "nonce-of-the-server")
    sessions = [Session("Ada", password="fuse"), Session("Bob", password="bomb"), Session("Cleo")]
    guests = [RawClient(harness.port) for _ in sessions]
    client_bytes = []
    for guest, session in zip(guests, sessions, strict=True):
        guest.link.send(HELLO)
        while not (session.room.welcomed or session.problem):
            client_bytes.append(session.link.data_to_send())
            guest.send_bytes(client_bytes[-1])
            harness.turn(guest)
            session.receive_data(b"".join(map(framed, guest.received)), 0.0)
            guest.received.clear()
        guest.sock.close()
    assert [session.room.welcomed for session in sessions] == [True, False, False]
    harness.turn()
    harness.server.close("Enough.", harness.now)
    harness.server.connections.close_all()
    harness.server.finish()
    data = (tmp_path / "a.wire").read_bytes()
    capture = read_capture(data)
    wire = b"".join(record.data for record in capture.socket_records() if isinstance(record, Received | Sent))
    for secret in (b"nonce-of-the-server", b"n,,n=petard", b"c=biws", b",s=", b",p="):
        assert any(secret in piece for piece in client_bytes) == (secret != b",s="), "the server says that one"
        assert secret not in wire
    player = CapturePlayer(capture)
    player.play()
    assert player.log == harness.lines


def test_a_full_disk_ends_the_capture_and_not_the_game(tmp_path: Path) -> None:
    harness = TappedServerHarness(tmp_path / "a.wire", cast("BinaryIO", FullDisk()))
    harness.writer.close()  # so that it tries to write now
    ada = RawClient(harness.port)
    ada.send(Hello(PROTOCOL, BUILD, "Ada", 1, ""))
    harness.until_received(ada, Roster)
    ada.sock.close()
    harness.server.close("Enough.", harness.now)
    harness.server.connections.close_all()
    sentence = "the capture has ended: The capture cannot be written: No space left on device."
    assert harness.lines.count(sentence) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows removes no open file")
def test_a_full_disk_leaves_no_empty_capture_that_stops_the_next_start(tmp_path: Path) -> None:
    file, start = tmp_path / "a.wire", start_of(SETTINGS, maps().values(), 5)
    with full_disk(10):
        writer = CaptureWriter(file, start)
        writer.close()
    assert writer.problem == f"The capture cannot be written: {FULL}."
    assert list(tmp_path.iterdir()) == []
    CaptureWriter(file, start).close()
    assert read_capture(file.read_bytes()).start == start


def test_half_a_hello_keeps_the_file_back_only_until_the_server_closes_its_connection(tmp_path: Path) -> None:
    file = tmp_path / "a.wire"
    harness = TappedServerHarness(file)
    ada = RawClient(harness.port)
    ada.send(HELLO)
    harness.until_received(ada, Roster)
    began, written, lag = harness.now, 0.0, 0.0
    guests: list[RawClient] = []
    while harness.now < began + 15.0:  # every four seconds, somebody sends half a Hello with half a secret
        if len(guests) * 4.0 < harness.now - began:
            guests.append(RawClient(harness.port))
            guests[-1].send_bytes(framed(Hello(PROTOCOL, BUILD, "Half", 1, f"{TOKEN}77"))[:-10])
        for _ in range(30):
            harness.turn(ada)
        ada.send(Ping(1))
        until = time.monotonic() + PATIENCE
        while harness.writer.waiting:
            assert time.monotonic() < until
        written = read_capture(file.read_bytes()).seconds
        lag = max(lag, harness.now - began - written)
    assert len(guests) == 4
    assert written > 5.0
    assert lag < HELLO_WITHIN + 4.0
    assert TOKEN[:8].encode() not in repr(read_capture(file.read_bytes())).encode()
    for guest in (ada, *guests):
        guest.sock.close()
    harness.server.close("Enough.", harness.now)
    harness.server.connections.close_all()
    harness.server.finish()
    CapturePlayer(read_capture(file.read_bytes())).play()


def test_what_arrives_after_the_server_has_closed_is_blanked() -> None:
    redactor, hello = Redactor(), framed(Hello(PROTOCOL, BUILD, "Half", 1, f"{TOKEN}77"))
    records: list[CaptureRecord] = [
        Accepted(1, 0), Received(1, hello[:-20]), Closed(1, 1), Received(1, hello[-20:]), Closed(1, 0)
    ]  # fmt: skip
    for record in records:
        redactor.add(record)
    assert redactor.take() == records, "nothing waits any more"
    stream = b"".join(record.data for record in records if isinstance(record, Received))
    assert len(stream) == len(hello)
    assert TOKEN[:4].encode() not in stream
    assert stream.endswith(b"-" * 20)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_server_leaves_all_but_the_last_second_and_all_once_nobody_is_here(tmp_path: Path) -> None:
    file = tmp_path / "killed.wire"
    with ServerProcess("--capture", str(file)) as server:
        ada = RawClient(server.port)
        ada.send(HELLO)
        read_until(ada, Roster)
        ada.send(Bye("Enough."))
        read_until_over(ada)
        ada.sock.close()
        until = time.monotonic() + PATIENCE
        while not _has_bye(file):
            assert time.monotonic() < until
            time.sleep(0)
        server.process.kill()
        server.process.wait(PATIENCE)
    capture = read_capture(file.read_bytes())
    assert capture.cut_off == "The capture stops before its server did."
    player = CapturePlayer(capture)
    player.play()
    assert player.seconds == capture.seconds


def _has_bye(file: Path) -> bool:
    """True once the goodbye of a client is in a capture that is still written."""
    with suppress(DemoError):
        records = read_capture(file.read_bytes()).socket_records()
        return any(b"Enough." in one.data for one in records if isinstance(one, Received))
    return False


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
def test_a_captured_process_leaves_a_capture_that_plays_again(tmp_path: Path) -> None:
    file = tmp_path / "evening.wire"
    with ServerProcess("--capture", str(file), "--rules", "duel", "--bots", "1") as server:
        ada = RawClient(server.port)
        ada.send(Hello(PROTOCOL, BUILD, "Ada", 1, ""))
        read_until(ada, Roster)
        ada.send(Ready(True))
        read_until(ada, Keyframe)
        ada.send(Loaded(1))
        read_until(ada, Delta)
        ada.send(Bye("Enough."))
        read_until_over(ada)
        ada.sock.close()
        assert server.stop() == 0
    capture = read_capture(file.read_bytes())
    assert capture.damage == ""
    player = CapturePlayer(capture)
    player.play()
    assert any(isinstance(message, Delta) for message in messages_in(bytes(player.connections[1].sent)))


def test_a_capture_needs_a_new_file_and_an_empty_room(tmp_path: Path) -> None:
    there = tmp_path / "there.wire"
    there.write_bytes(b"of yesterday")
    for arguments, sentence in (
        (("--capture", str(tmp_path / "no" / "such.wire")), "there can be no capture at"),
        (("--capture", str(there)), "File exists"),
        (("--capture", "a.wire", "--resume", "b.petard"), "a capture begins with an empty room"),
    ):
        command = [sys.executable, "-m", "petard.server", "--port", "0", "--record", "off", *arguments]
        ended = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False)
        assert ended.returncode == 2
        assert sentence in ended.stderr
    assert there.read_bytes() == b"of yesterday"
