"""Moments as text: what is printed can be read."""

from hypothesis import given
from hypothesis import strategies as some

from petard.shared.demo.time_format import clock_text, parse_moment
from petard.shared.rules.ruleset import TICK_RATE

WEEK = 7 * 24 * 60 * 60 * TICK_RATE


@given(some.integers(0, WEEK))
def test_a_printed_moment_can_be_typed(moment: int) -> None:
    assert parse_moment(clock_text(moment)) == moment


def test_each_tick_of_a_second_is_printed_differently() -> None:
    assert [parse_moment(clock_text(tick)) for tick in range(2 * TICK_RATE)] == list(range(2 * TICK_RATE))
