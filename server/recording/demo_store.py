"""The folder of demos: one file for each match, written by a thread.

Rule 1: the game never waits for a disk. A disk that is too slow ends the demo, and nothing else.
Rule 2: a file ends with a whole block, whatever goes wrong; each problem is logged once, in one line.
Rule 3: the newest KEPT demos of ours stay. A pinned one (a file NAME.pin beside it) is never deleted and does not
        count; files that are not our demos are not touched.
Rule 4: names and chat are for the owner only: files are made with mode 0600, the folder with 0700.
"""

import contextlib
import errno
import os
import stat
import time
from collections import deque
from pathlib import Path
from typing import BinaryIO

from petard.server.recording.unfinished import ClaimedDemo, beside, our_demos
from petard.server.room.match_recorder import DemoChunk
from petard.shared.background_writer import BackgroundWriter
from petard.shared.demo.blocks import MAGIC
from petard.shared.demo.records import PIN, SAME_SECOND, SEATS, STAMP, Header, candidate_names
from petard.shared.file_lock import lock
from petard.shared.files import make_private_folder, read_start, remove_parts, write_file

KEPT = 50  # demos
ABANDONED_KEPT = 16  # demos; nothing waits to be written that is older
PENDING_MOST = 8 << 20  # bytes that wait for the disk: half an hour of a large match
CLOSE_WITHIN = 0.5  # seconds to write the last blocks


class DemoStore:
    """Takes chunks and writes them to files in `folder`, which is created when the first demo begins."""

    def __init__(self, folder: Path, parent: ClaimedDemo | None = None) -> None:
        """`parent`: the demo that the first one resumes; it is retired once there is a new rejoin record."""
        self.problems: deque[str] = deque(maxlen=20)  # lines for the log
        self.abandoned: deque[int] = deque(maxlen=ABANDONED_KEPT)  # numbers of demos
        self._files = DemoFiles(folder, parent)
        self._chunks = BackgroundWriter("demos", self._write, PENDING_MOST, self._files.close)

    def enqueue(self, chunk: DemoChunk) -> None:
        """Take a chunk to be written; never waits."""
        if chunk.number not in self.abandoned and not self._chunks.put(chunk, len(chunk.data)):
            self._abandon(chunk, "the disk takes too long: this match is not recorded any further")

    def close(self) -> bool:
        """Write the rest, for CLOSE_WITHIN at most; True if all is written."""
        return self._chunks.close(CLOSE_WITHIN)

    def _write(self, chunk: DemoChunk) -> None:
        if chunk.number in self.abandoned:
            self._files.abandon()
            return
        try:
            self._files.write(chunk)
        except OSError as problem:
            self._abandon(chunk, f"this match is not recorded any further: {problem.strerror or problem}")

    def _abandon(self, chunk: DemoChunk, why: str) -> None:
        self.abandoned.append(chunk.number)
        self.problems.append(why)


class DemoFiles:
    """The files themselves; every call may wait for the disk and raise OSError."""

    def __init__(self, folder: Path, parent: ClaimedDemo | None = None) -> None:
        self._folder, self._parent = folder, parent
        self._number = 0  # of the demo that is open
        self.file: BinaryIO | None = None
        self._path = folder  # of that file

    def write(self, chunk: DemoChunk) -> None:
        """Append to the file of a demo; if it cannot be written whole, nothing of it is written, nor anything after."""
        try:
            self._write(chunk)
        except OSError:
            self.abandon()
            raise

    def abandon(self) -> None:
        """Write the demo no further. Nobody shall go on with it, nor with its parent: both are older than the match."""
        self.close()
        with contextlib.suppress(OSError):
            beside(self._path, SEATS).unlink(missing_ok=True)
        self._retire_parent()

    def _retire_parent(self) -> None:
        if self._parent:
            self._parent.retire()
            self._parent = None

    def _write(self, chunk: DemoChunk) -> None:
        if chunk.number != self._number:
            self.close()
            self._number = chunk.number
            self._path = self._new_file(chunk.header)
            self.file = self._path.open("r+b", buffering=0)
            with contextlib.suppress(OSError):  # without locks in this file system, no server resumes by itself
                lock(self.file)
        if chunk.pins and self._number:
            beside(self._path, PIN).touch(0o600)
        if self.file:
            self._append(self.file, chunk.data)
            if chunk.rejoin_record:
                self._write_rejoin_record(chunk.rejoin_record)
            if chunk.is_last:
                self.close()
                beside(self._path, SEATS).unlink(missing_ok=True)
                self._retire_parent()

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

    def _write_rejoin_record(self, record: bytes) -> None:
        """Replace the file beside the demo, readable by its owner only, so that there is always a complete one."""
        write_file(beside(self._path, SEATS), record, private=True, durable=False)
        self._retire_parent()

    def close(self) -> None:
        if self.file:
            with contextlib.suppress(OSError):
                self.file.close()
        self.file = None

    def _new_file(self, header: Header) -> Path:
        """Create an empty file; another server may be creating one of the same second and map just now."""
        make_private_folder(self._folder)
        self._delete_oldest()
        remove_parts(self._folder, time.time())
        for name in candidate_names(time.strftime(STAMP, time.gmtime(header.started)), header.map):
            path = self._folder / name
            with contextlib.suppress(FileExistsError):
                path.touch(0o600, exist_ok=False)
                return path
        raise FileExistsError(f"there are {SAME_SECOND} files like {path.name}")

    def _delete_oldest(self) -> None:
        """Delete the oldest demos, so that one more can be added.

        Their age is when they were written last, not their name: another server may be writing one of them now.
        """
        ours = (file for _, file in our_demos(self._folder))
        unpinned = [file for file in ours if not beside(file, PIN).exists() and _is_demo(file)]
        for file in unpinned[: max(0, len(unpinned) - KEPT + 1)]:
            with contextlib.suppress(OSError):
                file.unlink()
                beside(file, SEATS).unlink(missing_ok=True)


def folder_problem(folder: Path) -> str:
    """Return why no file can be created in a folder, or in the one that it would be created in; "" if one can be."""
    for one in (folder, *folder.parents):
        try:
            mode = one.stat().st_mode
        except FileNotFoundError:
            continue
        except OSError as problem:
            return problem.strerror or str(problem)
        if not stat.S_ISDIR(mode):
            return os.strerror(errno.ENOTDIR)
        return "" if os.access(one, os.W_OK | os.X_OK) else os.strerror(errno.EACCES)
    return ""


def _is_demo(file: Path) -> bool:
    with contextlib.suppress(OSError):
        return read_start(file, len(MAGIC)) == MAGIC
    return False
