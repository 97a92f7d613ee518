"""Finds peers that flood, stall or are silent; makes the Pings and measures the answers.

Rule 1: while the server itself stood still (a stopped process, a suspended machine), no peer was silent or too loud.
Rule 2: only the last Pings are remembered, so a Pong costs nothing, however often it comes.
"""

from petard.server.net.connections import Connections
from petard.server.net.peer import Peer
from petard.shared.protocol.messages import Ping, Pong
from petard.shared.protocol.transitions import LinkState

CHECK_EVERY = 0.25  # seconds
HELD_UP = 1.0  # seconds between two updates; after more than that the server stood still
PING_EVERY = 2.0  # seconds
PINGS_KEPT = 8


class PeerMonitor:
    """Deadlines, limits and Pings of all peers. Times are seconds, monotonic."""

    def __init__(self, connections: Connections, now: float) -> None:
        self._connections = connections
        self._updated_at = self._checked_at = now
        self._pings: dict[int, float] = {0: now}  # when each was sent, by id; never empty
        self._last_ping = 0

    def update(self, now: float) -> None:
        """Call it in each update of the server: it notices when the server stood still."""
        pause = now - self._updated_at
        if pause > HELD_UP:
            for peer in self._connections.peers:
                peer.limits.forgive(pause)
                peer.outbox.forgive(pause)
                if peer.closing:
                    peer.closing.since += pause
        self._updated_at = now

    def is_due(self, now: float) -> bool:
        """True when the next `faults` and `pings` are due."""
        return now - self._checked_at >= CHECK_EVERY

    def faults(self, now: float) -> list[tuple[Peer, str, bool]]:
        """Peers to close, with the reason; True: tell them. A member that missed a deadline may still rejoin."""
        passed = min(now - self._checked_at, HELD_UP)  # the rest is forgiven already
        self._checked_at = now
        found = []
        for peer in [*self._connections.pending.values(), *self._connections.members.values()]:
            is_open, excess = peer.link.state is LinkState.OPEN, peer.limits.excess()
            missed = peer.limits.missed_deadline(now, is_open, peer.exchange is not None) or peer.outbox.trouble(now)
            if excess or missed:
                found.append((peer, excess or missed, bool(excess) or not is_open))
            peer.limits.commands.leak(passed)
            peer.limits.others.leak(passed)
        return found

    def pings(self, now: float) -> list[Ping]:
        """The Ping for all members that is due; mostly none."""
        if now - self._pings[self._last_ping] < PING_EVERY:
            return []
        self._last_ping += 1
        self._pings[self._last_ping] = now
        self._pings.pop(self._last_ping - PINGS_KEPT, None)
        return [Ping(self._last_ping)]

    def round_trip(self, pong: Pong, now: float) -> int | None:
        """Milliseconds since the Ping that a Pong answers; None if it answers none of the last."""
        sent_at = self._pings.get(pong.id)
        return None if sent_at is None else round(1000 * (now - sent_at))
