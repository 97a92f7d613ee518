"""Makes a failing session small, by delta debugging (Zeller and Hildebrandt, 2002): as little as still fails.

Neighbours, connections, frames, cuts and, where the framing can make messages, bytes are left out: half of them, then
quarters, and so on down to single ones.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from tcpcut.framing import Framing
from tcpcut.session import Session, Step

Part = TypeVar("Part")
PATIENCE = 0.15  # seconds for an answer that is due: most runs wait for one that never comes


class Shrinker:
    """Shrinks one session while `fails` says that what is left still fails; `best` is the smallest so far."""

    def __init__(self, best: Session, fails: Callable[[Session], bool], seconds: float) -> None:
        self.best = best
        self._fails, self._until = fails, time.monotonic() + seconds

    def shrink(self, framing: Framing) -> Session:
        """Leave out what can be left out; returns `best`."""
        self._without(self.best.neighbours, lambda some: self.best._replace(neighbours=tuple(some)))
        steps = self.best.steps
        conns = list(dict.fromkeys(step.conn for step in steps))
        self._without(conns, lambda some: self.best.with_steps(step for step in steps if step.conn in some))
        numbered = list(enumerate(self.best.steps))
        doing = [k for k, step in numbered if step.data or step.ends]
        long_first = sorted(doing, key=lambda k: -len(numbered[k][1].data))
        self._without(
            long_first, lambda some: self.best.with_steps(s for k, s in numbered if k not in doing or k in some)
        )
        cut = list(enumerate(self.best.steps))
        marks = [(k, at) for k, step in cut for at in (*step.cuts, *([0] if step.glued else []))]
        self._without(marks, lambda some: self.best.with_steps(_marked(cut, set(some))))
        for k in range(len(self.best.steps)):
            self._shorten(k, framing)
        for k, one in enumerate(self.best.neighbours):
            some = self.best.neighbours
            self._try(self.best._replace(neighbours=(*some[:k], one._replace(data=one.data[:1]), *some[k + 1 :])))
        return self.best

    def _shorten(self, k: int, framing: Framing) -> None:
        """Leave out bytes of the payload of one frame; its cuts stay at the same bytes."""
        step, (split, make, payload_of) = self.best.steps[k], framing
        if make is None or payload_of is None or split(step.data) != ([step.data], b""):
            return
        payload = payload_of(step.data)
        head = step.data.find(payload)

        def shorter(some: Sequence[tuple[int, int]]) -> Session:
            data = make(bytes(byte for _, byte in some))
            moved = {at if at <= head else head + sum(place < at - head for place, _ in some) for at in step.cuts}
            new = step._replace(data=data, cuts=tuple(sorted(at for at in moved if 0 < at < len(data))))
            return self.best.with_steps((*self.best.steps[:k], new, *self.best.steps[k + 1 :]))

        with suppress(ValueError, OverflowError):  # the framing cannot make such a message
            if not self._try(shorter([])):
                self._without(list(enumerate(payload)), shorter)

    def _try(self, session: Session) -> bool:
        if time.monotonic() > self._until or session == self.best or not session.size[1] or not self._fails(session):
            return False
        self.best = session
        return True

    def _without(self, parts: Sequence[Part], make: Callable[[Sequence[Part]], Session]) -> None:
        size = max(1, len(parts) // 2)
        while size and parts and time.monotonic() < self._until:
            at = 0
            while at < len(parts):
                fewer = [*parts[:at], *parts[at + size :]]
                if self._try(make(fewer)):
                    parts = fewer
                else:
                    at += size
            size //= 2


def _marked(steps: Sequence[tuple[int, Step]], marks: set[tuple[int, int]]) -> list[Step]:
    return [s._replace(cuts=tuple(at for at in s.cuts if (k, at) in marks), glued=(k, 0) in marks) for k, s in steps]
