"""All connections, and which of their sockets can be read.

Rule 1: each peer is in exactly one of `pending`, `members`, `closing`, until `close`.
Rule 2: each of the three is bounded, so descriptors and memory are.
Rule 3: a closing peer gets one second to read the reason: to close over unread bytes would discard it.
"""

import contextlib
import selectors
import socket

from petard.server.net.peer import Closing, Peer, PeerIdentity
from petard.server.policy.address_groups import Own, group_of, plain_address
from petard.server.policy.limits import PeerLimits

PENDING_MOST = 64
PENDING_PER_GROUP = 4
CLOSING_PEERS_MOST = 256  # with all others still under the 512 sockets that Windows can select
CLOSING_MOST = 1.0  # seconds for the peer to read the last message


class Connections:
    """The peers by number, oldest first."""

    def __init__(self, selector: selectors.BaseSelector | None = None) -> None:
        """`selector`: None: the best that this system has."""
        self.own_addresses: Own = ()  # of this machine, with their networks; they define its neighbours
        self.pending: dict[int, Peer] = {}
        self.members: dict[int, Peer] = {}
        self.closing: dict[int, Peer] = {}
        self._selector = selector or selectors.DefaultSelector()
        self._next = 1

    @property
    def is_empty(self) -> bool:
        return not (self.pending or self.members or self.closing)

    @property
    def peers(self) -> list[Peer]:
        """All of them; a copy, so that some may be closed meanwhile."""
        return [*self.pending.values(), *self.members.values(), *self.closing.values()]

    def register(self, sock: socket.socket, source: object) -> None:
        """Watch another socket: `poll` returns `source` when it can be read."""
        self._selector.register(sock, selectors.EVENT_READ, source)

    def unregister(self, sock: socket.socket) -> None:
        self._selector.unregister(sock)

    def poll(self, timeout: float | None) -> list[object]:
        """The sources that can be read; waits for one `timeout` seconds at most, None: for ever."""
        return [key.data for key, _ in self._selector.select(timeout)]

    def add(self, sock: socket.socket, address: str, now: float) -> Peer:
        """Make a pending peer of a new socket."""
        plain = plain_address(address)
        identity = PeerIdentity(plain, group_of(plain, self.own_addresses))
        peer = Peer(self._next, sock, identity, PeerLimits(connected_at=now, received_at=now))
        self._next += 1
        self.pending[peer.number] = peer
        self.register(sock, peer)
        return peer

    def excess_pending(self) -> Peer | None:
        """The pending peer to close after one was added; None while there is room.

        It is the oldest, since an honest client sends its Hello at once: many silent ones keep nobody out.
        """
        newest = next(reversed(self.pending.values()))
        group = newest.identity.group
        neighbours = [peer for peer in self.pending.values() if group and peer.identity.group == group]
        if len(neighbours) > PENDING_PER_GROUP:
            return neighbours[0]
        return next(iter(self.pending.values())) if len(self.pending) > PENDING_MOST else None

    def promote(self, peer: Peer) -> None:
        """Make a pending peer a member."""
        del self.pending[peer.number]
        self.members[peer.number] = peer

    def start_closing(self, peer: Peer, now: float) -> None:
        """Send what is queued for the peer, then close; nothing that it sends counts any more."""
        self._forget(peer)
        peer.closing = Closing(now)
        self.closing[peer.number] = peer
        self.continue_closing(peer, now)
        if len(self.closing) > CLOSING_PEERS_MOST:
            self.close(next(iter(self.closing.values())))

    def continue_closing(self, peer: Peer, now: float) -> None:
        """Send a closing peer what its socket accepts; shut our half down after that."""
        closing = peer.closing
        assert closing is not None
        try:
            if peer.outbox.unsent:
                peer.flush(now)
            if not peer.outbox.unsent and not closing.is_shut_down:
                peer.sock.shutdown(socket.SHUT_WR)  # once: macOS answers a second call with an error
                closing.is_shut_down = True
        except OSError:
            self.close(peer)
            return
        if now - closing.since > CLOSING_MOST:
            self.close(peer)

    def close(self, peer: Peer) -> None:
        """Close the socket at once."""
        self._forget(peer)
        self.closing.pop(peer.number, None)
        with contextlib.suppress(KeyError, ValueError):
            self.unregister(peer.sock)
        peer.sock.close()

    def _forget(self, peer: Peer) -> None:
        self.pending.pop(peer.number, None)
        self.members.pop(peer.number, None)

    def close_all(self) -> None:
        for peer in self.peers:
            self.close(peer)
        self._selector.close()
