"""Sounds on SDL's dummy device, and silence where there is none."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest

from petard.game.ui.audio import SAME_MOST, Audio
from petard.game.view.cues import SOUNDS, Sound

ROOT = Path(__file__).parents[3]


@pytest.fixture
def audio(monkeypatch: pytest.MonkeyPatch) -> Iterator[Audio]:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    pygame.mixer.quit()
    audio = Audio(0.5)
    yield audio
    audio.close()


def busy_channels() -> list[pygame.mixer.Channel]:
    every = [pygame.mixer.Channel(number) for number in range(pygame.mixer.get_num_channels())]
    return [channel for channel in every if channel.get_busy()]


def test_every_sound_that_a_cue_names_is_there(audio: Audio) -> None:
    assert audio.works
    for name in (*SOUNDS.values(), "beep", "win", "draw", "move", "select", "join"):
        pygame.mixer.stop()
        audio.play(name, 0.0)
        assert len(busy_channels()) == 1, name


def test_ten_blasts_in_one_picture_are_started_three_times(audio: Audio) -> None:
    audio.play_cues([Sound("blast")] * 10, 1.0)
    assert len(busy_channels()) == SAME_MOST
    audio.play_cues([Sound("blast")], 1.1)
    assert len(busy_channels()) == SAME_MOST + 1


def test_at_volume_zero_nothing_is_played(audio: Audio) -> None:
    audio.volume = 0.0
    audio.play("blast", 1.0)
    assert busy_channels() == []


def test_an_unknown_sound_is_silence(audio: Audio) -> None:
    audio.play("no such sound", 1.0)
    assert busy_channels() == []


def test_after_close_everything_is_silence(audio: Audio) -> None:
    audio.close()
    audio.play("blast", 1.0)
    audio.play_cues([Sound("blast")], 2.0)
    assert pygame.mixer.get_init() is None


def test_a_machine_without_audio_is_silent() -> None:
    code = (
        "import pygame\n"
        "from petard.game.view.cues import Sound\n"
        "from petard.game.ui.audio import Audio\n"
        "audio = Audio(1.0)\n"
        "audio.play_cues([Sound('blast'), Sound('drop')], 0.0)\n"
        "audio.close()\n"
        "print(audio.works)\n"
    )
    env = os.environ | {"SDL_AUDIODRIVER": "no such driver", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout.strip()) == (0, "False"), done.stderr


def test_a_sound_from_the_left_is_louder_on_the_left(audio: Audio, monkeypatch: pytest.MonkeyPatch) -> None:
    volumes: list[tuple[float, ...]] = []

    class FakeChannel:
        def set_volume(self, *sides: float) -> None:
            volumes.append(sides)

    class FakeSound:
        def play(self) -> FakeChannel:
            return FakeChannel()

    monkeypatch.setitem(audio.sounds, "blast", FakeSound())
    for pan in (-0.6, 0.0, 0.6):
        audio.play("blast", 1.0, pan)
    left, middle, right = volumes
    assert left[0] > left[1]
    assert middle == (0.5, 0.5)
    assert right == left[::-1]
