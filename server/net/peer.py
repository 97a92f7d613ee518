"""One connection as the server sees it, and how long the server has patience with it.

Rule 1: a peer is a stranger until it was welcomed, then a member; once it is parting it is only waited for.
Rule 2: what a peer can make the server keep is bounded by its Link (one frame) and its Outbox.
Rule 3: no clock here; `now` comes in.
"""

import socket
from dataclasses import dataclass, field

from petard.server.policy.outbox import Outbox
from petard.server.policy.rate_limit import RateLimit
from petard.server.policy.scram import ScramExchange
from petard.shared.protocol.link import Link, LinkState, Role

HELLO_WITHIN = 5.0  # seconds
FRAME_WITHIN = 5.0  # seconds
SILENCE_MOST = 10.0  # seconds
PARTING_MOST = 1.0  # seconds for the last words to be taken
COMMANDS = 120  # a second; an honest client says 60
OTHERS = 20  # a second, of all else


@dataclass(slots=True, eq=False)
class Peer:
    """One connection. `home`: what counts as one address; "" for this machine itself, which is not limited."""

    number: int
    sock: socket.socket
    address: str
    home: str
    born: float  # seconds, as all that follows
    heard: float
    name: str = ""
    frame_since: float | None = None  # since when a frame is unfinished
    parting_since: float | None = None  # since when only its last words wait
    is_hung_up: bool = False  # it has been told that nothing follows
    trial: ScramExchange | None = None  # it was asked for the password
    link: Link = field(default_factory=lambda: Link(Role.SERVER))
    outbox: Outbox = field(default_factory=Outbox)
    commands: RateLimit = field(default_factory=lambda: RateLimit(COMMANDS))
    others: RateLimit = field(default_factory=lambda: RateLimit(OTHERS))

    def __str__(self) -> str:
        return f"{self.name} ({self.address})" if self.name else f"a stranger at {self.address}"

    @property
    def named(self) -> dict[str, str | int]:
        """Who it is, for a log that programs read."""
        return {"name": self.name, "address": self.address} if self.name else {"address": self.address}

    def flush(self, now: float) -> None:
        """Send what the socket takes of what waits; OSError when the connection is gone."""
        try:
            while piece := self.outbox.piece():
                count = self.sock.send(piece)
                self.outbox.sent(count, now)
                if count < len(piece):
                    return
        except BlockingIOError:
            return

    def send(self, frames: bytes, now: float) -> None:
        """Send whole frames at once if nothing waits before them, and keep what the socket does not take."""
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
        """Leave so much time out of account: the server itself was held up, and heard nobody."""
        self.born += seconds
        self.heard += seconds
        if self.frame_since is not None:
            self.frame_since += seconds
        if self.parting_since is not None:
            self.parting_since += seconds
        self.outbox.forgive(seconds)
        self.commands.forgive(seconds)
        self.others.forgive(seconds)

    def stall(self, now: float) -> str:
        """Why its line must be dead, or ""."""
        if self.link.state is not LinkState.OPEN and now - self.born > HELLO_WITHIN:
            what = "did not prove the password" if self.trial else "said no Hello"
            return f"{what} within {HELLO_WITHIN:.0f} seconds"
        if self.frame_since is not None and now - self.frame_since > FRAME_WITHIN:
            return f"did not finish a frame within {FRAME_WITHIN:.0f} seconds"
        if now - self.heard > SILENCE_MOST:
            return f"said nothing for {SILENCE_MOST:.0f} seconds"
        return self.outbox.trouble(now)

    def overdraft(self) -> str:
        """What it said too much of, or ""."""
        if self.commands.is_overdrawn:
            return f"sent more than {COMMANDS} commands a second"
        if self.others.is_overdrawn:
            return f"sent more than {OTHERS} messages a second beside its commands"
        return ""


def loss(problem: OSError) -> str:
    """How the log and the others are told that a connection broke."""
    return f"lost the connection: {problem.strerror or type(problem).__name__}"
