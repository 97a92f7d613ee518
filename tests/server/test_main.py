"""petard-server as a process: its start, its ready line, and each way to stop it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from petard.game.client.session import Session
from petard.shared.framing import frame
from petard.shared.protocol.messages import Bye, Chat, Ready, RefusalCode, Refused, Round, Welcome
from tests.server.loopback import HELLO, RawClient, framed
from tests.server.server_process import PATIENCE, ServerProcess, read_until, read_until_over

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")


PROMPT = 3.0  # seconds; the promise is 1, the rest is for a busy machine that runs tests


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a server that cannot start."""
    command = [sys.executable, "-m", "petard.server", *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False)


def joined(server: ServerProcess, host: str = "127.0.0.1", token: str = "") -> RawClient:
    guest = RawClient(server.port, host)
    guest.send(replace(HELLO, token=token))
    read_until(guest, Welcome)
    return guest


def token_of(guest: RawClient) -> str:
    welcome = guest.received[0]
    assert isinstance(welcome, Welcome)
    return welcome.token


@posix_only
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_sends_a_goodbye_and_ends_the_server_with_status_0_within_a_second(number: int) -> None:
    with ServerProcess() as server:
        ada, bob = joined(server), joined(server)
        newcomer = RawClient(server.port)
        server.process.send_signal(number)
        start = time.monotonic()
        read_until_over(ada, bob, newcomer)
        for guest in (ada, bob, newcomer):
            guest.sock.close()
        assert server.end() == 0
        assert time.monotonic() - start < PROMPT
        assert ada.received[-1] == bob.received[-1] == Bye("The server was stopped.")
        assert newcomer.received in ([Refused(RefusalCode.CLOSING, "The server was stopped.")], [])
        assert "stopped: The server was stopped." in server.log
        assert "figures: " in server.log.splitlines()[-1]


@posix_only
def test_a_client_that_keeps_its_connection_does_not_delay_the_end() -> None:
    with ServerProcess() as server:
        ada = joined(server)
        server.process.send_signal(signal.SIGTERM)
        start = time.monotonic()
        assert server.end() == 0
        assert time.monotonic() - start < PROMPT
        read_until_over(ada)
        assert ada.received[-1] == Bye("The server was stopped.")
        ada.sock.close()


@posix_only
def test_a_sleeping_server_handles_a_signal_and_has_run_no_tick() -> None:
    with ServerProcess() as server:
        assert server.stop() == 0
        assert "figures: no ticks were needed" in server.log


@posix_only
def test_a_signal_in_a_round_announces_the_seconds_and_a_second_one_stops_it_with_a_goodbye() -> None:
    with ServerProcess("--drain", "90", "--rules", "duel") as server:
        guests = ada, bob = joined(server), joined(server)
        for guest in guests:
            guest.send(Ready(True))
        read_until(ada, Round)
        server.process.terminate()
        read_until(bob, Chat)
        while "90 seconds" not in str(bob.received[-1]):
            bob.read()
        server.process.terminate()
        start = time.monotonic()
        read_until_over(*guests)
        for guest in guests:
            guest.sock.close()
        assert server.end() == 0
        assert time.monotonic() - start < PROMPT
        assert ada.received[-1] == bob.received[-1] == Bye("The server was stopped.")
        assert "stops after this round, in 90 seconds at most; Ctrl-C or another signal stops it now" in server.log


@posix_only
def test_a_third_signal_ends_it_at_once_whatever_it_is_doing() -> None:
    stuck = (
        "from petard.server.runtime.signals import StopSignals\n"
        "wake = StopSignals(); wake.catch_signals(); wake.sock.setblocking(True); print('up', flush=True)\n"
        "while not wake.is_requested: wake.sock.recv(1)\n"
        "print('draining', flush=True)\n"
        "while not wake.reason: wake.sock.recv(1)\n"
        "print('stopping', flush=True)\n"
        "while True: wake.sock.recv(1)"
    )
    process = subprocess.Popen([sys.executable, "-c", stuck], stdout=subprocess.PIPE, encoding="utf-8")
    assert process.stdout
    for word in ("up", "draining", "stopping"):
        assert process.stdout.readline() == f"{word}\n"
        process.terminate()
    assert process.wait(PATIENCE) == -signal.SIGTERM
    process.stdout.close()


@posix_only
def test_the_time_that_it_slept_is_no_stall() -> None:
    with ServerProcess() as server:
        with pytest.raises(subprocess.TimeoutExpired):
            server.process.wait(1.0)
        joined(server).sock.close()
        server.stop()
    assert all(int(ticks) < 50 for ticks in re.findall(r"was held up: (\d+) ticks", server.log))


def test_it_ends_when_its_parent_does() -> None:
    with ServerProcess("--parent-stdin") as server:
        ada = joined(server)
        assert server.process.stdin
        server.process.stdin.close()
        server.process.stdin = None
        read_until_over(ada)
        ada.sock.close()
        assert server.end() == 0
        assert ada.received[-1] == Bye("The host has closed the game.")


def test_it_listens_on_ipv4_and_ipv6_at_once() -> None:
    with ServerProcess(host="") as server:
        for host in ("127.0.0.1", "::1"):
            joined(server, host).sock.close()


