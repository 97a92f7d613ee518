"""Runs a recorded match again by the rules of this Petard: from any moment, tick by tick.

Rule 1: it starts from the last world that was written before the moment, with the keys that were held then; after that
        only the rules and the recorded keys count, and each new round begins with its recorded world.
Rule 2: a demo of other rules is refused: the same keys may lead elsewhere.
Rule 3: whatever is in the file, only DemoError escapes, and no world is stepped that the rules could not handle.
"""

from collections import deque
from collections.abc import Iterator

from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import NOT_FOR_RERUN, Demo
from petard.shared.demo.records import Began, Inputs, State
from petard.shared.demo.world_state import KEYS_MOST, pairs_in, world_at
from petard.shared.rules.events import Event
from petard.shared.rules.ruleset import RULES_VERSION
from petard.shared.rules.step import step
from petard.shared.rules.world import World

_NEVER = 1 << 33  # later than any moment


def require_same_rules(demo: Demo) -> None:
    """Raise DemoError, with a sentence, for a demo that can only be watched."""
    rules = demo.header.rules
    if rules != RULES_VERSION:
        raise DemoError(
            f"This demo was played by rules {rules}; this Petard has rules {RULES_VERSION} and can only show it."
        )
    require_complete(demo)


def require_complete(demo: Demo) -> None:
    """Raise DemoError, with a sentence, for a demo that lacks what any rules need to run it again."""
    if not demo.has_play:
        raise DemoError("This demo holds no moment that could be run again.")
    if demo.length != len(demo.digests):
        raise DemoError("There are gaps in this demo.")


class RulesFailed(DemoError):
    """The rules raised an exception, which they never should: that is no fault of the demo."""


class Rerun:
    """A match that is run again. `world`: as it was after the tick of `moment`; `inputs`: the keys of that tick.

    Where a round ends and the next begins at the same moment, a start there is in the new round.
    """

    def __init__(self, demo: Demo, at: int = 0) -> None:
        """Raises DemoError for other rules, and for a moment that is not in the demo."""
        require_same_rules(demo)
        if not 0 <= at <= demo.length:
            raise DemoError(f"There is no moment {at} in this demo, which ends at {demo.length}.")
        self.moment = 0
        self.inputs: dict[int, int] = {}
        self.world: World
        self.began: Began
        self.length = demo.length
        self._upcoming = _Upcoming(demo, at)
        self._enter_round()
        if self.moment > at:
            raise DemoError(
                f"The groups of this demo stand in no order: at moment {at} one of {self.moment} was found."
            )
        while self.moment < at:
            self.step()

    def step(self) -> list[Event]:
        """Run one tick, in the next round if this one has ended; raises DemoError at the end, or RulesFailed."""
        moment = self.moment
        if moment >= self.length:
            raise DemoError(f"This demo ends at moment {self.length}.")
        upcoming = self._upcoming
        if upcoming.known <= moment:
            upcoming.read(moment)
        if upcoming.begins == moment:
            self._enter_round()
            upcoming.read(moment)
        if upcoming.changes and upcoming.changes[0][0] == moment + 1:
            self.inputs = self.inputs | upcoming.changes.popleft()[1]
        self.moment = moment + 1
        try:
            return step(self.world, self.inputs)
        except Exception as problem:
            place = f"tick {self.world.tick} of round {self.began.number} (moment {self.moment})"
            raise RulesFailed(f"The rules failed at {place}: {type(problem).__name__}: {problem}.") from problem

    def _enter_round(self) -> None:
        self.began, state = self._upcoming.take_round()
        self.world = world_at(self.began, state)
        self.inputs = pairs_in(state.held)
        self.moment = state.moment


class _Upcoming:
    """The next records. `known`: `changes` has all keys up to this moment; `begins`: the next round, or -1."""

    def __init__(self, demo: Demo, at: int) -> None:
        self._records = demo.records(at, NOT_FOR_RERUN)
        self._began: Began | None = None  # a round whose world has not been read yet
        self._next: tuple[Began, State] | None = None
        self.known = self.begins = -1
        self.changes: deque[tuple[int, dict[int, int]]] = deque()
        for record in self._records:
            match record:
                case Began():
                    self._began = record
                case State():
                    self._next, self._began = (self._began or demo.round_at(record.moment), record), None
                    return

    def take_round(self) -> tuple[Began, State]:
        """Return the round that begins now and its world."""
        if not self._next:
            raise DemoError("There is no world in this demo to start from.")
        began, state = self._next
        self._next = None
        self.begins, self.known = -1, state.moment
        return began, state

    def read(self, moment: int) -> None:
        """Read until the keys of the tick after a moment are known, or a round begins."""
        while self.known <= moment and self.begins < 0:
            record = next(self._records, None)
            match record:
                case None:
                    self.known = _NEVER
                case Began():
                    self._began = record
                case State() if self._began:
                    self._next, self._began = (self._began, record), None
                    self._advance(record.moment)
                    self.begins = record.moment
                case State():
                    self._advance(record.moment)
                case Inputs():
                    self._advance(record.moment)
                    for at, changed in key_changes(record):
                        self.changes.append((at, changed))
                        self.known = at
            if self._began and (record is None or isinstance(record, Inputs)):
                raise DemoError(f"The round at moment {self._began.moment} begins without a world.")

    def _advance(self, moment: int) -> None:
        if moment < self.known:
            raise DemoError(f"In this demo moment {moment} comes after moment {self.known}.")
        self.known = moment


def key_changes(record: Inputs) -> Iterator[tuple[int, dict[int, int]]]:
    """Yield the moments at which keys changed, and the new keys by slot; raises DemoError for what makes no sense."""
    moment, at, flat = record.moment, 0, record.changes
    while at < len(flat):
        gap, count = flat[at], flat[at + 1] if at + 1 < len(flat) else 0
        pairs = flat[at + 2 : at + 2 + 2 * count]
        if not gap or not count or len(pairs) < 2 * count or max(pairs[1::2]) > KEYS_MOST:
            raise DemoError(f"The keys after moment {record.moment} make no sense.")
        moment += gap
        at += 2 + 2 * count
        yield moment, pairs_in(pairs)
