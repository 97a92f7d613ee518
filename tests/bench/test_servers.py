"""The servers that the game is compared with do the work that they are measured for."""

import os
import shutil
import sys
import time
from array import array
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgpack  # type: ignore[import-untyped]
import pytest

from tests.bench.client import pictures_in
from tests.bench.compiler import compiled
from tests.bench.load import Load, Member, RelayClient, RelayMember
from tests.bench.model import Missing
from tests.bench.servers import intervals, peer, started, timed_game, window

HAS_COMPILER = sys.platform == "linux" and shutil.which(os.environ.get("CC", "cc")) is not None  # and epoll


class Reader(RelayClient):
    """A client that keeps the newest state."""

    def __init__(self, number: int, port: int) -> None:
        self.rows: list[list[int]] = []
        super().__init__(number, port)

    def handle(self, payload: bytes) -> None:
        self.rows = msgpack.unpackb(payload)[1]


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(
            lambda: [str(compiled("peers/relay.c")), "60"],
            marks=pytest.mark.skipif(not HAS_COMPILER, reason="there is no C compiler, or no epoll"),
            id="C",
        ),
        pytest.param(lambda: peer("asyncio_relay", "60"), id="asyncio"),
    ],
)
def test_a_relay_sends_everybody_the_newest_row_of_each(command: Callable[[], list[str]]) -> None:
    with started(command()) as (_, port):
        load = Load(60)
        load.join([partial(Reader, number, port) for number in range(3)], True, 3)
        for client in load.players:
            client.press()
        readers = [client for client in load.players if isinstance(client, Reader)]
        wanted = [[number, 1002, 1000 + number, 500] for number in range(3)]
        load.run(lambda: all(sorted(reader.rows) == wanted for reader in readers), 10)
        load.close()


def test_our_relay_sends_as_many_states_as_it_should() -> None:
    with started(peer("petard_relay", "30")) as (process, port):
        load = Load(60)
        load.join([partial(RelayMember, number, port) for number in (1, 2)], True, 2)
        load.play()
        load.run(lambda: all(client.states > 5 for client in load.clients), 10)
        found = window(load, process.pid, 0.5)
        load.close()
    assert 0 < found["rate"] < 45, "a busy machine may be late, and no state is sent twice"
    assert found["value"] > 0


def test_a_timed_server_writes_the_times_of_its_ticks(tmp_path: Path) -> None:
    file = tmp_path / "ticks"
    with started(timed_game(file, 60)) as (_, port):
        load = Load(60)
        load.join([partial(Member, 1, port)], True, 1)
        start = time.monotonic()
        load.run_for(0.3)
        end = time.monotonic()
        load.close()
    assert 0 < intervals(file, start, end)["p50"] < 300


def test_a_tick_that_comes_late_was_skipped(tmp_path: Path) -> None:
    file = tmp_path / "ticks"
    file.write_bytes(array("d", [0.9, 1.0, 1.0167, 1.0334, 1.1, 2.0]).tobytes())
    found = intervals(file, 0.95, 1.5)
    assert found["p50"] == pytest.approx(16.7)
    assert found["skipped"] == 3
    with pytest.raises(Missing, match="no tick"):
        intervals(file, 3, 4)


def test_a_source_that_cannot_be_compiled_is_missing() -> None:
    if HAS_COMPILER:
        with pytest.raises(Missing, match=r"peers/nowhere\.c cannot be compiled here"):
            compiled("peers/nowhere.c")


def test_pictures_are_those_of_a_match_and_the_first_is_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "turns"
    menu, first, usual = [0, 1.0, 0, 1.1], [1, 1.3], [number for each in range(30) for number in (1, 1.31 + each / 100)]
    file.write_bytes(array("d", [*menu, *first, *usual]).tobytes())
    found = pictures_in(file)
    assert [found["first"], found["pictures"]] == pytest.approx([200, 31])
    assert [found["value"], found["worst"]] == pytest.approx([10, 10])
    file.write_bytes(array("d", menu).tobytes())
    with pytest.raises(Missing, match="no match"):
        pictures_in(file)
