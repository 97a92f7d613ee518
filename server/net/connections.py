"""All connections: strangers, members, and those who part; which of them has something to be read.

Rule 1: each peer is in exactly one of `strangers`, `members`, `parting`, until `close`.
Rule 2: each of the three is bounded, so descriptors and memory are.
Rule 3: who parts is told why, and gets a second to read it: closing over unread bytes would throw the words away.
"""

import contextlib
import selectors
import socket
from collections.abc import Iterator

from petard.server.net.peer import PARTING_MOST, Peer
from petard.server.policy.address_groups import Own, group_of, plain_address

STRANGERS_MOST = 64
STRANGERS_PER_HOME = 4
PARTING_PEERS_MOST = 256  # with all others still under the 512 sockets that Windows can select


class Connections:
    """The peers, by number, oldest first."""

    def __init__(self, selector: selectors.BaseSelector | None = None) -> None:
        """`selector`: what tells which sockets have something to be read; None: the best that this system has."""
        self.own: Own = ()  # the addresses of this machine, by which neighbours are known
        self.strangers: dict[int, Peer] = {}
        self.members: dict[int, Peer] = {}
        self.parting: dict[int, Peer] = {}
        self._selector = selector or selectors.DefaultSelector()
        self._next = 1

    @property
    def is_empty(self) -> bool:
        """True when nobody is connected."""
        return not (self.strangers or self.members or self.parting)

    def heed(self, sock: socket.socket, what: object) -> None:
        """Let `ready` tell of another socket, by `what`."""
        self._selector.register(sock, selectors.EVENT_READ, what)

    def ignore(self, sock: socket.socket) -> None:
        """Let `ready` no longer tell of a socket."""
        self._selector.unregister(sock)

    def ready(self, timeout: float | None) -> list[object]:
        """What has something to be read; waits for it `timeout` seconds at most, None: for ever."""
        return [key.data for key, _ in self._selector.select(timeout)]

    def admit(self, sock: socket.socket, address: str, now: float) -> Peer:
        """Take a new connection as a stranger."""
        plain = plain_address(address)
        peer = Peer(self._next, sock, plain, group_of(plain, self.own), born=now, heard=now)
        self._next += 1
        self.strangers[peer.number] = peer
        self.heed(sock, peer)
        return peer

    def one_too_many(self) -> Peer | None:
        """The stranger to send away if the newest one is to stay; None if there is room.

        The oldest goes, since who is honest says Hello at once: so a crowd that says nothing keeps nobody out.
        """
        newest = next(reversed(self.strangers.values()))
        neighbours = [peer for peer in self.strangers.values() if peer.home and peer.home == newest.home]
        if len(neighbours) > STRANGERS_PER_HOME:
            return neighbours[0]
        if len(self.strangers) > STRANGERS_MOST:
            return next(iter(self.strangers.values()))
        return None

    def welcome(self, peer: Peer) -> None:
        """Make a stranger a member."""
        del self.strangers[peer.number]
        self.members[peer.number] = peer

    def part(self, peer: Peer, now: float) -> None:
        """Only wait for the peer to take what there is for it, and then for its end."""
        self._forget(peer)
        peer.parting_since = now
        self.parting[peer.number] = peer
        self.see_off(peer, now)
        if len(self.parting) > PARTING_PEERS_MOST:
            self.close(next(iter(self.parting.values())))

    def see_off(self, peer: Peer, now: float) -> None:
        """Send a parting peer what it takes, and say that nothing follows once it has all."""
        assert peer.parting_since is not None
        try:
            if peer.outbox.unsent:
                peer.flush(now)
            if not peer.outbox.unsent and not peer.is_hung_up:
                peer.sock.shutdown(socket.SHUT_WR)  # once: macOS answers a second time with an error
                peer.is_hung_up = True
        except OSError:
            self.close(peer)
            return
        if now - peer.parting_since > PARTING_MOST:
            self.close(peer)

    def close(self, peer: Peer) -> None:
        """Hang up."""
        self._forget(peer)
        self.parting.pop(peer.number, None)
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(peer.sock)
        peer.sock.close()

    def _forget(self, peer: Peer) -> None:
        self.strangers.pop(peer.number, None)
        self.members.pop(peer.number, None)

    def everybody(self) -> Iterator[Peer]:
        """All peers; a copy, so that some may go meanwhile."""
        yield from [*self.strangers.values(), *self.members.values(), *self.parting.values()]

    def close_all(self) -> None:
        """Hang up on everybody and give up the selector."""
        for peer in self.everybody():
            self.close(peer)
        self._selector.close()
