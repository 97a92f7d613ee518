"""Settings read again while the server runs: what can change does, the rest is named, a mistake does nothing."""

import json
import math
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from petard.server.config.config import Config, read_again, read_config
from petard.server.config.schema import settings_of
from petard.server.config.sources import usual_file
from petard.server.room.events import RoomEvent
from petard.server.runtime.drain import Drain
from petard.server.runtime.log_writer import LogWriter
from petard.server.runtime.reload import ReloadService, ReloadThread, reload
from petard.server.runtime.signals import StopSignals
from petard.shared.protocol.messages import Phase, Ready, Welcome
from tests.server.house import House, maps
from tests.server.process import ALONE, PATIENCE, Server
from tests.server.test_main import joined, posix_only

SETTINGS = settings_of(maps())
FIRST = 'name = "One"\nport = 1\n'


class Listening:
    """A service that keeps what it is told of the settings."""

    def __init__(self) -> None:
        self.heard_of: list[Config] = []

    def apply_config(self, config: Config, now: float) -> None:
        self.heard_of.append(config)

    def update(self, now: float) -> None: ...

    def handle_events(self, events: Sequence[RoomEvent], now: float) -> None: ...

    def next_due(self, now: float) -> float:
        return 0.0

    def close(self) -> None: ...


class Desk:
    """A house whose settings are in a file, and somebody who has them read again."""

    def __init__(self, house: House, file: Path) -> None:
        self.house, self.file = house, file
        file.write_text(FIRST, encoding="utf-8")
        words = ["--config", str(file)]
        config = read_config(words, maps(), {})
        self.paper, self.wake, self.listener = LogWriter(-1), StopSignals(), Listening()
        self.drain = Drain(house.net, self.wake, house.log, config.drain)
        read = partial(read_again, config, words, SETTINGS, {})
        others = (self.drain, self.listener)
        self.asked = False
        self.reread = ReloadService(
            config, SETTINGS, ReloadThread(read, self._take), house.net, self.paper, house.log, others
        )

    def _take(self) -> bool:
        was, self.asked = self.asked, False
        return was

    def says(self, text: str) -> list[str]:
        """Have the file read again with this text in it; returns the lines of the log."""
        self.file.write_text(text, encoding="utf-8")
        self.house.lines.clear()
        self.asked = True
        self.house.now += 2.0  # the log holds back what it has just said
        self.settle()
        return list(self.house.lines)

    def settle(self) -> None:
        """Give it turns until what was asked for has been done."""

        def is_done() -> bool:
            self.reread.update(self.house.now)
            return not self.asked and not self.reread.reader.is_running

        self.house.until(is_done)


