"""When which address is pinged: what is due, and the limits that keep a directory from bothering anybody. Pure.

Rule 1: RUNNING_MOST Pings run at once, RUNNING_PER_GROUP to one address group.
Rule 2: to one address group go BURST Pings at once and then one every PAUSE seconds, however many rooms announce
        themselves there; the others wait.
"""

from collections import Counter
from heapq import heappop, heappush

from petard.server.directory.rooms.claims import Claim
from petard.server.directory.rooms.rates import Rate
from petard.server.policy.address_groups import group_of

RUNNING_MOST = 128
RUNNING_PER_GROUP = 4
BURST, PAUSE = 32, 1.0  # seconds
WAIT = 0.5  # seconds until what a limit has held back is looked at again


class PingQueue:
    """The claims by the time of their next Ping, and the Pings that run."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Claim]] = []  # a heap; an entry with another time than its claim is void
        self._number = 0
        self._running: Counter[str] = Counter()  # by target group
        self._rate = Rate(PAUSE, BURST)

    def add(self, claim: Claim) -> None:
        """Plan the next Ping of a claim; call this after each change of `next_at`."""
        self._number += 1
        heappush(self._due, (claim.proof.next_at, self._number, claim))

    def start(self, now: float) -> list[Claim]:
        """Return the claims to ping now; each is running until `end`."""
        started: list[Claim] = []
        while self._due and self._due[0][0] <= now and self._running.total() < RUNNING_MOST:
            at, _, claim = heappop(self._due)
            if at != claim.proof.next_at or claim.proof.is_running or claim.is_gone:
                continue
            group = group_of(claim.place.address)
            if group and (self._running[group] >= RUNNING_PER_GROUP or self._rate.take(group, now)):
                claim.proof.next_at = now + WAIT
                self.add(claim)
                continue
            claim.proof.is_running = True
            self._running[group] += 1
            started.append(claim)
        return started

    def end(self, claim: Claim) -> None:
        """Count the end of a Ping."""
        group = group_of(claim.place.address)
        self._running[group] -= 1
        if not self._running[group]:
            del self._running[group]

    @property
    def running(self) -> int:
        return self._running.total()
