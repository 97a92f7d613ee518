"""Where the copy of a recording lies: a file in a private folder of its own, which is gone when the standby ends.

The room record, with digests of tokens and the keys of the password, stays in memory and is never written.
"""

import shutil
import tempfile
from pathlib import Path


class CopyFolder:
    """A recording that is written piece by piece."""

    def __init__(self) -> None:
        """Raises OSError if there can be no such folder."""
        self.folder = Path(tempfile.mkdtemp(prefix="petard-standby-"))  # with mode 0700
        self._path = self.folder / "copy.petard"
        self.begin()

    def begin(self) -> None:
        """Forget what there is."""
        self._path.unlink(missing_ok=True)
        self._path.touch(0o600)

    def append(self, data: bytes) -> None:
        """Add bytes at the end; raises OSError."""
        with self._path.open("ab") as file:
            file.write(data)

    def read(self) -> bytes:
        """Return all that was added; raises OSError."""
        return self._path.read_bytes()

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
