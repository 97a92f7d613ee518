"""The schedule is absolute: no drift, a bounded catch-up, and no error when the clock jumps."""

import random

import pytest

from petard.shared.ticker import Ticker


@pytest.mark.parametrize("start", [0.0, 0.1, 12_345.678, 1e7])
@pytest.mark.parametrize("rate", [20, 30, 60])
def test_a_caller_that_sleeps_until_next_gets_one_tick_each_time(start: float, rate: int) -> None:
    ticker, now = Ticker(start, rate), start
    for _ in range(10_000):
        now += ticker.until_next(now)
        assert ticker.due(now) == 1
    assert now == pytest.approx(start + 10_000 / rate)


def test_an_hour_of_late_calls_does_not_drift() -> None:
    ticker, chance, ticks = Ticker(0.0), random.Random(1), 0
    now = 0.0
    while now < 3600:
        now += ticker.until_next(now) + chance.random() * 0.02
        ticks += ticker.due(now)
    assert ticks == int(now * 60)
    assert ticker.skipped == 0


def test_nothing_is_due_before_its_time() -> None:
    ticker = Ticker(5.0)
    assert [ticker.due(5.0), ticker.due(5.016), ticker.due(5.017), ticker.due(5.018)] == [0, 0, 1, 0]


def test_a_stall_is_caught_up_in_part_and_the_rest_is_counted() -> None:
    ticker = Ticker(0.0, rate=60, catch_up=5)
    assert ticker.due(3.0) == 5
    assert ticker.skipped == 175
    assert ticker.due(3.0) == 0
    assert ticker.due(3.0 + 1 / 60) == 1


def test_five_ticks_late_is_no_stall() -> None:
    ticker = Ticker(0.0)
    assert (ticker.due(5 / 60), ticker.skipped) == (5, 0)


def test_a_clock_that_went_back_gives_nothing_and_no_tick_twice() -> None:
    ticker = Ticker(10.0)
    assert ticker.due(10.05) == 3
    assert ticker.due(9.0) == 0
    assert ticker.due(10.05) == 0
    assert ticker.due(10.07) == 1


def test_until_next_is_zero_when_a_tick_is_due() -> None:
    ticker = Ticker(0.0)
    assert ticker.until_next(0.01) == pytest.approx(1 / 60 - 0.01)
    assert ticker.until_next(0.5) == 0.0
