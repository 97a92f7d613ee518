"""Sounds on SDL's dummy device, and silence where there is none."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest

from petard.assets import path
from petard.game.ui.audio.audio import SAME_MOST, VARIANTS, Audio
from petard.game.ui.audio.music_player import MUSIC_CHANNELS
from petard.game.view.cues import SOUNDS, Sound
from petard.game.view.item_looks import ITEM_LOOKS
from petard.game.view.music_choice import TITLE_MUSIC

ROOT = Path(__file__).parents[3]
NAMES = {file.name.split(".")[0] for file in path("sounds").glob("*.wav")}


@pytest.fixture
def audio(monkeypatch: pytest.MonkeyPatch) -> Iterator[Audio]:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    pygame.mixer.quit()
    audio = Audio(0.5)
    audio.update(TITLE_MUSIC, 0.0)
    audio.loader.wait()
    yield audio
    audio.close()


PLAYS = re.compile(r"audio\.play\(|opening_sound")


def busy_channels() -> list[pygame.mixer.Channel]:
    every = [pygame.mixer.Channel(number) for number in range(pygame.mixer.get_num_channels())]
    return [channel for channel in every if channel.get_busy()]


def named_sounds() -> set[str]:
    """Every sound that the game names: in a file of cues, in the table of items, or in a call of `audio.play`."""
    files = {file: file.read_text("utf-8").splitlines() for file in (ROOT / "game").rglob("*.py")}
    lines = [
        line
        for file, rows in files.items()
        for line in rows
        if file.stem.endswith(("cues", "item_looks")) or PLAYS.search(line)
    ]
    return NAMES & set(re.findall(r'"([a-z-]+)"', "\n".join(lines)))


def test_every_sound_is_played_somewhere_and_every_sound_that_a_cue_names_is_there(audio: Audio) -> None:
    assert {*SOUNDS.values(), *(look.sound for look in ITEM_LOOKS.values() if look.sound)} <= NAMES
    assert named_sounds() == NAMES
    assert audio.works
    for place, name in enumerate(sorted(NAMES)):
        pygame.mixer.stop()
        audio.play(name, float(place))
        assert len(busy_channels()) == 1, name


def test_the_variants_of_a_sound_take_turns(audio: Audio) -> None:
    played = []
    for second in range(2 * VARIANTS):
        pygame.mixer.stop()
        audio.play("blast", float(second))
        (channel,) = busy_channels()
        played.append(channel.get_sound().get_length())
    assert len(set(played)) == VARIANTS
    assert played[:VARIANTS] == played[VARIANTS:]


def test_ten_blasts_in_one_picture_are_started_three_times(audio: Audio) -> None:
    audio.play_cues([Sound("blast")] * 10, 1.0)
    assert len(busy_channels()) == SAME_MOST
    audio.play_cues([Sound("blast")], 1.1)
    assert len(busy_channels()) == SAME_MOST + 1


def test_sounds_never_take_a_channel_of_the_music(audio: Audio) -> None:
    for second in range(100):
        audio.play("win", float(second))
    assert not any(pygame.mixer.Channel(number).get_busy() for number in range(MUSIC_CHANNELS))


def test_at_volume_zero_nothing_is_played(audio: Audio) -> None:
    audio.volume = 0.0
    audio.play("blast", 1.0)
    assert busy_channels() == []


def test_an_unknown_sound_is_silence(audio: Audio) -> None:
    audio.play("no such sound", 1.0)
    assert busy_channels() == []


def test_before_the_files_are_loaded_there_is_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    audio = Audio(0.5)
    try:
        audio.play("blast", 1.0)
        assert busy_channels() == []
    finally:
        audio.close()


def test_after_close_everything_is_silence(audio: Audio) -> None:
    audio.close()
    audio.play("blast", 1.0)
    audio.play_cues([Sound("blast")], 2.0)
    audio.update(TITLE_MUSIC, 3.0)
    assert pygame.mixer.get_init() is None


def test_the_game_can_end_while_files_are_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    audio = Audio(0.5, 0.5)
    audio.update(TITLE_MUSIC, 0.0)
    audio.close()
    assert audio.loader.sounds == {}
    assert pygame.mixer.get_init() is None


@pytest.mark.parametrize("driver", ["no such driver", "disk"])
def test_a_machine_without_audio_or_with_a_broken_device_is_silent(driver: str, tmp_path: Path) -> None:
    code = (
        "import pygame\n"
        "from petard.game.view.cues import Sound\n"
        "from petard.game.view.music_choice import TITLE_MUSIC\n"
        "from petard.game.ui.audio.audio import Audio\n"
        "audio = Audio(1.0, 1.0)\n"
        "audio.update(TITLE_MUSIC, 0.0)\n"
        "audio.play_cues([Sound('blast'), Sound('drop')], 0.0)\n"
        "audio.close()\n"
        "print(audio.works)\n"
    )
    env = os.environ | {"SDL_AUDIODRIVER": driver, "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
    env["SDL_DISKAUDIOFILE"] = str(tmp_path / "no such folder" / "device")  # it cannot be opened
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout.strip()) == (0, "False"), done.stderr


def test_a_sound_from_the_left_is_louder_on_the_left(audio: Audio) -> None:
    volumes: list[tuple[float, ...]] = []

    class FakeChannel:
        def set_volume(self, *sides: float) -> None:
            volumes.append(sides)

    class FakeSound:
        def play(self) -> FakeChannel:
            return FakeChannel()

    for variant in range(VARIANTS):
        audio.loader.sounds[f"sounds/blast.{variant + 1}.wav"] = FakeSound()  # type: ignore[assignment]
    for pan in (-0.6, 0.0, 0.6):
        audio.play("blast", 1.0, pan)
    left, middle, right = volumes
    assert left[0] > left[1]
    assert middle == (0.5, 0.5)
    assert right == left[::-1]
