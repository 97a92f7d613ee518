"""The folder in which demos are kept: a file for each match, written by a thread of its own.

Rule 1: the game never waits for a disk. What a disk cannot take in time ends its demo, and nothing else.
Rule 2: a file ends with a whole block, whatever goes wrong; what goes wrong is said once, in one line.
Rule 3: of our demos the newest KEPT stay. One that is pinned (a file NAME.pin beside it) is never deleted and does not
        count, and what is no demo of ours is not touched.
"""

import contextlib
import os
import re
import threading
import time
from collections import deque
from pathlib import Path
from typing import BinaryIO

from petard.server.room.match_recorder import DemoChunk
from petard.server.room.resume import CannotResume, Resumed, resume
from petard.shared.demo.blocks import MAGIC
from petard.shared.demo.file_names import PIN, SAME_SECOND, SEATS, STAMP, names
from petard.shared.demo.records import Header

FRESH = ".new"  # of what is not whole yet
KEPT = 50  # demos
WAITING_MOST = 8 << 20  # bytes that wait for the disk: half an hour of a large match
END_MOST = 0.5  # seconds that the last blocks get
DEMO_MOST, PROOF_MOST = 1 << 28, 1 << 20  # bytes that are read
OURS = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-[A-Za-z0-9._-]+\.petard")


class DemoStore:
    """Takes pages, and puts them into files in `folder`, which is made when the first demo begins."""

    def __init__(self, folder: Path, parent: Path | None = None) -> None:
        """`parent`: the demo that the first one goes on from; its proof is deleted once there is a new one."""
        self._pages: deque[DemoChunk] = deque()
        self._news: deque[str] = deque(maxlen=20)
        self._taken = self._done = 0  # bytes; each is counted by one thread only
        self._given_up: set[int] = set()  # numbers of demos
        self._is_closed = False
        self._has_work = threading.Event()
        self._files = DemoFiles(folder, parent)
        self._thread = threading.Thread(target=self._write_all, name="shelf", daemon=True)
        self._thread.start()

    def put(self, page: DemoChunk) -> None:
        """Take a page to be written; never waits."""
        if page.number in self._given_up:
            return
        if self._taken - self._done > WAITING_MOST:
            self._given_up.add(page.number)
            self._news.append("the disk takes too long: this match is not recorded any further")
            return
        self._taken += len(page.data)
        self._pages.append(page)
        self._has_work.set()

    def news(self) -> list[str]:
        """What is to be said in the log, once."""
        lines = []
        while self._news:
            lines.append(self._news.popleft())
        return lines

    def close(self) -> None:
        """Write what is left, as far as it is taken soon."""
        self._is_closed = True
        self._has_work.set()
        self._thread.join(END_MOST)

    def _write_all(self) -> None:
        while True:
            self._has_work.wait()
            self._has_work.clear()
            while self._pages:
                page = self._pages.popleft()
                if page.number not in self._given_up:
                    self._write(page)
                self._done += len(page.data)
            if self._is_closed and not self._pages:
                self._files.close()
                return

    def _write(self, page: DemoChunk) -> None:
        try:
            self._files.write(page)
        except OSError as problem:
            self._given_up.add(page.number)
            self._news.append(f"this match is not recorded any further: {problem.strerror or problem}")


class DemoFiles:
    """The files themselves; every call may wait for the disk and raise OSError."""

    def __init__(self, folder: Path, parent: Path | None = None) -> None:
        self._folder, self._parent = folder, parent
        self._number = 0  # of the demo that is open
        self._file: BinaryIO | None = None
        self._path = folder  # of that file

    def write(self, page: DemoChunk) -> None:
        """Append to the file of a demo; if not all of it can be written, none of it is, nor anything more."""
        try:
            self._write(page)
        except OSError:
            self._give_up()
            raise

    def _write(self, page: DemoChunk) -> None:
        if page.number != self._number:
            self.close()
            self._number = page.number
            self._path = self._new_path(page.header)
            self._file = self._path.open("xb", buffering=0)
        if page.pins and self._number:
            beside(self._path, PIN).touch()
        if self._file:
            self._append(self._file, page.data)
            if page.proof:
                self._prove(page.proof)
            if page.is_last:
                self.close()
                beside(self._path, SEATS).unlink(missing_ok=True)

    def _append(self, file: BinaryIO, data: bytes) -> None:
        end, left = file.tell(), memoryview(data)
        try:
            while left:
                left = left[file.write(left) :]
        except OSError:
            with contextlib.suppress(OSError):
                file.truncate(end)
            if not end:
                self.close()
                with contextlib.suppress(OSError):
                    self._path.unlink()
            raise

    def _give_up(self) -> None:
        """Close the demo as it is, and leave no proof: it would be one of who sat there long ago."""
        self.close()
        seats = beside(self._path, SEATS)
        for file in (seats, beside(seats, FRESH)):
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)

    def _prove(self, proof: bytes) -> None:
        """Write the file beside the demo, for its owner's eyes only, so that there is always a whole one."""
        file = beside(self._path, SEATS)
        fresh = beside(file, FRESH)
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(proof)
        fresh.replace(file)
        if self._parent:
            beside(self._parent, SEATS).unlink(missing_ok=True)
            self._parent = None

    def close(self) -> None:
        """Give the open file back."""
        if self._file:
            with contextlib.suppress(OSError):
                self._file.close()
        self._file = None

    def _new_path(self, header: Header) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._make_room()
        for name in names(time.strftime(STAMP, time.gmtime(header.started)), header.map):
            path = self._folder / name
            if not path.exists():
                return path
        raise FileExistsError(f"there are {SAME_SECOND} files like {path.name}")

    def _make_room(self) -> None:
        """Delete the oldest demos, so that one more may come.

        By when they were written last, not by their names: another server may be writing one of them now.
        """
        files = (file for file in self._folder.iterdir() if OURS.fullmatch(file.name))
        ours = sorted(files, key=lambda file: (file.stat().st_mtime_ns, file.stem))
        loose = [file for file in ours if not beside(file, PIN).exists() and _is_demo(file)]
        for file in loose[: max(0, len(loose) - KEPT + 1)]:
            with contextlib.suppress(OSError):
                file.unlink()
                beside(file, SEATS).unlink(missing_ok=True)


def read_match(file: Path) -> Resumed:
    """Read what a killed server was playing, from its recording; raises CannotResume."""
    try:
        data = _read(file, DEMO_MOST)
    except OSError as problem:
        raise CannotResume(f"{file.name} cannot be read: {problem.strerror or problem}.") from problem
    proof: bytes | None = None
    with contextlib.suppress(OSError):
        proof = _read(beside(file, SEATS), PROOF_MOST)
    return resume(data, proof, file.name)


def _read(file: Path, most: int) -> bytes:
    with file.open("rb") as opened:
        return opened.read(most)


def beside(file: Path, suffix: str) -> Path:
    """The file that belongs to a demo: its whole name, and a suffix more."""
    return file.with_name(file.name + suffix)


def _is_demo(file: Path) -> bool:
    """True if it begins as a demo does."""
    with contextlib.suppress(OSError), file.open("rb") as opened:
        return opened.read(len(MAGIC)) == MAGIC
    return False
