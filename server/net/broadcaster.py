"""Sends messages to sockets: each is encoded once, and everybody gets the same bytes.

Rule 1: messages leave in the order in which they were queued.
Rule 2: all that an update sends is one `send` for each peer that keeps up, also if some of it is for that peer alone.
Rule 3: a peer that reads slowly misses states, and is then sent a state of its own (petard.server.policy.state_pace).
Rule 4: no peer is closed here for a fault. Peers whose connection is gone are returned, with the reason.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeAlias

from petard.server.net.batch import STATES, Batch, Frames, Newcomers, frame_of, states_for_all, without_outdated
from petard.server.net.connections import Connections, Peer, loss_reason
from petard.server.policy.outbox import OutgoingFrame
from petard.server.policy.state_pace import StatePace
from petard.server.room.outgoing import Outgoing
from petard.server.room.round import Feed
from petard.shared.protocol.link import LinkState
from petard.shared.protocol.messages import Welcome
from petard.shared.protocol.state import State

CROWD = 32  # members, from which on those who join are shown to the others together (see Newcomers)

Lost: TypeAlias = list[tuple[Peer, str]]  # peers and reasons


class Broadcaster:
    """The queue of outgoing messages, and the way from it to the peers."""

    def __init__(self, connections: Connections, feed: Callable[[], Feed | None], snapshots: int) -> None:
        """`feed`: the states of the round that runs; `snapshots`: how many it has in a second."""
        self.queue: list[Outgoing] = []
        self._newcomers = Newcomers()
        self._connections, self._feed, self._snapshots = connections, feed, snapshots

    @property
    def is_empty(self) -> bool:
        return not self.queue and self._newcomers.is_empty

    def enqueue(self, outgoing: Iterable[Outgoing]) -> None:
        self.queue += outgoing

    def answer(self, peer: Peer, outgoing: list[Outgoing], now: float) -> Lost:
        """Send the answer to a Hello or Auth up to the Welcome, so that the peer is a member.

        In a small room the rest follows at once, also to the others. Else it waits for the rests of other answers in
        this update. What was queued before and is for this peer or all is sent first.
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
        self._newcomers.add(peer.number, outgoing[end:])
        return lost

    def show_newcomers(self, now: float) -> None:
        """Let the next delivery show the others who has joined a crowd, when that is due."""
        self._newcomers.show(now, self.queue)

    def deliver(self, now: float) -> Lost:
        """Send the queue; what a socket does not accept waits in the outbox of its peer."""
        queue = [*self._newcomers.take(), *without_outdated(self.queue)]
        self.queue = []
        lost: Lost = []
        start, unsent = 0, states_for_all(queue)
        for place, item in enumerate(queue):
            if item.closes or type(item.message) is Welcome:
                lost += self._send_together(queue[start:place], unsent, now)
                unsent -= states_for_all(queue[start:place])
                self._send_singly(item, now)
                start = place + 1
        return lost + self._send_together(queue[start:], unsent, now)

    def _send_together(self, items: list[Outgoing], unsent: int, now: float) -> Lost:
        """Send messages that neither admit nor close a peer, with one look at each.

        `unsent`: how many states of the round are in them and in what follows.
        """
        frames = Frames()
        for_all = Batch([item.message for item in items if item.to is None], frames)
        single = dict.fromkeys(item.to for item in items if item.to is not None)
        lost: Lost = []
        for number in single:
            if peer := self._connections.members.get(number):
                own = [item.message for item in items if item.to is None or item.to == number]
                if reason := self._send_batch(peer, Batch(own, frames), unsent, now):
                    lost.append((peer, reason))
            else:
                for item in (one for one in items if one.to == number):
                    self._send_singly(item, now)
        if for_all.frames:
            for number, peer in self._connections.members.items():
                if number not in single and (reason := self._send_batch(peer, for_all, unsent, now)):
                    lost.append((peer, reason))
        return lost

    def _send_batch(self, peer: Peer, batch: Batch, unsent: int, now: float) -> str:
        """Send a batch to a member, or, if it is behind, what is not of the states; return why it is lost, or ""."""
        if peer.link.state is not LinkState.OPEN:
            return ""  # its last message is on its way
        pace = peer.outbox.pace
        if batch.states and pace.streams and pace.is_behind:
            pace.pause(self._missed(unsent), now)
        try:
            if pace.streams:
                pace.sent += batch.states
                peer.send(batch.frames, batch.whole, now)
            else:
                if batch.begins:
                    pace.base = None  # of the round before
                if batch.rest:
                    peer.send(batch.rest, batch.rest_joined, now)
        except OSError as problem:
            return loss_reason(problem)
        return ""

    def _missed(self, states: int) -> State | None:
        """The last state of a peer that misses the newest `states`; None if it has none of this round."""
        feed = self._feed()
        return feed.states[-1 - states] if feed and len(feed.states) > states else None

    def _send_singly(self, item: Outgoing, now: float) -> None:
        """Send what changes the state of a connection, or what is for a pending peer."""
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
                    pace.sent -= len(dropped)
                    first = dropped[0]
                    pace.pause(first.base if first.is_single else self._missed(len(dropped)), now)
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
                    made[id(base)] = replace(frame_of(feed.message_since(base)), is_single=True, base=base)
                outbox.pace.note_single(newest, now)
                outbox.put([made[id(base)]], now)
