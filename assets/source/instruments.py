"""The instruments of the music: how one note, and one stroke on a drum, becomes samples.

A note is a wave that repeats (its harmonics are its colour), times an envelope (how it begins, fades and ends).

Rule 1: only + - * / of floats and whole numbers. These give the same bits on every computer, unlike sin, exp and pow of
        its C library, so the samples of a song can be compared by a digest (make_music).
Rule 2: nothing is random: noise comes from a small generator with a seed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, pairwise, repeat
from operator import mul

RATE = 44100  # samples a second
SIZE = 4096  # samples of one period in a table; a power of two
SEMITONE = 1.0594630943592953  # the twelfth root of two
LN2 = 0.6931471805599453
Samples = list[float]


def _sine_table() -> Samples:
    """One period of a sine, by turning a hand of length 1 in SIZE equal steps."""
    cosine, sine = 0.9999988234517019, 0.0015339801862847655  # of one step, 2 pi / SIZE
    x, y = 1.0, 0.0
    table: Samples = []
    for _ in range(SIZE):
        table.append(y)
        x, y = x * cosine - y * sine, x * sine + y * cosine
    return table


SINE = _sine_table()


@dataclass(frozen=True, slots=True)
class Instrument:
    """How notes sound. Times in seconds."""

    harmonics: tuple[float, ...]  # how strong each multiple of the pitch is, the pitch itself first
    attack: float = 0.004  # until the note is fully there
    half: float = 0.25  # until it has half its strength
    keep: float = 0.0  # the part of its strength that does not fade while the note is held
    release: float = 0.06  # from the end of the note to silence
    vibrato: float = 0.0  # how far the pitch swings, as a part of it
    detune: float = 0.0  # a second voice is so much higher, as a part of the pitch: a wider sound


PULSE = Instrument((0.71, 0.5, 0.24, 0.0, -0.14, -0.17, -0.10, 0.0, 0.08, 0.10), 0.003, 0.18, 0.35, vibrato=0.006)
SQUARE = Instrument((1, 0, 0.33, 0, 0.2, 0, 0.14, 0, 0.11), 0.003, 0.09, 0.0, 0.03)
BASS = Instrument((1, 0.35, 0.22, 0.1, 0.06), 0.003, 0.2, 0.3, 0.03)
ROUND_BASS = Instrument((1, 0.25, 0.05), 0.006, 0.3, 0.4, 0.05)
PAD = Instrument((1, 0.5, 0.3, 0.2, 0.1, 0.06), 0.12, 0.6, 0.7, 0.25, detune=0.006)
FLUTE = Instrument((1, 0.28, 0.08, 0.03), 0.04, 0.5, 0.7, 0.12, vibrato=0.009)
HARP = Instrument((1, 0.6, 0.35, 0.25, 0.12, 0.08, 0.04), 0.002, 0.16, 0.0, 0.2)
MARIMBA = Instrument((1, 0.0, 0.0, 0.4, 0.0, 0.0, 0.0, 0.0, 0.0, 0.12), 0.002, 0.09, 0.0, 0.12)
CELESTA = Instrument((1, 0.08, 0.0, 0.3, 0.0, 0.0, 0.1), 0.002, 0.3, 0.0, 0.5)
PIANO = Instrument((1, 0.45, 0.12, 0.16, 0.05, 0.02), 0.003, 0.35, 0.15, 0.12)
BRASS = Instrument((1, 0.8, 0.6, 0.45, 0.3, 0.2, 0.12, 0.08), 0.025, 0.3, 0.6, 0.06, detune=0.004)


@cache
def wave(harmonics: tuple[float, ...]) -> Samples:
    """Return one period of these harmonics together, its highest sample 1."""
    table = [0.0] * SIZE
    for number, strength in enumerate(harmonics, 1):
        if strength:
            table = [value + strength * SINE[k * number % SIZE] for k, value in enumerate(table)]
    peak = max(map(abs, table))
    return [value / peak for value in table]


def pitch(note: int) -> float:
    """Return the frequency of a note, in Hz; 69 is the A above middle C.

    >>> pitch(69), pitch(57), round(pitch(60), 1)
    (440.0, 220.0, 261.6)
    """
    hertz, steps = 440.0, note - 69
    while steps >= 12:
        hertz, steps = hertz * 2, steps - 12
    while steps < 0:
        hertz, steps = hertz / 2, steps + 12
    for _ in range(steps):
        hertz *= SEMITONE
    return hertz


def fading(count: int, half: float) -> Iterable[float]:
    """Yield `count` values that fall from 1, to half in each `half` seconds."""
    return accumulate(repeat(1 - LN2 / (half * RATE), count - 1), mul, initial=1.0)


@lru_cache(maxsize=2048)
def play(instrument: Instrument, note: int, held: int) -> Samples:
    """Return a note that is held for so many samples, and then released."""
    count = held + round(instrument.release * RATE)
    sound = _voice(instrument, pitch(note), count)
    if instrument.detune:
        second = _voice(instrument, pitch(note) * (1 + instrument.detune), count)
        sound = [(one + other) / 2 for one, other in zip(sound, second, strict=True)]
    keep, gone = instrument.keep, 1 - instrument.keep
    sound = [value * (keep + gone * level) for value, level in zip(sound, fading(count, instrument.half), strict=True)]
    rise = max(1, round(instrument.attack * RATE))
    sound[:rise] = [value * k / rise for k, value in enumerate(sound[:rise])]
    sound[held:] = [value * (count - k) / (count - held) for k, value in enumerate(sound[held:], held)]
    return sound


def _voice(instrument: Instrument, hertz: float, count: int) -> Samples:
    """The bare wave at a pitch, which swings after a moment if the instrument has a vibrato."""
    table, step = wave(instrument.harmonics), hertz * SIZE / RATE
    if not instrument.vibrato:
        return [table[int(k * step) % SIZE] for k in range(count)]
    turn, late = 5.5 * SIZE / RATE, RATE // 3  # 5.5 swings a second, fully there after a third of one
    swing = (instrument.vibrato * min(1.0, k / late) * SINE[int(k * turn) % SIZE] for k in range(count - 1))
    phases = accumulate((step * (1 + part) for part in swing), initial=0.0)
    return [table[int(phase) % SIZE] for phase in phases]


def hiss(seconds: float, half: float, low: float, seed: int = 1) -> Samples:
    """Return noise that fades. `low`: from 0 (all of it) to near 1 (only the deep part)."""
    out: Samples = []
    smooth = 0.0
    for level in fading(round(seconds * RATE), half):
        seed = (seed * 1103515245 + 12345) % 2**31
        smooth += (1 - low) * (seed / 2**30 - 1 - smooth)
        out.append(smooth * level)
    return out


def sharp(sound: Samples) -> Samples:
    """Take the deep part of a sound away: each sample less the one before."""
    return [after - before for before, after in pairwise([0.0, *sound])]


def drop(seconds: float, half: float, start: float, end: float, fall: float) -> Samples:
    """Return a sine that sinks from `start` to `end` Hz, half the way in each `fall` seconds: the skin of a drum."""
    count = round(seconds * RATE)
    hertz = (end + (start - end) * part for part in fading(count - 1, fall))
    phases = accumulate((value * SIZE / RATE for value in hertz), initial=0.0)
    return [SINE[int(phase) % SIZE] * level for phase, level in zip(phases, fading(count, half), strict=True)]


def layers(*parts: tuple[float, Samples]) -> Samples:
    """Return sounds over each other, each with its strength; the end is faded, so that it does not click."""
    out = [0.0] * max(len(sound) for _, sound in parts)
    for strength, sound in parts:
        out[: len(sound)] = [before + strength * value for before, value in zip(out, sound, strict=False)]
    tail = min(len(out), RATE // 100)
    out[-tail:] = [value * (tail - k) / tail for k, value in enumerate(out[-tail:], 1)]
    return out


def metal(seconds: float, half: float, pitches: tuple[float, ...]) -> Samples:
    """Return tones that are in no harmony: something of metal."""
    count = round(seconds * RATE)
    tones = [[SINE[int(k * hertz * SIZE / RATE) % SIZE] for k in range(count)] for hertz in pitches]
    return layers(*((1 / len(tones), [v * f for v, f in zip(one, fading(count, half), strict=True)]) for one in tones))


DRUMS: dict[str, Callable[[], Samples]] = {
    "kick": lambda: layers((1.0, drop(0.3, 0.07, 150, 46, 0.018)), (0.2, hiss(0.02, 0.004, 0.5))),
    "snare": lambda: layers((0.55, drop(0.16, 0.04, 260, 180, 0.02)), (0.8, hiss(0.22, 0.05, 0.35, 3))),
    "brush": lambda: layers((0.7, sharp(hiss(0.2, 0.05, 0.5, 5)))),
    "clap": lambda: layers(*((0.6, [0.0] * (at * RATE // 1000) + hiss(0.16, 0.02, 0.4, 7 + at)) for at in (0, 11, 23))),
    "hat": lambda: layers((0.45, sharp(hiss(0.07, 0.012, 0.0, 11)))),
    "open": lambda: layers((0.4, sharp(hiss(0.32, 0.08, 0.0, 13)))),
    "shaker": lambda: layers((0.5, sharp(hiss(0.1, 0.025, 0.2, 17)))),
    "crash": lambda: layers((0.45, sharp(hiss(1.6, 0.35, 0.1, 19))), (0.1, metal(1.6, 0.3, (3170.0, 4630.0, 5410.0)))),
    "low": lambda: layers((1.0, drop(0.4, 0.1, 130, 74, 0.04)), (0.15, hiss(0.05, 0.01, 0.6, 23))),
    "high": lambda: layers((0.9, drop(0.3, 0.08, 220, 130, 0.04)), (0.15, hiss(0.05, 0.01, 0.5, 29))),
    "wood": lambda: layers((0.8, metal(0.09, 0.014, (880.0, 1318.5)))),
    "clank": lambda: layers((0.7, metal(0.4, 0.07, (523.3, 791.0, 1240.0, 1987.0))), (0.3, hiss(0.04, 0.008, 0.2, 31))),
    "sleigh": lambda: layers(
        (0.6, metal(0.16, 0.035, (5274.0, 6272.0, 7902.0))), (0.3, sharp(hiss(0.12, 0.03, 0, 37)))
    ),
}


@cache
def strike(drum: str) -> Samples:
    """Return one stroke on a drum."""
    return DRUMS[drum]()
