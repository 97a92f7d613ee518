"""The files: listed, read, pinned, deleted, clips written, and every trouble as one sentence."""

import os
import sys
from pathlib import Path

import pytest

from petard.game.replays.store import DemoLibrary, demos_path, read_file
from petard.server.config.config import read_config
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import read_demo
from tests.game.view.test_playback import two_rounds


@pytest.fixture
def demos(tmp_path: Path) -> DemoLibrary:
    (tmp_path / "clips").mkdir()
    for age, name in enumerate(("new.petard", "clips/clip.petard", "old.petard")):
        (tmp_path / name).write_bytes(two_rounds())
        os.utime(tmp_path / name, (1_790_000_000 - age,) * 2)
    (tmp_path / "notes.txt").write_text("no demo")
    return DemoLibrary(tmp_path)


def test_the_game_looks_where_the_server_records() -> None:
    assert demos_path() == read_config([], ["classic"]).record


def test_demos_and_clips_are_listed_the_newest_first(demos: DemoLibrary) -> None:
    assert demos.names() == ["new.petard", "clips/clip.petard", "old.petard"]
    assert DemoLibrary(demos.folder / "missing").names() == []


def test_a_card_says_who_won_and_is_read_once(demos: DemoLibrary) -> None:
    assert demos.known("new.petard") is None
    card = demos.card("new.petard")
    assert card is not None
    length = read_demo(two_rounds()).length
    assert (card.map, card.rounds, len(card.seats), card.length, card.problem) == ("classic", 2, 4, length, "")
    assert card.winner in range(4)
    assert card.last is not None
    assert demos.known("new.petard") == card
    (demos.folder / "new.petard").write_bytes(two_rounds()[:4000])
    assert demos.known("new.petard") is None
    cut = demos.card("new.petard")
    assert cut is not None
    assert "middle of a block" in cut.problem
    assert demos.card("gone.petard") is None


def test_what_is_no_demo_has_a_card_that_says_so(demos: DemoLibrary) -> None:
    (demos.folder / "bad.petard").write_text("rubbish")
    card = demos.card("bad.petard")
    assert card is not None
    assert card.last is None
    assert card.problem.startswith("This file is no demo")


def test_a_pin_is_a_file_beside_it(demos: DemoLibrary) -> None:
    demos.card("old.petard")
    demos.pin("old.petard", True)
    assert (demos.folder / "old.petard.pin").exists()
    card = demos.known("old.petard")
    assert card is not None
    assert card.pinned
    demos.pin("old.petard", False)
    assert not demos.is_pinned("old.petard")


def test_what_is_deleted_is_gone_with_all_that_belongs_to_it(demos: DemoLibrary) -> None:
    demos.pin("clips/clip.petard", True)
    demos.delete("clips/clip.petard")
    assert list((demos.folder / "clips").iterdir()) == []
    demos.delete("clips/clip.petard")  # somebody was quicker


def test_two_clips_of_one_second_are_two_files(demos: DemoLibrary) -> None:
    names = {demos.save_clip(two_rounds(), "small") for _ in range(3)}
    assert len(names) == 3
    assert set(demos.names()) >= names
    assert all(demos.read(name) == two_rounds() for name in names)


@pytest.mark.skipif(sys.platform == "win32", reason="a folder is no file there, but by another error")
def test_trouble_with_files_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.petard").mkdir()
    demos = DemoLibrary(tmp_path / "file")
    with pytest.raises(DemoError, match="could not be saved"):
        demos.save_clip(b"", "small")
    with pytest.raises(DemoError, match="pin could not be changed"):
        demos.pin("x.petard", True)
    with pytest.raises(DemoError, match="cannot be read"):
        read_file(tmp_path / "folder.petard")
    with pytest.raises(DemoError, match="could not be deleted"):
        DemoLibrary(tmp_path).delete("folder.petard")
