"""Standard output and standard errors of a program, which may be closed, full, or read by nobody.

Rule 1: output that cannot be written ends the program with status 1, without a traceback or a word.
Rule 2: errors that cannot be written are dropped; the exit status still says that something is wrong.
Rule 3: a character that the other end cannot show is written as an escape, such as \\xe9.
Rule 4: a standard descriptor that is closed at the start is opened on the null device, or the next socket or file would
get its number, and our output. 1 and 2 are opened for reading only, so that writing fails as on a closed descriptor.
Rule 5: a program that may open too few files ends with one sentence and status 1.
"""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import Any, TextIO, cast

STDIN, STDOUT, STDERR = 0, 1, 2
LOST = 1  # exit status when output is lost
TOO_FEW_FILES = "petard: This program may not open as many files as it needs; `ulimit -n` shows how many it may."


class LossyStream:
    """A standard stream whose failures to write raise no OSError. What else it can do, the stream in it does."""

    def __init__(self, stream: TextIO, status: int | None) -> None:
        """`status`: the exit status of the program when output is lost; None: the program goes on."""
        self._stream, self._status = stream, status
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write; raises SystemExit if output is lost."""
        try:
            self._stream.write(text)
        except OSError:
            self._lose()
        return len(text)

    def flush(self) -> None:
        """Write what is buffered; raises SystemExit if output is lost."""
        try:
            self._stream.flush()
        except OSError:
            self._lose()

    def _lose(self) -> None:
        with suppress(OSError):  # what is still buffered has to go somewhere, or Python reports it at the end
            _open_null_device(self._stream.fileno(), os.O_WRONLY)
        if self._status is not None:
            raise SystemExit(self._status)


@contextmanager
def standard_streams() -> Iterator[None]:
    """Guard the standard streams of this program while it runs; call it before anything is opened."""
    open_standard_descriptors()
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (
        cast("TextIO", LossyStream(stream, status)) for stream, status in zip(before, (LOST, None), strict=True)
    )
    try:
        yield
    except OSError as problem:
        if problem.errno not in (errno.EMFILE, errno.ENFILE):
            raise
        sys.stderr.write(f"{TOO_FEW_FILES}\n")
        raise SystemExit(LOST) from problem
    finally:
        try:
            sys.stderr.flush()
            sys.stdout.flush()
        finally:
            sys.stdout, sys.stderr = before


def open_standard_descriptors() -> None:
    """Open the standard descriptors that are closed, for the system and for Python."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= STDERR:  # each gets the lowest free number
        if descriptor != STDIN:
            _open_null_device(descriptor, os.O_RDONLY)
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
    sys.stdin = sys.stdin or os.fdopen(STDIN, encoding="utf-8", closefd=False)
    sys.stdout = sys.stdout or os.fdopen(STDOUT, "w", encoding="utf-8", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(STDERR, "w", encoding="utf-8", closefd=False)


def _open_null_device(descriptor: int, flags: int) -> None:
    """Make a descriptor lead to the null device."""
    opened = os.open(os.devnull, flags)
    os.dup2(opened, descriptor)
    os.close(opened)
