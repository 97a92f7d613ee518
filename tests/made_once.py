"""Bytes that take long to make and are the same each time: one worker makes them, the others read its file."""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

_made: dict[str, bytes] = {}


class Shared:
    """Where the workers of this run find what others have made. `folder`: None without workers."""

    folder: Path | None = None


def made_once(name: str, make: Callable[[], bytes]) -> bytes:
    """Return what `make` returns. `name`: says everything that it depends on, beside the code."""
    if name not in _made:
        file = Shared.folder / sha256(name.encode()).hexdigest() if Shared.folder else None
        _made[name] = file.read_bytes() if file and file.exists() else make()
        if file and not file.exists():
            _share(file, _made[name])
    return _made[name]


def _share(file: Path, data: bytes) -> None:
    """Write a file so that no other worker ever reads a part of it."""
    file.parent.mkdir(exist_ok=True)
    part = file.with_suffix(f".{os.getpid()}")
    part.write_bytes(data)
    part.replace(file)
