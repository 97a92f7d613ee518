"""How connections end: in the log, at the other end, and in the room; and which peers make us end theirs.

| verb | when | the last message | the member |
|---|---|---|---|
| disconnect | the connection breaks or falls silent | none | keeps its seat for 90 s, and may rejoin |
| leave | the client sends Bye | its Bye | is forgotten |
| remove | the peer breaks a rule, or is kicked | Bye or Refused, with the reason | is forgotten |
| forget | the time to rejoin is over, or an admin removes a disconnected member | none | its seat is free |
| close | after any of these: the socket is closed, at once or when the last message is sent | | |

The same verbs stand in the code of connections, members and seats. `now` is in seconds, monotonic.

Rule 1: every end has a reason, in the log (but for a client that only sent Pings and left) and, where a message can
        still be sent, at the other end.
Rule 2: no Bye is sent on a connection that is lost: a client that wakes up would not rejoin after a Bye.
Rule 3: while the server itself stood still (a stopped process, a suspended machine), no peer was silent or too loud.
Rule 4: only the last Pings are remembered, so a Pong costs nothing, however often it comes.
"""

from petard.server.net.broadcaster import Broadcaster, Lost
from petard.server.net.connections import Connections, Peer
from petard.server.policy.log import Log, Trouble
from petard.server.policy.outbox import OutgoingFrame
from petard.server.room.membership import Membership
from petard.server.room.outgoing import Outgoing
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.link import LinkState
from petard.shared.protocol.messages import Bye, Ping, Pong, RefusalCode, Refused
from petard.shared.protocol.names import clean_chat

REASON_MOST = 120  # characters; with a name and a few words it must fit into a line of chat
CHECK_EVERY = 0.25  # seconds
HELD_UP = 1.0  # seconds between two updates; after more than that the server stood still
PING_EVERY = 2.0  # seconds
PINGS_KEPT = 8


class ConnectionEnds:
    """Ends connections, and reports the ends of members to the room."""

    def __init__(self, connections: Connections, broadcaster: Broadcaster, membership: Membership, log: Log) -> None:
        self._connections, self._broadcaster, self._membership, self._log = connections, broadcaster, membership, log
        self.unreported: list[tuple[int, str]] = []  # members whose end the room does not know yet; "": disconnected

    def leave(self, peer: Peer, reason: str, now: float) -> None:
        """The peer has said Bye. `reason`: what the log and the others read after its name."""
        self._note(peer, reason, now, clean_chat(reason, REASON_MOST))
        self._connections.close(peer)

    def remove(self, peer: Peer, reason: str, last: Bye | Refused, now: float) -> None:
        """End a connection from our side, with a last message. `reason`: as for `leave`."""
        self._note(peer, reason, now, clean_chat(reason, REASON_MOST))
        self.close_after(peer, last, now)

    def kick(self, number: int, sentence: str, reason: str, now: float) -> None:
        """Remove a member for good, at once. It gets the sentence; the others, after its name, the reason."""
        if peer := self._connections.members.get(number):
            self.remove(peer, reason, Bye(sentence), now)
            self.send_queue(now)  # so that the room no longer lists it

    def remove_for(self, peer: Peer, fault: str, now: float, state: LinkState) -> None:
        """Remove a peer that did something wrong. `state`: the last one that both ends agreed on."""
        sentence = f"You {clean_chat(fault, REASON_MOST)}."
        last = Bye(sentence) if state is LinkState.OPEN else Refused(RefusalCode.BAD, sentence)
        self.remove(peer, fault, last, now)

    def remove_flooder(self, peer: Peer, fault: str, now: float, state: LinkState) -> None:
        """Remove a peer that sent too much or is one too many. `state`: as for `remove_for`."""
        self._log.troubles[Trouble.FLOOD] += 1
        self.remove_for(peer, fault, now, state)

    def disconnect_slow_reader(self, peer: Peer, reason: str, now: float) -> None:
        """Disconnect a peer that does not read what it is sent."""
        self._log.troubles[Trouble.SLOW_READER] += 1
        self.disconnect([(peer, reason)], now)

    def close_after(self, peer: Peer, last: Bye | Refused, now: float) -> None:
        """Send a last message and close, without a line in the log."""
        # Not through the link: it may be closed by what the peer did, but the other end waits for the reason.
        peer.outbox.put([OutgoingFrame(frame(encode(last)))], now)
        self._connections.start_closing(peer, now)

    def disconnect(self, lost: Lost, now: float) -> None:
        """Close connections that broke or are dead: members may rejoin. No log if it only sent Pings."""
        for peer, reason in lost:
            if not peer.only_pinged:
                self._note(peer, reason, now, "")
            self._connections.close(peer)

    def _note(self, peer: Peer, reason: str, now: float, farewell: str) -> None:
        """Log an end. `farewell`: what the others read after the name; "" if the member may rejoin."""
        if peer.number in self._connections.members:
            self.unreported.append((peer.number, farewell))
            self._log.write(f"{peer} {reason}", now, fields=peer.identity.log_fields)
        elif peer.number in self._connections.pending:
            asked = "was asked for the password and " if peer.exchange else ""
            self._log.write(f"{peer} {asked}{reason}", now, kind=reason, fields=peer.identity.log_fields)

    def send_queue(self, now: float) -> None:
        """Send the queue and pass the ends of members to the room; each may cause more of the other."""
        while self.unreported or not self._broadcaster.is_empty:
            self.disconnect(self._broadcaster.deliver(now), now)
            ended, self.unreported = self.unreported, []
            for number, farewell in ended:
                left = self._membership.leave(number, farewell) if farewell else self._membership.disconnect(number)
                self._broadcaster.enqueue(left)


class PeerMonitor:
    """Ends the connections of peers that flood, stall or are silent; makes the Pings and measures the answers."""

    def __init__(self, connections: Connections, ends: ConnectionEnds, now: float) -> None:
        self._connections, self._ends = connections, ends
        self._updated_at = self.checked_at = now
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

    def check(self, now: float) -> list[Outgoing]:
        """End connections; a member that missed a deadline may rejoin. Returns the Ping that is due; mostly none."""
        passed = min(now - self.checked_at, HELD_UP)  # the rest is forgiven already
        self.checked_at = now
        for peer in [*self._connections.pending.values(), *self._connections.members.values()]:
            state, excess = peer.link.state, peer.limits.excess()
            is_open = state is LinkState.OPEN
            missed = peer.limits.missed_deadline(now, is_open, peer.exchange is not None)
            slow = peer.outbox.trouble(now)
            if excess:
                self._ends.remove_flooder(peer, excess, now, state)
            elif (missed or slow) and not is_open:
                self._ends.remove_for(peer, missed or slow, now, state)
            elif missed:
                self._ends.disconnect([(peer, missed)], now)
            elif slow:
                self._ends.disconnect_slow_reader(peer, slow, now)
            peer.limits.inputs.leak(passed)
            peer.limits.others.leak(passed)
        if now - self._pings[self._last_ping] < PING_EVERY:
            return []
        self._last_ping += 1
        self._pings[self._last_ping] = now
        self._pings.pop(self._last_ping - PINGS_KEPT, None)
        return [Outgoing(None, Ping(self._last_ping))]

    def round_trip(self, pong: Pong, now: float) -> int | None:
        """Milliseconds since the Ping that a Pong answers; None if it answers none of the last."""
        sent_at = self._pings.get(pong.id)
        return None if sent_at is None else round(1000 * (now - sent_at))
