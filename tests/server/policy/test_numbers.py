"""Numbers that people type are parsed as a whole or not at all."""

import argparse
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petard.server.cli.ping import count
from petard.server.cli.results import days
from petard.server.config.config import port
from petard.server.config.values import BadValue, number, numbered
from petard.server.devtools.wire import cut
from petard.server.policy.text import INT_MOST, parse_int

ZEROS = "0" * 12
TOO_LARGE = ("9" * 400, "9" * 5000, ZEROS + "999999999999")  # Python itself reads no 5000 digits


@given(st.integers(0, 2 * INT_MOST), st.integers(0, 5000), st.integers(0, 2 * INT_MOST))
def test_leading_zeros_change_nothing(number: int, zeros: int, most: int) -> None:
    assert parse_int("0" * zeros + str(number), most) == (number if number <= most else None)


@pytest.mark.parametrize("text", ["", "-1", "+1", " 1", "1 ", "1_0", "1e3", "\u0661", "\u00b2", *TOO_LARGE])
def test_anything_but_a_whole_number_in_range_is_none(text: str) -> None:
    assert parse_int(text) is None


PARSERS: tuple[Callable[[str], object], ...] = (
    number(0, 63, "the number of bots"),
    numbered(("easy", "hard"), "the skill is"),
    port,
    count,
    days,
    cut,
)


@pytest.mark.parametrize("parse", PARSERS)
def test_every_parser_reads_the_whole_number_or_fails(parse: Callable[[str], object]) -> None:
    assert parse(ZEROS + "1") == 1
    for text in TOO_LARGE:
        with pytest.raises((BadValue, argparse.ArgumentTypeError)):
            parse(text)
