"""The line protocol of the private channel between a game and its own server."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petard.shared.control_channel import (
    LINE_MOST,
    ROUND_MOST,
    WITH_ROUND,
    BadControlOrder,
    ControlOrder,
    ControlVerb,
    Pace,
    decode_order,
    decode_pace,
    encode_order,
    encode_pace,
)


@pytest.mark.parametrize("verb", ControlVerb)
def test_every_order_is_read_as_it_was_written(verb: ControlVerb) -> None:
    for number in (1, 7, ROUND_MOST) if verb in WITH_ROUND else (0,):
        line = encode_order(ControlOrder(verb, number))
        assert len(line) <= LINE_MOST
        assert decode_order(line) == ControlOrder(verb, number)


@pytest.mark.parametrize(
    "line",
    [
        *(b"", b" ", b"stop", b"PAUSE", b"pause 1", b"fast", b"fast 0", b"fast -1", b"skip x", b"skip 1 2"),
        *(b"skip 99999", b"fast 1.5", b"\xff\xfe", "skip ³".encode(), b"pause" + b" " * LINE_MOST),
    ],
)
def test_an_illegal_line_is_refused(line: bytes) -> None:
    with pytest.raises(BadControlOrder):
        decode_order(line)


@given(st.binary(max_size=80))
def test_no_bytes_raise_another_error(line: bytes) -> None:
    with contextlib.suppress(BadControlOrder):
        assert decode_order(line).round <= ROUND_MOST


@pytest.mark.parametrize("pace", Pace)
def test_every_pace_is_read_as_it_was_written(pace: Pace) -> None:
    assert decode_pace(encode_pace(pace)) is pace


@pytest.mark.parametrize(
    "line", ["", "{", "[]", "1", '"pace"', '{"pace": 3}', '{"pace": []}', '{"pace": "x"}', "[" * 9]
)
def test_other_lines_hold_no_pace(line: str) -> None:
    assert decode_pace(line) is None
