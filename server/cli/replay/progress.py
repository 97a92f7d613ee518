"""A bar that shows on a terminal how far something is, once that has taken a second."""

import time
from typing import TextIO

WAIT = 1.0  # seconds before it is shown
EACH = 0.1  # seconds from one picture of it to the next
WIDE = 30


class ProgressBar:
    """How much of `whole` is done. On what is no terminal nothing is ever written."""

    def __init__(self, whole: int, out: TextIO) -> None:
        self._whole, self._out = max(whole, 1), out
        self._is_on = out.isatty()
        self._started = time.monotonic()
        self._shown = 0.0  # when, 0: not yet

    def show(self, done: int) -> None:
        """Draw it if it is time to."""
        now = time.monotonic()
        if not self._is_on or now - self._started < WAIT or now - self._shown < EACH:
            return
        self._shown = now
        left = (now - self._started) * (self._whole - done) / max(done, 1)
        self._out.write(f"\r{bar_text(done, self._whole)}  {left:4.0f} s left ")
        self._out.flush()

    def clear(self) -> None:
        """Take it off the line again."""
        if self._shown:
            self._out.write("\r" + " " * (WIDE + 24) + "\r")
            self._out.flush()
            self._shown = 0.0


def bar_text(done: int, whole: int) -> str:
    """The bar alone.

    >>> bar_text(1, 4)
    '[#######                       ]  25 %'
    """
    return f"[{'#' * (WIDE * done // whole):{WIDE}}] {100 * done // whole:3} %"
