"""A progress bar in one line of a terminal: the part that is done, and the time that is left. Pure.

Rule: if `out` is no terminal, nothing is written; `clear` removes the line.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TextIO, TypeVar

CELLS = 24
EVERY = 0.1  # seconds between two drawings
WAIT = 1.0  # seconds until the bar is shown
T = TypeVar("T")


class ProgressBar:
    """Shows how much of `total` is done. `now`: a clock, in seconds."""

    def __init__(self, total: int, out: TextIO, now: Callable[[], float]) -> None:
        self._total, self._out, self._now = max(total, 1), out, now
        self._is_terminal = out.isatty()
        self._started = self._drawn = now()
        self._width = 0  # characters that are drawn; 0: none yet

    def show(self, done: int) -> None:
        """Draw it if it is time to."""
        now = self._now()
        if not self._is_terminal or now - self._started < WAIT or now - self._drawn < EVERY:
            return
        self._drawn = now
        line = progress_text(done, self._total, now - self._started)
        self._width = len(line)
        self._out.write(f"\r{line}")
        self._out.flush()

    def clear(self) -> None:
        """Remove it."""
        if self._width:
            self._out.write("\r" + " " * self._width + "\r")
            self._out.flush()
            self._width = 0


def with_progress(things: Iterable[T], bar: ProgressBar) -> Iterator[T]:
    """Yield the things, and show how many of them were used."""
    try:
        for done, thing in enumerate(things, 1):
            yield thing
            bar.show(done)
    finally:
        bar.clear()


def progress_text(done: int, total: int, seconds: float) -> str:
    """Return the line after so many seconds, always of one length.

    >>> progress_text(50, 200, 10.0)
    '[######                  ]  25 %   0:30 left '
    >>> progress_text(200, 200, 40.0), progress_text(0, 200, 1.0)
    ('[########################] 100 %   0:00 left ', '[                        ]   0 %             ')
    """
    part = min(1.0, done / total)
    minutes, rest = divmod(-(-int((1 - part) / part * seconds * 60) // 60), 60) if part else (0, 0)
    left = f"{minutes}:{rest:02} left" if part else ""
    return f"[{'#' * int(part * CELLS):<{CELLS}}] {int(part * 100):3} % {left:>11} "
