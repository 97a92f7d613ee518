"""A disk that is full, for this process or for a command: no file grows beyond a limit, as with `ulimit -f`."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

LIMITED = bool(shutil.which("prlimit"))


@contextmanager
def full_disk(most: int) -> Iterator[None]:
    """Let no file of this process grow beyond `most` bytes; Python raises OSError there."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def on_full_disk(most: int) -> list[str]:
    """Return the words before a command that give it such a disk."""
    if not LIMITED:
        pytest.skip("there is no prlimit here")
    return ["prlimit", f"--fsize={most}", "--"]


FULL = os.strerror(27)  # EFBIG: what such a disk says
