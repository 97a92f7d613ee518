"""The folders of Petard that belong to a user: settings, data, and what a program remembers.

Rule 1: a user without a home folder has none of them, and then nothing is kept.
Rule 2: `~` at the beginning of a path is the home folder, as in a shell.
"""

import argparse
import os
from collections.abc import Callable
from pathlib import Path

import platformdirs


class BadPath(argparse.ArgumentTypeError):
    """A text that names no file here; one sentence, which a parser of a command line shows."""


def config_folder() -> Path | None:
    return _absolute(lambda: platformdirs.user_config_path("petard", appauthor=False))


def data_folder() -> Path | None:
    return _absolute(lambda: platformdirs.user_data_path("petard", appauthor=False))


def state_folder() -> Path | None:
    return _absolute(lambda: platformdirs.user_state_path("petard", appauthor=False))


def _absolute(find: Callable[[], Path]) -> Path | None:
    try:
        found = find()
    except RuntimeError:
        return None
    return found if found.is_absolute() else None  # else "~" was not replaced


def file_path(text: str) -> Path:
    """Parse the name of a file or folder, whose `~` or `~user` is replaced; raises BadPath.

    A shell leaves `~` alone inside of a word, such as `--out=~/x`, and in a settings file there is no shell.
    """
    if not text:
        raise BadPath("the name of a file is missing")
    if "\0" in text:
        raise BadPath(f"no file can have the name {text[:60]!r}")
    try:
        return Path(text).expanduser()
    except RuntimeError as problem:
        raise BadPath(f"there is no home folder for {text[:60]!r}: write the whole path") from problem


def new_file(text: str) -> Path:
    """Parse the name of a file to write, as `file_path` does; raises BadPath for that of a folder."""
    if text.endswith((os.sep, "/")):
        raise BadPath(f"{text[:60]!r} is the name of a folder, not of a file")
    return file_path(text)
