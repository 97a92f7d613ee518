"""What people decide without the host: the next map, a restart, or that somebody goes. One question at a time.

Rule 1: more than half of those who are asked must say yes, and two at least; two thirds, if somebody is to go. Who says
nothing does not count for either side, and who leaves takes their voice along. Asked are those who are here when the
question is put, each member once: who comes after it, with friends or with more games, decides nothing of it.
Rule 2: a question is open for OPEN seconds; it ends as soon as nothing can change what comes of it.
Rule 3: after a question that failed, who asked it waits ASKER_PAUSE, and everybody ROOM_PAUSE after any. To leave and
come back is no way out: the pause is for where they come from.
Rule 4: `now` (seconds) and who is here come in. Members are numbers; what is said in the end is for others to do.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import Enum

OPEN = 30.0  # seconds
REMINDER = 15.0  # seconds before the end; a line of chat is long gone from the screen by then
ASKER_PAUSE = 60.0  # seconds
ROOM_PAUSE = 15.0  # seconds
LEAST = 2  # voices


class BadVote(ValueError):
    """This cannot be asked, or not answered so: one sentence."""


class Wish(Enum):
    """What may be asked."""

    MAP = "map"
    RESTART = "restart"
    KICK = "kick"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked; `words` end in no full stop. `what`: the name of the map; `whom`: who is to go, or 0."""

    wish: Wish
    words: str
    what: str = ""
    whom: int = 0


class Verdict(Enum):
    """What became of a question."""

    CARRIED = "carried"
    FAILED = "not carried"
    MOOT = "no longer to be decided"  # who was to go has gone


@dataclass(slots=True)
class _Poll:
    """A question that is open. `voices`: what each member has said; `home`: where who asks comes from."""

    question: Question
    home: str
    asked: frozenset[int]
    ends: float  # seconds
    voices: dict[int, bool] = field(default_factory=dict)
    is_reminded: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """How it stands: yes, no, and how many yes it takes."""

    yes: int
    no: int
    needed: int

    def __str__(self) -> str:
        return f"{self.yes} yes, {self.no} no, {self.needed} needed"


class Votes:
    """The questions of one room, one after the other."""

    def __init__(self) -> None:
        self._poll: _Poll | None = None
        self._next = 0.0  # when the next may be asked
        self._pauses: dict[str, float] = {}  # until when nobody who comes from there may ask

    def ask(self, question: Question, asker: int, home: str, here: Collection[int], now: float) -> Count:
        """Open a question, with a yes of who asks; raises BadVote while that cannot be.

        `home`: by what to know who asks, if they leave and come back.
        """
        if self._poll:
            raise BadVote(f"everybody is being asked something else: {self._poll.question.words}; say /yes or /no")
        wait = max(self._next - now, self._pauses.get(home, 0.0) - now)
        if wait > 0:
            raise BadVote(f"wait {int(wait) + 1} seconds before the next vote")
        if question.whom == asker:
            raise BadVote("to go, press Escape")
        if (needed := needed_of(question.wish, len(here))) > len(here):
            raise BadVote(f"a vote takes {needed} people at least")
        self._pauses = {one: until for one, until in self._pauses.items() if until > now}
        self._poll = _Poll(question, home, frozenset(here), now + OPEN, {asker: True})
        return self.count(here)

    def say(self, member: int, is_yes: bool, here: Collection[int]) -> Count:
        """Take a voice, in place of what the member said before; raises BadVote where nothing is asked."""
        if not self._poll:
            raise BadVote("there is no vote now; /vote map, /vote restart and /vote kick begin one")
        if member not in self._poll.asked:
            raise BadVote("this was asked while you were not here; the next vote is yours, too")
        self._poll.voices[member] = is_yes
        return self.count(here)

    def count(self, here: Collection[int]) -> Count:
        """How the question stands that is open."""
        assert self._poll
        asked = self._poll.asked.intersection(here)
        voices = [is_yes for member, is_yes in self._poll.voices.items() if member in asked]
        return Count(sum(voices), len(voices) - sum(voices), needed_of(self._poll.question.wish, len(asked)))

    @property
    def is_open(self) -> bool:
        """True while something is asked."""
        return self._poll is not None

    def settle(
        self, here: Collection[int], members: Collection[int], now: float
    ) -> tuple[Question, Verdict, Count] | None:
        """What came of the question, once; None while it is open, or there is none.

        `members`: those who are here, and those whose chairs are kept: to pull the cable is no way out.
        """
        poll = self._poll
        if not poll:
            return None
        count = self.count(here)
        is_moot = bool(poll.question.whom) and poll.question.whom not in members
        is_carried = count.yes >= count.needed
        is_lost = now >= poll.ends or len(poll.asked.intersection(here)) - count.no < count.needed
        if not (is_moot or is_carried or is_lost):
            return None
        self._poll, self._next = None, now + ROOM_PAUSE
        if not is_carried and not is_moot:
            self._pauses[poll.home] = now + ASKER_PAUSE
        verdict = Verdict.MOOT if is_moot else Verdict.CARRIED if is_carried else Verdict.FAILED
        return poll.question, verdict, count

    def reminder(self, now: float) -> Question | None:
        """The question that is still open, once, when it is time to ask it again."""
        poll = self._poll
        if not poll or poll.is_reminded or now < poll.ends - REMINDER:
            return None
        poll.is_reminded = True
        return poll.question

    def drop(self) -> None:
        """Forget the question that is open: there are no votes any more."""
        self._poll = None


def needed_of(wish: Wish, people: int) -> int:
    """How many yes it takes among so many people.

    >>> [needed_of(Wish.MAP, people) for people in range(1, 8)]
    [2, 2, 2, 3, 3, 4, 4]
    >>> [needed_of(Wish.KICK, people) for people in range(1, 8)]
    [2, 2, 2, 3, 4, 4, 5]
    """
    needed = -(-2 * people // 3) if wish is Wish.KICK else people // 2 + 1
    return max(LEAST, needed)
