"""The folders of Petard that belong to a user: settings, data, and what a program remembers.

Rule 1: a user without a home folder has none of them, and then nothing is kept.
Rule 2: `~` at the beginning of a path is the home folder, as in a shell.
"""

from collections.abc import Callable
from pathlib import Path

import platformdirs


class NoHomeFolder(ValueError):
    """There is no such home folder; one sentence."""


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


def expanded(text: str) -> Path:
    """Return a path whose `~` or `~user` is replaced; raises NoHomeFolder."""
    try:
        return Path(text).expanduser()
    except RuntimeError as problem:
        raise NoHomeFolder(f"there is no home folder for {text[:60]!r}: write the whole path") from problem
