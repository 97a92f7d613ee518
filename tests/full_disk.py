"""A disk that is full, for this process or for a command: no file grows beyond a limit, as with `ulimit -f`.

Rule: a process with such a disk writes no compiled files. Python would cut them off without an error, and all processes
of the tests share them.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def full_disk(most: int) -> Iterator[None]:
    """Let no file of this process grow beyond `most` bytes; Python raises OSError there."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    writes_none, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        sys.dont_write_bytecode = writes_none


def full_disk_code(most: int) -> str:
    """Return a line of Python that gives its process, and those that it starts, such a disk."""
    return (
        "import os, resource, sys; sys.dont_write_bytecode = True; os.environ['PYTHONDONTWRITEBYTECODE'] = '1'; "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, resource.RLIM_INFINITY))"
    )


FULL = os.strerror(27)  # EFBIG: what such a disk says
