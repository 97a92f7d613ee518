"""Sends messages to sockets: each is encoded once, and everybody gets the same bytes.

Rule 1: messages leave in the order in which they were queued.
Rule 2: all that an update sends is one `send` for each peer that keeps up, also if some of it is for that peer alone.
Rule 3: no peer is closed here for a fault. Peers whose connection is gone are returned, with the reason.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from petard.server.net.batch import Frames, put_messages, state_first, without_outdated
from petard.server.net.connections import Connections, Peer, loss_reason
from petard.server.room.outgoing import Outgoing
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.link import LinkState
from petard.shared.protocol.messages import Keyframe, Welcome

CROWD = 32  # members, from which on those who join in one update are shown to the others together

Lost: TypeAlias = list[tuple[Peer, str]]  # peers and reasons


class Broadcaster:
    """The queue of outgoing messages, and the way from it to the peers."""

    def __init__(self, connections: Connections) -> None:
        self.queue: list[Outgoing] = []
        self._joined: list[Outgoing] = []  # what follows the Welcomes of this update, before the queue
        self._connections = connections

    @property
    def is_empty(self) -> bool:
        return not (self.queue or self._joined)

    def enqueue(self, outgoing: Iterable[Outgoing]) -> None:
        self.queue += outgoing

    def answer(self, peer: Peer, outgoing: list[Outgoing], now: float) -> Lost:
        """Send the answer to a Hello or Auth up to the Welcome, so that the peer is a member.

        In a small room the rest follows at once. Else it waits for the rests of other answers in this update: of their
        Lobbies and Rosters everybody gets the last. What was queued before and is for this peer or all is sent first.
        """
        if len(self._connections.members) < CROWD:
            self.queue += outgoing
            return self.deliver(now)
        end = next((place for place, item in enumerate(outgoing, 1) if type(item.message) is Welcome), len(outgoing))
        lost: Lost = []
        if end == 1 and not any(item.to in (None, peer.number) for item in self.queue):
            self._send_singly(outgoing[0], now)
        else:
            self.queue += outgoing[:end]
            lost = self.deliver(now)
        self._joined += outgoing[end:]
        return lost

    def deliver(self, now: float) -> Lost:
        """Send the queue; what a socket does not accept waits in the outbox of its peer."""
        queue = [*state_first(self._joined), *without_outdated(self.queue)]
        self.queue, self._joined = [], []
        lost: Lost = []
        start = 0
        for place, item in enumerate(queue):
            if item.closes or type(item.message) is Welcome:
                lost += self._send_together(queue[start:place], now)
                self._send_singly(item, now)
                start = place + 1
        return lost + self._send_together(queue[start:], now)

    def _send_together(self, items: list[Outgoing], now: float) -> Lost:
        """Send messages that neither admit nor close a peer, with one look at each."""
        frames = Frames()
        single = dict.fromkeys(item.to for item in items if item.to is not None)
        for number in single:
            self._put_all_for(number, items, frames, now)
        for_all = [item.message for item in items if item.to is None]
        whole = b"".join(map(frames.of, for_all))
        lost: Lost = []
        for number, peer in self._connections.members.items() if whole else ():
            if number in single or peer.link.state is not LinkState.OPEN:
                continue  # it has all already, or its last message is on its way
            if not peer.outbox.is_clear:
                put_messages(peer, for_all, frames, now)
                continue
            try:
                peer.send(whole, now)
            except OSError as problem:
                lost.append((peer, loss_reason(problem)))
        return lost

    def _put_all_for(self, number: int, items: list[Outgoing], frames: Frames, now: float) -> None:
        """Put what is for this peer alone and what is for everybody into its outbox, in the order of the queue."""
        peer = self._connections.members.get(number)
        if peer and peer.link.state is LinkState.OPEN:
            put_messages(peer, [item.message for item in items if item.to is None or item.to == number], frames, now)
        elif number in self._connections.pending:
            for item in (one for one in items if one.to == number):
                self._send_singly(item, now)

    def _send_singly(self, item: Outgoing, now: float) -> None:
        """Send what changes the state of a connection, or what is for a pending peer."""
        members, kind = self._connections.members, type(item.message)
        if item.to is None:
            peers = list(members.values())
        else:
            peers = [peer for peer in (members.get(item.to), self._connections.pending.get(item.to)) if peer]
        for peer in peers:
            if peer.link.may_send(kind):
                peer.outbox.put(peer.link.send(item.message), now)
                if kind is Welcome:
                    self._connections.promote(peer)
                if item.closes:
                    self._connections.start_closing(peer, now)

    def flush(self, now: float) -> Lost:
        lost: Lost = []
        for peer in [*self._connections.members.values(), *self._connections.pending.values()]:
            if not peer.outbox.is_clear:
                try:
                    peer.flush(now)
                except OSError as problem:
                    lost.append((peer, loss_reason(problem)))
        return lost

    def send_keyframe(self, keyframe_now: Callable[[], Keyframe | None], now: float) -> None:
        """Send state again to members that missed some and have accepted all the rest; None: no round runs."""
        behind = [peer.outbox for peer in self._connections.members.values() if not peer.outbox.is_clear]
        outboxes = [outbox for outbox in behind if outbox.wants_keyframe]
        keyframe = keyframe_now() if outboxes else None
        data = frame(encode(keyframe)) if keyframe else b""
        for outbox in outboxes:
            outbox.resume_state(data, now)
