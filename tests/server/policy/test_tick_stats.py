"""The figures in the last line of the log."""

import pytest

from petard.server.policy.tick_stats import TickStats


def test_regular_ticks_have_equal_intervals() -> None:
    beats = TickStats()
    for tick in range(61):
        beats.add(1, people=2, now=100 + tick / 60)
    assert beats.ticks == 60
    assert beats.percentile(99) == pytest.approx(1 / 60, abs=0.0001)
    assert beats.summary(cpu=0.0012) == (
        "60 ticks, 60.00 a second; interval p50 16.7 ms, p99 16.7 ms, max 16.7 ms; 10.0 us of CPU per player and tick"
    )


def test_one_late_tick_in_a_hundred_shows_in_the_longest_only() -> None:
    beats = TickStats()
    for tick in range(200):
        beats.add(1, people=1, now=tick / 60)
    beats.add(1, people=1, now=200 / 60 + 2)
    assert beats.percentile(99) == pytest.approx(1 / 60, abs=0.0001)
    assert "max 2016.7 ms" in beats.summary(cpu=1.0)


def test_ticks_run_together_have_intervals_of_zero() -> None:
    beats = TickStats()
    beats.add(1, people=1, now=1.0)
    beats.add(5, people=1, now=1.1)
    assert beats.ticks == 5
    assert beats.percentile(50) == 0.0


def test_a_pause_is_no_interval() -> None:
    beats = TickStats()
    beats.add(1, people=1, now=1.0)
    beats.pause()
    beats.add(1, people=1, now=1000.0)
    assert beats.summary(cpu=1.0) == "no ticks were needed"
