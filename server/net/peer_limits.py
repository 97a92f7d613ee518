"""The limits that every peer has to keep: how many messages, and how soon. Times are seconds, monotonic."""

from dataclasses import dataclass, field

from petard.server.policy.rate_limit import RateLimit

HELLO_WITHIN = 5.0  # seconds
FRAME_WITHIN = 5.0  # seconds
SILENCE_MOST = 10.0  # seconds
COMMANDS = 120  # a second; an honest client sends 60
OTHERS = 20  # messages a second that are no Commands


@dataclass(slots=True)
class PeerLimits:
    """The limits of one peer."""

    connected_at: float
    received_at: float  # when the last bytes came
    frame_since: float | None = None  # when the frame began that is not complete yet
    commands: RateLimit = field(default_factory=lambda: RateLimit(COMMANDS))
    others: RateLimit = field(default_factory=lambda: RateLimit(OTHERS))

    def forgive(self, seconds: float) -> None:
        """Move all deadlines: the server itself stood still for so long and read nothing."""
        self.connected_at += seconds
        self.received_at += seconds
        if self.frame_since is not None:
            self.frame_since += seconds
        self.commands.forgive(seconds)
        self.others.forgive(seconds)

    def missed_deadline(self, now: float, is_open: bool, is_asked: bool) -> str:
        """Which deadline was missed, or "". `is_open`: it was welcomed; `is_asked`: for the password."""
        if not is_open and now - self.connected_at > HELLO_WITHIN:
            what = "did not prove the password" if is_asked else "sent no Hello"
            return f"{what} within {HELLO_WITHIN:.0f} seconds"
        if self.frame_since is not None and now - self.frame_since > FRAME_WITHIN:
            return f"did not finish a frame within {FRAME_WITHIN:.0f} seconds"
        if now - self.received_at > SILENCE_MOST:
            return f"sent nothing for {SILENCE_MOST:.0f} seconds"
        return ""

    def excess(self) -> str:
        """Which rate limit was exceeded, or ""."""
        if self.commands.is_exceeded:
            return f"sent more than {COMMANDS} commands a second"
        if self.others.is_exceeded:
            return f"sent more than {OTHERS} messages a second beside its commands"
        return ""
