"""One connection as the server sees it.

Rule 1: a peer is pending until it is welcomed, then a member; once it is closing, the server only waits for its end.
Rule 2: what a peer can make the server store is bounded by its Link (one frame) and its Outbox.
Rule 3: no clock; `now` comes in. All times are in seconds, monotonic.
"""

import socket
from dataclasses import dataclass, field

from petard.server.policy.limits import PeerLimits
from petard.server.policy.outbox import Outbox
from petard.server.policy.scram import ScramExchange
from petard.shared.protocol.link import Link, Role


@dataclass(slots=True)
class PeerIdentity:
    """Whose connection it is. `group`: what the address counts as for limits; "" for this machine (no limit)."""

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

    def send(self, frames: bytes, now: float) -> None:
        """Send whole frames at once if the outbox is empty, and keep there what the socket does not accept."""
        if not self.outbox.unsent:
            try:
                count = self.sock.send(frames)
            except BlockingIOError:
                count = 0
            if count == len(frames):
                return
            frames = frames[count:]
        self.outbox.put(frames, now)


def loss_reason(problem: OSError) -> str:
    """The reason of a disconnect, for the log and the other members."""
    return f"lost the connection: {problem.strerror or type(problem).__name__}"
