"""Reloading the settings: live ones change, the rest is named, a mistake changes nothing."""

import json
import math
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from petard.server.config.config import Config, read_again, read_config
from petard.server.config.schema import settings_of
from petard.server.config.sources import usual_file
from petard.server.runtime.drain import Drain
from petard.server.runtime.log_writer import LogWriter
from petard.server.runtime.reload import ReloadService, ReloadThread, reload
from petard.server.runtime.service import Service
from petard.server.runtime.signals import StopSignals
from petard.shared.protocol.messages import Phase, Ready, Refused, Welcome
from tests.server.loopback import HELLO, LoopbackServer, maps
from tests.server.server_process import ALONE, PATIENCE, ServerProcess
from tests.server.test_main import joined, posix_only

SETTINGS = settings_of(maps())
FIRST = 'name = "One"\nport = 1\n'


class ConfigRecorder(Service):
    """A service that keeps each Config that it gets."""

    def __init__(self) -> None:
        self.configs: list[Config] = []

    def apply_config(self, config: Config, now: float) -> None:
        self.configs.append(config)


class ReloadServer:
    """A loopback with a settings file and a ReloadService."""

    def __init__(self, loopback: LoopbackServer, file: Path) -> None:
        self.loopback, self.file = loopback, file
        file.write_text(FIRST, encoding="utf-8")
        words = ["--config", str(file)]
        config = read_config(words, maps(), {})
        self.log_writer, self.signals, self.recorder = LogWriter(-1), StopSignals(), ConfigRecorder()
        self.drain = Drain(loopback.server, self.signals, loopback.log, config.drain)
        read = partial(read_again, config, words, SETTINGS, {})
        others = (self.drain, self.recorder)
        self.is_requested = False
        self.reload = ReloadService(
            config, SETTINGS, ReloadThread(read, self._poll), loopback.server, self.log_writer, loopback.log, others
        )

    def _poll(self) -> bool:
        was, self.is_requested = self.is_requested, False
        return was

    def reload_with(self, text: str) -> list[str]:
        """Reload the file with this text in it; returns the lines of the log."""
        self.file.write_text(text, encoding="utf-8")
        self.loopback.log_lines.clear()
        self.is_requested = True
        self.loopback.now += 2.0  # the log holds back what it has just said
        self.settle()
        return list(self.loopback.log_lines)

    def settle(self) -> None:
        """Update until no reload is requested or running."""

        def is_done() -> bool:
            self.reload.update(self.loopback.now)
            return not self.is_requested and not self.reload.reader.is_running

        self.loopback.until(is_done)


@pytest.fixture
def server(loopback: LoopbackServer, tmp_path: Path) -> Iterator[ReloadServer]:
    made = ReloadServer(loopback, tmp_path / "server.toml")
    yield made
    made.log_writer.close()
    made.signals.close()


def test_live_settings_change_and_the_others_wait() -> None:
    old = read_config(["--config", "off"], maps())
    new = replace(old, votes=False, port=1, host="::1", room=replace(old.room, name="Two", snapshots=20))
    config, changed, waiting = reload(old, new, SETTINGS)
    assert config == replace(old, votes=False, room=replace(old.room, name="Two"))
    assert (changed, waiting) == (["name", "votes"], ["host", "port", "snapshots"])
    assert reload(old, old, SETTINGS) == (old, [], [])


def test_the_room_and_the_services_use_reloaded_settings(server: ReloadServer) -> None:
    settings = 'name = "Two"\nrounds = 5\ndrain = 7\npassword = "hush"\nidle-to-bot = 7\nlog = "json"\n'
    lines = server.reload_with(settings + "port = 2\nsnapshots = 20\n")
    assert lines == [
        "the settings were read again; changed: rounds, name, password, idle-to-bot, log, drain",
        "port has changed in the settings too, which counts from the next start on",
        "snapshots has changed in the settings too, which counts from the next start on",
    ]
    assert (server.loopback.room.matches.choice.current.rounds, server.loopback.room.status().name) == (5, "Two")
    assert server.loopback.server.handshake.scram.keys
    assert server.loopback.room.matches.settings.idle_to_bot == 7
    assert (server.drain.seconds, server.log_writer.is_json) == (7, True)
    (config,) = server.recorder.configs
    assert config is server.reload.config
    assert (config.drain, config.port, config.room.snapshots) == (7, 1, 60)
    assert "changed: rounds, name, password, idle-to-bot, log, drain" in server.reload_with(FIRST)[0]
    assert not server.loopback.server.handshake.scram.keys
    assert (server.loopback.room.matches.choice.current.rounds, server.drain.seconds, server.log_writer.is_json) == (
        3,
        120,
        False,
    )


