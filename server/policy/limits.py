"""The limits that every client has to keep: how many messages, how soon, and how many wrong passwords. Pure.

Rule 1: no clock; `now` and all times are seconds, monotonic.
Rule 2: for messages seconds count, not reads or ticks; how TCP cuts and joins a stream must not matter.
Rule 3: the memory for wrong passwords is bounded; of the address groups in it the blocked ones are forgotten last.
"""

from dataclasses import dataclass, field
from math import ceil

STALL = 10.0  # seconds; after a longer silence a connection is closed anyway
HELLO_WITHIN = 5.0  # seconds
FRAME_WITHIN = 5.0  # seconds
SILENCE_MOST = 10.0  # seconds
# Inputs a second. A game whose keys change in each tick sends 60.6, as its clock may run 1 % fast, and some signs of
# life. So the bucket is empty before a stall, and what a stall of ten seconds delivers at once fits into it.
INPUTS = 80
OTHERS = 20  # messages a second that are no Inputs
TRIES_MOST = 5  # wrong passwords one after the other
TRY_EVERY = 30.0  # seconds from one try to the next after those
_BLOCKED_FROM = (TRIES_MOST - 1) * TRY_EVERY  # seconds; a bucket that is full later than in these holds no whole try


@dataclass(slots=True)
class RateLimit:
    """A leaky bucket: `rate` messages a second leak out, and it holds those that a stall of ten seconds delivers."""

    rate: float
    used: float = 0.0  # the caller adds 1 per message; a plain attribute, since each Input does it
    _credit_ends_in: float = 0.0  # seconds; credit from `forgive` is not saved for longer

    @property
    def is_exceeded(self) -> bool:
        """True after more messages than an honest client can send."""
        return self.used > self.rate * STALL

    def leak(self, seconds: float) -> None:
        if self.used > 0.0:
            self.used = max(0.0, self.used - self.rate * seconds)
        elif self.used < 0.0:
            self._credit_ends_in -= seconds
            if self._credit_ends_in <= 0.0:
                self.used = 0.0

    def forgive(self, seconds: float) -> None:
        """Give credit for a time in which the server read nothing: the messages of that time come soon."""
        self.used -= self.rate * seconds
        self._credit_ends_in = STALL


@dataclass(slots=True)
class PeerLimits:
    """The limits of one peer."""

    connected_at: float
    received_at: float  # when the last bytes came
    frame_since: float | None = None  # when the frame began that is not complete yet
    read_age: float = 0.0  # seconds that the data of the last read had waited in the kernel; 0 if unknown
    has_pinged: bool = False
    inputs: RateLimit = field(default_factory=lambda: RateLimit(INPUTS))
    others: RateLimit = field(default_factory=lambda: RateLimit(OTHERS))

    def forgive(self, seconds: float) -> None:
        """Move all deadlines: the server itself stood still for so long and read nothing."""
        self.connected_at += seconds
        self.received_at += seconds
        if self.frame_since is not None:
            self.frame_since += seconds
        self.inputs.forgive(seconds)
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
        if self.inputs.is_exceeded:
            return f"sent more than {INPUTS} inputs a second"
        if self.others.is_exceeded:
            return f"sent more than {OTHERS} messages a second beside its inputs"
        return ""


class LoginLimiter:
    """Token buckets for wrong passwords at one service, one for each address group (address_groups.py).

    A bucket holds TRIES_MOST tries and gets one back every TRY_EVERY seconds. A right password takes none.
    """

    def __init__(self, groups_most: int) -> None:
        self._most = groups_most  # how many address groups are remembered
        self.full_at: dict[str, float] = {}  # by group: when its bucket is full again; the last that failed stands last

    def blocked_for(self, group: str, now: float) -> float:
        """For how many seconds more a try of this group is refused; mostly 0.0."""
        missing = self.full_at.get(group, now) - now
        if missing <= 0.0:
            self.full_at.pop(group, None)
        return max(0.0, round(missing - _BLOCKED_FROM, 3))  # rounded, or 1e-13 seconds would refuse the fifth try

    def add_failure(self, group: str, now: float) -> int:
        """Count a wrong password; returns how many more are allowed now."""
        full_at = max(now, self.full_at.pop(group, now)) + TRY_EVERY
        self.full_at[group] = full_at
        if len(self.full_at) > self._most:
            free = (one for one, at in self.full_at.items() if at - now <= _BLOCKED_FROM and one != group)
            del self.full_at[next(free, next(iter(self.full_at)))]
        return max(0, TRIES_MOST - ceil(round((full_at - now) / TRY_EVERY, 3)))
