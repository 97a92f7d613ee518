"""Every sound is there in three variants, short, clean at both ends, and as loud as it should be."""

import sys
import wave
from array import array
from functools import cache
from itertools import pairwise

import pytest

from petard.assets import path
from petard.assets.source.loudness import loudness
from petard.assets.source.make_sounds import LUFS, SOUNDS, STANDS_OUT, TUNES, VARIANTS, loudness_of, samples
from petard.assets.source.synth import RATE

FILES = [f"{name}.{variant + 1}" for name in SOUNDS for variant in range(VARIANTS)]
LONG = {"blast": 1.4, "blast-big": 1.5, "champion": 2.2, "death-own": 1.3, "win": 1.5}  # seconds at most
MADE_AGAIN = ["drop.2", "take-bomb.1", "kick.3", "clock.3"]  # by default; with `-m long` all of them


@cache
def heard(file: str) -> list[int]:
    """The committed samples of a variant of a sound."""
    with wave.open(str(path("sounds", f"{file}.wav")), "rb") as opened:
        assert (opened.getnchannels(), opened.getsampwidth(), opened.getframerate()) == (1, 2, RATE)
        out = array("h", opened.readframes(opened.getnframes()))
    if sys.byteorder == "big":
        out.byteswap()
    return out.tolist()


def lufs(file: str) -> float:
    return loudness([sample / 32768 for sample in heard(file)], RATE)


def pitch(file: str) -> float:
    """Crossings of zero a second: half of that is about the pitch."""
    sound = heard(file)
    return sum((one < 0) != (other < 0) for one, other in pairwise(sound)) * RATE / len(sound)


def test_there_are_thirty_sounds_or_more_each_in_three_variants() -> None:
    assert len(SOUNDS) >= 30
    assert VARIANTS == 3
    assert sorted(file.name for file in path("sounds").iterdir()) == sorted(f"{file}.wav" for file in FILES)


@pytest.mark.parametrize("file", FILES)
def test_a_sound_is_short_and_clean_at_both_ends_and_does_not_clip(file: str) -> None:
    sound = heard(file)
    assert 0.03 * RATE < len(sound) < LONG.get(file.partition(".")[0], 1.2) * RATE
    assert 0.1 * 32767 < max(abs(sample) for sample in sound) < 0.9 * 32767
    assert sound[0] == sound[-1] == 0, "no click"
    assert max(abs(sample) for sample in sound[-8:]) < 100


def test_all_sounds_are_within_2_lu_of_each_other_but_for_those_that_stand_out() -> None:
    levels = {file: lufs(file) for file in FILES}
    usual = [level for file, level in levels.items() if file.partition(".")[0] not in STANDS_OUT]
    assert max(usual) - min(usual) < 2
    assert len(usual) > len(FILES) / 2, "what stands out is the exception"
    for file, level in levels.items():
        assert level == pytest.approx(loudness_of(file.partition(".")[0]), abs=0.5), file


def test_what_stands_out_does_so_by_more_than_2_lu_and_for_a_reason() -> None:
    assert STANDS_OUT.keys() <= SOUNDS.keys()
    for name, (offset, reason) in STANDS_OUT.items():
        assert 2 < abs(offset) <= 6, name
        assert len(reason) > 10, name
    assert loudness_of("blast-big") == max(map(loudness_of, SOUNDS)), "the largest blast is the loudest"
    assert loudness_of("move") == min(map(loudness_of, SOUNDS)), "a step in a menu is the quietest"
    assert loudness_of("drop") == LUFS


@pytest.mark.parametrize("name", SOUNDS)
def test_the_variants_of_a_sound_differ_and_each_is_higher_than_the_one_before(name: str) -> None:
    lengths = [len(heard(f"{name}.{variant + 1}")) for variant in range(VARIANTS)]
    assert lengths[0] > lengths[1] > lengths[2]
    spread = lengths[0] / lengths[2]
    assert spread < 1.01 if name in TUNES else spread > 1.1, "a melody stays in tune, a noise need not"


def test_the_blasts_are_low_and_the_large_one_is_lower() -> None:
    assert pitch("blast.2") / 2 < 300
    assert pitch("blast-big.2") < pitch("blast.2")


@pytest.mark.parametrize(
    "file", [*MADE_AGAIN, *(pytest.param(file, marks=pytest.mark.long) for file in FILES if file not in MADE_AGAIN)]
)
def test_making_a_sound_again_gives_the_same_samples(file: str) -> None:
    name, variant = file.split(".")
    again = samples(name, int(variant) - 1)
    # One step is left to the sine of other systems, whose last bit may differ.
    assert max(abs(one - other) for one, other in zip(again, heard(file), strict=True)) <= 1
