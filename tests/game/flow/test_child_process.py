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


def test_lines_are_written_in_order_and_close_closes_the_pipe() -> None:
    reading, writer = pipe()
    for number in range(10):
        writer.write(b"%d\n" % number)
    writer.close()
    assert all_of(reading) == b"".join(b"%d\n" % number for number in range(10))
    assert writer.join(WAIT)


def test_a_child_that_does_not_read_blocks_nothing_and_memory_is_bounded() -> None:
    reading, writer = pipe()
    begun = time.monotonic()
    for _ in range(1000):
        writer.write(b"x" * 65536)
    writer.close()
    assert time.monotonic() - begun < 1.0
    assert len(all_of(reading)) <= (ORDERS_MOST + 2) * 65536
    assert writer.join(WAIT)


def test_a_child_that_has_ended_ends_the_thread() -> None:
    reading, writer = pipe()
    os.close(reading)
    for _ in range(3):
        writer.write(b"pause\n")
    writer.close()
    assert writer.join(WAIT)


def test_killing_a_child_with_a_full_pipe_ends_the_thread() -> None:
    reading, writer = pipe()
    for _ in range(ORDERS_MOST):
        writer.write(b"x" * 65536)
    writer.close()
    os.close(reading)
    assert writer.join(WAIT)
