r"""Captures are text that people can read and change; what is no capture is refused with one sentence."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcpcut import FRAMINGS, Capture, Event, TcpcutError, check
from tcpcut.capture import KINDS, WITH_DATA
from tcpcut.framing import Framing, Protocol, framing_of
from tcpcut.session import WAYS, session_of, ways_to_cut

TEXT = r"""tcpcut 1
1 open
1 > "PING\r\n"
1 < "+PONG\r\n"
1 end>
"""
EVENTS = st.builds(
    lambda conn, kind, data: Event(conn, kind, data if kind in WITH_DATA else b""),
    st.integers(0, 10**9 - 1),
    st.sampled_from(KINDS),
    st.binary(max_size=9),
)
FRAMES = [b"\x00\x00\x00\x02ab", b"\x00\x00\x00\x00", b"\x00\x00\x00\x03cde"]


def test_a_capture_is_read_as_it_is_written() -> None:
    capture = Capture.from_text(TEXT)
    assert capture.events == (
        Event(1, "open"), Event(1, ">", b"PING\r\n"), Event(1, "<", b"+PONG\r\n"), Event(1, "end>"))  # fmt: skip
    assert str(capture) == TEXT


@given(st.lists(EVENTS, max_size=5))
def test_every_capture_survives_its_text(events: list[Event]) -> None:
    capture = Capture(tuple(events))
    assert Capture.from_text(str(capture)) == capture
    assert str(capture).isascii()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the text is not a capture: its first line is not 'tcpcut 1'"),
        ("tcpcut 2\n", "its first line is not 'tcpcut 1'"),
        ("tcpcut 1\n1 opened", "the text, line 2 is not an event: '1 opened'"),
        ('tcpcut 1\n# a note\n\n1 open "x"', "line 4 is not an event"),
        ("tcpcut 1\n1 >", "line 2 is not an event"),
        ('tcpcut 1\n1 > "a', "line 2 is not an event"),
        ('tcpcut 1\n1 > "a\\', "line 2 is not an event"),
        ('tcpcut 1\n1 > "\\q"', "line 2 has an escape that does not exist"),
        ('tcpcut 1\n1 > "\\x4"', "line 2 has an escape that does not exist"),
        ('tcpcut 1\n1 > "\u20ac"', "line 2 has an escape that does not exist"),
        ("tcpcut 1\n-1 open", "line 2 is not an event"),
        ("tcpcut 1\n1\x0bopen", "line 2 is not an event"),
    ],
)
def test_a_text_that_is_no_capture_is_refused_with_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(TcpcutError) as caught:
        Capture.from_text(text)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.integers(0, len(TEXT)), st.integers(0, 9), st.text(max_size=6))
def test_no_damaged_text_does_more_than_being_refused(at: int, length: int, other: str) -> None:
    try:
        capture = Capture.from_text(TEXT[:at] + other + TEXT[at + length :])
    except TcpcutError:
        return
    assert Capture.from_text(str(capture)) == capture


def test_a_file_that_is_no_capture_is_refused(tmp_path: Path) -> None:
    binary = tmp_path / "a.cut"
    binary.write_bytes(b"tcpcut 1\n\xff")
    with pytest.raises(TcpcutError, match=r"a\.cut is not a capture: it is not an ASCII text"):
        Capture.of(binary)
    with pytest.raises(TcpcutError, match=r"cannot read .*: No such file"):
        Capture.of(tmp_path / "none.cut")
    with pytest.raises(TcpcutError, match="cannot read "):
        Capture.of(tmp_path)


def test_frames_are_a_capture_of_one_or_more_connections(tmp_path: Path) -> None:
    one = Capture.of([b"a", b"b"])
    assert one.events == (Event(1, "open"), Event(1, ">", b"a"), Event(1, ">", b"b"))
    two = Capture.of([[b"a"], [b"b"]])
    assert [str(event) for event in two.events] == ["1 open", '1 > "a"', "2 open", '2 > "b"']
    (tmp_path / "one.cut").write_text(str(one))
    for source in (one, tmp_path / "one.cut", str(tmp_path / "one.cut"), str(one), f"\n    {one}"):
        assert Capture.of(source) == one


def test_quotes_are_ascii() -> None:
    assert str(Event(1, ">", '"ä"\\\0'.encode())) == r'1 > "\"\xc3\xa4\"\\\x00"'


@pytest.mark.parametrize("way", WAYS)
def test_each_way_sends_the_same_bytes_and_survives_its_text(way: str) -> None:
    framing = FRAMINGS["u32"]
    source = Capture.of([FRAMES, FRAMES[:1]])
    recorded = session_of(source, framing)
    glue = frozenset(k for k, step in enumerate(recorded.steps) if step.data)
    sessions = [session for _, session in ways_to_cut(recorded, [way], Protocol(framing, framing), glue, 3)]
    assert sessions
    for session in sessions:
        again = session_of(session.capture(), framing)
        assert again.capture() == session.capture()
        assert again.neighbours == session.neighbours
        for conn, frames in ((1, FRAMES), (2, FRAMES[:1])):
            sent = b"".join(event.data for event in session.capture().events if event[:2] == (conn, ">"))
            assert sent == b"".join(frames)
        assert [step.data for step in session.plain().steps if step.data] == [*FRAMES, FRAMES[0]]


def test_the_pieces_of_a_capture_are_cuts_and_glue_of_its_frames() -> None:
    stream = b"".join(FRAMES)
    events = [Event(1, "open"), *(Event(1, ">", stream[a:b]) for a, b in ((0, 3), (3, 12), (12, len(stream))))]
    session = session_of(Capture(tuple(events)), FRAMINGS["u32"])
    assert [(step.cuts, step.glued) for step in session.steps] == [((), False), ((3,), True), ((), True), ((2,), False)]
    assert session.capture().events == tuple(events)


def test_pieces_of_two_clients_that_alternate_are_not_glued_over_each_other() -> None:
    events = [Event(1, "open"), Event(2, "open"), Event(1, ">", b"a\nb"), Event(2, ">", b"c\n"), Event(1, ">", b"\n")]
    session = session_of(Capture(tuple(events)), FRAMINGS["lines"])
    assert not any(step.glued for step in session.steps)
    assert [step.data for step in session.steps if step.data] == [b"a\n", b"c\n", b"b\n"]


@given(st.lists(st.binary(max_size=5), max_size=5), st.sampled_from(["u16", "u16le", "u32", "u32le", "lines", "crlf"]))
def test_a_framing_takes_apart_what_it_made(payloads: list[bytes], name: str) -> None:
    split, make, payload_of = FRAMINGS[name]
    assert make is not None
    assert payload_of is not None
    frames = [make(payload) for payload in payloads]
    assert split(b"".join(frames)) == (frames, b"")
    if "u" in name:
        assert [payload_of(frame) for frame in frames] == payloads


RESP = [
    b"+OK\r\n",
    b"$-1\r\n",
    b"$4\r\na\r\nb\r\n",
    b"*2\r\n$1\r\na\r\n*1\r\n:1\r\n",
    b"*0\r\n",
    b"%1\r\n+k\r\n$1\r\nv\r\n",
    b"PING\r\n",
]


def test_resp_values_are_frames_wherever_the_stream_is_cut() -> None:
    split = FRAMINGS["resp"].split
    assert split(b"".join(RESP)) == (RESP, b"")
    for value in RESP:
        for at in range(1, len(value)):
            frames, rest = split(value[:at])
            assert split(rest + value[at:])[0] == [value] or frames


@given(st.binary(max_size=40), st.sampled_from(sorted(FRAMINGS)))
def test_no_framing_loses_bytes_or_raises(stream: bytes, name: str) -> None:
    frames, rest = FRAMINGS[name].split(stream)
    assert b"".join(frames) + rest == stream


@pytest.mark.parametrize("head", [b"*1\r\n" * 5000, b"*99999999999\r\n", b"$99999999999\r\n", b"*-5\r\n", b"$x\r\n"])
def test_a_hostile_resp_value_is_a_frame_or_waits(head: bytes) -> None:
    frames, rest = FRAMINGS["resp"].split(head)
    assert b"".join(frames) + rest == head


def test_what_does_not_exist_is_refused_with_what_does() -> None:
    with pytest.raises(TcpcutError, match="no framing 'u8': it is one of raw, u16"):
        framing_of("u8")
    with pytest.raises(TcpcutError, match="no way to cut 'diagonal': the ways are whole, glued"):
        check([b"a"], ("127.0.0.1", 1), ways="whole diagonal")
    with pytest.raises(TcpcutError, match="'empty' needs a framing that can make messages"):
        check([b"a"], ("127.0.0.1", 1), framing="resp", ways="empty")
    own = Framing(FRAMINGS["lines"].split)
    assert framing_of(own) is own
    assert framing_of(own.split).split is own.split
