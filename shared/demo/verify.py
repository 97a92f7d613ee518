"""Runs a demo again and compares the digest of every tick with the recorded one.

Rule 1: every world in the file is checked too: it must match the digests, and a round must begin with the world that
        the rules make from its seed.
Rule 2: the first tick that differs is reported with the number that differs and the last keys that were pressed.
"""

from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile

from petard.shared.demo.blocks import DemoError
from petard.shared.demo.diff import LOOK_AHEAD, WorldDifference, difference, facts_in, facts_of
from petard.shared.demo.packing import world_at
from petard.shared.demo.reader import Demo
from petard.shared.demo.records import Began
from petard.shared.demo.rerun import Rerun, RulesFailed, require_rerun
from petard.shared.rules.digest import digest
from petard.shared.rules.maps import BadMap, parse_map
from petard.shared.rules.new_round import new_world
from petard.shared.rules.world import World


@dataclass(frozen=True, slots=True)
class LastInput:
    """The keys of a slot from the tick of a moment on."""

    moment: int
    slot: int
    keys: int


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The first tick that differs from the recording.

    `seen`: the moment at which `what` differs; later than `moment` if the file does not hold the number before.
    """

    moment: int
    round: int
    tick: int
    seen: int
    what: WorldDifference
    last: LastInput | None

    def sentence(self) -> str:
        later = f" (seen at moment {self.seen})" if self.seen != self.moment else ""
        pressed = f"slot {self.last.slot} pressed {self.last.keys} at {self.last.moment}" if self.last else "no key"
        what = self.what.sentence("recorded", "now")
        return f"round {self.round}, tick {self.tick} (moment {self.moment}): {what}{later}; last before it: {pressed}"


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """How many moments were compared, and the first mismatch, if any.

    `failed`: one sentence, if the rules raised an exception at the moment after those.
    """

    moments: int
    mismatch: Mismatch | None = None
    failed: str = ""

    @property
    def ok(self) -> bool:
        return self.mismatch is None and not self.failed


def verify(demo: Demo, first: int = 0, last: int | None = None) -> VerifyResult:
    """Compare the moments after `first`, which begins a group, up to `last`; raises DemoError if it cannot be run."""
    require_rerun(demo)
    _ = demo.notes  # raises if a record makes no sense, or if there are more than any match has
    end = demo.length if last is None else min(last, demo.length)
    mismatch = _wrong_world(demo, first, end)
    run, digests = Rerun(demo, first), demo.digests
    end = mismatch.moment if mismatch else end
    while run.moment < end:
        try:
            run.step()
        except RulesFailed as problem:
            return VerifyResult(run.moment - first - 1, failed=str(problem))
        if digest(run.world) != digests[run.moment - 1]:
            return VerifyResult(run.moment - first, _mismatch_of(demo, run))
    return VerifyResult(run.moment - first, mismatch)


def verify_start(demo: Demo, parent: Demo) -> str:
    """Return a sentence if a demo does not begin with the world of its parent from which it goes on, else "".

    Raises DemoError if one of them cannot be run.
    """
    at = demo.header.parent_at
    here, there = digest(Rerun(demo).world), digest(Rerun(parent, at).world)
    return "" if here == there else f"It does not begin with the world that {demo.header.parent} has at moment {at}."


def _wrong_world(demo: Demo, first: int, end: int) -> Mismatch | None:
    """Return the first world in the file that is not what it should be; raises DemoError if they stand in no order."""
    last: Began | None = None
    before = -1
    for began, record in demo.states(first):
        moment = record.moment
        if moment <= before and began is last:
            raise DemoError(f"In this demo the world of moment {moment} comes after that of {before}.")
        if moment >= max(end, first + 1):
            return None
        last, before = began, moment
        world = world_at(began, record)
        what: WorldDifference | None = None
        if not world.tick:
            what = _difference_from_new(began, world)
        elif moment and digest(world) != demo.digests[moment - 1] and moment != began.moment:
            what = WorldDifference("world", "digest", demo.digests[moment - 1], digest(world))
        if what:
            number = demo.round_at(moment).number
            return Mismatch(moment, number, world.tick, moment, what, last_pressed(demo, moment))
    return None


def _difference_from_new(began: Began, world: World) -> WorldDifference | None:
    """Compare with the world that the rules make; a round without slots begins with whatever world it has."""
    if not began.slots:
        return None
    try:
        board = parse_map("\n".join(began.board), "of this demo")
        made = new_world(began.rules, board, began.slots, began.seed, began.sides)
    except (BadMap, ValueError) as problem:
        raise DemoError(f"Round {began.number} of this demo cannot begin: {problem}.") from None
    if digest(made) == digest(world):
        return None
    return difference(facts_of(world), facts_of(made), world.width) or WorldDifference("world", "rules", 0, 1)


def _mismatch_of(demo: Demo, run: Rerun) -> Mismatch:
    """Return where a run differs from the recording; runs on to the next place in the file that shows the number."""
    moment, number, tick = run.moment, run.began.number, run.world.tick
    seen, what = moment, WorldDifference("world", "digest", demo.digests[moment - 1], digest(run.world))
    with suppress(RulesFailed):  # a world that went wrong may make the rules raise
        last = min(moment + LOOK_AHEAD, demo.length)
        for at, facts in takewhile(lambda known: known[0] <= last, facts_in(demo, moment)):
            while run.moment < at:
                run.step()
            found = difference(facts, facts_of(run.world), run.world.width)
            if found:
                seen, what = at, found
                break
    return Mismatch(moment, number, tick, seen, what, last_pressed(demo, moment))


def last_pressed(demo: Demo, moment: int) -> LastInput | None:
    """Return the last keys that changed up to the tick of a moment; None if none did."""
    found: LastInput | None = None
    for at, changed in takewhile(lambda change: change[0] <= moment, demo.key_changes()):
        found = LastInput(at, *list(changed.items())[-1])
    return found
