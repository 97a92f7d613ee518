"""The tools end what they have started: bots that start others, that ignore signals, or cannot be started at all."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from petard.game.devtools.child_server import CannotRun, end_program, start_program
from petard.game.devtools.conform.case import Case, CheckedServer
from petard.game.devtools.conform.command import main as conform
from petard.game.devtools.conform.report import Outcome
from petard.game.devtools.conform.runner import AT_ONCE, run_cases
from petard.game.devtools.league.command import main as league

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups and no SIGTERM")
# Connects twice to the test, from two processes, and ignores SIGTERM in both; the connections last as long as they.
STUBBORN = """
import os, signal, socket, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.fork()
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
line.recv(1)
"""


@pytest.fixture
def stubborn(tmp_path: Path) -> list[str]:
    """The command of a program that forks and ignores SIGTERM; the port of the test is missing at its end."""
    program = tmp_path / "stubborn.py"
    program.write_text(STUBBORN, "utf-8")
    return [sys.executable, str(program)]


def accepted(listener: socket.socket, count: int) -> list[socket.socket]:
    """Wait for as many connections."""
    listener.settimeout(60)
    lines = [listener.accept()[0] for _ in range(count)]
    for line in lines:
        line.settimeout(60)
    return lines


def all_ended(lines: list[socket.socket]) -> bool:
    """Wait until the other ends of connections are closed, as they are when their processes have ended."""
    for line in lines:
        with line:
            assert line.recv(1) == b""
    return True


@POSIX
def test_a_program_is_ended_with_those_that_it_has_started(stubborn: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        program = start_program([*stubborn, str(listener.getsockname()[1])])
        lines = accepted(listener, 2)
        end_program(program, 0.1)
        assert all_ended(lines)


@POSIX
@pytest.mark.parametrize(("tool", "name"), [("league", "SIGINT"), ("league", "SIGHUP"), ("conform", "SIGTERM")])
def test_a_signal_ends_the_programs_too(stubborn: list[str], tool: str, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        bot = " ".join([*stubborn, str(listener.getsockname()[1])])
        words = ["league", bot, bot] if tool == "league" else ["conform", "--client", bot, "--only", "says_hello"]
        command = [sys.executable, "-m", "petard.game", *words]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            lines = accepted(listener, 4 if tool == "league" else 2)
            process.send_signal(getattr(signal, name))
            said = process.communicate(timeout=60)[1]
        assert all_ended(lines)
        assert (process.returncode, said) == (1, b"")


@POSIX
@pytest.mark.parametrize("tool", ["league", "conform"])
def test_a_tool_that_is_killed_leaves_no_program_behind(stubborn: list[str], tool: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        bot = " ".join([*stubborn, str(listener.getsockname()[1])])
        words = ["league", bot, bot] if tool == "league" else ["conform", "--client", bot, "--only", "says_hello"]
        with subprocess.Popen([sys.executable, "-m", "petard.game", *words]) as process:
            lines = accepted(listener, 4 if tool == "league" else 2)
            process.kill()
        assert all_ended(lines)


@POSIX
def test_the_server_of_a_tool_that_is_killed_ends(tmp_path: Path) -> None:
    code = (
        "import time; from petard.game.devtools.child_server import ChildServer; "
        "print(ChildServer().port, flush=True); time.sleep(1000)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with socket.create_connection(("127.0.0.1", port), 60) as line:
            process.kill()
            with suppress(ConnectionResetError):
                while line.recv(1000):
                    pass


class NoServer(CheckedServer):
    """What a case that waits for `stop` gets."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0))
        self.stopped = threading.Event()

    def stop(self) -> None:
        self.stopped.set()


def test_ctrl_c_ends_the_cases_that_wait_and_begins_no_other() -> None:
    begun = []

    def wait(server: CheckedServer) -> None:
        assert isinstance(server, NoServer)
        begun.append(server)
        assert len(begun) == 1 or server.stopped.wait(60)

    def interrupted(outcome: Outcome) -> None:
        while len(begun) < 2:
            time.sleep(0.001)
        raise KeyboardInterrupt

    cases = [Case("group", str(number), "Section", "A rule.", wait, True) for number in range(AT_ONCE * 3)]
    with pytest.raises(KeyboardInterrupt):
        run_cases(cases, NoServer, "page", interrupted)
    assert len(begun) <= AT_ONCE + 1
    assert all(server.stopped.is_set() for server in begun)


def broken_program(folder: Path) -> str:
    """Return the name of a file that may be run, and cannot be."""
    file = folder / ("bot.exe" if sys.platform == "win32" else "bot")
    file.write_text("no program", "utf-8")
    file.chmod(0o755)
    return str(file)


def test_a_program_that_cannot_be_started_is_one_sentence_and_ends_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    waits = f"{sys.executable} -c 'import time; time.sleep(1000)'"
    assert league([waits, broken_program(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("petard league: The program ")
    assert (said.count("cannot be started"), said.count("\n")) == (1, 1)


def test_a_client_that_cannot_be_started_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert conform(["--client", broken_program(tmp_path), "--only", "says_hello"]) == 2
    said = capsys.readouterr()
    assert said.err.startswith("petard conform: The program ")
    assert (said.out, said.err.count("\n")) == ("", 1)


def test_a_null_character_is_one_sentence() -> None:
    with pytest.raises(CannotRun, match=r"cannot be started: embedded null byte\.$"):
        start_program([sys.executable, "a\0b"])


@POSIX
def test_a_program_that_has_ended_can_be_ended() -> None:
    program = start_program([sys.executable, "-c", "pass"])
    program.wait(60)
    end_program(program, 1)
    with pytest.raises(ProcessLookupError):
        os.killpg(program.pid, 0)
