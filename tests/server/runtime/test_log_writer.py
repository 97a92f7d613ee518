"""Lines are written by a thread, so that nobody who does not read them can stop the server."""

import json
import os
from datetime import UTC, datetime, timedelta

from petard.server.policy.log import Log
from petard.server.runtime.log_writer import WAITING_MOST, LogWriter


def read_all(descriptor: int) -> list[str]:
    with os.fdopen(descriptor, encoding="utf-8") as pipe:
        return [line[len("12:00:00 ") :] for line in pipe.read().splitlines()]


def test_lines_come_in_order_with_the_time_before_them() -> None:
    reader, writer = os.pipe()
    paper = LogWriter(writer)
    for number in range(100):
        paper.write(f"line {number}")
    paper.close()
    os.close(writer)
    assert read_all(reader) == [f"line {number}" for number in range(100)]


def test_a_reader_that_does_not_read_loses_lines_and_stops_nobody() -> None:
    reader, writer = os.pipe()
    paper = LogWriter(writer)
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
    paper = LogWriter(writer)
    paper.write("to nobody")
    paper.close()
    os.close(writer)
    assert not paper._thread.is_alive()


def test_as_json_each_line_is_an_object_with_its_time() -> None:
    reader, writer = os.pipe()
    paper = LogWriter(writer)
    paper.is_json = True
    log = Log(paper.write)
    before = datetime.now(UTC)
    for number in range(1000):
        log.write(f'"Zoë"\n {number} \u2028', now=1.0 + number / 1000, fields={"number": number})
    log.close()
    paper.write("from elsewhere")
    paper.close()
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        told = [json.loads(line) for line in pipe.read().split("\n")[:-1]]
    times = [datetime.fromisoformat(line.pop("time")) for line in told]
    assert told == [
        {"event": '"Zoë"\\n 0 \\u2028', "number": 0},
        {"event": '"Zoë"\\n 999 \\u2028', "number": 999, "more": 998},
        {"event": "from elsewhere"},
    ]
    assert all(abs(at - before) < timedelta(seconds=10) and at.tzinfo == UTC for at in times)


def test_as_json_what_was_lost_is_a_number() -> None:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    paper = LogWriter(writer)
    paper.is_json = True
    paper._lost = 7
    paper.write("the next")
    paper.close()
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        (line,) = pipe
    assert json.loads(line).items() >= {"event": "the next", "lost": 7}.items()
    assert line.startswith('{"time": "20')
    assert line.index('Z", "event"') == len('{"time": "2026-11-21T12:00:00.000')
