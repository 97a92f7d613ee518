"""Synthesises sounds: tones, noise, and a last step that makes them equally loud and free of clicks.

A sound is a list of floats about -1..1 at RATE a second. Nothing is random: noise comes from a small
generator with a seed. Only make_sounds uses this.
"""

from collections.abc import Callable, Sequence
from math import exp, pi, sin, sqrt, tanh

from petard.assets.source.loudness import loudness

RATE = 22050
END = 0.012  # seconds of fade-out, so that no note ends in a click
PEAK = 0.9  # of full scale: no sample is higher
STEPS = 5  # to the gain that gives a loudness
Sound = list[float]
Wave = Callable[[float], float]


def sine(turns: float) -> float:
    """The purest wave; `turns` counts whole periods, as for the other waves."""
    return sin(2 * pi * turns)


def bell(turns: float) -> float:
    """A sine with a little of its octave and its third harmonic: a toy glockenspiel."""
    return 0.72 * sine(turns) + 0.2 * sine(2 * turns) + 0.08 * sine(3 * turns)


def reed(turns: float) -> float:
    """A soft square wave: the first odd harmonics only, so that it does not scratch."""
    return 0.8 * (sine(turns) + sine(3 * turns) / 3 + sine(5 * turns) / 6)


def tone(
    wave: Wave, seconds: float, start: float, end: float = 0, fall: float = 4, wobble: float = 0, rise: float = 0.004
) -> Sound:
    """A tone that slides from `start` to `end` Hz (0: stays) and falls as exp(-fall * t / seconds).

    `wobble` Hz of vibrato, seven times a second. `rise`: seconds until it is fully there.
    """
    out: Sound = []
    turns = 0.0
    count = round(seconds * RATE)
    for k in range(count):
        part = k / count
        pitch = start * ((end or start) / start) ** part + wobble * sine(7 * k / RATE)
        turns += pitch / RATE
        out.append(wave(turns) * exp(-fall * part) * min(1.0, k / (rise * RATE), (count - k) / (END * RATE)))
    return out


def noise(seconds: float, start: float, end: float, fall: float = 5, seed: int = 1) -> Sound:
    """A hiss without what is above `start` Hz, sinking to `end` Hz; falls as a tone does."""
    out: Sound = []
    low = lower = 0.0
    count = round(seconds * RATE)
    for k in range(count):
        part = k / count
        seed = (seed * 1103515245 + 12345) % 2**31
        cut = 1 - exp(-2 * pi * start * (end / start) ** part / RATE)
        low += cut * (seed / 2**30 - 1 - low)
        lower += cut * (low - lower)
        out.append(lower * exp(-fall * part) / sqrt(cut) * min(1.0, (count - k) / (END * RATE)))
    return out


def mix(*layers: tuple[float, float, Sound]) -> Sound:
    """Layers over each other: (when it starts in seconds, how loud, the sound)."""
    starts = [round(when * RATE) for when, _, _ in layers]
    out = [0.0] * max(at + len(sound) for at, (_, _, sound) in zip(starts, layers, strict=True))
    for at, (_, gain, sound) in zip(starts, layers, strict=True):
        for k, sample in enumerate(sound):
            out[at + k] += gain * sample
    return out


def notes(wave: Wave, tune: Sequence[tuple[float, float, float]], fall: float = 4) -> Sound:
    """A tune of (when, pitch in Hz, seconds)."""
    return mix(*((when, 1.0, tone(wave, seconds, pitch, fall=fall)) for when, pitch, seconds in tune))


def retuned(sound: Sound, factor: float) -> Sound:
    """The same sound played faster (factor > 1: higher and shorter) or slower; between two samples, a straight line."""
    last = len(sound) - 1
    out: Sound = []
    for k in range(int(last / factor) + 1):
        place = int(k * factor)
        part = k * factor - place
        out.append(sound[place] * (1 - part) + sound[min(place + 1, last)] * part)
    return out


def finish(sound: Sound, lufs: float) -> list[int]:
    """16 bit samples of that loudness: peaks are bent and never cut, both ends are faded.

    Bending costs loudness, so the gain is found in a few steps.
    """
    fade_in, fade_out = 0.002 * RATE, END * RATE
    faded = [s * min(1.0, k / fade_in, (len(sound) - 1 - k) / fade_out) for k, s in enumerate(sound)]
    gain = 1.0
    for _ in range(STEPS):
        bent = [PEAK * tanh(s * gain / PEAK) for s in faded]
        gain *= 10 ** ((lufs - loudness(bent, RATE)) / 20)
    return [round(32767 * PEAK * tanh(s * gain / PEAK)) for s in faded]