@pytest.fixture
def desk(house: House, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(house, tmp_path / "server.toml")
    yield made
    made.paper.close()
    made.wake.close()


def test_what_can_change_does_and_what_cannot_waits() -> None:
    old = read_config(["--config", "off"], maps())
    new = replace(old, votes=False, port=1, host="::1", room=replace(old.room, name="Two", snapshots=20))
    config, changed, waiting = reload(old, new, SETTINGS)
    assert config == replace(old, votes=False, room=replace(old.room, name="Two"))
    assert (changed, waiting) == (["name", "votes"], ["host", "port", "snapshots"])
    assert reload(old, old, SETTINGS) == (old, [], [])


def test_the_room_and_the_services_go_on_with_what_was_read_again(desk: Desk) -> None:
    settings = 'name = "Two"\nrounds = 5\ndrain = 7\npassword = "hush"\nidle-to-bot = 7\nlog = "json"\n'
    lines = desk.says(settings + "port = 2\nhttp = 8080\n")
    assert lines == [
        "the settings were read again; changed: rounds, name, password, idle-to-bot, log, drain",
        "port has changed in the settings too, which counts from the next start on",
        "http has changed in the settings too, which counts from the next start on",
    ]
    assert (desk.house.room.lobby.choice.current.rounds, desk.house.room.status().name) == (5, "Two")
    assert desk.house.net.handshake.scram.has_password
    assert desk.house.room.lobby.settings.idle_to_bot == 7
    assert (desk.drain.seconds, desk.paper.is_json) == (7, True)
    (config,) = desk.listener.heard_of
    assert config is desk.reread.config
    assert (config.drain, config.port, config.http) == (7, 1, None)
    assert "changed: rounds, name, password, idle-to-bot, log, drain" in desk.says(FIRST)[0]
    assert not desk.house.net.handshake.scram.has_password
    assert (desk.house.room.lobby.choice.current.rounds, desk.drain.seconds, desk.paper.is_json) == (3, 120, False)


def test_what_the_host_chose_in_the_lobby_stays_but_for_what_was_changed_in_the_file(desk: Desk) -> None:
    desk.house.room.choose(replace(desk.house.room.lobby.choice.current, map="small", bots=2))
    desk.says(FIRST + "bots = 3\n")
    assert (desk.house.room.lobby.choice.current.map, desk.house.room.lobby.choice.current.bots) == ("small", 3)
    assert "nothing that can change now has changed" in desk.says(FIRST + "bots = 3\n")[0]
    desk.house.room.choose(replace(desk.house.room.lobby.choice.current, bots=1))
    desk.says(FIRST + "bots = 3\nvotes = false\n")
    assert desk.house.room.lobby.choice.current.bots == 1


def test_what_was_chosen_for_the_next_match_stays_when_the_file_changes_something_else(desk: Desk) -> None:
    room = desk.house.room
    room.choose(replace(room.lobby.choice.current, bots=1))
    ada = desk.house.member()
    ada.say(Ready(True))
    desk.house.until(lambda: room.phase is not Phase.LOBBY)
    room.choose(replace(room.lobby.choice.current, map="small"))
    desk.says(FIRST + "bots = 3\n")
    assert (room.lobby.choice.planned.map, room.lobby.choice.planned.bots) == ("small", 3)
    assert room.lobby.choice.current.map == "classic", "the match that runs"


@pytest.mark.parametrize("text", ['name = "Two"\nbots = 99\n', 'name = "Two"\nprot = 7\n', 'name = "Two"\n[\n'])
def test_a_mistake_is_one_line_and_changes_nothing(desk: Desk, text: str) -> None:
    before = desk.reread.config
    (line,) = desk.says(text)
    assert line.startswith(f"the settings stay as they were: {desk.file}, line 2")
    assert (desk.house.room.status().name, desk.reread.config) == ("Test", before)
    assert desk.listener.heard_of == []


def test_a_file_that_is_gone_changes_nothing(desk: Desk) -> None:
    desk.file.unlink()
    desk.asked = True
    desk.settle()
    assert "cannot be read" in desk.house.lines[-1]
    assert desk.listener.heard_of == []


def held_up(desk: Desk) -> tuple[threading.Semaphore, threading.Semaphore]:
    """Hold up whoever has read the file. Returns what says that it was read, and what lets them go on."""
    has_read, may_go_on = threading.Semaphore(0), threading.Semaphore(0)
    read = desk.reread.reader.read

    def slowly() -> Config:
        config = read()
        has_read.release()
        assert may_go_on.acquire(timeout=PATIENCE)
        return config

    desk.reread.reader.read = slowly
    return has_read, may_go_on


def test_what_was_read_counts_from_a_turn_on_and_never_in_the_midst_of_one(desk: Desk) -> None:
    desk.says('password = "hush"')
    lock, reading = desk.house.net.handshake.scram, desk.reread.reader
    _, may_go_on = held_up(desk)
    desk.file.write_text("", encoding="utf-8")
    desk.asked = True
    desk.reread.update(desk.house.now)
    assert desk.reread.next_due(1.0) < 1.1, "a sleeping server looks, too"
    may_go_on.release()
    desk.house.until(lambda: not reading.results.empty())
    assert lock.has_password, "who knocks now is asked, and there is something to ask for"
    desk.reread.update(desk.house.now)
    assert not lock.has_password
    assert desk.reread.next_due(1.0) == math.inf


def test_who_asks_while_it_is_read_has_it_read_again_so_the_last_word_counts(desk: Desk) -> None:
    has_read, may_go_on = held_up(desk)
    desk.file.write_text('name = "Two"\npassword = "hush"', encoding="utf-8")
    desk.asked = True
    desk.reread.update(desk.house.now)
    assert has_read.acquire(timeout=PATIENCE)
    desk.file.write_text('name = "Three"', encoding="utf-8")
    desk.asked = True
    desk.reread.update(desk.house.now)
    assert desk.asked, "it is on already"
    may_go_on.release(2)
    desk.settle()
    assert desk.house.room.status().name == "Three"
    assert not desk.house.net.handshake.scram.has_password


def test_where_no_thread_is_to_be_had_it_is_read_all_the_same(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_more(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", no_more)
    assert "changed: name, password" in desk.says('name = "Two"\npassword = "hush"')[0]
    assert desk.house.net.handshake.scram.has_password


def test_whatever_goes_wrong_with_the_file_the_game_goes_on(desk: Desk) -> None:
    def stumble() -> Config:
        raise ZeroDivisionError

    desk.reread.reader.read = stumble
    assert desk.says("") == ["the settings stay as they were: they cannot be read: ZeroDivisionError()"]


# --- as a process ----------------------------------------------------------------------------------------------------


@pytest.fixture
def usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The usual place of the file, in a home of its own; no file is there yet."""
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.delenv("PETARD_CONFIG", raising=False)
    usual_file().parent.mkdir(parents=True)
    return usual_file()


def line_with(server: Server, word: str) -> str:
    """Wait for a line of the log."""
    assert server.process.stderr
    return next(line for line in server.process.stderr if word in line)


@posix_only
def test_sighup_has_a_sleeping_server_read_its_file_again(tmp_path: Path) -> None:
    file = tmp_path / "server.toml"
    file.write_text('name = "One"\n')
    with Server("--config", str(file), "--discovery", "off") as server:
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
def test_a_file_that_came_to_the_usual_place_meanwhile_is_read(usual: Path) -> None:
    with Server("--config", "") as server:
        line_with(server, "ready")
        server.process.send_signal(signal.SIGHUP)
        assert "nothing that can change now has changed" in line_with(server, "read again")
        usual.write_text('name = "Two"\n')
        server.process.send_signal(signal.SIGHUP)
        assert "changed: name" in line_with(server, "read again")
        assert server.stop() == 0


@posix_only
def test_where_no_file_may_count_sighup_stops_it() -> None:
    with Server() as server:
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
def test_a_terminal_that_is_closed_stops_it_file_or_not(usual: Path, is_there: bool) -> None:
    if is_there:
        usual.write_text("")
    words = ["-m", "petard.server", *ALONE, "--port", "0", "--host", "127.0.0.1", "--config", ""]
    command = [sys.executable, "-c", IN_A_TERMINAL, *words]
    ended = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False)
    assert (ended.stdout, ended.stderr) == ("0\n", "")
