"""Lines into a pipe whose reader may hang, without ever waiting for it."""

import os
import time

from petard.game.flow.child_process import ORDERS_MOST, PipeWriter

WAIT = 10.0  # seconds until a test gives up


def pipe() -> tuple[int, PipeWriter]:
    reading, writing = os.pipe()
    return reading, PipeWriter(os.fdopen(writing, "wb"))


def all_of(reading: int) -> bytes:
    with os.fdopen(reading, "rb") as file:
        return file.read()


def test_lines_come_in_order_and_the_pipe_ends_when_it_is_closed() -> None:
    reading, writer = pipe()
    for number in range(10):
        writer.write(b"%d\n" % number)
    writer.close()
    assert all_of(reading) == b"".join(b"%d\n" % number for number in range(10))
    assert writer.join(WAIT)


def test_a_reader_that_hangs_holds_nobody_up_and_takes_no_memory() -> None:
    reading, writer = pipe()
    begun = time.monotonic()
    for _ in range(1000):
        writer.write(b"x" * 65536)
    writer.close()
    assert time.monotonic() - begun < 1.0
    assert len(all_of(reading)) <= (ORDERS_MOST + 2) * 65536
    assert writer.join(WAIT)


def test_a_reader_that_is_gone_ends_the_thread_whatever_waits() -> None:
    reading, writer = pipe()
    os.close(reading)
    for _ in range(3):
        writer.write(b"pause\n")
    writer.close()
    assert writer.join(WAIT)


def test_a_reader_that_hangs_with_a_full_pipe_and_is_then_killed_ends_the_thread() -> None:
    reading, writer = pipe()
    for _ in range(ORDERS_MOST):
        writer.write(b"x" * 65536)
    writer.close()
    os.close(reading)
    assert writer.join(WAIT)
