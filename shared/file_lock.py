"""A lock on an open file, which holds until the file is closed, however the process ends.

Rule 1: `lock` never waits. Nothing is written, and other processes can still read the file.
Rule 2: a file system without locks is reported like a lock that another process holds: as an OSError.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from petard.shared.files import open_regular

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# Windows locks bytes, which nobody else can read then. This one lies behind the end of every file of ours.
LOCKED_BYTE = 1 << 30
PATIENCE = 1.0  # seconds; a small file is read and replaced in some milliseconds, on a very busy computer in tenths
LOOK_EVERY = 0.005  # seconds


def lock(file: IO[bytes]) -> None:
    """Lock an open file; raises OSError if another process (or another open file of this one) has locked it."""
    if sys.platform == "win32":
        at = file.tell()
        file.seek(LOCKED_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        finally:
            file.seek(at)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def exclusively(file: Path) -> Iterator[None]:
    """Hold the lock beside `file` while it is read, changed and replaced, so that two processes do that one by one.

    Waits PATIENCE seconds at most. A process that holds it longer has been stopped, and some folders have no locks:
    then it goes on without one. Raises nothing of its own.
    """
    with ExitStack() as stack:
        with suppress(OSError):
            handle = open_regular(file.with_name(f"{file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
            _await_lock(stack.enter_context(os.fdopen(handle, "r+b")))
        yield


def _await_lock(opened: IO[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return lock(opened)
        except OSError:
            if time.monotonic() >= until:
                return None
            time.sleep(LOOK_EVERY)
