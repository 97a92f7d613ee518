"""The console's line protocol: lines of any stream, refused input, answers and events."""

import random
from contextlib import suppress

import pytest

from petard.server.policy.console_protocol import (
    LINE_MOST,
    BadLine,
    ChatFeed,
    ConsoleLines,
    answer_of,
    error_of,
    event_line,
    event_text,
)
from petard.server.room.status import (
    MatchOver,
    MemberChange,
    MemberEvent,
    RoomEvent,
    RoundBegan,
    RoundWon,
)
from petard.shared.protocol.messages import Chat


def all_lines(lines: ConsoleLines) -> list[str]:
    found = []
    with suppress(BadLine):
        while (line := lines.next_line()) is not None:
            found.append(line)
    return found


def lines_of(data: bytes) -> list[str]:
    lines = ConsoleLines()
    lines.receive_data(data)
    return all_lines(lines)


def error_of_stream(data: bytes) -> str:
    lines = ConsoleLines()
    lines.receive_data(data)
    all_lines(lines)
    return lines.broken


def test_any_cut_gives_the_same_lines() -> None:
    data = "status\r\nkick \u00c4da\n\nban\tx\n".encode()
    whole = ["status", "kick \u00c4da", "", "ban x"]
    assert lines_of(data) == whole
    for cut in range(len(data)):
        lines = ConsoleLines()
        lines.receive_data(data[:cut])
        found = all_lines(lines)
        lines.receive_data(data[cut:])
        assert found + all_lines(lines) == whole


def test_the_last_line_needs_no_end() -> None:
    lines = ConsoleLines()
    lines.receive_data(b"status\nbans")
    lines.receive_data(b"")
    lines.receive_data(b"")
    assert all_lines(lines) == ["status", "bans"]


@pytest.mark.parametrize(
    "first",
    [
        b"GET / HTTP/1.1\r\n",
        b"POST /kick HTTP/1.0\n",
        b"get /\r\n",
        b"PRI * HTTP/2.0\r\n",
        b"PATCH /x HTTP/1.1\r\n",
        b"OPTIONS * HTTP/1.1\r\n",
    ],
)
def test_http_is_refused_before_its_second_line(first: bytes) -> None:
    assert error_of_stream(first + b"shutdown 0\n") == "this is no web server"
    assert lines_of(first + b"shutdown 0\n") == []
    assert lines_of(b"status\n" + first + b"shutdown 0\n") == ["status"]


@pytest.mark.parametrize("first", [b"\x16\x03\x01\n", b"\0\x01\0\x10!\x12\xa4B\n", b"\xff\xfd\x03\n", b"hi\x1b[2J\n"])
def test_a_binary_first_line_is_refused(first: bytes) -> None:
    assert error_of_stream(first + b"shutdown 0\n") == "this is a console of lines of text"
    assert lines_of(first + b"shutdown 0\n") == []


def test_a_later_bad_line_is_only_an_error() -> None:
    lines = ConsoleLines()
    lines.receive_data(b"status\nki\0ck\n\xff\nbans\n")
    assert lines.next_line() == "status"
    for _ in range(2):
        with pytest.raises(BadLine, match="UTF-8"):
            lines.next_line()
    assert all_lines(lines) == ["bans"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("more", [-1, 0, 1, 2])
def test_the_limit_of_a_line_is_the_same_at_any_cut(more: int, end: bytes) -> None:
    data = b"x" * (LINE_MOST + more) + end
    found = set()
    for cut in (0, 1, *range(LINE_MOST - 1, len(data) + 1)):
        lines = ConsoleLines()
        lines.receive_data(data[:cut])
        start = all_lines(lines)
        lines.receive_data(data[cut:])
        found.add((*start, *all_lines(lines), bool(lines.broken)))
    assert found == ({(True,)} if more > 0 else {("x" * (LINE_MOST + more), False)})


def test_a_long_line_is_refused_before_its_end() -> None:
    assert lines_of(b"x" * LINE_MOST + b"\r\n") == ["x" * LINE_MOST]
    assert error_of_stream(b"x" * LINE_MOST + b"\n") == ""
    assert "1024" in error_of_stream(b"x" * (LINE_MOST + 2) + b"\n")
    assert "1024" in error_of_stream(b"x" * (LINE_MOST + 1) + b"y")


def test_garbage_never_raises_anything_else() -> None:
    chance = random.Random(1)
    for _ in range(300):
        lines = ConsoleLines()
        lines.receive_data(b"status\n" + chance.randbytes(chance.randrange(200)) + b"\n")
        while lines.has_line:
            try:
                lines.next_line()
            except BadLine:
                continue


def test_only_the_last_line_of_an_answer_looks_like_one() -> None:
    assert answer_of([]) == "ok\n"
    answer = answer_of(["ok", "error: x", "* joined Ada", "two\nlines", "plain"])
    assert answer == " ok\n error: x\n * joined Ada\ntwo\\nlines\nplain\nok\n"
    assert error_of("no\nsuch thing") == "error: no\\nsuch thing\n"
    assert event_line("joined A\u202e") == "* joined A\\u202e\n"


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (MemberEvent(MemberChange.JOINED, 1, "Ada"), "joined Ada"),
        (MemberEvent(MemberChange.RETURNED, 1, "Ada"), "returned Ada"),
        (MemberEvent(MemberChange.LOST, 1, "Ada"), "lost Ada"),
        (MemberEvent(MemberChange.LEFT, 1, "Ada", "left"), "left Ada: left"),
        (RoundBegan(2, "small", "duel", (0, 1)), "round began 2: small, duel"),
        (RoundWon(2, "Ada", ()), "round won 2: Ada"),
        (RoundWon(2, "", ()), "round drawn 2"),
        (MatchOver("small", "duel", "Ada", ()), "match over: Ada has won"),
        (MatchOver("small", "duel", "", ()), "match over: nobody has won"),
    ],
)
def test_every_event_has_its_words(event: RoomEvent, words: str) -> None:
    assert event_text(event) == words


def test_each_line_of_chat_of_a_player_is_an_event_once() -> None:
    chat = [Chat(0, "Ada", "ok", 1), Chat(0, "", "The server stops.", 2)]
    feed = ChatFeed(lambda number: [line for line in chat if line.number > number])
    assert list(feed.lines()) == ["* chat Ada: ok\n"]
    assert list(feed.lines()) == []
