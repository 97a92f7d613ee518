"""A progress bar in one line of a terminal: the part that is done, and the time that is left. Pure.

Rule: if `out` is no terminal, nothing is written; at the end the line is removed.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TextIO, TypeVar

CELLS = 24
EVERY = 0.1  # seconds between two drawings
WAIT = 1.0  # seconds until the bar is shown
T = TypeVar("T")


def with_progress(
    things: Iterable[T], total: int, out: TextIO, now: Callable[[], float], size: Callable[[T], int] = lambda _: 1
) -> Iterator[T]:
    """Yield the things, and show how much of `total` was used. `now`: a clock, in seconds."""
    started = drawn = now()
    done = width = 0
    try:
        for thing in things:
            yield thing
            done += size(thing)
            at = now()
            if out.isatty() and at - started >= WAIT and at - drawn >= EVERY:
                drawn, line = at, progress_text(done, max(total, 1), at - started)
                width = out.write(f"\r{line}") - 1
                out.flush()
    finally:
        if width:
            out.write("\r" + " " * width + "\r")
            out.flush()


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
