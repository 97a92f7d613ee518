"""Whole numbers are read whole or not at all, wherever a person types them."""

import argparse
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petard.server.cli.ping import count
from petard.server.cli.results import days
from petard.server.config.command_line import port
from petard.server.config.parsers import BadValue, number, numbered
from petard.server.devtools.wire import cut
from petard.server.policy.text import INT_MOST, parse_int

ZEROS = "0" * 12
TOO_LARGE = ("9" * 400, "9" * 5000, ZEROS + "999999999999")  # Python itself reads no 5000 digits


@given(st.integers(0, 2 * INT_MOST), st.integers(0, 5000), st.integers(0, 2 * INT_MOST))
def test_zeros_in_front_change_nothing(number: int, zeros: int, most: int) -> None:
    assert parse_int("0" * zeros + str(number), most) == (number if number <= most else None)


@pytest.mark.parametrize("text", ["", "-1", "+1", " 1", "1 ", "1_0", "1e3", "\u0661", "\u00b2", *TOO_LARGE])
def test_what_is_no_whole_number_or_too_large_is_none(text: str) -> None:
    assert parse_int(text) is None


READERS: tuple[Callable[[str], object], ...] = (
    number(0, 63, "the number of bots"),
    numbered(("easy", "hard"), "the skill is"),
    port,
    count,
    days,
    cut,
)


@pytest.mark.parametrize("read", READERS)
def test_every_reader_takes_a_number_whole_or_not_at_all(read: Callable[[str], object]) -> None:
    assert read(ZEROS + "1") == 1
    for text in TOO_LARGE:
        with pytest.raises((BadValue, argparse.ArgumentTypeError)):
            read(text)
