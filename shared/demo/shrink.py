"""Makes a failing Script smaller while it keeps failing in the same way.

After Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE Transactions on Software
Engineering 28(2), 2002: `ddmin` removes halves, then quarters, then eighths … of what is left while the rest fails.

Rule 1: the caller's judge decides whether and how a Script fails; a smaller one counts only if it fails alike.
Rule 2: the end of the match is removed first, then its beginning, so nearly all attempts play a few ticks only.
Rule 3: an attempt is one call of the judge; after `most` of them the smallest Script so far is the result.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar

from petard.shared.demo.script import Script, since, until
from petard.shared.demo.shrink_parts import PARTS_OF, ScriptPart, is_possible, possible_shifts, shifted_earlier, without

ROUNDS = 4  # over all kinds of parts: a part that is removed may allow another to be removed
T = TypeVar("T")


class ShrinkFault(Enum):
    RAISES = "the rules raise"
    CHANCE = "played twice it is not the same"
    HASH = "it depends on the hash seed of Python"
    OTHER = "the other build plays it otherwise"


@dataclass(frozen=True, slots=True)
class ShrinkReason:
    """Why a Script fails. `place`: what differs first, or what was raised and where; `tick`: after which tick.

    `more`: the same with all numbers, for people.
    """

    fault: ShrinkFault
    place: str
    tick: int
    more: str = ""

    def is_like(self, other: "ShrinkReason | None") -> bool:
        """Return True for the same way of failing, at any tick."""
        return other is not None and (self.fault, self.place) == (other.fault, other.place)


Judge = Callable[[Script], ShrinkReason | None]


def shrink(script: Script, judge: Judge, most: int = 4000) -> tuple[Script, ShrinkReason]:
    """Return the smallest Script that fails as this one does, and its reason; ValueError if this one does not fail."""
    reason = judge(script)
    if reason is None:
        raise ValueError("this script does not fail")
    return _Shrinking(script, reason, judge, most).run()


def ddmin(things: Sequence[T], fails: Callable[[list[T]], bool]) -> list[T]:
    """Return the things that are needed to fail: none of them alone can be removed. `fails(all of them)` must be true.

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
            continue  # what only a removed thing needed can be removed now
        size = min(size // 2, max(1, len(left) // 2)) if len(left) > 1 else 0
    return left


class _Shrinking:
    def __init__(self, script: Script, reason: ShrinkReason, judge: Judge, most: int) -> None:
        self._script, self._reason = script, reason
        self._judge, self._left = judge, most

    def run(self) -> tuple[Script, ShrinkReason]:
        self._cut()
        for _ in range(ROUNDS):
            before = self._script
            for parts_of in PARTS_OF.values():
                self._drop(parts_of(self._script))
            any(self._try(shifted_earlier(self._script, ticks)) for ticks in possible_shifts(self._script))
            self._shorten_holds()
            self._cut()
            if self._script == before:
                break
        return self._script, self._reason

    def _try(self, script: Script) -> bool:
        """Keep a smaller Script if it fails in the same way."""
        if self._left <= 0 or not is_possible(script):
            return False
        self._left -= 1
        reason = self._judge(script)
        if reason is None or not reason.is_like(self._reason):
            return False
        self._script, self._reason = script, reason
        return True

    def _cut(self) -> None:
        """Remove everything after the failure, and as much before it as possible."""
        self._script = until(self._script, self._reason.tick)
        back = 1
        while back < self._script.ticks:
            if self._try(since(self._script, self._script.ticks - back)):
                break
            back *= 2
        self._script = until(self._script, self._reason.tick)

    def _drop(self, parts: list[ScriptPart]) -> None:
        """Remove those that are not needed of all parts of one kind."""
        whole = self._script
        if parts:
            ddmin(parts, lambda kept: self._try(without(whole, set(parts).difference(kept))))

    def _shorten_holds(self) -> None:
        for place in range(len(self._script.holds)):
            hold = self._script.holds[place]
            for last in (hold.first, (hold.first + hold.last) // 2, hold.last - 1):
                holds = list(self._script.holds)
                holds[place] = replace(hold, last=last)
                if hold.first <= last < hold.last and self._try(replace(self._script, holds=tuple(holds))):
                    break
