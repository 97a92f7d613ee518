"""All rooms that are announced, and what becomes of each announcement, goodbye, Ping and report. Pure.

Rule 1: there are `rooms_most` claims in all, and `per_address` from one address group; one more is refused.
Rule 2: what is listed is what the holders of the rooms say (claims.py); each change is noted for the other directories.
Rule 3: no clock, no socket; `now` is in seconds, monotonic. The caller sends the Pings that `pings.start` returns.
"""

from collections import Counter
from dataclasses import dataclass

from petard.server.directory.rooms import claims
from petard.server.directory.rooms.announcement import Announcement
from petard.server.directory.rooms.claims import Claim, Contest
from petard.server.directory.rooms.listing import Listing
from petard.server.directory.rooms.ping_queue import PingQueue
from petard.server.directory.rooms.places import Place
from petard.server.directory.rooms.reports import Report, ReportedRoom

ROOMS_MOST = 20_000
PER_ADDRESS = 32
REPORTED_KEPT = 600.0  # seconds for which rooms are kept that only another directory knew, while it reports nothing
REPORTED_SLACK = 30.0  # seconds in which another directory may send a Ping that is due, before this one does
NEWER = 5.0  # seconds by which a reported Pong is newer than the last one known, and not only its report late
UNASKED = "The directory's Ping is on its way."


@dataclass(frozen=True, slots=True)
class AnnounceResult:
    """What became of a request. `status`: of HTTP; `why`: a sentence; `place`: where the room is listed."""

    status: int
    why: str = ""
    place: Place | None = None


