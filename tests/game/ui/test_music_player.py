"""The music on a real mixer: stems in step to the sample, loops without a gap, tracks that change on a bar."""

import sys
import time
from array import array
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import pygame
import pytest

from petard.game.ui.audio.audio import Audio
from petard.game.ui.audio.music_player import MUSIC_CHANNELS, PROBE, TRIES, MusicPlayer, start_together, stem_files
from petard.game.ui.audio.sound_loader import SoundLoader
from petard.game.view.music_choice import LOBBY_MUSIC, STEMS, TITLE_MUSIC, MusicChoice, Stem, Track
from petard.game.view.music_mix import BARS, TRACK_FADE

ALL = MusicChoice(Track.SNOW, frozenset(Stem))
WAIT = 30.0  # seconds until a test gives up
RAMP = 1000  # samples of the loop of the test: 0, 1, 2 and so on


class LoopLoader(SoundLoader):
    """Has the loops that a test gives it. It has no thread, which would be in the mixer while the test ends that."""

    def request(self, names: Iterable[str]) -> None:
        """Load nothing."""


class Stage:
    """A player on the mixer, with loops that are made here, and a clock that the test moves."""

    def __init__(self, *tracks: Track, samples: int = RAMP) -> None:
        self.loader = LoopLoader()
        self.player = MusicPlayer(self.loader)
        self.now = 50.0
        ramp = array("h", [k // 2 % RAMP for k in range(2 * samples)])  # left and right
        for track in tracks:
            for name in stem_files(track):
                self.loader.sounds[name] = pygame.mixer.Sound(buffer=ramp.tobytes())

    def pictures(self, choice: MusicChoice, seconds: float = 1 / 60, volume: float = 1.0) -> None:
        for _ in range(max(1, round(seconds * 60))):
            self.player.update(choice, volume, self.now)
            self.now += 1 / 60

    def busy(self) -> list[int]:
        return [number for number in range(MUSIC_CHANNELS - 1) if pygame.mixer.Channel(number).get_busy()]

    def loud(self) -> dict[int, float]:
        """The channels that are heard, each with its volume."""
        volumes = {number: pygame.mixer.Channel(number).get_volume() for number in self.busy()}
        return {number: volume for number, volume in volumes.items() if volume}


@pytest.fixture
def _mixer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    yield from opened()


def opened() -> Iterator[None]:
    pygame.mixer.quit()
    audio = Audio(1.0, 1.0)
    assert audio.works
    yield
    audio.close()


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """The file into which SDL writes what is heard."""
    file = tmp_path / "heard.raw"
    monkeypatch.setenv("SDL_AUDIODRIVER", "disk")
    monkeypatch.setenv("SDL_DISKAUDIOFILE", str(file))
    monkeypatch.setenv("SDL_DISKAUDIODELAY", "1")  # milliseconds for a buffer of 12: faster than a device
    for _ in opened():
        yield file


def grows_by(file: Path, size: int) -> None:
    """Wait until SDL has written so many bytes more."""
    goal, ends_at = file.stat().st_size + size, time.monotonic() + WAIT
    while file.stat().st_size < goal:
        assert time.monotonic() < ends_at, "the mixer writes nothing"


def test_all_stems_are_in_step_to_the_sample_and_loop_without_a_gap(written: Path) -> None:
    stage = Stage(Track.SNOW)
    stage.pictures(ALL, 5.0)
    grows_by(written, 40 * RAMP)
    begin = written.stat().st_size
    grows_by(written, 400 * RAMP)
    pygame.mixer.quit()
    heard = array("h", written.read_bytes()[begin // 4096 * 4096 :])
    if sys.byteorder == "big":
        heard.byteswap()
    left = heard[0::2]
    assert heard[1::2] == left
    assert max(left) == 4 * (RAMP - 1), "four stems, each at the same place of its loop"
    assert {after - before for before, after in pairwise(left)} == {4, -4 * (RAMP - 1)}


class FakeChannel:
    """Counts what is asked of it. `filled`: how often the mixer fills a buffer between the starts."""

    def __init__(self, filled: int = 0) -> None:
        self.plays = self.stops = 0
        self._filled = filled

    def play(self, sound: object, loops: int = 0) -> None:
        self.plays += 1

    def stop(self) -> None:
        self.stops += 1

    def set_volume(self, volume: float) -> None: ...

    def get_busy(self) -> bool:
        return self.plays > self._filled


@pytest.mark.usefixtures("_mixer")
@pytest.mark.parametrize(("filled", "starts", "works"), [(0, 1, True), (2, 3, True), (TRIES, TRIES, False)])
def test_a_start_into_which_a_buffer_falls_is_done_again(filled: int, starts: int, works: bool) -> None:
    channels, probe = [FakeChannel() for _ in Stem], FakeChannel(filled)
    sounds = [pygame.mixer.Sound(buffer=bytes(400)) for _ in Stem]
    assert start_together(channels, sounds, probe) is works  # type: ignore[arg-type]
    assert {channel.plays for channel in channels} == {starts}
    assert {channel.stops for channel in channels} == {starts - works}


@pytest.mark.usefixtures("_mixer")
def test_only_the_calm_stem_is_heard_at_first_and_the_others_play_silently() -> None:
    stage = Stage(Track.SNOW)
    stage.pictures(MusicChoice(Track.SNOW), 2.0)
    assert len(stage.busy()) == len(Stem)
    assert list(stage.loud().values()) == [1.0]
    stage.pictures(ALL, 2.0)
    assert list(stage.loud().values()) == [1.0] * 4
    stage.pictures(ALL, volume=0.5)
    assert list(stage.loud().values()) == [0.5] * 4


@pytest.mark.usefixtures("_mixer")
def test_the_next_track_begins_on_a_bar_and_the_old_one_is_freed_when_it_has_faded() -> None:
    bar = 0.5
    stage = Stage(Track.TITLE, Track.LOBBY, samples=round(44100 * bar * BARS))
    stage.pictures(TITLE_MUSIC, 0.1)
    (title,) = stage.loud()
    stage.pictures(LOBBY_MUSIC, bar - 0.15)
    assert list(stage.loud()) == [title], "the bar is not over"
    stage.pictures(LOBBY_MUSIC, TRACK_FADE / 2 + 0.05)
    assert len(stage.loud()) == 2, "one fades out, one in"
    stage.pictures(LOBBY_MUSIC, TRACK_FADE)
    (lobby,) = stage.loud()
    assert lobby != title
    assert stage.busy() == [lobby]
    assert list(stage.loader.sounds) == stem_files(Track.LOBBY)


@pytest.mark.usefixtures("_mixer")
def test_back_to_the_track_that_just_leaves_plays_that_again() -> None:
    stage = Stage(Track.TITLE, Track.LOBBY)
    for choice in (TITLE_MUSIC, LOBBY_MUSIC):
        stage.pictures(choice, 0.4)
    stage.pictures(TITLE_MUSIC, 3.0)
    assert list(stage.loud().values()) == [1.0]
    assert list(stage.loader.sounds) == stem_files(Track.TITLE)


@pytest.mark.usefixtures("_mixer")
def test_a_track_that_was_chosen_for_a_moment_only_is_not_kept() -> None:
    stage = Stage(Track.TITLE)
    stage.pictures(TITLE_MUSIC, 0.5)
    stage.pictures(LOBBY_MUSIC)
    stage.pictures(TITLE_MUSIC)
    stage.loader.wait()
    stage.pictures(TITLE_MUSIC, 1.0)
    assert list(stage.loader.sounds) == stem_files(Track.TITLE)


@pytest.mark.usefixtures("_mixer")
def test_without_volume_nothing_is_loaded_and_a_muted_track_goes_on() -> None:
    stage = Stage()
    stage.pictures(TITLE_MUSIC, 1.0, volume=0.0)
    stage.loader.wait()
    assert stage.loader.sounds == {}
    stage = Stage(Track.TITLE)
    stage.pictures(TITLE_MUSIC, 1.0)
    stage.pictures(TITLE_MUSIC, 1.0, volume=0.0)
    assert stage.loud() == {}
    assert len(stage.busy()) == 1
    stage.pictures(TITLE_MUSIC)
    assert list(stage.loud().values()) == [1.0], "at once, since it never stopped"


@pytest.mark.usefixtures("_mixer")
def test_a_loud_sound_ducks_the_music() -> None:
    stage = Stage(Track.TITLE)
    stage.pictures(TITLE_MUSIC, 2.0)
    stage.player.ducking.heard("win", 1.0, stage.now)
    stage.pictures(TITLE_MUSIC, 0.2)
    assert 0 < max(stage.loud().values()) < 0.5
    stage.pictures(TITLE_MUSIC, 2.0)
    assert max(stage.loud().values()) == 1.0


@pytest.mark.usefixtures("_mixer")
def test_a_track_whose_file_is_broken_never_begins_and_the_one_before_goes_on() -> None:
    stage = Stage(Track.TITLE)
    stage.loader.sounds |= dict.fromkeys(stem_files(Track.SNOW))  # None: as the loader says of a broken file
    stage.pictures(TITLE_MUSIC, 1.0)
    stage.pictures(ALL, 3.0)
    assert len(stage.loud()) == 1


@pytest.mark.usefixtures("_mixer")
@pytest.mark.parametrize(
    "track", [Track.TITLE, *(pytest.param(track, marks=pytest.mark.long) for track in Track if track != Track.TITLE)]
)
def test_every_track_is_played_from_its_files(track: Track) -> None:
    audio = Audio(1.0, 1.0)
    audio.update(MusicChoice(track), 0.0)
    audio.loader.wait()
    for picture in range(1, 100):
        audio.update(MusicChoice(track), picture / 60)
    channels = [pygame.mixer.Channel(number) for number in range(PROBE)]
    assert sum(channel.get_busy() for channel in channels) == len(STEMS[track]), track
    assert [channel.get_volume() for channel in channels if channel.get_busy() and channel.get_volume()] == [1.0]
    audio.close()


def test_a_file_that_is_missing_or_broken_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    pygame.mixer.quit()
    audio = Audio(1.0)
    (tmp_path / "broken.ogg").write_bytes(b"OggS, but no more")
    monkeypatch.setattr("petard.game.ui.audio.sound_loader.path", lambda *parts: tmp_path.joinpath(*parts))
    audio.loader.request(["broken.ogg", "missing.ogg"])
    audio.loader.wait()
    assert audio.loader.sounds == {"broken.ogg": None, "missing.ogg": None}
    audio.close()


def test_a_sound_that_is_forgotten_before_it_is_loaded_is_not_loaded() -> None:
    loader = SoundLoader()
    loader.close()
    loader.request(["music/title-calm.ogg"])
    loader.forget(["music/title-calm.ogg"])
    assert loader.sounds == {}
