"""Runs a recorded match again, by the rules of this Petard: from any moment on, tick by tick.

Rule 1: it starts from the world that was written down last before the moment and holds the keys that were held;
        from then on only the rules and the recorded keys count, and each new round begins with its recorded world.
Rule 2: a demo of other rules is refused: the same keys may lead elsewhere.
Rule 3: whatever stands in the file, nothing but NoDemo escapes, and nothing is stepped that the rules could not bear.
"""

from collections import deque
from collections.abc import Iterator

from petard.shared.demo.blocks import NoDemo
from petard.shared.demo.reader import NO_PLAY, Demo
from petard.shared.demo.records import Began, Inputs, State
from petard.shared.demo.world_state import pairs_in, world_in
from petard.shared.rules.events import Event
from petard.shared.rules.ruleset import RULES_VERSION, Item
from petard.shared.rules.step import step
from petard.shared.rules.world import World, is_safe

KEYS_MOST = 63  # all bits of Keys
_NEVER = 1 << 33  # later than any moment


def needs_these_rules(demo: Demo) -> None:
    """Raise NoDemo, with a sentence, for a demo that can only be watched."""
    rules = demo.header.rules
    if rules != RULES_VERSION:
        raise NoDemo(
            f"This demo was played by rules {rules}; this Petard has rules {RULES_VERSION} and can only show it."
        )
    needs_all_moments(demo)


def needs_all_moments(demo: Demo) -> None:
    """Raise NoDemo, with a sentence, for a demo without what it takes to run it again, by whatever rules."""
    if not demo.has_play:
        raise NoDemo("This demo holds no moment that could be run again.")
    if demo.length != len(demo.digests):
        raise NoDemo("There are gaps in this demo.")


class RulesFailed(NoDemo):
    """The rules raised an exception, which they never should: that is no mistake of the demo."""


class Rerun:
    """A match on its way. `world` is as it was after the tick of `moment`, `inputs` the keys of that tick by slot.

    Where a round ends and the next begins at the same moment, a start there is in the new round.
    """

    def __init__(self, demo: Demo, at: int = 0) -> None:
        """Raises NoDemo for other rules, and for a moment that is not in the demo."""
        needs_these_rules(demo)
        if not 0 <= at <= demo.length:
            raise NoDemo(f"There is no moment {at} in this demo, which ends at {demo.length}.")
        self.moment = 0
        self.inputs: dict[int, int] = {}
        self.world: World
        self.began: Began
        self.length = demo.length
        self._ahead = _Ahead(demo, at)
        self._enter()
        if self.moment > at:
            raise NoDemo(f"The groups of this demo stand in no order: at moment {at} one of {self.moment} was found.")
        while self.moment < at:
            self.step()

    def step(self) -> list[Event]:
        """Go on by one tick, into the next round if this one has ended; raises NoDemo at the end, or RulesFailed."""
        moment = self.moment
        if moment >= self.length:
            raise NoDemo(f"This demo ends at moment {self.length}.")
        ahead = self._ahead
        if ahead.known <= moment:
            ahead.read(moment)
        if ahead.begins == moment:
            self._enter()
            ahead.read(moment)
        if ahead.changes and ahead.changes[0][0] == moment + 1:
            self.inputs = self.inputs | ahead.changes.popleft()[1]
        self.moment = moment + 1
        try:
            return step(self.world, self.inputs)
        except Exception as problem:
            raise RulesFailed(f"The rules failed at {self._place()}: {type(problem).__name__}: {problem}.") from problem

    def _place(self) -> str:
        return f"tick {self.world.tick} of round {self.began.number} (moment {self.moment})"

    def _enter(self) -> None:
        """Begin with the world that was written down."""
        self.began, state = self._ahead.enter()
        self.world = world_at(self.began, state)
        self.inputs = pairs_in(state.held)
        self.moment = state.moment


class _Ahead:
    """What comes next in the file. `known`: all keys up to this moment are in `changes`; `begins`: the next round."""

    def __init__(self, demo: Demo, at: int) -> None:
        self._records = demo.records(at, NO_PLAY)
        self._began: Began | None = None  # whose world has not come yet
        self._coming: tuple[Began, State] | None = None
        self.known = self.begins = -1
        self.changes: deque[tuple[int, dict[int, int]]] = deque()
        for record in self._records:
            match record:
                case Began():
                    self._began = record
                case State():
                    self._coming, self._began = (self._began or demo.round_at(record.moment), record), None
                    return

    def enter(self) -> tuple[Began, State]:
        """The round that begins now and its world."""
        if not self._coming:
            raise NoDemo("There is no world in this demo to start from.")
        began, state = self._coming
        self._coming = None
        self.begins, self.known = -1, state.moment
        return began, state

    def read(self, moment: int) -> None:
        """Go on until all is known that counts for the tick after a moment, or a round begins."""
        while self.known <= moment and self.begins < 0:
            record = next(self._records, None)
            match record:
                case None:
                    self.known = _NEVER
                case Began():
                    self._began = record
                case State() if self._began:
                    self._coming, self._began = (self._began, record), None
                    self._go_to(record.moment)
                    self.begins = record.moment
                case State():
                    self._go_to(record.moment)
                case Inputs():
                    self._take(record)
            if self._began and (record is None or isinstance(record, Inputs)):
                raise NoDemo(f"The round at moment {self._began.moment} begins without a world.")

    def _take(self, record: Inputs) -> None:
        self._go_to(record.moment)
        for moment, changed in changes_in(record):
            self.changes.append((moment, changed))
            self.known = moment

    def _go_to(self, moment: int) -> None:
        if moment < self.known:
            raise NoDemo(f"In this demo moment {moment} comes after moment {self.known}.")
        self.known = moment


def changes_in(record: Inputs) -> Iterator[tuple[int, dict[int, int]]]:
    """The ticks in which keys changed: moment, and the new keys by slot; raises NoDemo for what makes no sense."""
    moment, at, flat = record.moment, 0, record.changes
    while at < len(flat):
        gap, count = flat[at], flat[at + 1] if at + 1 < len(flat) else 0
        pairs = flat[at + 2 : at + 2 + 2 * count]
        if not gap or not count or len(pairs) < 2 * count or max(pairs[1::2]) > KEYS_MOST:
            raise NoDemo(f"The keys after moment {record.moment} make no sense.")
        moment += gap
        at += 2 + 2 * count
        yield moment, pairs_in(pairs)


def size_of(began: Began) -> tuple[int, int]:
    """Width and height of the board of a round, in tiles; raises NoDemo for rows that are no board."""
    width = len(began.board[0]) if began.board else 0
    if not width or any(len(row) != width for row in began.board):
        raise NoDemo(f"The round at moment {began.moment} has no board.")
    return width, len(began.board)


def world_at(began: Began, state: State) -> World:
    """The world of a record, which the rules can bear; raises NoDemo if they could not."""
    width, height = size_of(began)
    world = world_in(state, began.rules, width, height)
    hidden = all(tile < width * height and item in Item._value2member_map_ for tile, item in world.hidden.items())
    held = pairs_in(state.held)
    if not hidden or len(state.hidden) % 2 or len(state.held) % 2 or max(held.values(), default=0) > KEYS_MOST:
        raise NoDemo(f"The world at moment {state.moment} hides or holds what there is not.")
    if not is_safe(world):
        raise NoDemo(f"The world at moment {state.moment} is none that Petard could be in.")
    return world
