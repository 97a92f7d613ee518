"""Standard input, output and error are always open, whoever started us without them.

Rule: else the next socket gets the number 1 or 2, and lines of the log are sent to a player.
"""

import os
import sys

_STANDARD = 3  # 0, 1 and 2


def open_standard() -> None:
    """Let what is closed lead nowhere, for the system and for Python; to be called before anything else is opened."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) < _STANDARD:  # each gets the lowest number that is free
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
    sys.stdin = sys.stdin or os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = sys.stdout or os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", encoding="utf-8", closefd=False)
