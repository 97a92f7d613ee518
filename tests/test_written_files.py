"""Every command that writes a file for people: a link is kept, a pipe is refused, a full disk costs no old file."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pygame
import pytest

from petard.game.config.settings import Settings, load, save
from petard.game.replays.export import main as export
from petard.game.replays.timedemo import TimedemoResult, save_result
from petard.game.ui.render.canvas import Canvas
from petard.server.cli.replay import main as replay
from petard.shared.files import FileProblem, write_file
from tests.full_disk import full_disk
from tests.screens import PETARD

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files, and no such limits")
SESSIONS = Path(__file__).parent / "sessions"
DEMO = str(SESSIONS / "draw.petard")
FILM = ("--from", "0", "--to", "20", "--size", "160x90", "--force", "-o")
OLD = b"Dear diary"


def screenshot(out: Path) -> None:
    Canvas(pygame.Surface((160, 90))).save(out)


def settings(out: Path) -> None:
    if problem := save(out, Settings(name="Ada")):
        raise FileProblem(out, "written", problem)


def one(main: Callable[[list[str]], int], *words: str) -> Callable[[Path], None]:
    """Return a function that runs a command; it raises FileProblem if the command fails."""

    def run(out: Path) -> None:
        if status := main([*words, str(out)]):
            raise FileProblem(out, "written", f"exit status {status}")

    return run


WRITERS: dict[str, Callable[[Path], None]] = {
    "trim": one(replay, "trim", DEMO, "--force", "-o"),
    "to-test": one(replay, "to-test", DEMO, "--force", "-o"),
    "gif": one(export, DEMO, "--gif", *FILM),
    "mp4": one(export, DEMO, "--mp4", *FILM),
    "html": one(export, DEMO, "--html", "--force", "-o"),
    "screenshot": screenshot,
    "settings": settings,
    "bytes": lambda out: write_file(out, bytes(2000)),
}


@pytest.fixture(params=WRITERS)
def write(request: pytest.FixtureRequest) -> Callable[[Path], None]:
    """Write a file in one of these ways; the function raises FileProblem if that fails."""
    if request.param in ("gif", "mp4"):
        pytest.importorskip({"gif": "PIL", "mp4": "imageio_ffmpeg"}[request.param])
    return WRITERS[request.param]


def test_a_link_stays_a_link_to_the_new_content_and_permissions_stay(
    write: Callable[[Path], None], tmp_path: Path
) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_bytes(OLD)
    real.chmod(0o604)
    link.symlink_to("real")
    write(link)
    assert link.is_symlink()
    assert real.read_bytes() != OLD
    assert stat.S_IMODE(real.stat().st_mode) == 0o604
    assert sorted(file.name for file in tmp_path.iterdir()) == ["link", "real"]


@pytest.mark.parametrize("name", ["pipe", "link", "folder", "circle"])
def test_what_is_no_regular_file_is_not_replaced(
    write: Callable[[Path], None], name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "circle").symlink_to("circle")
    before = {file.name: file.lstat().st_mode for file in tmp_path.iterdir()}
    with pytest.raises(FileProblem, match=name):
        write(tmp_path / name)
    assert {file.name: file.lstat().st_mode for file in tmp_path.iterdir()} == before
    assert capsys.readouterr().err.count("\n") <= 1


@pytest.mark.parametrize("old", [OLD, None])
def test_a_full_disk_costs_no_old_file_and_leaves_no_new_one(
    write: Callable[[Path], None], old: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    if old:
        out.write_bytes(old)
    with full_disk(50), pytest.raises(FileProblem):
        write(out)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [old] * bool(old)
    assert capsys.readouterr().err.count("\n") <= 1
    write(out)  # nothing is in the way of the next try
    assert out.read_bytes() not in (OLD, b"")


@pytest.mark.parametrize("kind", ["mp4", "gif"])
@pytest.mark.parametrize("name", ["film", "final: round 2.mp4", "a: b/film.gif", "-film", "film.txt", "%d.png"])
def test_a_film_may_have_any_name(
    kind: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip({"gif": "PIL", "mp4": "imageio_ffmpeg"}[kind])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a: b").mkdir()
    assert export([DEMO, f"--{kind}", *FILM[:-1], f"--out={name}"]) == 0
    assert capsys.readouterr().out.startswith(f"{name}: ")
    begins = (tmp_path / name).read_bytes()[:12]
    assert (b"ftyp" if kind == "mp4" else b"GIF89a") in begins


def test_the_last_words_of_ffmpeg_are_in_the_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ffmpeg = pytest.importorskip("imageio_ffmpeg")
    monkeypatch.setattr("petard.game.replays.encoders.MP4", "-c:v nonsense -f mp4")
    assert ffmpeg.get_ffmpeg_exe()
    out = tmp_path / "film"
    assert export([DEMO, "--mp4", *FILM, str(out)]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"petard-server: {out} cannot be written: ffmpeg says: ")
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_settings_in_a_pipe_do_not_stop_the_game(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "settings.toml")
    found, problem = load(tmp_path / "settings.toml")
    assert found == Settings()
    assert "it is a pipe, not a regular file" in problem


def test_timings_that_cannot_be_kept_are_not_compared(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    result = TimedemoResult(1, 1.0, 1.0, 1.0, 1.0, 1, "")
    assert save_result(tmp_path / "pipe", "key", result) is None
    assert (tmp_path / "pipe").is_fifo()


def test_the_installed_game_replaces_no_pipe_by_a_picture(tmp_path: Path) -> None:
    pipe = tmp_path / "shot.png"
    os.mkfifo(pipe)
    quiet = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "HOME": str(tmp_path), "PETARD_DISCOVERY": "off"}
    command = [str(PETARD), "--seconds", "0.1", "--screenshot", str(pipe)]
    done = subprocess.run(command, env=os.environ | quiet, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert f"{pipe} cannot be written: it is a pipe, not a regular file" in done.stderr
    assert pipe.is_fifo()
