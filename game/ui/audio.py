"""Plays sounds where this machine can; elsewhere everything here does nothing.

Rule 1: without a device, a driver, a mixer or a file there is silence, never an exception.
Rule 2: a sound is played at the place of its event: left, middle or right.
Rule 3: one sound is started at most SAME_MOST times in SAME_WINDOW, so that ten blasts do not distort.
"""

from collections import deque
from collections.abc import Iterable
from contextlib import suppress

import pygame

from petard.assets import path
from petard.game.view.cues import Cue, Sound

CHANNELS = 24
SAME_MOST = 3
SAME_WINDOW = 0.05  # seconds


class Audio:
    """All the sounds, loaded at the start, so that the first blast does not wait for its file."""

    def __init__(self, volume: float) -> None:
        """`volume` from 0 (silent) to 1."""
        self.volume = volume
        self.works = _open_device()
        self.sounds = _load_all() if self.works else {}  # by name
        self._started: dict[str, deque[float]] = {}

    def play_cues(self, cues: Iterable[Cue], now: float) -> None:
        for cue in cues:
            if isinstance(cue, Sound):
                self.play(cue.name, now, cue.pan, cue.volume)

    def play(self, name: str, now: float, pan: float = 0.0, volume: float = 1.0) -> None:
        """Start a sound. `pan` from -1 (left) to 1 (right); an unknown name is silence."""
        loud = self.volume * volume
        if not self.works or loud <= 0 or not self._may_start(name, now):
            return
        sound = self.sounds.get(name)
        channel = sound.play() if sound else None
        if channel:
            channel.set_volume(loud * min(1.0, 1.0 - pan), loud * min(1.0, 1.0 + pan))

    def close(self) -> None:
        if self.works:
            self.works = False
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
            pygame.mixer.init(frequency=44100, size=-16, channels=2, buffer=512)
        pygame.mixer.set_num_channels(CHANNELS)
    except (pygame.error, NotImplementedError, AttributeError):
        return False
    return True


def _load_all() -> dict[str, pygame.mixer.Sound]:
    sounds: dict[str, pygame.mixer.Sound] = {}
    for file in sorted(path("sounds").glob("*.wav")):
        with suppress(pygame.error, OSError):
            sounds[file.stem] = pygame.mixer.Sound(str(file))
    return sounds
