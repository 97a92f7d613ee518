"""The versions of Python on this computer, each once: those on the PATH, and those of pyenv."""

import platform
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

NAMES = ("python3.11", "python3.12", "python3.13", "python3.14")


@cache
def pythons() -> tuple[str, ...]:
    """Our own, and one of each other version that starts; a pyenv shim may not start."""
    kept = sorted(Path.home().glob(".pyenv/versions/3.1[1-9].*/bin/python"))
    found = {platform.python_version(): sys.executable}
    for python in (*filter(shutil.which, NAMES), *map(str, kept)):
        found.setdefault(_version_of(python), python)
    found.pop("", None)
    return tuple(found.values())


def _version_of(python: str) -> str:
    """Such as 3.13.0; "" if it does not start, or if its standard library lacks a module that we need."""
    words = [python, "-c", "import json, zlib, platform; print(platform.python_version())"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""
