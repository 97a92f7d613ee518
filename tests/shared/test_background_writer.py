"""A thread writes what is enqueued; the caller never waits."""

import threading
from collections.abc import Iterator

import pytest

from petard.shared.background_writer import BackgroundWriter

PATIENCE = 10.0  # real seconds


class SlowDisk:
    """Keeps what is written. It writes nothing until `goes_on` is set, and fails `failures` times."""

    def __init__(self) -> None:
        self.goes_on = threading.Event()
        self.is_writing = threading.Event()
        self.written: list[str] = []
        self.failures = 0
        self.tries = 0
        self.is_finished = False

    def write(self, text: str) -> float | None:
        self.is_writing.set()
        self.goes_on.wait(PATIENCE)
        self.tries += 1
        if self.failures:
            self.failures -= 1
            return 0.001
        self.written.append(text)
        return None

    def finish(self) -> None:
        self.is_finished = True


@pytest.fixture
def disk() -> Iterator[SlowDisk]:
    disk = SlowDisk()
    yield disk
    disk.goes_on.set()


def test_items_are_written_in_order_and_the_end_is_last(disk: SlowDisk) -> None:
    writer = BackgroundWriter("test", disk.write, 10, finish=disk.finish)
    disk.goes_on.set()
    assert all(writer.put(text) for text in "abc")
    assert writer.close(PATIENCE)
    assert (disk.written, disk.is_finished, writer.waiting) == (["a", "b", "c"], True, 0)


def test_an_item_is_refused_while_too_much_waits(disk: SlowDisk) -> None:
    writer = BackgroundWriter("test", disk.write, 10)
    assert [writer.put(text, len(text)) for text in ("123456", "789", "0123", "4", "5")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert writer.waiting == 13
    disk.goes_on.set()
    assert writer.close(PATIENCE)
    assert disk.written == ["123456", "789", "0123"]


def test_closing_waits_no_longer_than_it_may(disk: SlowDisk) -> None:
    writer = BackgroundWriter("test", disk.write, 10, finish=disk.finish)
    writer.put("a")
    assert disk.is_writing.wait(PATIENCE)
    assert not writer.close(0.001)
    assert (writer.waiting, disk.is_finished) == (1, False)
    disk.goes_on.set()
    assert writer.close(PATIENCE)
    assert disk.written == ["a"]


def test_a_failed_item_is_written_again_before_the_next(disk: SlowDisk) -> None:
    writer = BackgroundWriter("test", disk.write, 10)
    disk.failures = 3
    disk.goes_on.set()
    writer.put("a")
    writer.put("b")
    while writer.waiting:
        writer.thread.join(0.001)
    assert (disk.written, disk.tries) == (["a", "b"], 5)
    assert writer.close(PATIENCE)


def test_after_closing_a_failure_is_the_last_and_what_waits_is_not_written(disk: SlowDisk) -> None:
    writer = BackgroundWriter("test", disk.write, 10, finish=disk.finish)
    disk.failures = 1000
    writer.put("a")
    writer.put("b")
    assert not writer.close(0.001)
    disk.goes_on.set()
    assert not writer.close(PATIENCE)
    assert not writer.thread.is_alive()
    assert (disk.tries, disk.written, writer.waiting, disk.is_finished) == (1, [], 2, True)
