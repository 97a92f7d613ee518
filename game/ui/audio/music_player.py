"""Plays the music: all stems of a track together, and never more than two tracks, one of which is leaving.

Rule 1: what is heard when is decided in game/view/music_mix.py; here volumes become calls of the mixer.
Rule 2: the stems of a track start in the same buffer of the mixer, and so stay together to the sample: each loops by
        itself, and all have the same length. A silent stem is played, too; it is only turned up.

pygame starts one channel at a time, and cannot say where a channel is. Between two starts the mixer's thread may fill
a buffer: then the second stem is late by 512 samples (12 ms), for ever. That happens to one start in a thousand, and
`start_together` finds out: it first starts a probe, a sound of one sample. If the probe is still being played when all
stems are, no buffer was filled between them; else everything is stopped and started again.

The other ways were tried or looked up: `Channel.queue` begins the next sound with the next buffer, so there is a gap at
each bar; `pygame.mixer.music` has one stream only; mixing in Python takes more than a picture has time for.
"""

from collections.abc import Sequence

import pygame

from petard.game.ui.audio.sound_loader import SoundLoader
from petard.game.view.music_choice import STEMS, MusicChoice, Stem, Track
from petard.game.view.music_mix import Ducking, TrackMix

DECKS = 2  # tracks at the same time
PROBE = DECKS * len(Stem)  # its channel; the stems of the decks have those before it
MUSIC_CHANNELS = PROBE + 1
TRIES = 8
STEPS = 128  # of a volume in the mixer
FRAME = 4  # bytes of one sample: 16 bit, stereo


class MusicPlayer:
    """Plays what is chosen. It loads a track when that is first chosen, and frees it when it has faded out."""

    def __init__(self, loader: SoundLoader) -> None:
        self.ducking = Ducking()
        self._loader = loader
        self._mix: TrackMix | None = None  # what is played
        self._leaving: TrackMix | None = None  # what fades out
        self._deck = 0  # on which `_mix` is played; `_leaving` is on the other one
        self._next: Track | None = None  # requested from the loader
        self._begins_at: float | None = None  # when `_next` begins, once it is loaded
        self._set: dict[int, int] = {}  # the volume that each channel has, in STEPS

    def update(self, choice: MusicChoice, volume: float, now: float) -> None:
        """Follow the choice. Call it once a picture; `volume` from 0 to 1. Without any volume, nothing is loaded."""
        if self._leaving and self._leaving.is_over(now):
            self._stop(self._leaving.track, 1 - self._deck)
            self._leaving = None
        if volume > 0 or self._mix:
            self._follow(choice.track, now)
        if self._mix and self._mix.track is choice.track:
            self._mix.set_stems(choice.stems, now)
        loud = volume * self.ducking.gain(now)
        for deck, mix in ((self._deck, self._mix), (1 - self._deck, self._leaving)):
            for place, part in enumerate(mix.volumes(now) if mix else ()):
                self._set_volume(deck * len(Stem) + place, loud * part)

    def _follow(self, track: Track, now: float) -> None:
        """Load another track, and change to it on the next bar of this one. A track without a file never begins."""
        if track is not self._next:
            self._forget_next()
            self._next, self._begins_at = track, None
            self._loader.request(stem_files(track))
        if self._leaving or (self._mix and self._mix.track is track):
            return
        stems = [self._loader.sounds.get(name) for name in stem_files(track)]
        sounds = [sound for sound in stems if sound]
        if len(sounds) < len(stems):
            return
        if self._begins_at is None:
            self._begins_at = self._mix.next_bar(now) if self._mix else now
        if now >= self._begins_at:
            self._start(track, sounds, now)

    def _start(self, track: Track, stems: Sequence[pygame.mixer.Sound], now: float) -> None:
        deck = 1 - self._deck
        first = deck * len(Stem)
        channels = [pygame.mixer.Channel(first + place) for place in range(len(stems))]
        if not start_together(channels, stems, pygame.mixer.Channel(PROBE)):
            return  # the next picture tries again
        self._set.update((first + place, 0) for place in range(len(stems)))
        if self._mix:
            self._mix.end(now)
        mix = TrackMix(track, stems[0].get_length(), now, is_first=self._mix is None)
        self._mix, self._leaving, self._deck = mix, self._mix, deck

    def _forget_next(self) -> None:
        """Free a track that was requested and is not played."""
        played = {mix.track for mix in (self._mix, self._leaving) if mix}
        if self._next is not None and self._next not in played:
            self._loader.forget(stem_files(self._next))

    def _stop(self, track: Track, deck: int) -> None:
        for place in range(len(STEMS[track])):
            pygame.mixer.Channel(deck * len(Stem) + place).stop()
        if track is not self._next:
            self._loader.forget(stem_files(track))

    def _set_volume(self, channel: int, volume: float) -> None:
        step = round(volume * STEPS)
        if self._set.get(channel) != step:
            self._set[channel] = step
            pygame.mixer.Channel(channel).set_volume(step / STEPS)


def stem_files(track: Track) -> list[str]:
    """Return the files of a track, one for each stem.

    >>> stem_files(Track.LOBBY)
    ['music/lobby-calm.ogg']
    """
    return [f"music/{track}-{stem}.ogg" for stem in STEMS[track]]


def start_together(
    channels: Sequence[pygame.mixer.Channel], sounds: Sequence[pygame.mixer.Sound], probe: pygame.mixer.Channel
) -> bool:
    """Start one sound on each channel, silent and looping, all with the same sample; False if that did not succeed.

    `probe`: a channel that is free (see the head of this file).
    """
    sample = pygame.mixer.Sound(buffer=bytes(FRAME))
    for sound in sounds:
        sound.set_volume(0.0)  # `Channel.play` sets the channel to full volume for a moment
    for _ in range(TRIES):
        probe.play(sample)
        for channel, sound in zip(channels, sounds, strict=True):
            channel.play(sound, loops=-1)
            channel.set_volume(0.0)
        if probe.get_busy():
            break
        for channel in channels:
            channel.stop()
    else:
        return False
    for sound in sounds:
        sound.set_volume(1.0)
    return True
