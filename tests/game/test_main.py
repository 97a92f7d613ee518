"""The start of the program: no screen, no traceback."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pygame
import pytest

import petard.game.flow.program as program
from petard.game.__main__ import main
from petard.game.config.arguments import Address, Arguments
from tests.game.view.test_playback import two_rounds

ROOT = Path(__file__).parents[2]
SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")


def petard(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    bare = {name: value for name, value in os.environ.items() if name not in SCREENS}
    command = [sys.executable, "-m", "petard.game", *words]
    return subprocess.run(
        command, env=bare | environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="these systems always have a screen")
@pytest.mark.parametrize(
    "environment", [{}, {"DISPLAY": ":4711"}, pytest.param({"SDL_VIDEODRIVER": "x11"}, marks=pytest.mark.long)]
)
def test_without_a_screen_one_sentence_names_the_server(environment: dict[str, str]) -> None:
    done = petard(**environment)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("petard: There is no screen here to play on (")
    assert done.stderr.endswith("). To host a game without a screen, run petard-server.\n")


def test_a_mistake_on_the_command_line_is_reported_before_any_window_opens() -> None:
    done = petard("host:0", SDL_VIDEODRIVER="dummy")
    assert (done.returncode, done.stderr) == (2, "petard: 0 is no port. A port is a number from 1 to 65535.\n")


def test_the_version_is_printed_without_a_screen() -> None:
    done = petard("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("petard ")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Arguments]:
    """What the game was told, on a machine with a screen and with nobody at it."""
    told: list[Arguments] = []

    def run(arguments: Arguments) -> int:
        told.append(arguments)
        return 0

    monkeypatch.setattr(program, "run", run)
    monkeypatch.setattr(program, "reason_for_no_screen", str)
    return told


def test_the_arguments_of_the_command_line_reach_the_game(told: list[Arguments]) -> None:
    assert main(["[::1]:7778", "--windowed"]) == 0
    assert told == [Arguments(address=Address("::1", 7778), full_screen=False)]


def test_a_file_that_is_not_a_recording_is_one_sentence_and_opens_no_window(tmp_path: Path) -> None:
    (tmp_path / "bad.petard").write_text("rubbish")
    for name, sentence in (("bad.petard", "This file is no demo"), ("gone.petard", "This file cannot be read")):
        done = petard(str(tmp_path / name), SDL_VIDEODRIVER="dummy", SDL_AUDIODRIVER="dummy")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"petard: {name}: {sentence}")
        assert done.stderr.count("\n") == 1


def test_a_recording_is_watched_from_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "good.petard").write_bytes(two_rounds())
    picture = tmp_path / "last.png"
    words = [str(tmp_path / "good.petard"), "--seconds", "1", "--screenshot", str(picture)]
    home = {name: str(tmp_path) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")}
    done = petard(*words, SDL_VIDEODRIVER="dummy", SDL_AUDIODRIVER="dummy", **home)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert picture.stat().st_size > 50_000


def test_ctrl_c_in_the_terminal_ends_the_game(told: list[Arguments], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(arguments: Arguments) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(program, "run", interrupted)
    assert main([]) == 0


def test_ctrl_c_before_the_game_runs_ends_it_too(told: list[Arguments], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(program, "reason_for_no_screen", interrupted)
    assert main([]) == 0
    assert told == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send to one process alone")
def test_ctrl_c_during_the_imports_leaves_no_traceback() -> None:
    stop = (
        "import os, signal, sys; sys.modules['petard.game.flow.app'] = type('', (), {'__getattr__': %s})(); "
        "from petard.game.__main__ import main; main([])"
    )
    interrupt = "lambda self, name: os.kill(os.getpid(), signal.SIGINT)"
    done = subprocess.run(
        [sys.executable, "-c", stop % interrupt], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "")


def test_the_start_does_not_change_the_handler_of_ctrl_c() -> None:
    look = (
        "import signal, petard.game.flow.program as window; from petard.game.__main__ import main; "
        "window.main = lambda words: print(signal.getsignal(signal.SIGINT) is signal.default_int_handler); main([])"
    )
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "True\n"


@pytest.mark.parametrize(
    ("driver", "asked_for", "is_screen"),
    [("x11", "", True), ("windows", "", True), ("offscreen", "", False), ("dummy", "dummy", True)],
)
def test_an_offscreen_driver_does_not_count_as_a_screen(
    driver: str, asked_for: str, is_screen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pygame.display, "init", lambda: None)
    monkeypatch.setattr(pygame.display, "quit", lambda: None)
    monkeypatch.setattr(pygame.display, "get_driver", lambda: driver)
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
    if asked_for:
        monkeypatch.setenv("SDL_VIDEODRIVER", asked_for)
    assert program.reason_for_no_screen() == ("" if is_screen else "no video device")


def test_pygame_finds_its_files_without_the_slow_import_and_others_may_still_use_that(tmp_path: Path) -> None:
    (tmp_path / "pkg_resources.py").write_text("print('slow')\n")
    start = (
        "import petard.game.flow.program, pygame.pkgdata as data; print(data.getResource('pygame_icon.bmp').read(2))"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {start}; import pkg_resources"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == "b'BM'\nslow\n"