def test_a_choice_of_the_host_stays_unless_the_file_changes_the_same_setting(server: ReloadServer) -> None:
    server.loopback.room.choose(replace(server.loopback.room.matches.choice.current, map="small", bots=2))
    server.reload_with(FIRST + "bots = 3\n")
    assert (server.loopback.room.matches.choice.current.map, server.loopback.room.matches.choice.current.bots) == (
        "small",
        3,
    )
    assert "nothing that can change now has changed" in server.reload_with(FIRST + "bots = 3\n")[0]
    server.loopback.room.choose(replace(server.loopback.room.matches.choice.current, bots=1))
    server.reload_with(FIRST + "bots = 3\nvotes = false\n")
    assert server.loopback.room.matches.choice.current.bots == 1


def test_the_limits_for_one_address_change_at_once(server: ReloadServer) -> None:
    assert (
        "changed: per-address, uncounted" in server.reload_with(FIRST + 'per-address = 1\nuncounted = "10.0.0.8"\n')[0]
    )
    clients = [server.loopback.crowd(1, address, HELLO)[0] for address in ("10.0.0.8", "10.0.0.8")]
    server.loopback.until(lambda: all(client.all_of(Welcome) for client in clients))
    clients = server.loopback.crowd(2, "10.0.0.7", HELLO)
    server.loopback.until(lambda: all(client.received for client in clients))
    assert [type(client.received[0]) for client in clients] == [Welcome, Refused]


def test_a_choice_for_the_next_match_stays_when_the_file_changes_another_setting(server: ReloadServer) -> None:
    room = server.loopback.room
    room.choose(replace(room.matches.choice.current, bots=1))
    ada = server.loopback.member()
    ada.send(Ready(True))
    server.loopback.until(lambda: room.phase is not Phase.LOBBY)
    room.choose(replace(room.matches.choice.current, map="small"))
    server.reload_with(FIRST + "bots = 3\n")
    assert (room.matches.choice.planned.map, room.matches.choice.planned.bots) == ("small", 3)
    assert room.matches.choice.current.map == "classic", "the match that runs"


@pytest.mark.parametrize("text", ['name = "Two"\nbots = 99\n', 'name = "Two"\nprot = 7\n', 'name = "Two"\n[\n'])
def test_a_mistake_is_one_line_and_changes_nothing(server: ReloadServer, text: str) -> None:
    before = server.reload.config
    (line,) = server.reload_with(text)
    assert line.startswith(f"the settings stay as they were: {server.file}, line 2")
    assert (server.loopback.room.status().name, server.reload.config) == ("Test", before)
    assert server.recorder.configs == []


def test_a_missing_file_changes_nothing(server: ReloadServer) -> None:
    server.file.unlink()
    server.is_requested = True
    server.settle()
    assert "cannot be read" in server.loopback.log_lines[-1]
    assert server.recorder.configs == []


def block_reader(server: ReloadServer) -> tuple[threading.Semaphore, threading.Semaphore]:
    """Block the reading thread after its read. Returns semaphores: it has read, and it may go on."""
    has_read, may_go_on = threading.Semaphore(0), threading.Semaphore(0)
    read = server.reload.reader.read

    def slowly() -> Config:
        config = read()
        has_read.release()
        assert may_go_on.acquire(timeout=PATIENCE)
        return config

    server.reload.reader.read = slowly
    return has_read, may_go_on


def test_a_result_is_applied_in_an_update_and_never_between(server: ReloadServer) -> None:
    server.reload_with('password = "hush"')
    lock, reading = server.loopback.server.handshake.scram, server.reload.reader
    _, may_go_on = block_reader(server)
    server.file.write_text("", encoding="utf-8")
    server.is_requested = True
    server.reload.update(server.loopback.now)
    assert server.reload.next_due(1.0) < 1.1, "a sleeping server looks, too"
    may_go_on.release()
    server.loopback.until(lambda: not reading.results.empty())
    assert lock.keys, "a client that connects now is asked for the password"
    server.reload.update(server.loopback.now)
    assert not lock.keys
    assert server.reload.next_due(1.0) == math.inf


