"""Lines are written by a thread, so that nobody who does not read them can stop the server."""

import os

from server.paper import WAITING_MOST, Paper


def read_all(descriptor: int) -> list[str]:
    with os.fdopen(descriptor, encoding="utf-8") as pipe:
        return [line[len("12:00:00 ") :] for line in pipe.read().splitlines()]


def test_lines_come_in_order_with_the_time_before_them() -> None:
    reader, writer = os.pipe()
    paper = Paper(writer)
    for number in range(100):
        paper.write(f"line {number}")
    paper.close()
    os.close(writer)
    assert read_all(reader) == [f"line {number}" for number in range(100)]


def test_a_reader_that_does_not_read_loses_lines_and_stops_nobody() -> None:
    reader, writer = os.pipe()
    paper = Paper(writer)
    for number in range(WAITING_MOST * 10):
        paper.write(f"line {number} " + "x" * 200)
    os.set_blocking(reader, False)
    while paper._lines or not paper._has_news.is_set():
        try:
            os.read(reader, 1 << 16)
        except BlockingIOError:
            if not paper._lines:
                break
    os.set_blocking(reader, True)
    paper.write("the last")
    paper.close()
    os.close(writer)
    assert "lines before it were lost)" in read_all(reader)[-1]


def test_a_reader_that_is_gone_does_no_harm() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    paper = Paper(writer)
    paper.write("to nobody")
    paper.close()
    os.close(writer)
    assert not paper._thread.is_alive()
