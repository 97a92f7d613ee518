"""Sends messages to sockets: each is encoded once, and everybody gets the same bytes.

Rule 1: messages leave in the order in which they were queued.
Rule 2: all that an update sends to everybody is one `send` for each peer that keeps up.
Rule 3: no peer is closed here for a fault. Peers whose connection is gone are returned, with the reason.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from petard.server.net.connections import Connections, Peer, loss_reason
from petard.server.room.outgoing import Outgoing
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.link import LinkState
from petard.shared.protocol.messages import Delta, Keyframe, Lobby, Message, Roster, Round, Welcome

STATE = (Delta, Keyframe)  # a slow reader is not sent these
WHOLE = (Roster, Lobby)  # each makes those before it out of date

Lost: TypeAlias = list[tuple[Peer, str]]  # peers and reasons
Frames: TypeAlias = list[tuple[type[Message], bytes]]


class Broadcaster:
    """The queue of outgoing messages, and the way from it to the peers."""

    def __init__(self, connections: Connections) -> None:
        self.queue: list[Outgoing] = []
        self._connections = connections

    def enqueue(self, outgoing: Iterable[Outgoing]) -> None:
        self.queue += outgoing

    def deliver(self, now: float) -> Lost:
        """Send the queue; what a socket does not accept waits in the outbox of its peer."""
        queue, self.queue = self.queue, []
        lost: Lost = []
        together: Frames = []  # for everybody, back to back
        for item in _without_outdated(queue):
            if item.to is None and not item.closes:
                together.append((type(item.message), frame(encode(item.message))))
            else:
                lost += self._send_to_all(together, now)
                together = []
                self._send_singly(item, now)
        return lost + self._send_to_all(together, now)

    def _send_to_all(self, frames: Frames, now: float) -> Lost:
        if not frames:
            return []
        lost: Lost = []
        whole = b"".join(data for _, data in frames)
        for peer in self._connections.members.values():
            if peer.link.state is not LinkState.OPEN:
                continue  # its last message is on its way
            try:
                if peer.outbox.unsent or peer.outbox.skips_state:
                    _put(peer, frames, now)
                else:
                    peer.send(whole, now)
            except OSError as problem:
                lost.append((peer, loss_reason(problem)))
        return lost

    def _send_singly(self, item: Outgoing, now: float) -> None:
        members, kind = self._connections.members, type(item.message)
        if item.to is None:
            peers = list(members.values())
        else:
            peers = [peer for peer in (members.get(item.to), self._connections.pending.get(item.to)) if peer]
        for peer in peers:
            if peer.link.may_send(kind):
                data = peer.link.send(item.message)
                if kind is Welcome:
                    self._connections.promote(peer)
                _put(peer, [(kind, data)], now)
                if item.closes:
                    self._connections.start_closing(peer, now)

    def flush(self, now: float) -> Lost:
        lost: Lost = []
        for peer in [*self._connections.members.values(), *self._connections.pending.values()]:
            if peer.outbox.unsent:
                try:
                    peer.flush(now)
                except OSError as problem:
                    lost.append((peer, loss_reason(problem)))
        return lost

    def send_keyframe(self, keyframe_now: Callable[[], Keyframe | None], now: float) -> None:
        """Send state again to members that missed some and have accepted all the rest; None: no round runs."""
        outboxes = [peer.outbox for peer in self._connections.members.values() if peer.outbox.wants_keyframe]
        keyframe = keyframe_now() if outboxes else None
        data = frame(encode(keyframe)) if keyframe else b""
        for outbox in outboxes:
            outbox.resume_state(data, now)


def _without_outdated(queue: list[Outgoing]) -> list[Outgoing]:
    """The queue without what would be out of date on arrival: of many Rosters the last, before and after a Round."""
    kept: list[Outgoing] = []
    seen: set[type[Message]] = set()
    for item in reversed(queue):
        kind = type(item.message)
        if kind is Round:
            seen.clear()
        if kind in WHOLE and item.to is None:
            if kind in seen:
                continue
            seen.add(kind)
        kept.append(item)
    return kept[::-1]


def _put(peer: Peer, frames: Frames, now: float) -> None:
    for kind, data in frames:
        if kind in STATE:
            peer.outbox.put_state(data, kind is Keyframe, now)
        else:
            peer.outbox.put(data, now)
