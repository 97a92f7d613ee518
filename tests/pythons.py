"""The versions of Python that this computer has: what is on the PATH, and what pyenv keeps."""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

NAMES = ("python3.11", "python3.12", "python3.13", "python3.14")


@cache
def pythons() -> tuple[str, ...]:
    """Our own, and the others that start; a shim may stand there for a version that is not installed."""
    kept = sorted(Path.home().glob(".pyenv/versions/3.1[1-9].*/bin/python"))
    return (sys.executable, *filter(_runs, [*filter(shutil.which, NAMES), *map(str, kept)]))


def _runs(python: str) -> bool:
    done = subprocess.run([python, "-c", "import json, zlib"], capture_output=True, timeout=60, check=False)
    return done.returncode == 0
