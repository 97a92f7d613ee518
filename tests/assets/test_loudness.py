"""The meter measures what Recommendation ITU-R BS.1770-5 says."""

from math import inf, pi, sin

import pytest

from petard.assets.source.loudness import bass_filter, head_filter, loudness, loudness_windows

# The tables 1 and 2 of the Recommendation, for 48 kHz: b0, b1, b2, a1, a2.
HEAD = (1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585)
BASS = (1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621)


def sine(hertz: float, seconds: float, rate: int = 48000, level: float = 1.0) -> list[float]:
    return [level * sin(2 * pi * hertz * k / rate) for k in range(round(seconds * rate))]


def test_at_48_khz_the_filters_are_those_in_the_tables_of_the_recommendation() -> None:
    assert head_filter(48000) == pytest.approx(HEAD, abs=1e-9)
    assert bass_filter(48000) == pytest.approx(BASS, abs=1e-9)


@pytest.mark.parametrize("rate", [22050, 44100, 48000])
def test_a_sine_of_997_hertz_at_full_scale_has_minus_3_01_at_any_rate(rate: int) -> None:
    assert loudness(sine(997, 0.6, rate), rate) == pytest.approx(-3.01, abs=0.05)


def test_a_tenth_of_the_amplitude_is_20_lu_less() -> None:
    assert loudness(sine(997, 0.5, level=0.1), 48000) == pytest.approx(-23.01, abs=0.02)


def test_a_short_sound_is_measured_as_if_silence_followed() -> None:
    half = loudness(sine(997, 0.2), 48000)
    assert half == pytest.approx(-6.02, abs=0.1)
    assert half == pytest.approx(loudness([*sine(997, 0.2), *[0.0] * 48000], 48000), abs=0.01)


def test_the_loudest_moment_counts_wherever_it_is() -> None:
    sound = [*[0.0] * 30000, *sine(997, 0.5), *[0.0] * 30000]
    assert loudness(sound, 48000) == pytest.approx(-3.01, abs=0.05)


def test_low_notes_count_less_and_high_notes_more() -> None:
    low, middle, high = (loudness(sine(hertz, 0.5), 48000) for hertz in (30, 997, 4000))
    assert low < middle - 6
    assert middle + 2 < high < middle + 5


def test_two_channels_are_3_lu_louder_than_one() -> None:
    one, two = (max(loudness_windows([sine(997, 0.5)] * count, 48000)) for count in (1, 2))
    assert two == pytest.approx(2 * one)


def test_silence_has_no_loudness() -> None:
    assert loudness([0.0] * 1000, 48000) == -inf