def test_a_request_during_a_read_starts_another_read(server: ReloadServer) -> None:
    has_read, may_go_on = block_reader(server)
    server.file.write_text('name = "Two"\npassword = "hush"', encoding="utf-8")
    server.is_requested = True
    server.reload.update(server.loopback.now)
    assert has_read.acquire(timeout=PATIENCE)
    server.file.write_text('name = "Three"', encoding="utf-8")
    server.is_requested = True
    server.reload.update(server.loopback.now)
    assert server.is_requested, "it is on already"
    may_go_on.release(2)
    server.settle()
    assert server.loopback.room.status().name == "Three"
    assert not server.loopback.server.handshake.scram.keys


def test_without_a_thread_the_loop_reads(server: ReloadServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_more(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", no_more)
    assert "changed: name, password" in server.reload_with('name = "Two"\npassword = "hush"')[0]
    assert server.loopback.server.handshake.scram.keys


def test_any_exception_while_reading_leaves_the_game_running(server: ReloadServer) -> None:
    def stumble() -> Config:
        raise ZeroDivisionError

    server.reload.reader.read = stumble
    assert server.reload_with("") == ["the settings stay as they were: they cannot be read: ZeroDivisionError()"]


# --- as a process ----------------------------------------------------------------------------------------------------


@pytest.fixture
def usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The usual place of the settings file, in an empty home folder."""
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.delenv("PETARD_CONFIG", raising=False)
    usual = usual_file()
    assert usual
    usual.parent.mkdir(parents=True)
    return usual


def line_with(server: ServerProcess, word: str) -> str:
    """Wait for a line of the log."""
    assert server.process.stderr
    return next(line for line in server.process.stderr if word in line)


@posix_only
def test_sighup_makes_a_sleeping_server_reload_its_file(tmp_path: Path) -> None:
    file = tmp_path / "server.toml"
    file.write_text('name = "One"\n')
    with ServerProcess("--config", str(file), "--discovery", "off") as server:
        file.write_text('name = "Two"\nlog = "json"\n')
        line_with(server, "ready")
        server.process.send_signal(signal.SIGHUP)
        assert "changed: name, log" in line_with(server, "read again")
        file.write_text("[")
        server.process.send_signal(signal.SIGHUP)
        assert json.loads(line_with(server, "stay"))["event"].startswith("the settings stay as they were: ")
        guest = joined(server)
        (welcome,) = guest.all_of(Welcome)
        guest.sock.close()
        assert server.stop() == 0
        events = [json.loads(line)["event"] for line in server.log.splitlines()]
        assert "stopped: The server was stopped." in events
    assert isinstance(welcome, Welcome)
    assert welcome.server_name == "Two"


@posix_only
def test_a_file_created_in_the_usual_place_later_is_read(usual: Path) -> None:
    with ServerProcess("--config", "") as server:
        line_with(server, "ready")
        server.process.send_signal(signal.SIGHUP)
        assert "nothing that can change now has changed" in line_with(server, "read again")
        usual.write_text('name = "Two"\n')
        server.process.send_signal(signal.SIGHUP)
        assert "changed: name" in line_with(server, "read again")
        assert server.stop() == 0


@posix_only
def test_without_a_settings_file_sighup_stops_the_server() -> None:
    with ServerProcess() as server:
        server.process.send_signal(signal.SIGHUP)
        assert server.end() == 0


# A shell in a terminal of its own: it starts a server there, waits for the ready line, and closes the terminal.
IN_A_TERMINAL = """
import os, pty, signal, sys
child, terminal = pty.fork()
if child == 0:
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
signal.alarm(10)
told = b""
while b"ready on port" not in told:
    told += os.read(terminal, 4096)
os.close(terminal)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@posix_only
@pytest.mark.parametrize("is_there", [True, False])
def test_a_closed_terminal_stops_the_server_with_and_without_a_file(usual: Path, is_there: bool) -> None:
    if is_there:
        usual.write_text("")
    words = ["-m", "petard.server", *ALONE, "--port", "0", "--host", "127.0.0.1", "--config", ""]
    command = [sys.executable, "-c", IN_A_TERMINAL, *words]
    ended = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False)
    assert (ended.stdout, ended.stderr) == ("0\n", "")
