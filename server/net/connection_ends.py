"""How connections end: in the log, at the other end, and in the room.

| verb | when | the last message | the member |
|---|---|---|---|
| disconnect | the connection breaks or falls silent | none | keeps its seat for 90 s, and may rejoin |
| leave | the client sends Bye | its Bye | is forgotten |
| remove | the peer breaks a rule, or is kicked | Bye or Refused, with the reason | is forgotten |
| forget | the time to rejoin is over, or an admin removes a disconnected member | none | its seat is free |
| close | after any of these: the socket is closed, at once or when the last message is sent | | |

The same verbs stand in the code of connections, members and seats.

Rule 1: every end has a reason, in the log and, where a message can still be sent, at the other end.
Rule 2: no Bye is sent on a connection that is lost: a client that wakes up would not rejoin after a Bye.
"""

from petard.server.net.broadcaster import Broadcaster, Lost
from petard.server.net.connections import Connections
from petard.server.net.peer import Peer
from petard.server.policy.log import Log
from petard.server.room.membership import Membership
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Bye, RefusalCode, Refused
from petard.shared.protocol.names import clean_line
from petard.shared.protocol.transitions import LinkState

REASON_MOST = 120  # characters; with a name and a few words it must fit into a line of chat


class ConnectionEnds:
    """Ends connections, and reports the ends of members to the room. `now`: seconds, monotonic."""

    def __init__(self, connections: Connections, broadcaster: Broadcaster, membership: Membership, log: Log) -> None:
        self._connections, self._broadcaster, self._membership, self._log = connections, broadcaster, membership, log
        self.unreported: list[tuple[int, str]] = []  # members whose end the room does not know yet; "": disconnected

    def leave(self, peer: Peer, reason: str, now: float) -> None:
        """The peer has said Bye. `reason`: what the log and the others read after its name."""
        self._note(peer, reason, now, _short(reason))
        self._connections.close(peer)

    def remove(self, peer: Peer, reason: str, last: Bye | Refused, now: float) -> None:
        """End a connection from our side, with a last message. `reason`: as for `leave`."""
        self._note(peer, reason, now, _short(reason))
        self.close_after(peer, last, now)

    def remove_for(self, peer: Peer, fault: str, now: float, state: LinkState) -> None:
        """Remove a peer that did something wrong. `state`: the last one that both ends agreed on."""
        sentence = f"You {_short(fault)}."
        last = Bye(sentence) if state is LinkState.OPEN else Refused(RefusalCode.BAD, sentence)
        self.remove(peer, fault, last, now)

    def close_after(self, peer: Peer, last: Bye | Refused, now: float) -> None:
        """Send a last message and close, without a line in the log."""
        # Not through the link: it may be closed by what the peer did, but the other end waits for the reason.
        peer.outbox.put(frame(encode(last)), now)
        self._connections.start_closing(peer, now)

    def disconnect(self, lost: Lost, now: float) -> None:
        """Close connections that broke or are dead: their members may rejoin."""
        for peer, reason in lost:
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
        while self._broadcaster.queue or self.unreported:
            self.disconnect(self._broadcaster.deliver(now), now)
            ended, self.unreported = self.unreported, []
            for number, farewell in ended:
                left = self._membership.leave(number, farewell) if farewell else self._membership.disconnect(number)
                self._broadcaster.enqueue(left)


def _short(reason: str) -> str:
    """A reason that fits into a sentence for others, wherever it came from."""
    return clean_line(reason)[:REASON_MOST].strip()
