"""A lock on an open file, which holds until the file is closed, however the process ends.

Rule 1: it never waits. Nothing is written, and other processes can still read the file.
Rule 2: a file system without locks is reported like a lock that another process holds: as an OSError.
"""

import sys
from typing import IO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# Windows locks bytes, which nobody else can read then. This one lies behind the end of every file of ours.
LOCKED_BYTE = 1 << 30


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
