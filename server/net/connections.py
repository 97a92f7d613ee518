"""All connections as the server sees them, and which of their sockets can be read.

Rule 1: a peer is pending until it is welcomed, then a member; once it is closing, the server only waits for its end.
Each is in exactly one of `pending`, `members`, `closing`, until `close`.
Rule 2: each of the three is bounded (the pending ones by the Handshake), so descriptors and memory are. What a peer can
make the server store is bounded by its Link (one frame) and its Outbox.
Rule 3: a closing peer gets one second to read the reason: to close over unread bytes would discard it.
Rule 4: no clock; `now` comes in. All times are in seconds, monotonic.
"""

import contextlib
import selectors
import socket
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from petard.server.policy.address_groups import Network, Own, group_of, plain_address
from petard.server.policy.limits import PeerLimits
from petard.server.policy.outbox import Outbox, OutgoingFrame
from petard.server.policy.scram import ScramExchange
from petard.shared.arrival_time import receive_stamped
from petard.shared.protocol.link import Link, LinkState, Role

CLOSING_PEERS_MOST = 256  # with all others still under the 512 sockets that Windows can select
CLOSING_MOST = 1.0  # seconds for the peer to read the last message


@dataclass(slots=True)
class PeerIdentity:
    """Whose connection it is. `group`: what the address counts as for limits; "" where there is no limit."""

    address: str
    group: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.address})" if self.name else f"pending connection from {self.address}"

    @property
    def log_fields(self) -> dict[str, str | int]:
        return {"name": self.name, "address": self.address} if self.name else {"address": self.address}


@dataclass(slots=True)
class Closing:
    """The end of a connection is under way."""

    since: float
    is_shut_down: bool = False  # our half is closed: nothing follows


@dataclass(slots=True, eq=False)
class Peer:
    """One connection."""

    number: int
    sock: socket.socket
    identity: PeerIdentity
    limits: PeerLimits
    closing: Closing | None = None
    exchange: ScramExchange | None = None  # while it has to prove the password
    link: Link = field(default_factory=lambda: Link(Role.SERVER))
    outbox: Outbox = field(default_factory=Outbox)

    def __str__(self) -> str:
        return str(self.identity)

    @property
    def only_pinged(self) -> bool:
        """Return True if it has sent Pings and nothing else, as a program that measures the round trip does."""
        is_whole = self.link.state is LinkState.SILENT and not self.link.partial_bytes
        return is_whole and self.limits.has_pinged

    def receive(self, most: int) -> tuple[bytes, float]:
        """Read once: the data, and how long it has waited, in seconds; 0 if unknown, as in captures. Raises OSError."""
        if type(self.sock) is not socket.socket:
            return self.sock.recv(most), 0.0
        data, _, age = receive_stamped(self.sock, most)
        return data, age

    def flush(self, now: float) -> None:
        """Send from the outbox what the socket accepts; raises OSError when the connection is gone."""
        try:
            while piece := self.outbox.piece():
                count = self.sock.send(piece)
                self.outbox.sent(count, now)
                if count < len(piece):
                    return
        except BlockingIOError:
            return

    def send(self, frames: Sequence[OutgoingFrame], whole: bytes, now: float) -> None:
        """Send frames (`whole`: joined) at once if the outbox is empty, and keep there what is not accepted."""
        count = 0
        if not self.outbox.unsent:
            try:
                count = self.sock.send(whole)
            except BlockingIOError:
                count = 0
        if count < len(whole):
            self.outbox.put(frames, now, count)


def loss_reason(problem: OSError) -> str:
    """The reason of a disconnect, for the log and the other members."""
    return f"lost the connection: {problem.strerror or type(problem).__name__}"


class Connections:
    """The peers by number, oldest first."""

    def __init__(self, selector: selectors.BaseSelector | None = None) -> None:
        self.own_addresses: Own = ()  # of this machine, with their networks; they define its neighbours
        self.uncounted: Collection[Network] = ()  # without limits for each address, as this machine is
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
        with contextlib.suppress(KeyError, ValueError):  # after `close_all`
            self._selector.unregister(sock)

    def poll(self, timeout: float | None) -> list[object]:
        """The sources that can be read; waits for one `timeout` seconds at most, None: for ever."""
        return [key.data for key, _ in self._selector.select(timeout)]

    def add(self, sock: socket.socket, address: str, now: float) -> Peer:
        """Make a pending peer of a new socket."""
        plain = plain_address(address)
        identity = PeerIdentity(plain, self.group_of(plain))
        peer = Peer(self._next, sock, identity, PeerLimits(connected_at=now, received_at=now))
        self._next += 1
        self.pending[peer.number] = peer
        self.register(sock, peer)
        return peer

    def group_of(self, address: str) -> str:
        """The address group of an address, or of a group; "" where there is no limit."""
        return group_of(address, self.own_addresses, self.uncounted)

    def promote(self, peer: Peer) -> None:
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
        self.unregister(peer.sock)
        peer.sock.close()

    def _forget(self, peer: Peer) -> None:
        self.pending.pop(peer.number, None)
        self.members.pop(peer.number, None)

    def close_all(self) -> None:
        for peer in self.peers:
            self.close(peer)
        self._selector.close()
