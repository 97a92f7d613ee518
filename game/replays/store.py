"""The folder of demos on this computer: those that servers here recorded, and clips.

Rule 1: the name of a demo is its path in the folder: `2026-09-21T19-30-00Z-classic.petard`, `clips/….petard`.
Rule 2: every error with a file is a DemoError with one sentence.
Rule 3: a pin is an empty file beside the demo with its name and `.pin`; the server never deletes such a demo.
"""

import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from petard.game.texts.phrases import tr
from petard.game.view.playback import DemoSummary, demo_summary_of
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.records import PIN, RECORDING_MOST, SEATS, STAMP, SUFFIX, candidate_names
from petard.shared.files import FileProblem, make_private_folder, read_file, write_file

CLIPS = "clips"
LISTED_MOST = 200


@contextmanager
def _as_demo_error(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise DemoError(f"{what} ({problem.strerror or problem}).") from None


def read_recording(file: Path) -> bytes:
    """Return the bytes of a file; raises DemoError."""
    try:
        return read_file(file, RECORDING_MOST)
    except FileProblem as problem:
        raise DemoError(f"This file cannot be read ({problem.strerror}).") from None


class DemoFolder:
    """One folder of demos; it need not exist."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # By name, time and size, so that no demo is read twice.
        self._summaries: dict[tuple[str, float, int], DemoSummary] = {}

    def names(self) -> list[str]:
        """Return the names of the demos, the newest first."""
        found: list[tuple[float, str]] = []
        for prefix in ("", f"{CLIPS}/"):
            with suppress(OSError):
                for file in (self.folder / prefix).glob(f"*{SUFFIX}"):
                    with suppress(OSError):
                        found.append((file.stat().st_mtime, prefix + file.name))
        return [name for _, name in sorted(found, reverse=True)][:LISTED_MOST]

    def cached_summary(self, name: str) -> DemoSummary | None:
        """Return the summary of a demo if it was read before and has not changed since."""
        key = self._key(name)
        summary = self._summaries.get(key) if key else None
        return replace(summary, pinned=self.is_pinned(name)) if summary else None

    def summary(self, name: str) -> DemoSummary | None:
        """Return the summary of a demo; None if the file is gone."""
        cached, key = self.cached_summary(name), self._key(name)
        if cached or not key:
            return cached
        when, pinned = _when(key[1]), self.is_pinned(name)
        try:
            summary = demo_summary_of(name, read_recording(self.folder / name), when, pinned)
        except DemoError as problem:
            summary = DemoSummary(name, when, pinned, str(problem))
        if summary.started:
            summary = replace(summary, when=_when(summary.started))  # a copy of a file is younger than its match
        self._summaries[key] = summary
        return summary

    def _key(self, name: str) -> tuple[str, float, int] | None:
        try:
            stat = (self.folder / name).stat()
        except OSError:
            return None
        return name, stat.st_mtime, stat.st_size

    def is_pinned(self, name: str) -> bool:
        """True if the demo is never deleted to make room."""
        return (self.folder / f"{name}{PIN}").exists()

    def pin(self, name: str, pinned: bool) -> None:
        """Pin a demo, or remove its pin; raises DemoError."""
        pin = self.folder / f"{name}{PIN}"
        with _as_demo_error("The pin could not be changed"):
            if pinned:
                pin.touch(0o600)
            else:
                pin.unlink(missing_ok=True)

    def delete(self, name: str) -> None:
        """Delete a demo and the files beside it; raises DemoError."""
        with _as_demo_error("It could not be deleted"):
            for suffix in ("", PIN, SEATS):
                (self.folder / f"{name}{suffix}").unlink(missing_ok=True)

    def save_clip(self, data: bytes, map_name: str) -> str:
        """Write a clip and return its name; raises DemoError."""
        stamp = time.strftime(STAMP, time.gmtime())
        with _as_demo_error("The clip could not be saved"):
            make_private_folder(self.folder / CLIPS)
            for name in candidate_names(stamp, map_name):
                file = self.folder / CLIPS / name
                try:
                    write_file(file, data, force=False, private=True)  # names are in it
                except FileProblem as problem:
                    if problem.errno == errno.EEXIST:  # perhaps of another game
                        continue
                    raise
                return f"{CLIPS}/{name}"
        raise DemoError("The clip could not be saved: there are too many of this second.")


def _when(stamp: float) -> str:
    try:
        return time.strftime("%Y-%m-%d, %H:%M", time.localtime(stamp))
    except (OSError, OverflowError, ValueError):  # the year is no number that this system can show
        return tr("no date")
