"""Synthesises sounds: tones, noise, and a last step that makes them equally loud and free of clicks.

A sound is a list of floats about -1..1 at RATE a second. Nothing is random: noise comes from a small
generator with a seed. Only make_sounds uses this.
"""

from collections.abc import Callable, Sequence
from math import exp, pi, sin, sqrt, tanh

RATE = 22050
END = 0.012  # seconds of fade-out, so that no note ends in a click
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


def loudness(sound: Sequence[float]) -> float:
    """The effective value of its loudest 50 ms."""
    window = RATE // 20
    squares = [s * s for s in sound] + [0.0] * window
    return max(sqrt(sum(squares[at : at + window]) / window) for at in range(0, len(sound), window // 2))


def finish(sound: Sound, level: float) -> list[int]:
    """16 bit samples of that loudness: peaks are bent and never cut, both ends are faded."""
    gain = level / loudness(sound)
    fade_in, fade_out = 0.002 * RATE, 0.012 * RATE
    out: list[int] = []
    for k, sample in enumerate(sound):
        edge = min(1.0, k / fade_in, (len(sound) - 1 - k) / fade_out)
        out.append(round(32767 * 0.9 * tanh(sample * gain / 0.9) * edge))
    return out
