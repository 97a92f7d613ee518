"""What the programs write about people is for their owner only, whatever the umask: files 0600, new folders 0700."""

import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from petard.game.config.arguments import Address
from petard.game.config.settings import Settings, load, save
from petard.game.config.settings_update import update
from petard.game.flow.rejoin_ticket import RejoinTicket, RejoinTicketFile
from petard.game.replays.store import DemoFolder
from petard.game.replays.timedemo import TimedemoResult, save_result
from petard.server.results.database import open_for_writing
from tests.screens import PETARD

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
MASKS = [0o000, pytest.param(0o022, marks=pytest.mark.long)]
PATIENCE = 60.0  # real seconds


@pytest.fixture(params=MASKS)
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A folder in which nothing is yet, under a umask that lets others read and perhaps write."""
    before = os.umask(request.param)
    yield tmp_path
    os.umask(before)


def open_to_others(folder: Path) -> dict[str, str]:
    """The modes of what others may use, by name."""
    modes = {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}
    assert modes
    return {name: oct(mode) for name, mode in modes.items() if mode & 0o077}


def test_settings_and_their_lock_and_their_broken_copy(home: Path) -> None:
    file = home / "config" / "petard" / "settings.toml"
    update(file, Settings(), Settings(name="Ada"), Settings())
    file.write_text("= broken")
    assert "kept as" in load(file)[1]
    assert save(home / "other" / "petard" / "settings.toml", Settings()) == ""
    assert open_to_others(home) == {}


def test_a_rejoin_ticket(home: Path) -> None:
    tickets = RejoinTicketFile(home / "state" / "petard" / "ticket.toml", time.time)
    tickets.keep(RejoinTicket(Address("10.0.0.5", 7777), "Ada", 1, "0" * 32), 0.0)
    assert list(home.rglob("ticket*.toml"))
    tickets.close()
    assert open_to_others(home) == {}


def test_clips_and_pins(home: Path) -> None:
    demos = DemoFolder(home / "data" / "petard" / "demos")
    demos.pin(demos.save_clip(b"clip", "small"), True)
    assert open_to_others(home) == {}


def test_results_and_bans(home: Path) -> None:
    open_for_writing(home / "data" / "petard" / "room.sqlite").close()
    assert open_to_others(home) == {}


def test_runs_of_a_timedemo(home: Path) -> None:
    save_result(home / "state" / "petard" / "timedemo.json", "key", TimedemoResult(1, 1.0, 1.0, 1.0, 1.0, 1, ""))
    assert open_to_others(home) == {}


def test_all_that_the_installed_game_and_its_server_leave(home: Path) -> None:
    quiet = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "PETARD_DISCOVERY": "off"}
    bases = {name: str(home / name) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")}
    environment = os.environ | quiet | bases | {"HOME": str(home)}
    until = time.monotonic() + PATIENCE
    with subprocess.Popen([str(PETARD), "--play", "--bot", "--name", "Ada"], env=environment) as game:
        while not list(home.rglob("*.petard")):
            assert game.poll() is None
            assert time.monotonic() < until
            threading.Event().wait(0.05)  # or this loop takes the processor from the game
        game.terminate()
    assert open_to_others(home) == {}
