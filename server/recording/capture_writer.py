"""Writes the records of a capture to a file, in a thread of its own.

Rule: the game never waits for a disk. A disk error ends the capture, with a sentence, and nothing else.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from petard.server.recording.background_writer import BackgroundWriter
from petard.shared.demo.capture import CaptureEncoder, CaptureRecord, CaptureStart

FILE_MOST = 256 << 20  # bytes; then a capture ends
PENDING_MOST = 500_000  # records that wait for the disk: about a minute of eight players
CLOSE_WITHIN = 2.0  # seconds to write the last records


class CaptureWriter:
    """Writes to a file, or to `out`. `problem`: a sentence once nothing can be written any more, else ""."""

    def __init__(self, path: Path, start: CaptureStart, out: BinaryIO | None = None) -> None:
        """Raises OSError if the file cannot be created, or exists: no capture is overwritten."""
        self.problem = ""
        self._file = out or path.open("xb", buffering=0)
        self._encoder = CaptureEncoder(start)
        self._records = BackgroundWriter("capture", self._add, PENDING_MOST, self._finish)

    def enqueue(self, records: Iterable[CaptureRecord]) -> None:
        """Take records to be written; never waits."""
        new = tuple(records)
        if not self.problem and not self._records.put(new, len(new)):
            self.problem = "The disk does not keep up with the capture."

    def close(self) -> None:
        """Write the rest, within CLOSE_WITHIN."""
        self._records.close(CLOSE_WITHIN)

    def _add(self, records: tuple[CaptureRecord, ...]) -> None:
        if not self.problem:
            self._encoder.add(records)
            self._write(self._encoder.data_to_write())

    def _finish(self) -> None:
        with self._file:
            self._encoder.close_block()
            self._write(self._encoder.data_to_write())

    def _write(self, data: bytes) -> None:
        # All blocks in the file are whole, but for the last one on a full disk; a reader leaves that out.
        try:
            while data and not self.problem:
                data = data[self._file.write(data) or 0 :]
            if self._file.tell() > FILE_MOST:
                self.problem = f"The capture is {FILE_MOST >> 20} MiB long, which is enough."
        except OSError as problem:
            self.problem = f"The capture cannot be written: {problem.strerror or type(problem).__name__}."
