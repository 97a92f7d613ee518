"""Measures how loud people hear a sound: momentary loudness by Recommendation ITU-R BS.1770-5, in LUFS.

The sound goes through two filters: one lifts what the head reflects (above some 2 kHz), one takes away what is hardly
heard (below some 60 Hz). Then the power of each 400 ms counts. A sine of 997 Hz at full scale has -3.01 LUFS.

Source: the Recommendation lists the coefficients for 48 kHz only. For other rates they are computed from the same
analogue filters, as in B. De Man, "Evaluation of Implementations of the EBU R128 Loudness Measurement" (AES 145, 2018).
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import inf, log10, pi, tan
from typing import NamedTuple

WINDOW = 0.4  # seconds
STEP = 0.01  # seconds from one window to the next
OFFSET = -0.691  # dB: what the filters add at 997 Hz, with the sign changed


class Biquad(NamedTuple):
    """A filter with two poles: y = b0 x + b1 x' + b2 x'' - a1 y' - a2 y'' (one dash: the sample before)."""

    b0: float
    b1: float
    b2: float
    a1: float
    a2: float

    def filtered(self, samples: Iterable[float]) -> list[float]:
        b0, b1, b2, a1, a2 = self
        first = second = 0.0  # what earlier samples add (transposed direct form II)
        out: list[float] = []
        for x in samples:
            y = b0 * x + first
            first = b1 * x - a1 * y + second
            second = b2 * x - a2 * y
            out.append(y)
        return out


def head_filter(rate: float) -> Biquad:
    """Return the first filter, a shelf of +4 dB for the upper range.

    >>> [round(value, 8) for value in head_filter(48000)]
    [1.53512486, -2.69169619, 1.19839281, -1.69065929, 0.73248077]
    """
    k, q = tan(pi * 1681.974450955533 / rate), 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    middle = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    return Biquad(
        (high + middle * k / q + k * k) / a0,
        2 * (k * k - high) / a0,
        (high - middle * k / q + k * k) / a0,
        2 * (k * k - 1) / a0,
        (1 - k / q + k * k) / a0,
    )


def bass_filter(rate: float) -> Biquad:
    """Return the second filter, which takes the lowest range away.

    >>> [round(value, 8) for value in bass_filter(48000)]
    [1.0, -2.0, 1.0, -1.99004745, 0.99007225]
    """
    k, q = tan(pi * 38.13547087602444 / rate), 0.5003270373238773
    a0 = 1 + k / q + k * k
    return Biquad(1.0, -2.0, 1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0)


def loudness_windows(channels: Sequence[Sequence[float]], rate: int) -> list[float]:
    """Return the power of each window of 400 ms, after the filters; all channels together.

    `channels`: one for mono, two for stereo; samples from -1 to 1. A shorter sound is padded with silence to 400 ms.
    """
    length, step = round(WINDOW * rate), max(1, round(STEP * rate))
    total = [0.0] * (max(length, len(channels[0])) + 1)
    for channel in channels:
        padded = [*channel, *[0.0] * (length - len(channel))]
        heard = bass_filter(rate).filtered(head_filter(rate).filtered(padded))
        for place, power in enumerate(accumulate((y * y for y in heard), initial=0.0)):
            total[place] += power
    return [(total[at + length] - total[at]) / length for at in range(0, len(total) - length, step)]


def loudness(samples: Sequence[float], rate: int) -> float:
    """Return the loudest momentary loudness of a mono sound, in LUFS; -inf for silence.

    >>> from math import sin
    >>> round(loudness([sin(2 * pi * 997 * k / 48000) for k in range(48000)], 48000), 2)
    -3.01
    """
    power = max(loudness_windows([samples], rate))
    return OFFSET + 10 * log10(power) if power > 1e-15 else -inf
