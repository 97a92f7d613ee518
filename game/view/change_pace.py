"""How often a server may have this client draw all of the window anew: for another phase, or for another round.

A new screen or board costs as much as several pictures: portraits, bodies and tiles at their sizes are made. A game
comes to one such change in three seconds; a server that sends more would slow the client down.
"""

CHANGES_MOST = 6  # at once: from joining to the end of a round that is over in a moment
CHANGES_RATE = 2.0  # a second after those


class ChangePace:
    """Says whether the next change is shown now, or the last one for a little longer."""

    def __init__(self) -> None:
        self._left = float(CHANGES_MOST)
        self._then = 0.0  # seconds

    def allows(self, now: float) -> bool:
        """Return whether a change may be shown at `now`, in seconds, and count it if so."""
        self._left = min(float(CHANGES_MOST), self._left + max(0.0, now - self._then) * CHANGES_RATE)
        self._then = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
