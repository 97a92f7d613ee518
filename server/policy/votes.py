"""Votes of the players without the host: the next map, a restart, or removing a player. One question at a time. Pure.

Rule 1: a vote needs yes from more than half of those asked, and from two at least; from two thirds to remove a player.
Abstaining counts for neither side, and the vote of a voter who leaves is dropped. Asked is each voter who is here when
the vote starts: who joins later, with friends or with more games, has no vote.
Rule 2: a vote is open for OPEN seconds; it ends as soon as nothing can change the result.
Rule 3: after a failed vote its asker waits ASKER_PAUSE; after any vote everybody waits ROOM_PAUSE. Leaving and
joining again does not help: the pause is for the voter.
Rule 4: a voter is a text, equal for all who have one vote together: the members of an address group who have played a
round. Where an address says nothing about people (this machine, `uncounted`) each such member is a voter.
Rule 5: `now` (seconds) and the voters who are here are arguments. Carrying out the result is the caller's job.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import Enum

from petard.server.policy.admin_commands import CommandError

OPEN = 30.0  # seconds
REMINDER = 15.0  # seconds before the end; by then the first line of chat has left the screen
ASKER_PAUSE = 60.0  # seconds
ROOM_PAUSE = 15.0  # seconds
LEAST = 2  # votes


class VoteKind(Enum):
    """What a vote can be about."""

    MAP = "map"
    RESTART = "restart"
    KICK = "kick"


@dataclass(frozen=True, slots=True)
class VoteQuestion:
    """What is asked; `words` has no full stop. `what`: the name of the map; `whom`: the member to remove, or 0."""

    kind: VoteKind
    words: str
    what: str = ""
    whom: int = 0


class VoteResult(Enum):
    """How a vote ended."""

    CARRIED = "carried"
    FAILED = "not carried"
    MOOT = "no longer to be decided"  # the player to remove has left


@dataclass(slots=True)
class Poll:
    """The open question. `votes`: by voter."""

    question: VoteQuestion
    asker: str
    asked: frozenset[str]
    ends: float  # seconds
    votes: dict[str, bool] = field(default_factory=dict)
    is_reminded: bool = False


@dataclass(frozen=True, slots=True)
class VoteCount:
    """The votes so far: yes, no, and how many yes are needed."""

    yes: int
    no: int
    needed: int

    def __str__(self) -> str:
        return f"{self.yes} yes, {self.no} no, {self.needed} needed"


class Votes:
    """The votes of one room, one after the other. `poll`: the open one; None drops it."""

    def __init__(self) -> None:
        self.poll: Poll | None = None
        self._next = 0.0  # when the next vote may start
        self._pauses: dict[str, float] = {}  # until when a voter may not ask

    def ask(self, question: VoteQuestion, asker: str, here: Collection[str], now: float) -> VoteCount:
        """Start a vote with a yes of the asker; raises CommandError."""
        if self.poll:
            raise CommandError(f"another vote is open: {self.poll.question.words}; say /yes or /no")
        wait = max(self._next - now, self._pauses.get(asker, 0.0) - now)
        if wait > 0:
            raise CommandError(f"wait {int(wait) + 1} seconds before the next vote")
        if (needed := votes_needed(question.kind, len(here))) > len(here):
            raise CommandError(f"a vote takes {needed} players at least, and those from one address count as one")
        self._pauses = {one: until for one, until in self._pauses.items() if until > now}
        self.poll = Poll(question, asker, frozenset(here), now + OPEN, {asker: True})
        return self.count(here)

    def cast(self, voter: str, is_yes: bool, here: Collection[str]) -> VoteCount:
        """Count a vote, in place of an earlier one of the voter; raises CommandError where they cannot vote."""
        if not self.poll:
            raise CommandError("there is no vote now; /vote map, /vote restart and /vote kick start one")
        if voter not in self.poll.asked:
            raise CommandError("this vote started before you joined; you can vote in the next one")
        self.poll.votes[voter] = is_yes
        return self.count(here)

    def count(self, here: Collection[str]) -> VoteCount:
        assert self.poll
        asked = self.poll.asked.intersection(here)
        votes = [is_yes for voter, is_yes in self.poll.votes.items() if voter in asked]
        return VoteCount(sum(votes), len(votes) - sum(votes), votes_needed(self.poll.question.kind, len(asked)))

    def settle(
        self, here: Collection[str], members: Collection[int], now: float
    ) -> tuple[VoteQuestion, VoteResult, VoteCount] | None:
        """Return the result once, or None. `members`: by id, also those away: nobody escapes by pulling the cable."""
        poll = self.poll
        if not poll:
            return None
        count = self.count(here)
        is_moot = bool(poll.question.whom) and poll.question.whom not in members
        is_carried = count.yes >= count.needed
        is_lost = now >= poll.ends or len(poll.asked.intersection(here)) - count.no < count.needed
        if not (is_moot or is_carried or is_lost):
            return None
        self.poll, self._next = None, now + ROOM_PAUSE
        if not is_carried and not is_moot:
            self._pauses[poll.asker] = now + ASKER_PAUSE
        result = VoteResult.MOOT if is_moot else VoteResult.CARRIED if is_carried else VoteResult.FAILED
        return poll.question, result, count

    def reminder(self, now: float) -> VoteQuestion | None:
        """Return the open question once, when it is time to remind the players."""
        if not self.poll or self.poll.is_reminded or now < self.poll.ends - REMINDER:
            return None
        self.poll.is_reminded = True
        return self.poll.question


def votes_needed(kind: VoteKind, voters: int) -> int:
    """Return how many yes are needed among so many voters.

    >>> [votes_needed(VoteKind.MAP, voters) for voters in range(1, 8)]
    [2, 2, 2, 3, 3, 4, 4]
    >>> [votes_needed(VoteKind.KICK, voters) for voters in range(1, 8)]
    [2, 2, 2, 3, 4, 4, 5]
    """
    needed = -(-2 * voters // 3) if kind is VoteKind.KICK else voters // 2 + 1
    return max(LEAST, needed)
