"""Films of recorded matches: the right moments, the same each time, and one sentence for each error."""

from pathlib import Path

import pygame
import pytest

from petard.game.replays import export
from petard.game.replays.export import main, options_of
from petard.server.cli.replay import main as replay
from tests.shared.demo.matches import record

SMALL = ("--size", "320x180")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four bots for six seconds, the first three of which are the countdown."""
    file = tmp_path_factory.mktemp("demos") / "match.petard"
    file.write_bytes(record(4, 360))
    return file


def test_a_film_shows_the_given_moments_and_is_the_same_each_time(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [str(demo), "--png-frames", "--from", "4s", "--to", "0:05", *SMALL, "-o"]
    assert main([*words, str(tmp_path / "one")]) == main([*words, str(tmp_path / "two")]) == 0
    assert "one: 30 pictures of 320 x 180" in capsys.readouterr().out
    one, two = (sorted((tmp_path / name).iterdir()) for name in ("one", "two"))
    assert len(one) == 30
    assert [file.read_bytes() for file in one] == [file.read_bytes() for file in two]
    assert len({file.read_bytes() for file in one}) > 15  # somebody walks
    assert pygame.image.load(str(one[0])).get_size() == (320, 180)


def test_a_plain_film_has_nothing_written_over_the_board(demo: Path, tmp_path: Path) -> None:
    words = [str(demo), "--png-frames", "--from", "240", "--to", "242", *SMALL, "-o"]
    assert main([*words, str(tmp_path / "full")]) == main([*words, str(tmp_path / "plain"), "--plain"]) == 0
    bars = []
    for name in ("full", "plain"):
        surface = pygame.image.load(str(tmp_path / name / "00001.png"))
        bars.append(max(min(surface.get_at((x, 8))[:3]) for x in range(40)))  # where the clock is
    assert bars[0] > 200 > 100 > bars[1]


def test_a_film_is_written_beside_its_recording_by_default() -> None:
    assert [options_of(["a/b.petard", kind]).out for kind in ("--gif", "--mp4", "--html", "--png-frames")] == [
        Path("a/b.gif"),
        Path("a/b.mp4"),
        Path("a/b.html"),
        Path("a/b-frames"),
    ]
    assert options_of(["b", "--gif", "--from", "90", "--to", "1:02.5"]).end == 3750


def test_a_gif_of_a_match_moves(demo: Path, tmp_path: Path) -> None:
    images = pytest.importorskip("PIL.Image")
    assert main([str(demo), "--gif", "--from", "3s", *SMALL, "-o", str(tmp_path / "a.gif")]) == 0
    with images.open(tmp_path / "a.gif") as shown:
        assert shown.size == (320, 180)
        assert 40 < shown.n_frames <= 60  # pictures that are alike are shown longer


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["{demo}", "--gif", "--from", "7s"], "The recording is 6.0 s long, 360 ticks."),
        (["{demo}", "--gif", "--from", "later"], "'later' is no moment: write 1800 (ticks), 30s, 30.5s or 0:30."),
        (["{demo}", "--mp4", "--size", "333x240"], "'333x240' is no size: write 1280x720, both even."),
        (["{demo}"], "One of the arguments --gif --mp4 --png-frames --html is required."),
        (["{folder}/none.petard", "--gif"], "none.petard cannot be read: No such file or directory."),
        (["{folder}", "--gif"], "cannot be read: it is a folder, not a regular file."),
        ([".", "--gif"], "cannot be read: it is a folder, not a regular file."),
        ([__file__, "--gif"], "This file is no demo of Petard"),
        (["{demo}", "--png-frames", "--to", "2", "-o", "{demo}/a"], "cannot be written: Not a directory."),
    ],
)
def test_an_error_is_one_sentence(
    words: list[str], sentence: str, demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [word.format(demo=demo, folder=demo.parent) for word in words]
    try:
        status = main(arguments)
    except SystemExit as end:
        status = int(str(end.code))
    error = capsys.readouterr().err
    assert status == 2
    assert sentence in error
    assert error.count("\n") == 1
    assert [file.name for file in demo.parent.iterdir()] == ["match.petard"]


def test_a_damaged_recording_is_filmed_up_to_the_damage_with_a_warning(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut = tmp_path / "cut.petard"
    cut.write_bytes(demo.read_bytes()[:-600])
    assert main([str(cut), "--png-frames", "--from", "2s", *SMALL]) == 0
    output = capsys.readouterr()
    assert "seconds before that can be played" in output.err
    assert 0 < len(list((tmp_path / "cut-frames").iterdir())) < 120


def test_a_long_gif_is_refused_before_it_is_drawn(
    demo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(export, "GIF_MOST", 100)  # 5 s
    assert main([str(demo), "--gif"]) == 2
    assert "A GIF is at most 5 s long: take less, or --mp4." in capsys.readouterr().err


def test_the_server_runs_the_export_from_any_folder(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "game.py").write_text("raise SystemExit('not this one')")
    (tmp_path / "a.petard").write_bytes(demo.read_bytes())
    monkeypatch.chdir(tmp_path)
    assert replay(["export", "a.petard", "--png-frames", "--from", "240", "--to", "243", *SMALL]) == 0
    assert len(list((tmp_path / "a-frames").iterdir())) == 2
    assert replay(["export", "b.petard", "--gif"]) == 2
    assert capfd.readouterr().err == "petard-server: b.petard cannot be read: No such file or directory.\n"


def test_a_film_is_overwritten_only_with_force(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [str(demo), "--png-frames", "--from", "240", "--to", "242", *SMALL, "-o"]
    (tmp_path / "diary").write_text("Dear diary")
    (tmp_path / "frames").mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(export, "drawn", None)  # it is said before anything is drawn
        assert main([*words, str(tmp_path / "diary")]) == 2
        assert main([*words, str(tmp_path / "frames"), "--force"]) == 2
        assert main([str(demo), "--mp4", "-o", str(tmp_path / "diary")]) == 2
    new = "is there already; the folder of pictures needs a new name."
    diary, frames = (f"petard-server: {tmp_path / name}" for name in ("diary", "frames"))
    over = "cannot be written: it is there already; --force writes over it."
    assert capsys.readouterr().err.splitlines() == [f"{diary} {new}", f"{frames} {new}", f"{diary} {over}"]
    assert (tmp_path / "diary").read_text() == "Dear diary"
    assert options_of(["b", "--gif", "--force"]).force
