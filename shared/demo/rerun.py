"""Runs a recorded match again by the rules of this Petard: from any moment, tick by tick.

Rule 1: it starts from the last world that was written before the moment, with the keys that were held then; after that
        only the rules and the recorded keys count, and each new round begins with its recorded world.
Rule 2: a demo of other rules is refused: the same keys may lead elsewhere.
Rule 3: whatever is in the file, only DemoError escapes, and no world is stepped that the rules could not handle.
Rule 4: a run has a Budget: so much for each tick that was reached, and more where there are more bytes.
"""

from collections.abc import Iterator, Mapping

from petard.shared.demo.blocks import DemoError
from petard.shared.demo.budget import Budget, WorkRate
from petard.shared.demo.packing import key_changes, pairs_in, world_at
from petard.shared.demo.reader import NOT_FOR_RERUN, Demo
from petard.shared.demo.records import Began, Inputs, WorldState
from petard.shared.rules.events import Event
from petard.shared.rules.ruleset import RULES_VERSION
from petard.shared.rules.step import step
from petard.shared.rules.world import World

_NEVER = 1 << 33  # later than any moment
# Units of work for each tick: a sixteenth of the time that it lasted. 64 players who lean on their keys, on the largest
# board, take two thirds of it, and in the fight of so many some ticks take more.
TICK = 1_000_000

Change = tuple[Began, WorldState] | dict[int, int]  # a round begins with this world, or slots hold other keys


def require_same_rules(demo: Demo) -> None:
    """Raise DemoError, with a sentence, for a demo that can only be watched."""
    require_rerun(demo)
    require_complete(demo)


def require_rerun(demo: Demo) -> None:
    """The same, but a demo that was ended before its first tick passes: it may hold the world of that moment."""
    rules = demo.header.rules
    if rules != RULES_VERSION:
        ours = f"this Petard has rules {RULES_VERSION} and can only show it"
        raise DemoError(f"This demo was played by rules {rules}; {ours}.")
    if demo.length or demo.has_gaps:
        require_complete(demo)


def require_complete(demo: Demo) -> None:
    """Raise DemoError, with a sentence, for a demo that lacks what any rules need to run it again."""
    if not demo.has_play:
        raise DemoError("This demo holds no moment that could be run again.")
    if demo.has_gaps:
        raise DemoError("There are gaps in this demo.")


class RulesFailed(DemoError):
    """The rules raised an exception, which they never should: that is no fault of the demo."""


class Rerun:
    """A match that is run again. `world`: as it was after the tick of `moment`; `inputs`: the keys of that tick.

    Where a round ends and the next begins at the same moment, a start there is in the new round.
    """

    def __init__(self, demo: Demo, at: int = 0) -> None:
        """Raises DemoError for other rules, and for a moment that is not in the demo."""
        require_rerun(demo)
        if not 0 <= at <= demo.length:
            raise DemoError(f"There is no moment {at} in this demo, which ends at {demo.length}.")
        self.inputs: dict[int, int] = {}
        self.world: World
        self.began: Began
        self.length = demo.length
        self._budget = Budget(demo.size, WorkRate.PLAY)
        self._changes = _changes_of(demo, at)
        self._read_on()
        self.moment = self._coming[0]
        if self.moment > at:
            found = f"at moment {at} one of {self.moment} was found"
            raise DemoError(f"The groups of this demo stand in no order: {found}.")
        while self.moment < at:
            self.step()

    def step(self) -> list[Event]:
        """Run one tick, in the next round if this one has ended; raises DemoError at the end, or RulesFailed."""
        if self.moment >= self.length:
            raise DemoError(f"This demo ends at moment {self.length}.")
        while self._coming[0] <= self.moment:
            self._read_on()
        self.moment += 1
        known, change = self._coming
        if known == self.moment and isinstance(change, dict):
            self.inputs = self.inputs | change
        self._budget.allow(TICK)
        self._budget.spend(work_of_tick(self.world, self.inputs))
        try:
            return step(self.world, self.inputs)
        except Exception as problem:
            place = f"tick {self.world.tick} of round {self.began.number} (moment {self.moment})"
            raise RulesFailed(f"The rules failed at {place}: {type(problem).__name__}: {problem}.") from problem

    def _read_on(self) -> None:
        self._coming: tuple[int, Change] = next(self._changes, (_NEVER, {}))
        _, change = self._coming
        if isinstance(change, tuple):
            self.began, state = change
            self.world, self.inputs = world_at(self.began, state), pairs_in(state.held)


def work_of_tick(world: World, inputs: Mapping[int, object]) -> int:
    """Return the units of work of a tick with its digest: every player who walks, and every bomb that rolls, looks at
    all bombs."""
    players, bombs, walking = len(world.players), len(world.bombs), sum(map(bool, inputs.values()))
    rolling = sum(bomb.rolls >= 0 for bomb in world.bombs.values())
    rows = players + bombs + len(world.flames) + len(world.items) + len(world.hidden) + len(world.breaking)
    return 20_000 + 400 * rows + walking * (5000 + 100 * bombs) + 130 * rolling * (bombs + players)


def _changes_of(demo: Demo, start: int) -> Iterator[tuple[int, Change]]:
    """Yield what changes, each with its moment; all changes up to that moment were yielded then.

    The first is the round of the last whole world up to `start`.
    """
    began: Began | None = None  # a round whose world has not been read yet
    known = -1
    for record in demo.records(start, NOT_FOR_RERUN):
        if isinstance(record, Began):
            began = record
        elif isinstance(record, WorldState):
            is_first, known = known < 0, _later(record.moment, known)
            if not is_first:
                yield known, {}
            if began or is_first:
                yield known, (began or demo.round_at(known), record)
                began = None
        elif isinstance(record, Inputs) and known >= 0:
            known, changes = _later(record.moment, known), list(key_changes(record))
            if began:
                break
            yield from changes
            known = changes[-1][0] if changes else known
    if known < 0:
        raise DemoError("There is no world in this demo to start from.")
    if began:
        raise DemoError(f"The round at moment {began.moment} begins without a world.")


def _later(moment: int, known: int) -> int:
    if moment < known:
        raise DemoError(f"In this demo moment {moment} comes after moment {known}.")
    return moment
