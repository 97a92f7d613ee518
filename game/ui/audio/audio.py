"""Plays sounds and music where this machine can; elsewhere everything here does nothing.

Rule 1: without a device, a driver, a mixer or a file there is silence, never an exception.
Rule 2: a sound is played at the place of its event: left, middle or right.
Rule 3: one sound is started at most SAME_MOST times in SAME_WINDOW, so that ten blasts do not distort.
Rule 4: the variants of a sound take turns, so that no two blasts in a row are the same.
Rule 5: nothing is decoded here: files are loaded in a thread, from the first `update` on. Until then there is silence.
"""

from collections import deque
from collections.abc import Iterable

import pygame

from petard.assets import path
from petard.game.ui.audio.music_player import MUSIC_CHANNELS, MusicPlayer
from petard.game.ui.audio.sound_loader import SoundLoader
from petard.game.view.cues import Cue, Sound
from petard.game.view.music_choice import MusicChoice

CHANNELS = 24  # for sounds
SAME_MOST = 3
SAME_WINDOW = 0.05  # seconds
VARIANTS = 3


class Audio:
    """The sounds and the music. `volume` and `music_volume`: from 0 (silent) to 1; they may be changed at any time."""

    def __init__(self, volume: float, music_volume: float = 0.0) -> None:
        self.volume, self.music_volume = volume, music_volume
        self.works = _open_device()
        self.loader = SoundLoader()
        self._music = MusicPlayer(self.loader)
        self._is_loading = False
        self._started: dict[str, deque[float]] = {}  # by name: when it was started last
        self._turns: dict[str, int] = {}  # by name: how often it was started

    def update(self, choice: MusicChoice, now: float, is_hushed: bool = False) -> None:
        """Play this music. Call it once a picture, after drawing: the first call starts to load the sounds.

        `is_hushed`: a menu lies over the screen of that music, which is quieter then.
        """
        if self.works:
            if not self._is_loading:
                self._is_loading = True
                self.loader.request(f"sounds/{file.name}" for file in sorted(path("sounds").glob("*.wav")))
            self._music.ducking.hush(is_hushed, now)
            self._music.update(choice, self.music_volume, now)

    def play_cues(self, cues: Iterable[Cue], now: float) -> None:
        for cue in cues:
            if isinstance(cue, Sound):
                self.play(cue.name, now, cue.pan, cue.volume)

    def play(self, name: str, now: float, pan: float = 0.0, volume: float = 1.0) -> None:
        """Start a sound. `pan` from -1 (left) to 1 (right); an unknown name is silence."""
        loud = self.volume * volume
        if not self.works or loud <= 0 or not self._may_start(name, now):
            return
        self._turns[name] = self._turns.get(name, -1) + 1
        sound = self.loader.sounds.get(f"sounds/{name}.{self._turns[name] % VARIANTS + 1}.wav")
        channel = sound.play() if sound else None
        if channel:
            channel.set_volume(loud * min(1.0, 1.0 - pan), loud * min(1.0, 1.0 + pan))
            self._music.ducking.heard(name, volume, now)

    def close(self) -> None:
        if self.works:
            self.works = False
            self.loader.close()
            pygame.mixer.quit()

    def _may_start(self, name: str, now: float) -> bool:
        started = self._started.setdefault(name, deque(maxlen=SAME_MOST))
        if len(started) == SAME_MOST and now - started[0] < SAME_WINDOW:
            return False
        started.append(now)
        return True


def _open_device() -> bool:
    """Return True if sounds can be played. A build without `pygame.mixer` raises NotImplementedError on access."""
    try:
        if not pygame.mixer.get_init():
            # Whatever the device has: SDL converts the sum, not each file, so that a loop has no seam.
            pygame.mixer.init(frequency=44100, size=-16, channels=2, buffer=512, allowedchanges=0)
        pygame.mixer.set_num_channels(MUSIC_CHANNELS + CHANNELS)
        pygame.mixer.set_reserved(MUSIC_CHANNELS)  # the first ones; a sound is never played there
    except (pygame.error, NotImplementedError, AttributeError):
        return False
    return True