def test_a_port_in_use_means_the_next_free_one_and_one_line_in_the_log() -> None:
    with ServerProcess() as first:
        command = [
            sys.executable,
            "-m",
            "petard.server",
            "--host",
            "127.0.0.1",
            "--port",
            str(first.port),
            "--ready",
            "json",
        ]
        second = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
        assert second.stdout
        port = json.loads(second.stdout.readline())["port"]
        second.terminate()
        log = second.communicate(timeout=PATIENCE)[1]
        assert first.port < port < first.port + 10
        assert f"port {first.port} is taken, so this is port {port}" in log


def test_ten_ports_in_use_are_one_sentence() -> None:
    taken: list[socket.socket] = []
    try:
        first = _take_ten_in_a_row(taken)
        ended = run("--host", "127.0.0.1", "--port", str(first))
    finally:
        for sock in taken:
            sock.close()
    assert ended.returncode == 1
    assert f"Cannot listen on any port from {first} to {first + 9}: Address already in use." in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def _take_ten_in_a_row(taken: list[socket.socket]) -> int:
    """Listen on ten consecutive ports."""
    for first in range(20000, 30000, 10):
        try:
            for port in range(first, first + 10):
                taken.append(socket.create_server(("127.0.0.1", port)))
        except OSError:
            while taken:
                taken.pop().close()
            continue
        return first
    raise AssertionError("no ten ports in a row are free")


def test_a_foreign_address_is_one_sentence() -> None:
    ended = run("--host", "192.0.2.1")
    assert ended.returncode == 1
    assert "Cannot listen on 192.0.2.1: " in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_wrong_argument_is_one_sentence_and_status_2() -> None:
    ended = run("--rounds", "many")
    assert ended.returncode == 2
    assert (
        ended.stderr == "petard-server: argument --rounds: the number of rounds is a number from 1 to 9, not 'many'\n"
    )


@posix_only
def test_the_ready_line_can_come_on_another_descriptor() -> None:
    reader, writer = os.pipe()
    command = [sys.executable, "-m", "petard.server", "--host", "127.0.0.1", "--port", "0", "--ready-fd", str(writer)]
    process = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    with os.fdopen(reader) as ready:
        told = json.loads(ready.readline())
        process.terminate()
        assert process.wait(PATIENCE) == 0
    assert told["ready"] is True
    assert told["pid"] == process.pid
    assert told["port"] > 0


def test_no_token_is_ever_in_the_log() -> None:
    with ServerProcess() as server:
        ada = joined(server)
        again = joined(server, token=token_of(ada))
        liar = joined(server, token=token_of(ada)[::-1])
        tokens = [token_of(guest) for guest in (ada, again, liar)]
        liar.send_bytes(frame(tokens[0].encode()))
        read_until_over(liar)
        for guest in (ada, again, liar):
            guest.sock.close()
        server.stop()
    assert [len(token) for token in tokens] == [32, 32, 32]
    assert len(set(tokens)) == 3
    assert not any(token in server.log for token in tokens)
    assert not any(
        token in repr(message) for token in tokens for message in (*ada.received, *again.received, *liar.received)
    )
    assert "Ada (127.0.0.1) came back" in server.log


def test_a_password_is_required_and_never_shown(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("Zündschnur 7\n", encoding="utf-8")
    with ServerProcess("--password-file", str(tmp_path / "password")) as server:
        sessions = {word: Session("Ada", password=word) for word in ("Zündschnur 7", "Zündschnur 8", "")}
        for session in sessions.values():
            guest = RawClient(server.port)
            guest.sock.settimeout(PATIENCE)
            guest.link.send(HELLO)
            while not (session.room.welcomed or session.problem):
                guest.send_bytes(session.link.data_to_send())
                guest.read()
                session.receive_data(b"".join(map(framed, guest.received)), 0.0)
                guest.received.clear()
            guest.sock.close()
        assert [session.room.welcomed for session in sessions.values()] == [True, False, False]
        assert server.stop() == 0
    assert "was refused: That is not the password of this room." in server.log
    assert "schnur" not in server.log


def test_a_server_imports_neither_pygame_nor_the_game() -> None:
    code = (
        "import petard.server.__main__, sys; "
        "print([name for name in sys.modules if name.split('.')[0] == 'pygame' or name.startswith('petard.game')])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert told.stdout == "[]\n"


@posix_only
def test_without_descriptors_newcomers_are_told_why_and_players_play_on() -> None:
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16)); "
        "from petard.server.__main__ import main; sys.exit(main())"
    )
    with ServerProcess(start=("-c", limited)) as server:
        ada = joined(server)
        visitors = [RawClient(server.port) for _ in range(30)]
        read_until_over(*visitors[-5:])
        assert [guest.received for guest in visitors[-5:]] == [
            [Refused(RefusalCode.FULL, "The server has no room for more connections now. Try again later.")]
        ] * 5
        for visitor in visitors:
            visitor.sock.close()
        joined(server).sock.close()
        assert not ada.is_over
        ada.sock.close()
        server.stop()
    assert 1 <= server.log.count("no descriptor is left") <= 3
    assert "this system allows 16 open files, and 128 members may need 576" in server.log
    assert len(server.log.splitlines()) < 20
