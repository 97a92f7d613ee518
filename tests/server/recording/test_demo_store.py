"""The folder of demos: one file for each match, whole blocks whatever the disk does, and the newest fifty."""

import errno
import os
import stat
import sys
import threading
from collections import deque
from dataclasses import replace
from pathlib import Path

import pytest

from petard.server.recording import demo_store as module
from petard.server.recording.demo_store import ABANDONED_KEPT, KEPT, PENDING_MOST, DemoFiles, DemoStore, folder_problem
from petard.server.recording.unfinished import ClaimedDemo, beside
from petard.server.room.match_recorder import DemoChunk
from petard.shared.demo.blocks import MAGIC
from petard.shared.demo.records import PIN, SEATS
from tests.full_disk import FULL, full_disk
from tests.shared.demo.matches import HEADER

NAME = "2026-09-21T14-13-20Z-classic"  # of HEADER


@pytest.fixture(autouse=True)
def _no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that is closed waits for its thread: it is over when all is written, on a busy machine later."""
    monkeypatch.setattr(module, "CLOSE_WITHIN", 60)


def chunk(number: int = 1, data: bytes = MAGIC, is_last: bool = False, proof: bytes = b"") -> DemoChunk:
    return DemoChunk(number, HEADER, data, is_last, proof)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_each_demo_has_a_file_named_by_its_start_and_its_map(tmp_path: Path) -> None:
    store = DemoStore(tmp_path / "new" / "demos")
    for one in (chunk(), chunk(data=b"more", is_last=True), chunk(2), chunk(3)):
        store.enqueue(one)
    store.close()
    folder = tmp_path / "new" / "demos"
    assert names(folder) == [f"{NAME}-2.petard", f"{NAME}-3.petard", f"{NAME}.petard"]
    assert (folder / f"{NAME}.petard").read_bytes() == MAGIC + b"more"


def test_the_newest_fifty_demos_stay_and_pinned_and_foreign_files(tmp_path: Path) -> None:
    old = [tmp_path / f"2025-01-01T00-00-{second:02}Z-small.petard" for second in range(KEPT + 5)]
    for file in old:
        file.write_bytes(MAGIC)
    beside(old[1], ".pin").touch()
    beside(old[2], SEATS).touch()
    strange = [tmp_path / "2024-01-01T00-00-00Z-small.petard", tmp_path / "holiday.petard", tmp_path / "diary.txt"]
    strange[0].write_bytes(b"no demo at all")
    strange[1].write_bytes(MAGIC)
    strange[2].touch()
    files = DemoFiles(tmp_path)
    files.write(chunk())
    files.close()
    gone = [file for file in old if not file.exists()]
    assert gone == [old[0], *old[2:6]]
    assert all(file.exists() for file in strange)
    assert not beside(old[2], SEATS).exists()
    assert (tmp_path / f"{NAME}.petard").exists()


def test_a_folder_that_takes_no_file_is_known_before_a_match_begins(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert folder_problem(tmp_path) == folder_problem(tmp_path / "new" / "demos") == ""
    assert folder_problem(tmp_path / "file") == folder_problem(tmp_path / "file" / "demos") == "Not a directory"
    assert not (tmp_path / "new").exists()


def test_a_disk_that_takes_nothing_for_thousands_of_matches_leaves_nothing_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = DemoStore(tmp_path / "file" / "demos")
    for number in range(1, 2001):
        store.enqueue(chunk(number))
    assert store.close()
    assert len(store.abandoned) == ABANDONED_KEPT
    assert 2000 in store.abandoned


def test_a_demo_that_another_server_is_writing_is_not_the_oldest_whatever_its_name(tmp_path: Path) -> None:
    running = tmp_path / "2020-01-01T00-00-00Z-small.petard"
    for file in (*(tmp_path / f"2025-01-01T00-00-{second:02}Z-small.petard" for second in range(KEPT)), running):
        file.write_bytes(MAGIC)
    files = DemoFiles(tmp_path)
    files.write(chunk())
    files.close()
    assert running.exists()
    assert len(names(tmp_path)) == KEPT


def test_a_server_that_creates_a_file_of_the_same_second_first_keeps_it_and_its_rejoin_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs, touch = DemoFiles(tmp_path), DemoFiles(tmp_path), Path.touch

    def touch_later(file: Path, mode: int, exist_ok: bool) -> None:
        monkeypatch.setattr(Path, "touch", touch)
        theirs.write(chunk(data=MAGIC + b"theirs", proof=b"theirs"))
        touch(file, mode, exist_ok)

    monkeypatch.setattr(Path, "touch", touch_later)
    ours.write(chunk(data=MAGIC + b"ours", proof=b"ours"))
    ours.close()
    theirs.close()
    found = {file.name: file.read_bytes().removeprefix(MAGIC) for file in tmp_path.iterdir()}
    first, second = f"{NAME}.petard", f"{NAME}-2.petard"
    assert found == {
        first: b"theirs",
        f"{first}{SEATS}": b"theirs",
        second: b"ours",
        f"{second}{SEATS}": b"ours",
    }


@pytest.mark.skipif(sys.platform == "win32", reason="Windows makes no links without a privilege")
def test_a_link_to_a_recording_that_is_gone_costs_no_new_one(tmp_path: Path) -> None:
    (tmp_path / "2025-01-01T00-00-00Z-small.petard").symlink_to("gone")
    (tmp_path / "2025-01-01T00-00-01Z-small.petard").symlink_to("2025-01-01T00-00-01Z-small.petard")
    files = DemoFiles(tmp_path)
    files.write(chunk())
    files.close()
    assert (tmp_path / f"{NAME}.petard").read_bytes() == MAGIC


def test_a_demo_is_pinned_while_it_runs_and_also_when_it_is_over(tmp_path: Path) -> None:
    files = DemoFiles(tmp_path)
    files.write(chunk())
    files.write(DemoChunk(1, HEADER, b"more", is_last=False, pins=True))
    files.write(chunk(data=b"end", is_last=True))
    files.write(chunk(2, is_last=True))
    files.write(DemoChunk(2, HEADER, b"", is_last=False, pins=True))
    assert names(tmp_path) == [f"{NAME}-2.petard", f"{NAME}-2.petard.pin", f"{NAME}.petard", f"{NAME}.petard.pin"]
    assert (tmp_path / f"{NAME}.petard").read_bytes() == MAGIC + b"moreend"


class Full:
    """A disk that takes so many bytes more, and fails then with the error of that number."""

    def __init__(self, file: object, left: int, number: int) -> None:
        self._file, self._left, self._number = file, left, number

    def write(self, data: bytes) -> int:
        taken = min(self._left, len(data))
        self._left -= taken
        if not taken:
            raise OSError(self._number, os.strerror(self._number))
        return self._file.write(data[:taken])  # type: ignore[attr-defined, no-any-return]

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS])
def test_a_full_disk_ends_the_demo_after_a_whole_chunk_with_one_line_and_the_next_demo_is_tried(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open
    room = [20, 1 << 20]

    def full(file: Path, mode: str, buffering: int = -1) -> object:
        stream = opened(file, mode, buffering)
        return Full(stream, room.pop(0), number) if mode == "r+b" else stream

    monkeypatch.setattr(Path, "open", full)
    store = DemoStore(tmp_path)
    for one in (chunk(proof=b"{}"), chunk(data=b"whole"), chunk(data=b"cut" * 9), chunk(data=b"late"), chunk(2)):
        store.enqueue(one)
    store.close()
    assert list(store.problems) == [f"this match is not recorded any further: {os.strerror(number)}"]
    assert (tmp_path / f"{NAME}.petard").read_bytes() == MAGIC + b"whole"
    assert names(tmp_path) == [f"{NAME}-2.petard", f"{NAME}.petard"]


def test_a_disk_that_hangs_does_not_block_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on, writes = threading.Event(), deque[DemoChunk]()

    def hang(files: DemoFiles, chunk: DemoChunk) -> None:
        goes_on.wait(60)
        writes.append(chunk)

    monkeypatch.setattr(DemoFiles, "write", hang)
    monkeypatch.setattr(module, "CLOSE_WITHIN", 0.01)
    store = DemoStore(tmp_path)
    megabyte = bytes(1 << 20)
    for _ in range(3 * PENDING_MOST // len(megabyte)):
        store.enqueue(chunk(data=megabyte))
    assert list(store.problems) == ["the disk takes too long: this match is not recorded any further"]
    store.close()
    assert not writes
    goes_on.set()
    monkeypatch.setattr(module, "CLOSE_WITHIN", 60)
    assert store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_demos_rejoin_records_and_pins_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    folder, before = tmp_path / "demos", os.umask(0)
    try:
        files = DemoFiles(folder)
        files.write(chunk(proof=b"one"))
        files.write(replace(chunk(data=b"", proof=b"another"), pins=True))
    finally:
        os.umask(before)
        files.close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == dict.fromkeys(
        (f"{NAME}.petard", f"{NAME}.petard{SEATS}", f"{NAME}.petard{PIN}"), 0o600
    )
    assert (folder / f"{NAME}.petard{SEATS}").read_bytes() == b"another"


def test_a_rejoin_record_is_deleted_at_the_end_of_its_match_and_that_of_the_parent_when_there_is_a_new_one(
    tmp_path: Path,
) -> None:
    parent = tmp_path / "parent.petard"
    parent.write_bytes(MAGIC)
    beside(parent, SEATS).write_bytes(b"old")
    files = DemoFiles(tmp_path / "demos", ClaimedDemo(parent))
    files.write(chunk())
    assert beside(parent, SEATS).exists()
    files.write(chunk(data=b"", proof=b"new"))
    assert not beside(parent, SEATS).exists()
    files.write(chunk(is_last=True))
    assert names(tmp_path / "demos") == [f"{NAME}.petard"]


def test_a_full_disk_leaves_no_old_rejoin_record_no_partial_one_and_no_open_file(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    files = DemoFiles(tmp_path)
    files.write(chunk(proof=b"whole"))
    with full_disk(1000), pytest.raises(OSError, match=FULL):
        files.write(chunk(data=b"more", proof=bytes(2000)))
    assert files.file is None
    assert names(tmp_path) == [f"{NAME}.petard"]
    assert (tmp_path / f"{NAME}.petard").read_bytes() == MAGIC + b"more"
