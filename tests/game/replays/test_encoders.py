"""Pictures become films, whole ones or none; without the extra there is one sentence."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest

from petard.game.replays import encoders
from petard.game.replays.encoders import CannotEncode, write_gif, write_mp4, write_pngs
from petard.shared.files import FileProblem

SIZE = (64, 48)
COLOURS = ((230, 30, 40), (20, 180, 60), (30, 60, 220), (240, 240, 240))


def picture(colour: tuple[int, int, int], x: int = 8) -> pygame.Surface:
    """A box on dark ground."""
    surface = pygame.Surface(SIZE)
    surface.fill((20, 20, 30))
    surface.fill(colour, (x, 8, 16, 16))
    return surface


def pictures(count: int = 12) -> Iterator[pygame.Surface]:
    """A box that moves and changes its colour, all on the same surface, as a window is drawn."""
    surface = pygame.Surface(SIZE)
    for number in range(count):
        surface.blit(picture(COLOURS[number % 4], number), (0, 0))
        yield surface


def broken() -> Iterator[pygame.Surface]:
    """Two pictures, and then the disk is full."""
    yield from pictures(2)
    raise OSError(28, "No space left on device")


def test_a_gif_has_every_picture_in_its_colours_and_at_its_time(tmp_path: Path) -> None:
    images = pytest.importorskip("PIL.Image")
    write_gif(tmp_path / "a.gif", pictures(), list(map(picture, COLOURS)), 20)
    with images.open(tmp_path / "a.gif") as film:
        assert (film.n_frames, film.size, film.info["loop"]) == (12, SIZE, 0)
        for number in range(12):
            film.seek(number)
            assert film.info["duration"] == 50
            shown = film.convert("RGB")
            assert (
                max(abs(a - b) for a, b in zip(shown.getpixel((number + 4, 12)), COLOURS[number % 4], strict=True)) < 9
            )
            assert max(shown.getpixel(((number - 1) % 64, 12))) < 40  # what was there before is wiped


@pytest.mark.parametrize("name", ["a.mp4", "film", "-y", "a%03d.png", "final: round 2.mp4"])
def test_an_mp4_has_every_picture_whatever_its_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ffmpeg = pytest.importorskip("imageio_ffmpeg")
    if sys.platform == "win32" and ":" in name:
        pytest.skip("no name there has a colon")
    monkeypatch.chdir(tmp_path)
    write_mp4(Path(name), pictures(15), SIZE, 30)
    assert [file.name for file in tmp_path.iterdir()] == [name]
    Path(name).rename("film.mp4")  # who reads it may guess by the suffix
    assert ffmpeg.count_frames_and_secs("film.mp4") == (15, 0.5)


def test_png_files_are_numbered_and_exact(tmp_path: Path) -> None:
    write_pngs(tmp_path / "a", pictures(3))
    files = sorted((tmp_path / "a").iterdir())
    assert [file.name for file in files] == ["00001.png", "00002.png", "00003.png"]
    assert [pygame.image.load(str(file)).get_at((10, 12)) for file in files] == [
        pygame.Color(*one) for one in COLOURS[:3]
    ]


def test_an_incomplete_film_is_removed_and_the_old_one_stays(tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    pytest.importorskip("imageio_ffmpeg")
    for name in ("a.gif", "a.mp4"):
        (tmp_path / name).write_bytes(b"old")
    with pytest.raises(FileProblem, match="No space left"):
        write_gif(tmp_path / "a.gif", broken(), list(map(picture, COLOURS)), 20, force=True)
    with pytest.raises(FileProblem, match="No space left"):
        write_mp4(tmp_path / "a.mp4", broken(), SIZE, 30, force=True)
    with pytest.raises(FileProblem, match="No space left"):
        write_pngs(tmp_path / "a", broken())
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"a.gif": b"old", "a.mp4": b"old"}


def test_a_folder_of_pictures_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(CannotEncode, match="already"):
        write_pngs(tmp_path / "a", pictures(2))
    assert list(tmp_path.rglob("*")) == [tmp_path / "a"]


def test_a_missing_extra_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "Image", None)
    monkeypatch.setattr(encoders, "imageio_ffmpeg", None)
    with pytest.raises(CannotEncode, match=r"^For a GIF .* pip install 'petard\[video\]'$"):
        write_gif(tmp_path / "a.gif", pictures(), list(map(picture, COLOURS)), 20)
    with pytest.raises(CannotEncode, match=r"^For an MP4 .* pip install 'petard\[video\]'$"):
        write_mp4(tmp_path / "a.mp4", pictures(), SIZE, 30)
