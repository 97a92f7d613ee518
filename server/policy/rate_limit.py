"""How much a peer may say: so much a second on the average, with room for what a stalled line delivers at once.

Rule: seconds of a clock count, not reads or ticks; how TCP cuts and bunches a stream must not matter.
"""

STALL = 10.0  # seconds; a line that was silent for longer is given up anyway


class RateLimit:
    """A bucket that leaks `rate` a second and holds ten seconds' worth."""

    __slots__ = ("_holds", "_lapses_in", "_rate", "spent")

    def __init__(self, rate: float) -> None:
        self.spent = 0.0  # whoever counts adds here; a plain attribute, since it is done once for every Command
        self._rate = rate
        self._holds = rate * STALL
        self._lapses_in = 0.0  # seconds; what is forgiven, and was not used until then, is not saved up

    @property
    def is_overdrawn(self) -> bool:
        """True when more was said than anybody honest could."""
        return self.spent > self._holds

    def leak(self, seconds: float) -> None:
        """Let so much time pass."""
        if self.spent > 0.0:
            self.spent = max(0.0, self.spent - self._rate * seconds)
        elif self.spent < 0.0:
            self._lapses_in -= seconds
            if self._lapses_in <= 0.0:
                self.spent = 0.0

    def forgive(self, seconds: float) -> None:
        """Let so much time pass in which nobody listened: all that was said meanwhile is still to come, and soon."""
        self.spent -= self._rate * seconds
        self._lapses_in = STALL
