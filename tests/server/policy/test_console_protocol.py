"""The lines of the console: how bytes become lines, what ends a connection, and what a script can rely on."""

import random

import pytest

from petard.server.policy.console_protocol import (
    LINE_MOST,
    BadLine,
    ConsoleLines,
    EventFeed,
    answer_of,
    error_of,
    event_line,
    event_text,
)
from petard.server.room.events import (
    MatchOver,
    MemberDisconnected,
    MemberJoined,
    MemberLeft,
    MemberReturned,
    RoomEvent,
    RoundBegan,
    RoundWon,
)
from petard.shared.protocol.messages import Chat


def taken(lines: ConsoleLines) -> list[str]:
    found = []
    while (line := lines.next_line()) is not None:
        found.append(line)
    return found


def lines_of(data: bytes) -> list[str]:
    lines = ConsoleLines()
    lines.receive_data(data)
    return taken(lines)


def broken_by(data: bytes) -> str:
    lines = ConsoleLines()
    lines.receive_data(data)
    taken(lines)
    return lines.broken


def test_any_cut_gives_the_same_lines() -> None:
    data = "status\r\nkick \u00c4da\n\nban\tx\n".encode()
    whole = ["status", "kick \u00c4da", "", "ban x"]
    assert lines_of(data) == whole
    for cut in range(len(data)):
        lines = ConsoleLines()
        lines.receive_data(data[:cut])
        found = taken(lines)
        lines.receive_data(data[cut:])
        assert found + taken(lines) == whole


def test_the_last_line_needs_no_end() -> None:
    lines = ConsoleLines()
    lines.receive_data(b"status\nbans")
    lines.receive_data(b"")
    lines.receive_data(b"")
    assert taken(lines) == ["status", "bans"]


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
def test_a_browser_is_hung_up_on_before_its_second_line(first: bytes) -> None:
    assert broken_by(first + b"shutdown 0\n") == "this is no web server"
    assert lines_of(first + b"shutdown 0\n") == []
    assert lines_of(b"status\n" + first + b"shutdown 0\n") == ["status"]


@pytest.mark.parametrize("first", [b"\x16\x03\x01\n", b"\0\x01\0\x10!\x12\xa4B\n", b"\xff\xfd\x03\n", b"hi\x1b[2J\n"])
def test_what_begins_with_no_text_is_hung_up_on(first: bytes) -> None:
    assert broken_by(first + b"shutdown 0\n") == "this is a console of lines of text"
    assert lines_of(first + b"shutdown 0\n") == []


def test_later_a_bad_line_is_an_error_and_no_more() -> None:
    lines = ConsoleLines()
    lines.receive_data(b"status\nki\0ck\n\xff\nbans\n")
    assert lines.next_line() == "status"
    for _ in range(2):
        with pytest.raises(BadLine, match="UTF-8"):
            lines.next_line()
    assert taken(lines) == ["bans"]


def test_a_line_has_a_limit_and_no_end_of_it_is_needed_to_see_that() -> None:
    assert lines_of(b"x" * LINE_MOST + b"\r\n") == ["x" * LINE_MOST]
    assert broken_by(b"x" * LINE_MOST + b"\n") == ""
    assert "1024" in broken_by(b"x" * (LINE_MOST + 2) + b"\n")
    assert "1024" in broken_by(b"x" * (LINE_MOST + 1) + b"y")


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
    ("happening", "words"),
    [
        (MemberJoined(1, "Ada"), "joined Ada"),
        (MemberReturned(1, "Ada"), "returned Ada"),
        (MemberDisconnected(1, "Ada"), "lost Ada"),
        (MemberLeft(1, "Ada", "left"), "left Ada: left"),
        (RoundBegan(2, "small", "duel", (0, 1)), "round began 2: small, duel"),
        (RoundWon(2, "Ada", ()), "round won 2: Ada"),
        (RoundWon(2, "", ()), "round drawn 2"),
        (MatchOver("small", "duel", "Ada", ()), "match over: Ada has won"),
        (MatchOver("small", "duel", "", ()), "match over: nobody has won"),
    ],
)
def test_every_happening_is_told_in_words(happening: RoomEvent, words: str) -> None:
    assert event_text(happening) == words


def test_each_line_of_chat_of_a_player_is_an_event_once() -> None:
    chat = [Chat(0, "Ada", "ok", 1), Chat(0, "", "The server stops.", 2)]
    feed = EventFeed(lambda number: [line for line in chat if line.number > number])
    assert list(feed.chat()) == ["* chat Ada: ok\n"]
    assert list(feed.chat()) == []
