"""Finds the recording of the match that a killed server was playing, and claims it, so that the match goes on once.

Rule 1: a server locks the recording that it writes, and the one that it goes on with. The system releases both locks
        when the process ends, so no two servers go on with one match, and none with a match that is still played.
Rule 2: once the next recording has a rejoin record, that of its parent is deleted: a match goes on only once. If the
        server is killed between the two, both have one; then the search deletes the older one.
Rule 3: by itself a server goes on only with a match that is younger than the seats are kept for, and that fits
        (petard.server.room.resume.GameHere). Everything else leaves it in the lobby, with one sentence for the log.
"""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from petard.server.room.rejoin import SEAT_KEPT
from petard.server.room.resume import CannotResume, GameHere, Resumed, resume
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import read_demo
from petard.shared.demo.records import RECORDING_MOST, SEATS, Ended
from petard.shared.file_lock import lock
from petard.shared.files import FileProblem, open_regular, read_file, read_opened
from petard.shared.rules.ruleset import TICK_RATE

AGE_MOST = SEAT_KEPT // TICK_RATE  # seconds
FUTURE_MOST = 2.0  # seconds; some file systems count in steps of two
REJOIN_RECORD_MOST = 2 << 20  # bytes; of 4096 members, each with the longest name in any script
OUR_NAME = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-[A-Za-z0-9._-]+\.petard")


class ClaimedDemo:
    """A recording that this process alone goes on with, until it is retired or the process ends."""

    def __init__(self, file: Path) -> None:
        """Raises BlockingIOError if another process has claimed it or writes it, or another OSError."""
        self.path = file
        may_write = os.access(file, os.W_OK)  # network drives lock only with "+"
        opened = open_regular(file, os.O_RDWR if may_write else os.O_RDONLY)
        self._opened = os.fdopen(opened, "r+b" if may_write else "rb")
        try:
            lock(self._opened)
        except OSError as problem:
            self._opened.close()
            raise BlockingIOError(problem.errno, "another server goes on with it, or plays it") from problem

    def read(self, here: GameHere | None = None) -> Resumed:
        """Read the match; raises CannotResume, and OSError if the file cannot be read."""
        data = read_opened(self._opened, RECORDING_MOST)
        record: bytes | None = None
        with contextlib.suppress(OSError):
            record = read_file(beside(self.path, SEATS), REJOIN_RECORD_MOST)
        return resume(data, record, self.path.name, here)

    def release(self) -> None:
        self._opened.close()

    def retire(self) -> None:
        """See to it that nobody goes on with it any more."""
        with contextlib.suppress(OSError):
            beside(self.path, SEATS).unlink(missing_ok=True)
        self.release()


def claim(file: Path) -> tuple[ClaimedDemo, Resumed]:
    """Claim the recording that a person names; raises CannotResume."""
    try:
        claimed = ClaimedDemo(file)
        try:
            return claimed, claimed.read()
        except BaseException:
            claimed.release()
            raise
    except OSError as problem:
        raise CannotResume(f"{FileProblem(file, 'read', problem)}.") from problem


class UnfinishedSearch:
    """Looks through the recordings of a folder, the newest first. `why`: the newest does not go on; "" if it ended."""

    def __init__(self, folder: Path, here: GameHere, wall: float) -> None:
        """`wall`: the time, in seconds since 1970."""
        self.why = ""
        self._folder, self._here, self._wall = folder, here, wall

    def claim_newest(self) -> tuple[ClaimedDemo, Resumed] | None:
        """Claim the newest recording that can go on, if there is one."""
        is_newest = True  # of those that no other server plays
        for file, age in self._newest_first():
            try:
                if found := self._try(file, age, is_newest):
                    return found
            except BlockingIOError:
                continue
            except (OSError, CannotResume, DemoError) as problem:
                self.why = f"{file.name}: {problem}" if is_newest else self.why
            is_newest = False
        return None

    def _try(self, file: Path, age: float, is_newest: bool) -> tuple[ClaimedDemo, Resumed] | None:
        """None: this match has ended, or goes on in another recording."""
        has_record, is_young = beside(file, SEATS).is_file(), -FUTURE_MOST <= age <= AGE_MOST
        if not has_record and not (is_newest and is_young):
            return None
        if not is_young:
            raise CannotResume(f"It was written {age:.0f} seconds ago, and seats are kept for {AGE_MOST}.")
        demo = read_demo(read_file(file, RECORDING_MOST))
        if has_record and OUR_NAME.fullmatch(demo.header.parent):
            beside(self._folder / demo.header.parent, SEATS).unlink(missing_ok=True)
        if any(isinstance(note, Ended) for note in demo.outline):
            return None
        claimed = ClaimedDemo(file)
        try:
            return claimed, claimed.read(self._here)
        except (CannotResume, OSError):
            claimed.release()
            raise

    def _newest_first(self) -> Iterator[tuple[Path, float]]:
        """The recordings, with their age in seconds."""
        with contextlib.suppress(OSError):
            for written, file in reversed(our_demos(self._folder)):
                yield file, self._wall - written / 1e9


def our_demos(folder: Path) -> list[tuple[int, Path]]:
    """Return the recordings of a folder, with the time of their last write in ns, the oldest first; raises OSError."""
    found = []
    for file in folder.iterdir():
        if OUR_NAME.fullmatch(file.name):
            with contextlib.suppress(OSError):  # another server has just deleted it, or it is a dead link
                found.append((file.stat().st_mtime_ns, file))
    return sorted(found, key=lambda one: (one[0], one[1].stem))


def beside(file: Path, suffix: str) -> Path:
    """Return the file that belongs to a demo: its whole name and a suffix."""
    return file.with_name(file.name + suffix)
