"""Whether a standby becomes the server. Pure: what it has seen goes in, with the time; a decision comes out.

A standby is promoted only when all of these are true, or at once when the server says that it leaves:

(a) its line to the server is lost, without a goodbye;
(b) the server's address has given no Pong with the room's id for SILENT;
(c) no standby that stands before it has answered for FIRST_SILENT, waiting or running;
(d) at least half of the members that are awaited have come to it with their tokens. Awaited are those that were
    connected to the server, but for those at the server's own computer, and at the computers of earlier standbys that
    are silent. So a standby whose own network was cut does not go on alone beside the server.

Rule: no clock; `now` comes in, in seconds, monotonic.
"""

from collections.abc import Collection, Mapping
from enum import Enum

SILENT = 2.0  # seconds without a Pong of the room
FIRST_SILENT = 1.0  # seconds without a Pong of an earlier standby
GIVE_UP = 90.0  # seconds after the loss; seats are kept for so long


class Decision(Enum):
    """What a standby does now."""

    COPY = "copy"  # the line holds
    WAIT = "wait"
    BACK = "back"  # the server answers again: connect to it
    PROMOTE = "promote"
    LEAVE = "leave"  # the room runs elsewhere, or nobody came


class Promotion:
    """What one standby has seen of the others since its line was lost."""

    def __init__(self) -> None:
        self.knocked: set[int] = set()  # members that have come with their tokens
        self.why = ""  # for the log: what it waits for, or why it leaves
        self._lost_at: float | None = None
        self.server_leaves = False  # the server has said that it leaves
        self._server_seen = -1e9
        self._earlier: dict[int, float] = {}  # when each earlier standby last answered
        self._runs_elsewhere = False

    @property
    def is_lost(self) -> bool:
        return self._lost_at is not None

    def lose_line(self, now: float, earlier: Collection[int]) -> None:
        """The line to the server is lost. `earlier`: the members of the standbys before this one."""
        if self._lost_at is None:
            self._lost_at = now
            self._earlier = dict.fromkeys(earlier, now)
            self.knocked.clear()

    def restore_line(self) -> None:
        """The standby is connected to the server again."""
        self._lost_at = None

    def note_leaving(self) -> None:
        """The server has said that it leaves."""
        self.server_leaves = True

    def see_server(self, is_room: bool, now: float) -> None:
        """The server's address has answered. `is_room`: with the id of the room."""
        if is_room:
            self._server_seen = now

    def see_earlier(self, member: int, is_room: bool, now: float) -> None:
        """The standby of a member, which stands before this one, has answered."""
        self._earlier[member] = now
        self._runs_elsewhere |= is_room

    def decide(self, awaited: Collection[int], now: float) -> Decision:
        """`awaited`: see (d), with the members of earlier standbys."""
        if self.server_leaves:
            return Decision.PROMOTE
        if self._lost_at is None:
            return Decision.COPY
        if self._runs_elsewhere:
            self.why = "another standby goes on with the room"
            return Decision.LEAVE
        if self._server_seen > self._lost_at and now - self._server_seen < SILENT:
            return Decision.BACK
        if now - self._lost_at > GIVE_UP:
            self.why = "nobody came for as long as seats are kept"
            return Decision.LEAVE
        self.why = self._obstacle(awaited, now)
        return Decision.WAIT if self.why else Decision.PROMOTE

    def _obstacle(self, awaited: Collection[int], now: float) -> str:
        assert self._lost_at is not None
        if now - max(self._lost_at, self._server_seen) < SILENT:
            return "the server may still answer"
        if any(now - seen < FIRST_SILENT for seen in self._earlier.values()):
            return "a standby that comes first answers"
        needed = set(awaited) - set(self._earlier)
        if 2 * len(self.knocked & needed) < len(needed):
            return f"{len(self.knocked & needed)} of {len(needed)} members have come"
        return ""


def yields_to(room: int, answers: Mapping[str, int]) -> str:
    """Return the address at which the same room runs already, "" if it does nowhere.

    `answers`: by address what `room` was in the Pong; 0 for a standby that waits.

    >>> yields_to(7, {"10.0.0.5:7777": 0, "10.0.0.6:7777": 7}), yields_to(7, {"10.0.0.5:7777": 0})
    ('10.0.0.6:7777', '')
    """
    return next((address for address, found in answers.items() if room and found == room), "")
