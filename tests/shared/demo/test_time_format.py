"""Moments in words: what is shown is what is read."""

from hypothesis import given
from hypothesis import strategies as some

from petard.shared.demo.time_format import clock_text, parse_moment
from petard.shared.rules.ruleset import TICK_RATE

WEEK = 7 * 24 * 60 * 60 * TICK_RATE


@given(some.integers(0, WEEK))
def test_a_moment_that_is_shown_can_be_written(moment: int) -> None:
    assert parse_moment(clock_text(moment)) == moment


def test_no_tick_of_a_second_is_shown_as_another() -> None:
    assert [parse_moment(clock_text(tick)) for tick in range(2 * TICK_RATE)] == list(range(2 * TICK_RATE))
