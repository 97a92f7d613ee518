"""Lines into a pipe whose reader may hang, without ever waiting for it."""

import os
import time

from petard.game.flow.child_process import ORDERS_MOST, pipe_writer
from petard.shared.background_writer import BackgroundWriter

WAIT = 10.0  # seconds until a test gives up


def pipe() -> tuple[int, BackgroundWriter[bytes]]:
    reading, writing = os.pipe()
    return reading, pipe_writer(os.fdopen(writing, "wb"))


def all_of(reading: int) -> bytes:
    with os.fdopen(reading, "rb") as file:
        return file.read()


def test_lines_are_written_in_order_and_close_closes_the_pipe() -> None:
    reading, writer = pipe()
    for number in range(10):
        writer.put(b"%d\n" % number)
    writer.close(0.0)
    assert all_of(reading) == b"".join(b"%d\n" % number for number in range(10))
    writer.thread.join(WAIT)
    assert not writer.thread.is_alive()


def test_a_child_that_does_not_read_blocks_nothing_and_memory_is_bounded() -> None:
    reading, writer = pipe()
    begun = time.monotonic()
    for _ in range(1000):
        writer.put(b"x" * 65536)
    writer.close(0.0)
    assert time.monotonic() - begun < 1.0
    assert len(all_of(reading)) <= (ORDERS_MOST + 2) * 65536
    writer.thread.join(WAIT)
    assert not writer.thread.is_alive()


def test_a_child_that_has_ended_ends_the_thread() -> None:
    reading, writer = pipe()
    os.close(reading)
    for _ in range(3):
        writer.put(b"pause\n")
    writer.close(0.0)
    writer.thread.join(WAIT)
    assert not writer.thread.is_alive()


def test_killing_a_child_with_a_full_pipe_ends_the_thread() -> None:
    reading, writer = pipe()
    for _ in range(ORDERS_MOST):
        writer.put(b"x" * 65536)
    writer.close(0.0)
    os.close(reading)
    writer.thread.join(WAIT)
    assert not writer.thread.is_alive()
