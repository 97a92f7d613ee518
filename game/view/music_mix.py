"""How loud each stem of a track is at each moment: it comes and goes on a bar, and loud sounds duck the music.

Rule 1: times are seconds of the one clock that the caller passes as `now`; volumes are from 0 to 1.
Rule 2: a fade is linear in power, not in amplitude: while one track fades out and another in, the sum stays as loud.
Rule 3: bars are counted on the clock of this computer. That of the sound card differs by less than 0.1 %, which is not
        heard; and stems never depend on it, since they are played together from the start, the silent ones too.
"""

from collections.abc import Collection
from dataclasses import dataclass
from math import ceil, sqrt

from petard.game.view.music_choice import STEMS, Stem, Track

BARS = 16  # in the loop of every track
STEM_FADE = 0.25  # seconds in which a stem comes in: fast, so that it is there with its first beat
STEM_END = 1.0  # and in which it goes
TRACK_FADE = 0.8  # seconds in which a track comes or goes
# The loud sounds, and what part of its volume the music keeps while they begin.
DUCKED = {
    "blast-big": 0.6,
    "death-own": 0.35,
    "go": 0.6,
    "double": 0.7,
    "photo-finish": 0.5,
    "hurry": 0.5,
    "last-two": 0.6,
    "win": 0.3,
    "lost": 0.4,
    "draw": 0.4,
    "champion": 0.25,
}
HUSHED, HUSH_TIME = 0.4, 0.3  # what it keeps behind a menu; seconds to get there and back
DUCK_HOLD, DUCK_BACK = 0.35, 0.8  # seconds; the music stays down, then comes back
DUCK_DOWN = 0.04  # seconds; slower than a click, faster than it is noticed


@dataclass(frozen=True, slots=True)
class Fade:
    """A volume that changes from `before` to `after`, beginning at `begins`, for `seconds`."""

    begins: float
    seconds: float
    before: float
    after: float

    def volume(self, now: float) -> float:
        """The volume at a time.

        >>> fade = Fade(10.0, 2.0, 0.0, 1.0)
        >>> fade.volume(9.0), round(fade.volume(11.0), 3), fade.volume(12.5)
        (0.0, 0.707, 1.0)
        """
        if now >= self.begins + self.seconds:
            return self.after
        part = max(0.0, (now - self.begins) / self.seconds)
        return sqrt(self.before**2 + (self.after**2 - self.before**2) * part)


SILENT = Fade(0.0, 1.0, 0.0, 0.0)


class TrackMix:
    """The volumes of one track while it is played."""

    def __init__(self, track: Track, seconds: float, now: float, is_first: bool = False) -> None:
        """`seconds`: the length of its loop. `is_first`: no other track was played before, so it comes in slowly."""
        self.track = track
        self._bar = seconds / BARS
        self._began = now
        self._fades = dict.fromkeys(STEMS[track], SILENT)
        self._fades[Stem.CALM] = Fade(now, TRACK_FADE if is_first else STEM_FADE, 0.0, 1.0)
        self._out = Fade(now, 1.0, 1.0, 1.0)

    def next_bar(self, now: float) -> float:
        """When the next bar begins; now, if one begins just now."""
        return self._began + ceil((now - self._began) / self._bar - 1e-6) * self._bar

    def set_stems(self, stems: Collection[Stem], now: float) -> None:
        """Let stems come and go, from the next bar on. Call it as often as you like."""
        for stem, fade in self._fades.items():
            wanted = 1.0 if stem in stems else 0.0
            if fade.after != wanted:
                seconds = STEM_FADE if wanted else STEM_END
                self._fades[stem] = Fade(self.next_bar(now), seconds, fade.volume(now), wanted)

    def end(self, now: float) -> None:
        """Fade the whole track out."""
        self._out = Fade(now, TRACK_FADE, self._out.volume(now), 0.0)

    def is_over(self, now: float) -> bool:
        return self._out.volume(now) == 0.0

    def volumes(self, now: float) -> list[float]:
        """The volume of each of its stems, in the order of STEMS."""
        out = self._out.volume(now)
        return [out * fade.volume(now) for fade in self._fades.values()]


class Ducking:
    """Lowers the music for a moment when a loud sound begins, so that both are heard, and while a menu is open."""

    def __init__(self) -> None:
        self._down = self._back = self._hush = Fade(0.0, 1.0, 1.0, 1.0)

    def hush(self, is_hushed: bool, now: float) -> None:
        """Follow whether a menu lies over a match. Call it as often as you like."""
        wanted = HUSHED if is_hushed else 1.0
        if self._hush.after != wanted:
            self._hush = Fade(now, HUSH_TIME, self._hush.volume(now), wanted)

    def heard(self, name: str, volume: float, now: float) -> None:
        """Note that a sound begins. `volume`: of the sound; a quiet one ducks less."""
        kept = 1.0 - (1.0 - DUCKED.get(name, 1.0)) * min(1.0, volume)
        before = self._ducked(now)
        if kept < before:
            self._down = Fade(now, DUCK_DOWN, before, kept)
            self._back = Fade(now + DUCK_DOWN + DUCK_HOLD, DUCK_BACK, kept, 1.0)

    def gain(self, now: float) -> float:
        """The part of its volume that the music has."""
        return self._ducked(now) * self._hush.volume(now)

    def _ducked(self, now: float) -> float:
        return self._back.volume(now) if now >= self._back.begins else self._down.volume(now)
