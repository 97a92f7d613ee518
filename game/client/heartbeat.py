"""Pings and silence: whether the server still runs, and how far away it is. All times are `now`, in seconds.

Rule 1: silence is counted between two reads, and a pause of our own counts for STALL at most: after a minute of sleep
        we have not listened for a minute, so we first read what waits.
Rule 2: every Ping is known by its id, so that a slow connection, with several on the way, is measured right, too.
"""

from petard.shared.protocol.messages import Ping

PING_EVERY = 0.5  # seconds; so a server that runs is never silent for long, whatever the room does
PING_RARELY = 2.0  # seconds; while states come, they show that the server runs
STALL = 0.25  # seconds; between two reads no more than this counts as silence
PINGS_MOST = 64  # without an answer that are remembered


class Heartbeat:
    """The round trip time and the silence of one connection."""

    def __init__(self) -> None:
        self.opened_at: float | None = None
        self.ping = 0  # ms there and back, by the newest Ping that was answered
        self.last_ping = 0  # the id of the last Ping that was sent; 0 before the first
        self.last_pong = 0  # the id of the last Ping that was answered; 0 before the first
        self._unanswered: dict[int, float] = {}  # when each Ping was sent, by id
        self._pinged_at = 0.0
        self._read_at = 0.0
        self._silence = 0.0

    def open(self, now: float) -> None:
        self.opened_at = self._read_at = self._pinged_at = now
        self._silence = 0.0

    def note_read(self, has_data: bool, now: float) -> None:
        self._silence = 0.0 if has_data else self.silence(now)
        self._read_at = now

    def silence(self, now: float) -> float:
        """For how many seconds no data has arrived, as far as we have read."""
        return self._silence + min(STALL, max(0.0, now - self._read_at))

    def next_ping(self, now: float, pause: float = PING_EVERY) -> Ping | None:
        """The Ping that is due now; None if the last one was sent less than `pause` seconds ago."""
        if 0 <= now - self._pinged_at < pause:
            return None
        self.last_ping += 1
        self._pinged_at = self._unanswered[self.last_ping] = now
        if len(self._unanswered) > PINGS_MOST:
            del self._unanswered[next(iter(self._unanswered))]
        return Ping(self.last_ping)

    def handle_pong(self, number: int, now: float) -> None:
        """Measure the round trip. A Pong without its Ping measures nothing."""
        sent_at = self._unanswered.pop(number, None)
        if sent_at is not None:
            self.last_pong = max(self.last_pong, number)
            self.ping = max(0, round((now - sent_at) * 1000))
