"""Which members are offered a copy of the room, which of them keep one, and in which order their standbys go on. Pure.

Rule 1: at most STANDBYS_MOST, of those who agree the ones with the best lines: a short ping that varies little.
Rule 2: those at another computer than the server's come first, and so do those at different addresses.
Rule 3: a standby is kept while it is well; only one at the server's computer makes way for one elsewhere.
Rule 4: a member that has refused is not asked again. While one has not answered, it holds a place for ANSWER_WITHIN;
then another member is asked.
Rule 5: no clock; `now` comes in, in seconds, monotonic.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

STANDBYS_MOST = 2
ANSWER_WITHIN = 20.0  # seconds
COPY_WITHIN = 10.0  # seconds from the answer to the first whole copy
PINGS_KEPT = 8


class MemberPlace(NamedTuple):
    """A member as it is now: its ping in ms, its address, and whether that is the server's own computer."""

    member: int
    ping: int
    address: str
    is_local: bool


@dataclass(slots=True)
class Candidate:
    """What is known of one member's line and standby. `keeps`: the answer; None: none yet."""

    place: MemberPlace
    pings: deque[int] = field(default_factory=lambda: deque(maxlen=PINGS_KEPT))
    offered_at: float | None = None
    keeps: bool | None = None
    answered_at: float = 0.0
    kept_since: float | None = None  # there is a whole copy; None: not yet, or no longer

    @property
    def cost(self) -> float:
        """How good the line is, in ms: the less the better."""
        return median(self.pings) + 2 * (max(self.pings) - min(self.pings)) if self.pings else 9999.0

    def holds_a_place(self, now: float) -> bool:
        """True while it keeps a copy, or may soon."""
        if self.offered_at is None or self.keeps is False:
            return False
        if self.kept_since is not None:
            return True
        return now - (self.answered_at if self.keeps else self.offered_at) < (
            COPY_WITHIN if self.keeps else ANSWER_WITHIN
        )


class StandbyChoice:
    """The candidates by member."""

    def __init__(self) -> None:
        self.candidates: dict[int, Candidate] = {}

    def see(self, places: Iterable[MemberPlace]) -> list[int]:
        """Take the connected members as they are now; returns those that are gone."""
        here = {place.member: place for place in places}
        gone = [member for member in self.candidates if member not in here]
        for member in gone:
            del self.candidates[member]
        for member, place in here.items():
            known = self.candidates.setdefault(member, Candidate(place))
            known.place = place
            known.pings.append(place.ping)
        return gone

    def to_offer(self, now: float) -> list[int]:
        """The members to whom a copy is to be offered now; each is offered it once."""
        if len(self.candidates) < 2:
            return []  # a room of one needs no standby
        ours = [one for one in self.candidates.values() if one.holds_a_place(now)]
        taken = {one.place.address for one in ours}
        free = [one for one in self.candidates.values() if one.offered_at is None and one.pings]
        chosen: list[int] = []
        while free:
            best = min(
                free, key=lambda one: (one.place.is_local, one.place.address in taken, one.cost, one.place.member)
            )
            counted = [one for one in ours if not one.place.is_local or best.place.is_local]
            elsewhere = any(not one.place.is_local for one in self.candidates.values() if one.keeps is not False)
            if len(counted) >= STANDBYS_MOST or (best.place.is_local and elsewhere):
                break
            best.offered_at = now
            free.remove(best)
            ours.append(best)
            taken.add(best.place.address)
            chosen.append(best.place.member)
        return chosen

    def kept(self) -> list[int]:
        """The members whose standbys have a whole copy, in their order."""
        whole = [one for one in self.candidates.values() if one.keeps and one.kept_since is not None]
        whole.sort(key=lambda one: (one.place.is_local, one.kept_since))
        return [one.place.member for one in whole[:STANDBYS_MOST]]

    def to_withdraw(self) -> list[int]:
        """The members whose standbys are one too many: others keep copies, too, and are better."""
        kept = self.kept()
        if len(kept) < STANDBYS_MOST:
            return []
        late = [one for member, one in self.candidates.items() if member not in kept and one.offered_at is not None]
        return [one.place.member for one in late if one.keeps]

    def answer(self, member: int, keeps: bool, now: float) -> None:
        if (known := self.candidates.get(member)) and known.offered_at is not None:
            known.keeps, known.answered_at = keeps, now
            known.kept_since = known.kept_since if keeps else None

    def note_copy(self, member: int, is_whole: bool, now: float) -> None:
        """Note whether the standby of a member has a whole copy."""
        if known := self.candidates.get(member):
            known.kept_since = (known.kept_since or now) if is_whole else None

    def withdraw(self, member: int) -> None:
        """Forget that a member was asked: it may be asked again when somebody is needed."""
        if known := self.candidates.get(member):
            known.offered_at = known.keeps = known.kept_since = None
