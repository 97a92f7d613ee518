"""Every sound is there, short, clean at both ends, and as loud as it should be."""

import sys
import wave
from array import array
from functools import cache
from itertools import pairwise

import pytest

from petard.assets import path
from petard.assets.source.make_sounds import SOUNDS, samples
from petard.assets.source.synth import RATE, loudness

NAMES = [
    *("drop", "blast", "pickup", "death", "beep", "go", "win", "draw"),
    *("hurry", "kick", "brick", "hurt", "move", "select", "join"),
]


@cache
def heard(name: str) -> list[int]:
    """The committed samples of a sound."""
    with wave.open(str(path("sounds", f"{name}.wav")), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        out = array("h", file.readframes(file.getnframes()))
    if sys.byteorder == "big":
        out.byteswap()
    return out.tolist()


def test_the_list_of_sounds_is_complete() -> None:
    assert sorted(SOUNDS) == sorted(NAMES)
    assert sorted(file.stem for file in path("sounds").glob("*.wav")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_sound_is_short_and_does_not_clip(name: str) -> None:
    sound = heard(name)
    assert 0.03 * RATE < len(sound) < 1.5 * RATE
    assert max(abs(sample) for sample in sound) < 0.9 * 32767


@pytest.mark.parametrize("name", NAMES)
def test_a_sound_begins_and_ends_without_a_click(name: str) -> None:
    sound = heard(name)
    assert sound[0] == sound[-1] == 0
    assert max(abs(sample) for sample in sound[-8:]) < 100


def test_the_blast_is_loudest_and_the_tick_of_a_menu_quietest() -> None:
    levels = {name: loudness([sample / 32768 for sample in heard(name)]) for name in NAMES}
    assert max(levels, key=lambda name: levels[name]) == "blast"
    assert min(levels, key=lambda name: levels[name]) == "move"
    assert levels["blast"] < 6 * levels["move"]


def test_the_blast_is_low() -> None:
    sound = heard("blast")
    crossings = sum((one < 0) != (other < 0) for one, other in pairwise(sound))
    assert crossings / 2 / (len(sound) / RATE) < 300  # a hertz is two crossings


@pytest.mark.parametrize("name", ["drop", "pickup", "kick"])
def test_making_a_sound_again_gives_the_same_samples(name: str) -> None:
    again = samples(name)
    # One step is left to the sine of other systems, whose last bit may differ.
    assert max(abs(one - other) for one, other in zip(again, heard(name), strict=True)) <= 1
