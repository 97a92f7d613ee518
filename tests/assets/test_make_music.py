"""The music: the script still makes the samples that were encoded, and the files hold them."""

import sys
from array import array
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from math import log10

import pygame
import pytest

from petard.assets import path
from petard.assets.source.instruments import RATE
from petard.assets.source.loudness import OFFSET, loudness_windows
from petard.assets.source.make_music import STEMS, digests, pcm
from petard.assets.source.score import Beat, Song, written_notes
from petard.assets.source.songs import SONGS
from petard.game.ui.audio.music_player import stem_files
from petard.game.view import music_choice
from petard.game.view.music_mix import BARS

LARGEST = 6_000_000  # bytes, all files together
QUICK = "factory-hurry"  # made again by default; with `-m long` all of them are
SOME = ["factory-calm", "factory-drums", "factory-hurry", "factory-last"]  # decoded by default
WHITE_KEYS = {0, 2, 4, 5, 7, 9, 11}


def mostly_long(*quick: str) -> list[object]:
    """All stems; those that are not quick are marked `long`."""
    return [stem if stem in quick else pytest.param(stem, marks=pytest.mark.long) for stem in STEMS]


@pytest.fixture(scope="module", autouse=True)
def _mixer() -> Iterator[None]:
    pygame.mixer.quit()
    pygame.mixer.init(RATE, -16, 2, allowedchanges=0)
    yield
    pygame.mixer.quit()


def decoded(stem: str) -> "array[int]":
    """The samples of a file, left and right in turns, as the game decodes them."""
    return array("h", pygame.mixer.Sound(str(path("music", f"{stem}.ogg"))).get_raw())


def little_endian(samples: bytes) -> "array[int]":
    out = array("h", samples)
    if sys.byteorder == "big":
        out.byteswap()
    return out


def test_there_is_a_file_and_a_digest_for_each_stem_that_the_game_plays_and_they_are_small() -> None:
    files = {file.name: file.stat().st_size for file in path("music").iterdir()}
    assert sorted(files) == sorted(f"{stem}.ogg" for stem in STEMS)
    assert sorted(f"music/{name}" for name in files) == sorted(
        name for track in music_choice.Track for name in stem_files(track)
    )
    assert list(digests()) == STEMS
    assert sum(files.values()) < LARGEST


@pytest.mark.parametrize("stem", mostly_long(QUICK))
def test_the_script_makes_the_samples_that_were_encoded(stem: str) -> None:
    samples = pcm(stem)
    assert sha256(samples).hexdigest() == digests()[stem]
    made, heard = little_endian(samples)[: 10 * RATE], decoded(stem)[: 10 * RATE]
    noise = sum((one - other) ** 2 for one, other in zip(made, heard, strict=True))
    assert noise < 0.1 * sum(one**2 for one in made), "not shifted by a sample, and of the usual quality"


@pytest.mark.parametrize("stem", mostly_long(*SOME))
def test_a_file_has_the_length_of_its_song_a_sound_peak_and_no_seam(stem: str) -> None:
    song, heard = SONGS[stem.partition("-")[0]], decoded(stem)
    assert len(heard) == 2 * song.length
    assert 0.1 * 32767 < max(max(heard), -min(heard)) < 0.95 * 32767
    for side in (heard[0::2], heard[1::2]):
        # The first sample follows the last one, as any two in the middle of the song.
        assert abs(side[0] - side[-1]) <= max(abs(after - before) for before, after in pairwise(side[: RATE * 4]))


@pytest.mark.long
@pytest.mark.parametrize("name", SONGS)
def test_all_stems_of_a_song_together_do_not_clip(name: str) -> None:
    stems = [decoded(f"{name}-{stem}") for stem in SONGS[name].stems]
    assert max(abs(sum(samples)) for samples in zip(*stems, strict=True)) < 32767


@pytest.mark.long
def test_the_calm_stems_are_equally_loud() -> None:
    levels = {}
    for name in SONGS:
        heard = decoded(f"{name}-calm")
        sides = [[sample / 32768 for sample in heard[side::2]] for side in (0, 1)]
        powers = loudness_windows(sides, RATE)
        levels[name] = OFFSET + 10 * log10(sum(powers) / len(powers))
    assert max(levels.values()) - min(levels.values()) < 4, "those without stems have drums of their own"
    themes = [level for name, level in levels.items() if len(SONGS[name].stems) > 1]
    assert max(themes) - min(themes) < 2


@pytest.mark.parametrize("song", SONGS.values(), ids=SONGS)
def test_a_song_has_sixteen_bars_and_its_drums_fit_into_them(song: Song) -> None:
    assert song.bars == BARS
    assert song.length == BARS * 16 * song.sixteenth
    assert 27 < song.length / RATE < 40
    for part in (part for parts in song.stems.values() for part in parts):
        rows = list(part.drums.values()) if isinstance(part, Beat) else []
        assert [row for row in rows if BARS * 16 % len(row.replace("|", ""))] == []


@pytest.mark.parametrize("song", SONGS.values(), ids=SONGS)
def test_every_note_is_one_of_c_major_and_can_be_heard_on_small_loudspeakers(song: Song) -> None:
    for part in (part for parts in song.stems.values() for part in parts):
        for _, held, note in () if isinstance(part, Beat) else written_notes(part, song):
            assert note % 12 in WHITE_KEYS
            assert 36 <= note <= 100
            assert held > 0
