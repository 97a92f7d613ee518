"""How far away the server is, and how long it has said nothing. Pure.

Rule 1: silence is counted between two looks at the line, and no pause of our own counts as more than STALL: who wakes
        up after a minute of sleep has not listened for a minute, so it first listens once more.
Rule 2: every Ping is known by its id, so that a slow line, with several on the way, is measured as well as a quick one.
"""

PING_EVERY = 0.5  # seconds; so a server that lives is heard twice a second, whatever the room does
STALL = 0.25  # seconds; between two looks no more than this counts as silence
ASKED_MOST = 64  # Pings on the way that are remembered


class Heartbeat:
    """Counts from `open` on. All times are `now`, in seconds."""

    def __init__(self) -> None:
        self.ping = 0  # ms there and back, by the newest Ping that was answered
        self.ponged = 0  # the id of the last Ping that was answered
        self._asked: dict[int, float] = {}  # when each Ping went out that has no answer yet, by id
        self._id = 0
        self._pinged = 0.0
        self._looked = 0.0
        self._silence = 0.0

    def open(self, now: float) -> None:
        """The line is open: time begins to count."""
        self._looked = self._pinged = now
        self._silence = 0.0

    def look(self, heard: bool, now: float) -> None:
        """The line was looked at; `heard`: something had arrived."""
        self._silence = 0.0 if heard else self.quiet(now)
        self._looked = now

    @property
    def pinged(self) -> int:
        """The id of the last Ping that went out; 0 before the first."""
        return self._id

    def quiet(self, now: float) -> float:
        """For how many seconds nothing was heard, as far as we have listened."""
        return self._silence + min(STALL, max(0.0, now - self._looked))

    def ask(self, now: float) -> int | None:
        """The id of the Ping that is to go out now, None if it is not time yet."""
        if 0 <= now - self._pinged < PING_EVERY:
            return None
        self._id += 1
        self._pinged = self._asked[self._id] = now
        if len(self._asked) > ASKED_MOST:
            del self._asked[next(iter(self._asked))]
        return self._id

    def answered(self, number: int, now: float) -> None:
        """A Pong came. One that nobody asked for measures nothing."""
        asked = self._asked.pop(number, None)
        if asked is not None:
            self.ponged = max(self.ponged, number)
            self.ping = max(0, round((now - asked) * 1000))
