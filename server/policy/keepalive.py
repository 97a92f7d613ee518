"""When members are asked for a sign of life, and how long it took to come.

Rule: only the last so many are remembered, so what a member sends costs nothing, however often.
"""

from petard.shared.protocol.messages import Ping, Pong

HEARTBEAT = 2.0  # seconds
KEPT = 8


class Keepalive:
    """The Pings of one server, which go to everybody. Seconds, monotonic."""

    def __init__(self, now: float) -> None:
        self._sent: dict[int, float] = {0: now}  # by their ids; there is always one
        self._last = 0

    def due(self, now: float) -> list[Ping]:
        """The Ping that is to be sent now; mostly none."""
        if now - self._sent[self._last] < HEARTBEAT:
            return []
        self._last += 1
        self._sent[self._last] = now
        self._sent.pop(self._last - KEPT, None)
        return [Ping(self._last)]

    def measure(self, pong: Pong, now: float) -> int | None:
        """How many milliseconds the answer to a Ping took; None if it answers none of the last."""
        sent = self._sent.get(pong.id)
        return None if sent is None else round(1000 * (now - sent))
