"""Runs a demo again and compares the digest of every tick with the one that was written down.

Rule 1: each world that stands in the file is looked at, too: it must be the one that the digests tell of, and a round
        must begin with the world that the rules make of its seed.
Rule 2: where the first tick differs it is said in which number, and what was pressed last before.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile

from petard.shared.demo.blocks import NoDemo
from petard.shared.demo.reader import NO_PLAY, Demo
from petard.shared.demo.records import Began, Inputs, State
from petard.shared.demo.rerun import Rerun, RulesFailed, changes_in, needs_these_rules, world_at
from petard.shared.demo.world_diff import WorldDifference, difference, facts_in, facts_of, tick_of
from petard.shared.rules.digest import digest
from petard.shared.rules.maps import BadMap, parse_map
from petard.shared.rules.new_round import new_world
from petard.shared.rules.world import World

LOOK_AHEAD = 600  # moments after the first that differs in which its number is looked for


@dataclass(frozen=True, slots=True)
class LastInput:
    """The keys of a slot from the tick of a moment on."""

    moment: int
    slot: int
    keys: int


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The first tick that is not as it was. `seen`: the moment at which the number differs; later if no word of it is
    in the file before."""

    moment: int
    round: int
    tick: int
    seen: int
    what: WorldDifference
    last: LastInput | None

    def sentence(self) -> str:
        """Say it in one sentence."""
        later = f" (seen at moment {self.seen})" if self.seen != self.moment else ""
        pressed = f"slot {self.last.slot} pressed {self.last.keys} at {self.last.moment}" if self.last else "no key"
        what = self.what.sentence("recorded", "now")
        return f"round {self.round}, tick {self.tick} (moment {self.moment}): {what}{later}; last before it: {pressed}"


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """How many moments were compared, and where the first differed: None if none did.

    `failed`: one sentence, if the rules raised an exception at the moment after those.
    """

    moments: int
    parting: Mismatch | None = None
    failed: str = ""

    @property
    def ok(self) -> bool:
        """True if all is as it was."""
        return self.parting is None and not self.failed


def verify(demo: Demo, first: int = 0, last: int | None = None) -> VerifyResult:
    """Compare the moments after `first`, which begins a group, up to `last`; raises NoDemo for what cannot be run."""
    needs_these_rules(demo)
    _ = demo.notes  # raises where one makes no sense, or there are more than any match has
    end = demo.length if last is None else min(last, demo.length)
    parting = _wrong_start(demo, first, end)
    run, digests = Rerun(demo, first), demo.digests
    end = parting.moment if parting else end
    while run.moment < end:
        try:
            run.step()
        except RulesFailed as problem:
            return VerifyResult(run.moment - first - 1, failed=str(problem))
        if digest(run.world) != digests[run.moment - 1]:
            return VerifyResult(run.moment - first, _parting(demo, run))
    return VerifyResult(run.moment - first, parting)


def _wrong_start(demo: Demo, first: int, end: int) -> Mismatch | None:
    """The first world in the file that is not what it should be."""
    for began, state in states_in(demo, first):
        if state.moment >= max(end, first + 1):
            return None
        world = world_at(began, state)
        if state.keyframe.tick:
            if not state.moment or digest(world) == demo.digests[state.moment - 1] or state.moment == began.moment:
                continue
            what = WorldDifference("world", "digest", demo.digests[state.moment - 1], digest(world))
        else:
            found = _not_as_made(began, world)
            if not found:
                continue
            what = found
        return _parted(demo, state.moment, world, what)
    return None


def states_in(demo: Demo, first: int) -> Iterator[tuple[Began, State]]:
    """The worlds that stand in a demo, each with its round; raises NoDemo where they stand in no order."""
    began: Began | None = None
    before = -1
    for record in demo.records(first, NO_PLAY | {Inputs}):
        match record:
            case Began():
                began, before = record, -1
            case State() if record.moment > before:
                began, before = began or demo.round_at(record.moment), record.moment
                yield began, record
            case State():
                raise NoDemo(f"In this demo the world of moment {record.moment} comes after that of {before}.")


def _not_as_made(began: Began, world: World) -> WorldDifference | None:
    """What is not as the rules make it; a round without slots begins with whatever world it has."""
    if not began.slots:
        return None
    try:
        made = new_world(began.rules, parse_map("\n".join(began.board), "of this demo"), began.slots, began.seed)
    except (BadMap, ValueError) as problem:
        raise NoDemo(f"Round {began.number} of this demo cannot begin: {problem}.") from None
    if digest(made) == digest(world):
        return None
    return difference(facts_of(world), facts_of(made), world.width) or WorldDifference("world", "rules", 0, 1)


def _parting(demo: Demo, run: Rerun) -> Mismatch:
    """Say where a run is no longer as it was recorded; goes on with it to the next word of that in the file."""
    moment, number, tick = run.moment, run.began.number, run.world.tick
    last = last_pressed(demo, moment)
    seen, what = moment, WorldDifference("world", "digest", demo.digests[moment - 1], digest(run.world))
    with suppress(RulesFailed):  # worlds that went wrong may lead to that
        seen, what = _seen(demo, run) or (seen, what)
    return Mismatch(moment, number, tick, seen, what, last)


def _seen(demo: Demo, run: Rerun) -> tuple[int, WorldDifference] | None:
    """The first number in the file that differs from those of a run, soon, and its moment."""
    last = min(run.moment + LOOK_AHEAD, demo.length)
    for at, facts in takewhile(lambda known: known[0] <= last, facts_in(demo, run.moment)):
        while run.moment < at:
            run.step()
        found = difference(facts, facts_of(run.world), run.world.width) if tick_of(facts) == run.world.tick else None
        if found:
            return at, found
    return None


def _parted(demo: Demo, moment: int, world: World, what: WorldDifference) -> Mismatch:
    number = demo.round_at(moment).number
    return Mismatch(moment, number, world.tick, moment, what, last_pressed(demo, moment))


def last_pressed(demo: Demo, moment: int) -> LastInput | None:
    """The last keys that changed up to the tick of a moment; None if none did."""
    start = demo.group_start(moment)
    while True:
        found = None
        for record in demo.records(start):
            if isinstance(record, Inputs):
                if record.moment >= moment:
                    break
                for at, changed in changes_in(record):
                    if at <= moment:
                        found = LastInput(at, *list(changed.items())[-1])
        if found or not start:
            return found
        start = demo.group_start(start - 1)
