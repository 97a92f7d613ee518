"""Mail to sockets: each message encoded once, the same bytes to everybody.

Rule 1: mail leaves in the order it was given in.
Rule 2: who keeps up costs one `send` for all that a tick says to everybody; whatever is unusual leaves that path.
Rule 3: nobody is cut here. Who cannot be sent to any more is returned, with the reason.
"""

from collections.abc import Sequence
from typing import TypeAlias

from petard.server.net.connections import Connections
from petard.server.net.peer import Peer, loss
from petard.server.room.outgoing import Outgoing
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.link import LinkState
from petard.shared.protocol.messages import Delta, Keyframe, Lobby, Message, Roster, Round, Welcome

STATE = (Delta, Keyframe)  # what a slow reader is spared
WHOLE = (Roster, Lobby)  # of these the last one says all

Lost: TypeAlias = list[tuple[Peer, str]]
Frames: TypeAlias = list[tuple[type[Message], bytes]]


class Broadcaster:
    """Delivers to the peers of one crowd."""

    def __init__(self, crowd: Connections) -> None:
        self._crowd = crowd

    def deliver(self, mail: Sequence[Outgoing], now: float) -> Lost:
        """Send, or keep to be sent. Returns who was lost by it."""
        lost: Lost = []
        together: Frames = []  # what everybody gets, back to back
        for item in _newest(mail):
            if item.to is None and not item.closes:
                together.append((type(item.message), frame(encode(item.message))))
                continue
            lost += self._send_all(together, now)
            together = []
            lost += self._send_singly(item, now)
        return lost + self._send_all(together, now)

    def _send_all(self, frames: Frames, now: float) -> Lost:
        if not frames:
            return []
        lost: Lost = []
        whole = b"".join(part for _, part in frames)
        for peer in self._crowd.members.values():
            if peer.link.state is not LinkState.OPEN:
                continue  # it has just said its last word
            try:
                if peer.outbox.unsent or peer.outbox.is_spared:
                    _queue(peer, frames, now)
                else:
                    peer.send(whole, now)
            except OSError as problem:
                lost.append((peer, loss(problem)))
        return lost

    def _send_singly(self, item: Outgoing, now: float) -> Lost:
        lost: Lost = []
        peers = list(self._crowd.members.values()) if item.to is None else self._peer(item.to)
        for peer in peers:
            kind = type(item.message)
            if not peer.link.may_send(kind):
                continue
            whole = peer.link.send(item.message)
            if kind is Welcome:
                self._crowd.welcome(peer)
            try:
                _queue(peer, [(kind, whole)], now)
            except OSError as problem:
                lost.append((peer, loss(problem)))
                continue
            if item.closes:
                self._crowd.part(peer, now)
        return lost

    def _peer(self, number: int) -> list[Peer]:
        peer = self._crowd.members.get(number) or self._crowd.strangers.get(number)
        return [peer] if peer else []

    def flush(self, now: float) -> Lost:
        """Send what waits, as far as the sockets take it."""
        lost: Lost = []
        for peer in [*self._crowd.members.values(), *self._crowd.strangers.values()]:
            if peer.outbox.unsent:
                try:
                    peer.flush(now)
                except OSError as problem:
                    lost.append((peer, loss(problem)))
        return lost

    def spared(self) -> list[Peer]:
        """Who was spared state and has taken everything since: they need a keyframe."""
        return [peer for peer in self._crowd.members.values() if peer.outbox.wants_keyframe]

    def catch_up(self, peers: list[Peer], keyframe: Keyframe | None, now: float) -> None:
        """Show them what everybody sees; None where there is nothing to see."""
        whole = frame(encode(keyframe)) if keyframe else b""
        for peer in peers:
            peer.outbox.catch_up(whole, now)


def _newest(mail: Sequence[Outgoing]) -> list[Outgoing]:
    """The mail without what would be out of date on arrival: of many Rosters the last, before and after a Round."""
    kept: list[Outgoing] = []
    told: set[type[Message]] = set()
    for item in reversed(mail):
        kind = type(item.message)
        if kind is Round:
            told.clear()
        if kind in WHOLE and item.to is None:
            if kind in told:
                continue
            told.add(kind)
        kept.append(item)
    return kept[::-1]


def _queue(peer: Peer, frames: Frames, now: float) -> None:
    for kind, whole in frames:
        if kind in STATE:
            peer.outbox.put_state(whole, kind is Keyframe, now)
        else:
            peer.outbox.put(whole, now)