class AnnouncedRooms:
    """The list of one directory.

    `changed`: the rooms to report to other directories, by id, with the digest of their secret; the caller empties it.
    """

    def __init__(self, per_address: int = PER_ADDRESS, rooms_most: int = ROOMS_MOST) -> None:
        self.listing = Listing()
        self.pings = PingQueue()
        self.changed: dict[str, str] = {}
        self._contests: dict[str, Contest] = {}  # by room id
        self._per_group: Counter[str] = Counter()
        self._limits = (per_address, rooms_most)
        self._cut_since: float | None = None  # since then no reports come

    # What rooms say

    def announce(self, announcement: Announcement, place: Place, group: str, now: float) -> AnnounceResult:
        """Handle an announcement for that place, which its address group may name."""
        contest = self._contests.get(announcement.facts.id) or Contest()
        claim = contest.claims.get(place)
        if claim is None:
            if refusal := self._refusal(group):
                return refusal
            if surplus := contest.surplus():
                self._forget(contest, surplus)
            claim = claims.new_claim(announcement, place, group, now)
            self._add(contest, claim)
        else:
            first = claim.proof.next_at
            if not claims.renew(claim, announcement, now):
                return AnnounceResult(409, "This room is announced with another secret.")
            if claim.proof.next_at != first:
                self.pings.add(claim)
        self._settle(announcement.facts.id, contest, now)
        return self._outcome(contest, claim)

    def _refusal(self, group: str) -> AnnounceResult | None:
        per_address, rooms_most = self._limits
        if group and self._per_group[group] >= per_address:
            return AnnounceResult(429, f"From this address come {per_address} rooms already.")
        if self._per_group.total() >= rooms_most:
            return AnnounceResult(503, "This directory is full.")
        return None

    @staticmethod
    def _outcome(contest: Contest, claim: Claim) -> AnnounceResult:
        listed = contest.listed
        if listed and listed.secret == claim.secret:
            return AnnounceResult(200, place=listed.place)
        if listed and claim.proof.is_good:
            return AnnounceResult(409, "Another server announces this room, and answers.")
        return AnnounceResult(202, claim.proof.why or UNASKED)

    def remove(self, id: str, secret: str, now: float) -> AnnounceResult:
        """Handle a goodbye. `secret`: its digest."""
        contest = self._contests.get(id)
        if contest is None:
            return AnnounceResult(404, "There is no such room.")
        own = [one for one in contest.claims.values() if one.secret == secret]
        for claim in own:
            self._forget(contest, claim)
        self._settle(id, contest, now)
        return AnnounceResult(204) if own else AnnounceResult(403, "The secret is not that of this room.")

    # What Pings find

    def pinged(self, claim: Claim, why: str, now: float) -> None:
        """Handle the end of a Ping. `why`: a sentence if it failed, or ""."""
        self.pings.end(claim)
        claims.pinged(claim.proof, why, claims.spread_of(claim.facts.id), now)
        if not claim.is_gone:
            self.pings.add(claim)
            self._settle(claim.facts.id, self._contests[claim.facts.id], now)

    # What other directories report

    def receive_report(self, report: Report, now: float) -> None:
        """Believe another directory, which has pinged the room."""
        contest = self._contests.get(report.id) or Contest()
        if report.room is None:
            if contest.holder and contest.holder.secret == report.secret:
                self._forget(contest, contest.holder)
        else:
            self._take_report(contest, report.room, report.secret, now)
        self._settle(report.id, contest, now, is_news=False)

    def _take_report(self, contest: Contest, room: ReportedRoom, secret: str, now: float) -> None:
        claim = contest.claims.get(room.place)
        if claim is None:
            claim = Claim(room.facts, room.place, secret, "", now, claims.Proof(next_at=now))
            self._add(contest, claim)
        claim.facts, claim.secret, claim.seen, claim.is_reported = room.facts, secret, now, True
        proof, proven_at = claim.proof, now - room.age
        if proven_at > proof.proven_at + NEWER:
            proof.proven_at, proof.failures = proven_at, 0
            proof.next_at = proven_at + claims.PROVE_EVERY + claims.PROVE_SPREAD + REPORTED_SLACK
            self.pings.add(claim)
        contest.hold(claim)

    def cut_off(self, now: float) -> None:
        """No reports come from now on: keep the rooms that only other directories know."""
        self._cut_since = self._cut_since if self._cut_since is not None else now

    def reconnected(self, now: float) -> None:
        """Reports come again.

        Rooms that only other directories know have time to be reported, and ours are all reported once.
        """
        self._cut_since = None
        for id, contest in self._contests.items():
            for claim in contest.claims.values():
                claim.seen = now if claim.is_reported else claim.seen
            if (listed := contest.listed) and not listed.is_reported:
                self.changed[id] = listed.secret

    # Time

    def expire(self, now: float) -> None:
        """Drop the rooms that have announced nothing; call this about once a second."""
        is_cut = self._cut_since is not None and now - self._cut_since < REPORTED_KEPT
        for id, contest in [*self._contests.items()]:
            if contest.is_calm(now):
                continue
            late = [one for one in contest.claims.values() if now - one.seen > claims.VANISHES]
            late = [one for one in late if not (is_cut and one.is_reported)]
            for claim in late:
                self._forget(contest, claim)
            if late or len(contest.claims) > 1:
                self._settle(id, contest, now, is_news=False)

    @property
    def announced(self) -> int:
        """How many rooms are announced, whether listed or not."""
        return len(self._contests)

    def listed(self, id: str) -> Claim | None:
        """Return the claim that is listed for a room."""
        contest = self._contests.get(id)
        return contest.listed if contest else None

    def _settle(self, id: str, contest: Contest, now: float, is_news: bool = True) -> None:
        """Decide again who holds a room, and list that. `is_news`: for other directories."""
        if moved := contest.settle(now):
            self._forget(contest, moved)
        if challenged := contest.challenged(now):
            challenged.proof.next_at = now
            self.pings.add(challenged)
        if listed := contest.listed:
            self.listing.put(listed.facts, listed.place)
            if is_news and not listed.is_reported:
                self.changed[id] = listed.secret
        elif self.listing.drop(id) and is_news:
            self.changed.setdefault(id, contest.secret)
        if not contest.claims:
            self._contests.pop(id, None)

    def _add(self, contest: Contest, claim: Claim) -> None:
        self._contests[claim.facts.id] = contest
        contest.claims[claim.place] = claim
        self._per_group[claim.group] += 1
        self.pings.add(claim)

    def _forget(self, contest: Contest, claim: Claim) -> None:
        contest.remove(claim)
        self._per_group[claim.group] -= 1
        if not self._per_group[claim.group]:
            del self._per_group[claim.group]
