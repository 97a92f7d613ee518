"""Which server announces which room at which address, what the Pings found, and which of them holds the room. Pure.

Rule 1: a claim is one room at one address and port, announced with one secret. It is proven by a Pong with the room's
        number that came from there; only the room that a proven claim *holds* is listed.
Rule 2: a proven claim takes the room only from a holder that has announced nothing for SILENT seconds, or whose last
        Ping failed. It makes the directory send that Ping. So a room that moves is found again, and one that runs keeps
        its place in the list, also if it announces itself from two addresses. Of several claims that could take it, one
        with the holder's secret does: the same room at another server.
Rule 3: a claim without an announcement for VANISHES seconds is gone. Claims that another directory has reported are
        kept while that cannot report.
Rule 4: no clock; `now` is in seconds, monotonic.
"""

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from petard.server.directory.rooms.announcement import Announcement, RoomFacts
from petard.server.directory.rooms.places import Place

EVERY = 5.0  # seconds between two announcements
VANISHES = 15.0  # seconds
SILENT = 7.0  # seconds without an announcement: more than one is missing
CLAIMS_PER_ROOM = 4
PROVE_EVERY = 60.0  # seconds from a good Ping to the next
PROVE_SPREAD = 16.0  # seconds more at most, so that rooms that began together are not all due together
RETRY_FIRST, RETRY_MOST = 5.0, 60.0  # seconds from a failed Ping to the next
FAILURES_MOST = 2  # failed Pings in a row that take a room off the list
CHALLENGE_EVERY = 2.0  # seconds between two Pings to a holder because others want its room


class ClaimKey(NamedTuple):
    """Names a claim."""

    id: str
    place: Place


@dataclass(slots=True)
class Proof:
    """What the Pings found. `failures`: in a row; `proven_at`: the last right Pong, -inf if there was none."""

    next_at: float
    proven_at: float = -math.inf
    failures: int = 0
    is_running: bool = False
    why: str = ""  # the last one failed

    @property
    def is_good(self) -> bool:
        """There was a right Pong, and since then fewer failures than take a room off the list."""
        return self.proven_at > -math.inf and self.failures < FAILURES_MOST


@dataclass(slots=True, eq=False)
class Claim:
    """One room at one address. `seen`: the last announcement; `group`: the announcer's address group."""

    facts: RoomFacts
    place: Place
    secret: str  # its digest
    group: str
    seen: float
    proof: Proof
    is_reported: bool = False  # the last announcement came to another directory
    is_gone: bool = False

    @property
    def key(self) -> ClaimKey:
        return ClaimKey(self.facts.id, self.place)

    def is_silent(self, now: float) -> bool:
        """An announcement is missing, as far as this directory knows."""
        return now - self.seen > SILENT and not self.is_reported


@dataclass(slots=True)
class Contest:
    """All claims on one room. `holder`: the one that is listed while its proof is good."""

    claims: dict[Place, Claim] = field(default_factory=dict)
    holder: Claim | None = None
    secret: str = ""  # of the holder, or of the last one

    @property
    def listed(self) -> Claim | None:
        return self.holder if self.holder and self.holder.proof.is_good else None

    def is_calm(self, now: float) -> bool:
        """There is nothing but a holder that announces itself."""
        return len(self.claims) == 1 and self.holder is not None and now - self.holder.seen < SILENT

    def settle(self, now: float) -> Claim | None:
        """Give the room to the claim that may have it; returns an older claim that the same room has moved from."""
        holder = self.holder
        if holder and holder.proof.is_good and not holder.proof.failures and not holder.is_silent(now):
            return None
        found = [one for one in self.claims.values() if one.proof.is_good and one is not holder]
        if not found:
            return None
        new = max(found, key=lambda one: (one.secret == self.secret, one.seen))
        has_moved = holder is not None and holder.secret == new.secret
        self.hold(new)
        return holder if has_moved else None

    def hold(self, claim: Claim) -> None:
        """Give the room to a claim."""
        self.holder, self.secret = claim, claim.secret

    def surplus(self) -> Claim | None:
        """Return the claim that gives way to a new one, of an address group with most of them; None if there is room.

        So one group cannot keep others from claiming a room whose server is lost.
        """
        if len(self.claims) < CLAIMS_PER_ROOM:
            return None
        groups = Counter(one.group for one in self.claims.values())
        others = [one for one in self.claims.values() if one is not self.holder]
        return min(others, key=lambda one: (-groups[one.group], one.proof.is_good, one.seen))

    def challenged(self, now: float) -> Claim | None:
        """Return the holder if it is to be pinged now because another claim waits for its room."""
        holder = self.holder
        if not holder or holder.proof.is_running or now < holder.proof.proven_at + CHALLENGE_EVERY:
            return None
        is_wanted = any(one.proof.is_good and one is not holder for one in self.claims.values())
        return holder if is_wanted and holder.proof.next_at > now else None

    def remove(self, claim: Claim) -> None:
        """Forget a claim."""
        claim.is_gone = True
        del self.claims[claim.place]
        if claim is self.holder:
            self.holder = None


def pinged(proof: Proof, why: str, spread: float, now: float) -> None:
    """Note the end of a Ping. `why`: it failed, or ""; `spread`: 0..1, of this room."""
    proof.is_running = False
    proof.why = why
    if why:
        proof.failures += 1
        proof.next_at = now + min(RETRY_FIRST * 2 ** (proof.failures - 1), RETRY_MOST)
    else:
        proof.failures, proof.proven_at = 0, now
        proof.next_at = now + PROVE_EVERY + PROVE_SPREAD * spread


def spread_of(id: str) -> float:
    """Return a number from 0 to 1 for a room, the same each time."""
    return int(id[-4:], 16) / 0xFFFF


def new_claim(announcement: Announcement, place: Place, group: str, now: float) -> Claim:
    return Claim(announcement.facts, place, announcement.secret, group, now, Proof(next_at=now))


def renew(claim: Claim, announcement: Announcement, now: float) -> bool:
    """Use a new announcement of a claim; False if it has another secret and this one is still in use."""
    if claim.secret != announcement.secret:
        if claim.proof.proven_at > -math.inf and not claim.is_silent(now):
            return False
        claim.secret, claim.proof = announcement.secret, replace(claim.proof, next_at=now)
    claim.facts, claim.seen, claim.is_reported = announcement.facts, now, False
    return True
