"""The folder of demos: they are listed, read, pinned, deleted; clips are written; errors are one sentence."""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from petard.game.config.settings import demos_path
from petard.game.replays.store import DemoFolder, read_recording
from petard.server.config.config import read_config
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import read_demo
from tests.game.view.test_playback import two_rounds


@pytest.fixture
def demos(tmp_path: Path) -> DemoFolder:
    (tmp_path / "clips").mkdir()
    for age, name in enumerate(("new.petard", "clips/clip.petard", "old.petard")):
        (tmp_path / name).write_bytes(two_rounds())
        os.utime(tmp_path / name, (1_790_000_000 - age,) * 2)
    (tmp_path / "notes.txt").write_text("no demo")
    return DemoFolder(tmp_path)


def test_the_game_reads_the_folder_where_the_server_records() -> None:
    assert demos_path() == read_config([], ["classic"]).record


def test_demos_and_clips_are_listed_the_newest_first(demos: DemoFolder) -> None:
    assert demos.names() == ["new.petard", "clips/clip.petard", "old.petard"]
    assert DemoFolder(demos.folder / "missing").names() == []


def test_a_file_whose_date_this_system_cannot_show_is_listed_without_one(
    demos: DemoFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_far(stamp: float) -> time.struct_time:  # as of 1e17 seconds on Linux, and of -1 on Windows
        raise OSError(75, "Value too large for defined data type")

    monkeypatch.setattr(time, "localtime", too_far)
    summary = demos.summary("new.petard")
    assert summary
    assert summary.when == "no date"


def test_a_summary_names_the_winner_and_is_read_once(demos: DemoFolder) -> None:
    assert demos.cached_summary("new.petard") is None
    summary = demos.summary("new.petard")
    assert summary is not None
    length = read_demo(two_rounds()).length
    assert (summary.map, summary.rounds, len(summary.seats), summary.length, summary.problem) == (
        "classic",
        2,
        4,
        length,
        "",
    )
    assert summary.winner in range(4)
    assert summary.last is not None
    assert demos.cached_summary("new.petard") == summary
    (demos.folder / "new.petard").write_bytes(two_rounds()[:4000])
    assert demos.cached_summary("new.petard") is None
    cut = demos.summary("new.petard")
    assert cut is not None
    assert "middle of a block" in cut.problem
    assert demos.summary("gone.petard") is None


def test_a_file_that_is_no_demo_has_a_summary_with_the_problem(demos: DemoFolder) -> None:
    (demos.folder / "bad.petard").write_text("rubbish")
    summary = demos.summary("bad.petard")
    assert summary is not None
    assert summary.last is None
    assert summary.problem.startswith("This file is no demo")


def test_a_pin_is_a_file_beside_it(demos: DemoFolder) -> None:
    demos.summary("old.petard")
    demos.pin("old.petard", True)
    assert (demos.folder / "old.petard.pin").exists()
    summary = demos.cached_summary("old.petard")
    assert summary is not None
    assert summary.pinned
    demos.pin("old.petard", False)
    assert not demos.is_pinned("old.petard")


def test_a_deleted_demo_takes_the_files_beside_it_along(demos: DemoFolder) -> None:
    demos.pin("clips/clip.petard", True)
    demos.delete("clips/clip.petard")
    assert list((demos.folder / "clips").iterdir()) == []
    demos.delete("clips/clip.petard")  # it is gone already


def test_two_clips_of_one_second_are_two_files(demos: DemoFolder) -> None:
    names = {demos.save_clip(two_rounds(), "small") for _ in range(3)}
    assert len(names) == 3
    assert set(demos.names()) >= names
    assert all(read_recording(demos.folder / name) == two_rounds() for name in names)


@pytest.mark.skipif(sys.platform == "win32", reason="a folder is no file there, but by another error")
def test_an_error_with_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.petard").mkdir()
    demos = DemoFolder(tmp_path / "file")
    with pytest.raises(DemoError, match="could not be saved"):
        demos.save_clip(b"", "small")
    with pytest.raises(DemoError, match="pin could not be changed"):
        demos.pin("x.petard", True)
    with pytest.raises(DemoError, match="cannot be read"):
        read_recording(tmp_path / "folder.petard")
    with pytest.raises(DemoError, match="could not be deleted"):
        DemoFolder(tmp_path).delete("folder.petard")


def test_clips_of_two_games_in_one_second_replace_none(tmp_path: Path) -> None:
    together = Barrier(8)

    def save(number: int) -> str:
        together.wait()
        return DemoFolder(tmp_path).save_clip(b"%d" % number, "small")

    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(save, range(8)))
    assert [(tmp_path / name).read_bytes() for name in names] == [b"%d" % number for number in range(8)]
