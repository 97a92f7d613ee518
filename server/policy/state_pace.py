"""Which states of a round one peer is sent, so that none of them is old when it is read.

A peer *streams*: it is sent every state, as all others are. Each Input says how many states its client has received.
When too many are under way, the peer is *paused*: it is sent no state until the client has received all, then a single
one, made for it alone: the changes since its last state, or a keyframe. Once single states are received quickly, it
streams again.

Rule 1: WINDOW seconds of states are under way at most, and those of one round trip, which take this time at least; in
        the first seconds, when nothing is known of the way to a peer, and for a while after a pause only NARROW_WINDOW.
Rule 2: a peer that is paused again soon has to be quick twice as often before it streams the next time.
Rule 3: no socket and no clock; `now` comes in, in seconds. What a client says can only make it get fewer states.
"""

from petard.shared.protocol.state import State

WINDOW = 0.6  # seconds; a client says every 250 ms what it has received, and a packet that is lost takes 200 ms more
NARROW_WINDOW = 0.33  # seconds; so long, a client says every 125 ms what it has received
NARROW_AT_FIRST, NARROW_AFTER_PAUSE = 3.0, 10.0  # seconds of states
PING_MOST = 1.0  # seconds
QUICK = 0.35  # seconds from the sending of a single state to the Input that confirms it, beside the ping
RELAPSE = 10.0  # seconds; a pause sooner than this after the last one is the same trouble
QUICK_MOST = 64  # single states in a row


class StatePace:
    """Counts the states `sent` to a peer, and those that it has `seen`. `streams`: it gets what everybody gets."""

    __slots__ = ("_slowness", "_window", "base", "seen", "sent", "streams")

    def __init__(self, snapshots: int = 60) -> None:
        """`snapshots`: how many states are sent in a second."""
        self.sent = self.seen = 0
        self.streams = True
        self.base: State | None = None  # the last state that it was sent, while it is paused
        self._window = _Window(snapshots)
        self._slowness = _Slowness()

    @property
    def window(self) -> int:
        """How many states may be under way."""
        return self._window.after(self.sent)

    @property
    def is_behind(self) -> bool:
        return self.sent - self.seen > self.window

    @property
    def wants_state(self) -> bool:
        """True while it is paused and has received all that it was sent."""
        return not self.streams and self.seen >= self.sent

    def note_ping(self, seconds: float) -> None:
        """Note a round trip; the shortest one counts, since states that wait make the others longer."""
        self._window.note_ping(seconds)

    def note_seen(self, states: int, now: float) -> None:
        """The client says how many states it has received."""
        self.seen = max(self.seen, min(states, self.sent))
        if self.wants_state:
            self._slowness.note_received(now, QUICK + self._window.ping)

    def pause(self, base: State | None, now: float) -> None:
        """Send no more states but single ones. `base`: the last one that it was sent; None: of an earlier round."""
        self.streams, self.base = False, base
        self._window.pause(self.sent)
        self._slowness.begin(now)

    def note_single(self, state: State | None, now: float) -> None:
        """It is sent a single state, which is the newest; None where the next one will be a keyframe, too."""
        self.sent += 1
        self.base = state
        self.streams = self._slowness.is_over(now)


class _Window:
    """How many states may be under way. `ping`: the shortest round trip, in seconds; PING_MOST while none is known."""

    __slots__ = ("_narrow", "_narrow_until", "_snapshots", "_wide", "ping")

    def __init__(self, snapshots: int) -> None:
        self.ping = PING_MOST
        self._snapshots = snapshots  # a second
        self._narrow, self._wide = round(NARROW_WINDOW * snapshots), round(WINDOW * snapshots)
        self._narrow_until = NARROW_AT_FIRST * snapshots  # states sent

    def note_ping(self, seconds: float) -> None:
        if seconds < self.ping:
            self.ping = seconds
            self._narrow, self._wide = (round((one + seconds) * self._snapshots) for one in (NARROW_WINDOW, WINDOW))

    def after(self, sent: int) -> int:
        """The window once so many states are sent; asked for each peer in each tick."""
        return self._wide if sent > self._narrow_until else self._narrow

    def pause(self, sent: int) -> None:
        self._narrow_until = sent + NARROW_AFTER_PAUSE * self._snapshots


class _Slowness:
    """How many single states in a row have to be received quickly."""

    __slots__ = ("_left", "_needed", "_sent_at", "_since")

    def __init__(self) -> None:
        self._needed, self._left = 1, 1
        self._since = -RELAPSE  # when it last began
        self._sent_at: float | None = None  # the single state that is under way

    def begin(self, now: float) -> None:
        is_relapse = now - self._since < RELAPSE
        self._needed = min(2 * self._needed, QUICK_MOST) if is_relapse else 1
        self._left, self._since, self._sent_at = self._needed, now, None

    def note_received(self, now: float, quick: float) -> None:
        if self._sent_at is not None:
            self._left = self._left - 1 if now - self._sent_at <= quick else self._needed
            self._sent_at = None

    def is_over(self, now: float) -> bool:
        """A single state is sent now; return whether it is the last one."""
        self._sent_at, self._since = now, now
        return self._left <= 0
