"""Makes a failing Script small while it keeps failing in the same way.

After Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE Transactions on Software
Engineering 28(2), 2002: `ddmin` drops halves, then quarters, then eighths … of what is left as long as the rest fails.

Rule 1: what fails, and how, is the caller's word; a smaller Script counts only with an equal answer.
Rule 2: the end of the match goes first, then its beginning; so nearly all attempts play a few ticks only.
Rule 3: an attempt is one question to the caller; after `most` of them the smallest so far is the answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar

from petard.shared.demo.script import Hold, Script, since, until
from petard.shared.demo.shrink_parts import KINDS, ScriptPart, is_possible, parts_of, sooner, sooner_by, without

ROUNDS = 4  # over all kinds of parts: one thing that goes may let another go
T = TypeVar("T")


class ShrinkFault(Enum):
    """How a Script fails."""

    RAISES = "the rules raise"
    CHANCE = "played twice it is not the same"
    HASH = "it hangs on the hash seed of Python"
    OTHER = "the other build plays it otherwise"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a Script fails. `place`: what differs first, or what was raised where; `tick`: after which tick of it.

    `more`: the same with all numbers, for people.
    """

    fault: ShrinkFault
    place: str
    tick: int
    more: str = ""

    def is_like(self, other: "Reason | None") -> bool:
        """True for the same way of failing, whenever that is."""
        return other is not None and (self.fault, self.place) == (other.fault, other.place)


Judge = Callable[[Script], Reason | None]


def shrink(script: Script, judge: Judge, most: int = 4000) -> tuple[Script, Reason]:
    """The smallest Script that fails as this one does, and its reason; ValueError if this one does not fail."""
    reason = judge(script)
    if reason is None:
        raise ValueError("this script does not fail")
    return _Shrinking(script, reason, judge, most).run()


def ddmin(things: Sequence[T], fails: Callable[[list[T]], bool]) -> list[T]:
    """The things that it takes to fail: none of them alone can be left out. `fails(all of them)` must be true.

    >>> ddmin(range(20), lambda some: {3, 11} <= set(some))
    [3, 11]
    """
    left = list(things)
    if left and fails([]):
        return []
    size = len(left) // 2
    while size:
        at, before = 0, len(left)
        while at < len(left):
            rest = left[:at] + left[at + size :]
            if len(rest) < len(left) and rest and fails(rest):
                left = rest
            else:
                at += size
        if size == 1 and len(left) < before:
            continue  # what was needed by what is gone may go now
        size = min(size // 2, max(1, len(left) // 2)) if len(left) > 1 else 0
    return left


class _Shrinking:
    """The smallest Script so far, and how it fails."""

    def __init__(self, script: Script, reason: Reason, judge: Judge, most: int) -> None:
        self._script, self._reason = script, reason
        self._judge, self._left = judge, most

    def run(self) -> tuple[Script, Reason]:
        self._cut()
        for _ in range(ROUNDS):
            before = self._script
            for kind in KINDS:
                self._drop(kind)
            for ticks in sooner_by(self._script):
                if self._takes(sooner(self._script, ticks)):
                    break
            self._shorten_holds()
            self._cut()
            if self._script == before:
                break
        return self._script, self._reason

    def _takes(self, script: Script) -> bool:
        """Try a smaller Script; if it fails alike it takes the place of the one before."""
        if self._left <= 0 or not is_possible(script):
            return False
        self._left -= 1
        reason = self._judge(script)
        if reason is None or not reason.is_like(self._reason):
            return False
        self._script, self._reason = script, reason
        return True

    def _cut(self) -> None:
        """Nothing after the failure, and as little before it as can be."""
        self._script = until(self._script, self._reason.tick)
        back = 1
        while back < self._script.ticks:
            if self._takes(since(self._script, self._script.ticks - back)):
                break
            back *= 2
        self._script = until(self._script, self._reason.tick)

    def _drop(self, kind: str) -> None:
        """Leave out what it does not take, of one kind."""
        whole = self._script
        parts = parts_of(whole, kind)

        def fails(kept: list[ScriptPart]) -> bool:
            return self._takes(without(whole, set(parts).difference(kept)))

        if parts:
            ddmin(parts, fails)

    def _shorten_holds(self) -> None:
        """Let keys be held for as short as it takes."""
        for place in range(len(self._script.holds)):
            hold = self._script.holds[place]
            for last in (hold.first, (hold.first + hold.last) // 2, hold.last - 1):
                if hold.first <= last < hold.last and self._takes(self._with(place, replace(hold, last=last))):
                    break

    def _with(self, place: int, hold: Hold) -> Script:
        holds = self._script.holds
        return replace(self._script, holds=(*holds[:place], hold, *holds[place + 1 :]))
