"""One connection as the server sees it, and the limits it has to keep.

Rule 1: a peer is pending until it is welcomed, then a member; once it is closing, the server only waits for its end.
Rule 2: what a peer can make the server store is bounded by its Link (one frame) and its Outbox.
Rule 3: no clock; `now` comes in. All times are in seconds, monotonic.
"""

import socket
from dataclasses import dataclass, field

from petard.server.policy.outbox import Outbox
from petard.server.policy.rate_limit import RateLimit
from petard.server.policy.scram import ScramExchange
from petard.shared.protocol.link import Link
from petard.shared.protocol.transitions import LinkState, Role

HELLO_WITHIN = 5.0  # seconds
FRAME_WITHIN = 5.0  # seconds
SILENCE_MOST = 10.0  # seconds
COMMANDS = 120  # a second; an honest client sends 60
OTHERS = 20  # messages a second that are no Commands


@dataclass(slots=True, eq=False)
class Peer:
    """One connection. `address_group`: what its address counts as for limits; "" for this machine (no limit)."""

    number: int
    sock: socket.socket
    address: str
    address_group: str
    connected_at: float
    received_at: float  # when the last bytes came
    name: str = ""
    frame_since: float | None = None  # when the frame began that is not complete yet
    closing_since: float | None = None
    is_shut_down: bool = False  # our half is closed: nothing follows
    exchange: ScramExchange | None = None  # while it has to prove the password
    link: Link = field(default_factory=lambda: Link(Role.SERVER))
    outbox: Outbox = field(default_factory=Outbox)
    commands: RateLimit = field(default_factory=lambda: RateLimit(COMMANDS))
    others: RateLimit = field(default_factory=lambda: RateLimit(OTHERS))

    def __str__(self) -> str:
        return f"{self.name} ({self.address})" if self.name else f"pending connection from {self.address}"

    @property
    def log_fields(self) -> dict[str, str | int]:
        """Name and address, for a log that programs read."""
        return {"name": self.name, "address": self.address} if self.name else {"address": self.address}

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

    def forgive(self, seconds: float) -> None:
        """Move all deadlines: the server itself stood still for so long and read nothing."""
        self.connected_at += seconds
        self.received_at += seconds
        if self.frame_since is not None:
            self.frame_since += seconds
        if self.closing_since is not None:
            self.closing_since += seconds
        self.outbox.forgive(seconds)
        self.commands.forgive(seconds)
        self.others.forgive(seconds)

    def missed_deadline(self, now: float) -> str:
        """Which deadline it has missed, or ""."""
        if self.link.state is not LinkState.OPEN and now - self.connected_at > HELLO_WITHIN:
            what = "did not prove the password" if self.exchange else "sent no Hello"
            return f"{what} within {HELLO_WITHIN:.0f} seconds"
        if self.frame_since is not None and now - self.frame_since > FRAME_WITHIN:
            return f"did not finish a frame within {FRAME_WITHIN:.0f} seconds"
        if now - self.received_at > SILENCE_MOST:
            return f"sent nothing for {SILENCE_MOST:.0f} seconds"
        return self.outbox.trouble(now)

    def exceeded_limit(self) -> str:
        """Which rate limit it has exceeded, or ""."""
        if self.commands.is_exceeded:
            return f"sent more than {COMMANDS} commands a second"
        if self.others.is_exceeded:
            return f"sent more than {OTHERS} messages a second beside its commands"
        return ""


def loss_reason(problem: OSError) -> str:
    """The reason of a disconnect, for the log and the other members."""
    return f"lost the connection: {problem.strerror or type(problem).__name__}"
