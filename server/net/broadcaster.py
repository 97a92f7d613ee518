"""Sends messages to sockets: each is encoded once, and everybody gets the same bytes.

Rule 1: messages leave in the order in which they were queued.
Rule 2: all that an update sends to everybody is one `send` for each peer that keeps up.
Rule 3: a peer that reads slowly misses states, and is then sent a state of its own (petard.server.policy.state_pace).
Rule 4: no peer is closed here for a fault. Peers whose connection is gone are returned, with the reason.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from petard.server.net.connections import Connections, Peer, loss_reason
from petard.server.policy.outbox import OutgoingFrame
from petard.server.policy.state_pace import StatePace
from petard.server.room.outgoing import Outgoing
from petard.server.room.round import Feed
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.link import LinkState
from petard.shared.protocol.messages import (
    Delta,
    Digest,
    Events,
    Keyframe,
    Lobby,
    Message,
    Pings,
    Roster,
    Round,
    Welcome,
)
from petard.shared.protocol.state import State

STATES = (Delta, Keyframe)
WITH_STATES = (Delta, Keyframe, Events, Digest, Pings)  # a slow reader is not sent these: they would come too late
WHOLE = (Roster, Lobby)  # each makes those before it out of date

Lost: TypeAlias = list[tuple[Peer, str]]  # peers and reasons


class Broadcaster:
    """The queue of outgoing messages, and the way from it to the peers."""

    def __init__(self, connections: Connections, feed: Callable[[], Feed | None], snapshots: int) -> None:
        """`feed`: the states of the round that runs; `snapshots`: how many it has in a second."""
        self.queue: list[Outgoing] = []
        self._connections, self._feed, self._snapshots = connections, feed, snapshots

    def enqueue(self, outgoing: Iterable[Outgoing]) -> None:
        self.queue += outgoing

    def deliver(self, now: float) -> Lost:
        """Send the queue; what a socket does not accept waits in the outbox of its peer."""
        queue, self.queue = self.queue, []
        lost: Lost = []
        together: list[Message] = []  # for everybody, back to back
        unsent = sum(item.to is None and isinstance(item.message, STATES) for item in queue)
        for item in _without_outdated(queue):
            if item.to is None and not item.closes:
                together.append(item.message)
            else:
                lost += self._send_to_all(together, unsent, now)
                unsent -= sum(isinstance(message, STATES) for message in together)
                together = []
                self._send_singly(item, now)
        return lost + self._send_to_all(together, unsent, now)

    def _send_to_all(self, messages: list[Message], unsent: int, now: float) -> Lost:
        """Send messages back to back; `unsent`: how many states of the round are in them and in what follows."""
        if not messages:
            return []
        lost: Lost = []
        frames = [_frame_of(message) for message in messages]
        whole, states = b"".join([one.data for one in frames]), sum(one.states for one in frames)
        begins = any(isinstance(message, Round) for message in messages)
        for peer in self._connections.members.values():
            if peer.link.state is not LinkState.OPEN:
                continue  # its last message is on its way
            pace = peer.outbox.pace
            if states and pace.streams and pace.is_behind:
                pace.pause(self._missed(unsent), now)
            try:
                if pace.streams:
                    pace.sent += states
                    peer.send(frames, whole, now)
                else:
                    if begins:
                        pace.base = None  # of the round before
                    rest = [one for one in frames if not one.is_state]
                    peer.send(rest, b"".join([one.data for one in rest]), now)
            except OSError as problem:
                lost.append((peer, loss_reason(problem)))
        return lost

    def _missed(self, states: int) -> State | None:
        """The last state of a peer that misses the newest `states`; None if it has none of this round."""
        feed = self._feed()
        return feed.states[-1 - states] if feed and len(feed.states) > states else None

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
                    peer.outbox.pace = StatePace(self._snapshots)
                states = int(kind in STATES)
                peer.outbox.pace.sent += states
                peer.outbox.put([OutgoingFrame(data, bool(states), states)], now)
                if item.closes:
                    self._connections.start_closing(peer, now)

    def flush(self, now: float) -> Lost:
        """Send what waits, without states that have waited for too long."""
        lost: Lost = []
        for peer in [*self._connections.members.values(), *self._connections.pending.values()]:
            if peer.outbox.unsent:
                pace = peer.outbox.pace
                if pace.streams and (dropped := peer.outbox.drop_old_states(now)):
                    pace.sent -= dropped
                    pace.pause(self._missed(dropped), now)
                try:
                    peer.flush(now)
                except OSError as problem:
                    lost.append((peer, loss_reason(problem)))
        return lost

    def send_states(self, now: float) -> None:
        """Send a state to each member that missed some, and has received all that it was sent."""
        feed = self._feed()
        if not feed:
            return
        newest, made = feed.states[-1], dict[int, OutgoingFrame]()
        for peer in self._connections.members.values():
            outbox = peer.outbox
            base = outbox.pace.base
            if outbox.pace.wants_state and not outbox.unsent and base is not newest:
                if id(base) not in made:
                    made[id(base)] = _frame_of(feed.message_since(base))
                outbox.pace.note_single(newest, now)
                outbox.put([made[id(base)]], now)


def _frame_of(message: Message) -> OutgoingFrame:
    is_state = isinstance(message, STATES)
    return OutgoingFrame(frame(encode(message)), isinstance(message, WITH_STATES), int(is_state))


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
