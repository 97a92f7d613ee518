"""How far a long piece of work is: a bar, the part that is done, and the time that is left, in one line on a terminal.

Rule: what is not a terminal gets nothing; the line is wiped away at the end.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO, TypeVar

from petard.game.ui.render.top_bar import clock

CELLS = 24
EVERY = 0.1  # seconds between two lines
WAIT = 0.5  # seconds: before that nobody knows how long it will take

T = TypeVar("T")


def watched(
    things: Iterable[T], total: int, out: TextIO | None, now: Callable[[], float] = time.monotonic
) -> Iterator[T]:
    """Pass things on, and show on `out` how far we are. `now`: a clock, in seconds."""
    if out is None or not out.isatty():
        yield from things
        return
    begun = shown = now()
    try:
        for done, thing in enumerate(things, 1):
            yield thing
            if now() - shown >= EVERY:
                shown = now()
                out.write("\r" + line(done, total, shown - begun))
                out.flush()
    finally:
        out.write("\r" + " " * len(line(0, 1, 0.0)) + "\r")
        out.flush()


def line(done: int, total: int, seconds: float) -> str:
    """What is shown after so many seconds, always of one length.

    >>> line(50, 200, 10.0)
    '[######                  ]  25 %   0:30 left '
    >>> line(200, 200, 40.0), line(1, 200, 0.1)
    ('[########################] 100 %   0:00 left ', '[                        ]   0 %             ')
    """
    part = min(1.0, done / max(1, total))
    left = f"{clock((1 - part) / part * seconds * 60)} left" if part and seconds >= WAIT else ""
    return f"[{'#' * int(part * CELLS):<{CELLS}}] {int(part * 100):3} % {left:>11} "
