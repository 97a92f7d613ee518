"""How many messages a peer may send: a rate on the average, and what a stalled connection delivers at once.

Rule: seconds of the clock count, not reads or ticks; how TCP cuts and joins a stream must not matter.
"""

STALL = 10.0  # seconds; after a longer silence a connection is closed anyway


class RateLimit:
    """A leaky bucket: `rate` messages a second leak out, and it holds those of ten seconds."""

    __slots__ = ("_capacity", "_credit_ends_in", "_rate", "used")

    def __init__(self, rate: float) -> None:
        self.used = 0.0  # the caller adds 1 per message; a plain attribute, since each Command does it
        self._rate = rate
        self._capacity = rate * STALL
        self._credit_ends_in = 0.0  # seconds; credit from `forgive` is not saved for longer

    @property
    def is_exceeded(self) -> bool:
        """True after more messages than an honest client can send."""
        return self.used > self._capacity

    def leak(self, seconds: float) -> None:
        """Let time pass."""
        if self.used > 0.0:
            self.used = max(0.0, self.used - self._rate * seconds)
        elif self.used < 0.0:
            self._credit_ends_in -= seconds
            if self._credit_ends_in <= 0.0:
                self.used = 0.0

    def forgive(self, seconds: float) -> None:
        """Give credit for a time in which the server read nothing: the messages of that time come soon."""
        self.used -= self._rate * seconds
        self._credit_ends_in = STALL
