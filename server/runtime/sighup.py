"""SIGHUP, where a file of settings may count, also one that is not there yet: the wish that it be read (again).

Rule 1: a terminal that is closed sends the same signal. That stops the server, as it does where no file may count.
Rule 2: a system without the signal never has the wish.
"""

import os
import signal
import sys
from types import FrameType

TERMINAL = "/dev/tty"


class ReloadSignal:
    """Set up after `wake.catch_signals`, since what hears the signal then is what stops the server."""

    def __init__(self) -> None:
        self._is_wanted = False
        self._had_terminal = has_terminal()
        if sys.platform != "win32":
            self._stop = signal.signal(signal.SIGHUP, self._hear)

    def take(self) -> bool:
        """True once after each wish, or after several at once."""
        was, self._is_wanted = self._is_wanted, False
        return was

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self._had_terminal and not has_terminal() and callable(self._stop):
            self._stop(number, frame)
        else:
            self._is_wanted = True


def has_terminal() -> bool:
    """True if there is a terminal that may be closed over us."""
    if sys.platform == "win32":
        return False
    try:
        os.close(os.open(TERMINAL, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK))
    except OSError:
        return False
    return True
