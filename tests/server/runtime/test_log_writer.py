"""A thread writes, so that a reader that does not read cannot block the server."""

import json
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from petard.server.policy.log import Log
from petard.server.runtime.log_writer import WAITING_MOST, LogWriter


def read_all(descriptor: int) -> list[str]:
    with os.fdopen(descriptor, encoding="utf-8") as pipe:
        return [line[len("12:00:00 ") :] for line in pipe.read().splitlines()]


def test_lines_are_written_in_order_after_the_time() -> None:
    reader, writer = os.pipe()
    log_writer = LogWriter(writer)
    for number in range(100):
        log_writer.write(f"line {number}")
    log_writer.close()
    os.close(writer)
    assert read_all(reader) == [f"line {number}" for number in range(100)]


def test_a_reader_that_does_not_read_loses_lines_and_blocks_nothing() -> None:
    reader, writer = os.pipe()
    log_writer = LogWriter(writer)
    for number in range(WAITING_MOST * 10):
        log_writer.write(f"line {number} " + "x" * 200)
    os.set_blocking(reader, False)
    while log_writer.lines.waiting:
        with suppress(BlockingIOError):
            os.read(reader, 1 << 16)
    os.set_blocking(reader, True)
    log_writer.write("the last")
    log_writer.close()
    os.close(writer)
    assert "lines before it were lost)" in read_all(reader)[-1]


def test_a_closed_reader_does_no_harm() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    log_writer = LogWriter(writer)
    log_writer.write("to nobody")
    log_writer.close()
    os.close(writer)
    assert not log_writer.lines.thread.is_alive()


def test_in_json_each_line_is_an_object_with_its_time() -> None:
    reader, writer = os.pipe()
    log_writer = LogWriter(writer)
    log_writer.is_json = True
    log = Log(log_writer.write)
    before = datetime.now(UTC)
    for number in range(1000):
        log.write(f'"Zoë"\n {number} \u2028', now=1.0 + number / 1000, fields={"number": number})
    log.close()
    log_writer.write("from elsewhere")
    log_writer.close()
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        lines = [json.loads(line) for line in pipe.read().split("\n")[:-1]]
    times = [datetime.fromisoformat(line.pop("time")) for line in lines]
    assert lines == [
        {"event": '"Zoë"\\n 0 \\u2028', "number": 0},
        {"event": '"Zoë"\\n 999 \\u2028', "number": 999, "more": 998},
        {"event": "from elsewhere"},
    ]
    assert all(abs(at - before) < timedelta(seconds=10) and at.tzinfo == UTC for at in times)


def test_in_json_lost_lines_are_a_number() -> None:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    log_writer = LogWriter(writer)
    log_writer.is_json = True
    log_writer.lost = 7
    log_writer.write("the next")
    log_writer.close()
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        (line,) = pipe
    assert json.loads(line).items() >= {"event": "the next", "lost": 7}.items()
    assert line.startswith('{"time": "20')
    assert line.index('Z", "event"') == len('{"time": "2026-11-21T12:00:00.000')
