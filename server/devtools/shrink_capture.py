"""Makes a capture smaller on which the server fails, while it fails in the same way: `replay shrink FILE.wire`.

No right answers are needed: TCP promises the order of the bytes and nothing else, so the server must answer the same
bytes alike, however they are cut. Right is what it answers to whole frames.

Rule 1: a server fails if it raises, or if it answers another cut otherwise than whole frames.
Rule 2: kept is what reaches the server: connections, frames, turns, actions. Passwords, and buffers that were full, are
        not: a fault that needs one of them is not found here.
Rule 3: the small capture is cut as it fails, and holds the right answers: it differs when it is played as it was, and
        plays with `--cut whole`. A capture on which the server raises stops there.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from petard.server.devtools.capture_difference import stream_difference
from petard.server.devtools.capture_player import CapturePlayer
from petard.server.devtools.other_build import place_of
from petard.server.devtools.rechunk import rechunk
from petard.server.policy.text import counted
from petard.server.recording.capture_tap import room_checksum
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.capture import (
    UNITS_PER_SECOND,
    Accepted,
    Action,
    Capture,
    CaptureEncoder,
    CaptureEnd,
    CaptureStep,
    Closed,
    Received,
    Sent,
    SocketCall,
    SocketFault,
    SocketRecord,
)
from petard.shared.demo.server_actions import ApplySettings

CUTS: tuple[str | int, ...] = ("was", "bytes", 1, 2, 3)
PLAYS_MOST = 2000  # until it is small enough
Steps = tuple[CaptureStep, ...]


class NothingDiffers(Exception):
    """The server does not fail on this capture; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class CutFault:
    """How a server fails: by which cut, in which step, and a sentence. `kind` is the same for the same fault."""

    kind: str
    cut: str | int
    step: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What a server answers: for each step what was sent and closed, and the checksum of its room at the end.

    `raised`: what it raised and where; "" if nothing.
    """

    steps: tuple[tuple[SocketRecord, ...], ...]
    checksum: int
    raised: str


def answers_to(capture: Capture) -> Answers:
    """Play a capture that holds no answers."""
    player, found = CapturePlayer(capture), list[tuple[SocketRecord, ...]]()
    for step in capture.steps:
        try:
            found.append(tuple(player.answer(step)))
        except DemoError:
            raise
        except Exception as problem:
            return Answers(tuple(found), 0, place_of(problem))
    return Answers(tuple(found), room_checksum(player.room), "")


def inputs_of(capture: Capture) -> Capture:
    """Return what reaches the server."""
    return replace(capture, steps=tuple(_inputs(capture)), size=max(capture.size, 1 << 20))


def _inputs(capture: Capture) -> Iterator[CaptureStep]:
    for step in capture.steps:
        cause = step.cause
        if isinstance(cause, CaptureEnd):
            return
        if isinstance(cause, Action) and isinstance(cause.what, ApplySettings):
            cause = replace(cause, what=replace(cause.what, has_password=False))
        yield CaptureStep(cause, step.at, [record for record in step.records if _is_input(record)])


def _is_input(record: SocketRecord) -> bool:
    is_read = isinstance(record, SocketFault) and record.call is SocketCall.RECV
    return isinstance(record, Accepted | Received) or is_read


def fault_in(capture: Capture, cuts: Sequence[str | int] = CUTS) -> CutFault | None:
    """Return how the server fails on what reaches it; None if it does not."""
    right = answers_to(rechunk(capture, "whole"))
    if right.raised:
        return CutFault(right.raised, "whole", len(right.steps), f"the server raises {right.raised}")
    for cut in cuts:
        other = answers_to(rechunk(capture, cut))
        if other.raised:
            return CutFault(other.raised, cut, len(other.steps), f"the server raises {other.raised}")
        for place, (now, then) in enumerate(zip(other.steps, right.steps, strict=True)):
            if now != then:
                at = capture.steps[place].at / UNITS_PER_SECOND
                return CutFault("answers", cut, place, f"at {at:.3f} s {_difference(now, then)}")
    return None


def _difference(now: Sequence[SocketRecord], then: Sequence[SocketRecord]) -> str:
    """Say what is answered otherwise in a step than to whole frames."""
    for number in sorted({record.connection for record in (*now, *then)}):
        one, other = (_sent(records, number) for records in (now, then))
        if one != other:
            found = stream_difference(b"", one, other) or "other bytes"
            return f"connection {number} is sent {found.replace('in the capture', 'by whole frames')}"
    return "another connection is closed than by whole frames"


def _sent(records: Sequence[SocketRecord], connection: int) -> bytes:
    return b"".join(one.data for one in records if isinstance(one, Sent) and one.connection == connection)


class CaptureShrinker:
    """Tries smaller captures, and keeps those that fail alike. `plays`: how many were tried."""

    def __init__(self, capture: Capture) -> None:
        """Raises NothingDiffers if the server does not fail on this capture."""
        self.capture = inputs_of(capture)
        fault = fault_in(self.capture)
        if fault is None:
            tried = ", ".join(map(str, CUTS))
            raise NothingDiffers(f"Nothing fails: cut as it {tried}, the server answers as it does to whole frames.")
        self.fault = fault
        self.plays = 0

    def shrink(self) -> Capture:
        """Return the smallest capture that was found, cut as it fails, with the right answers."""
        self._keep(self.capture.steps[: self.fault.step + 1])
        self._freeze_cut()
        self._join_pieces()
        before = -1
        while before != (before := self._size()) and self.plays < PLAYS_MOST:
            self._drop_connections()
            self._drop_parts(_frames, _without_frames)
            self._drop_parts(lambda steps: list(range(len(steps))), _without_steps)
            self._join_pieces()
        return self._with_answers()

    def _size(self) -> int:
        return len(self.capture.steps) + sum(len(step.records) for step in self.capture.steps)

    def _keep(self, steps: Sequence[CaptureStep]) -> bool:
        """Take these steps if the server fails on them in the same way."""
        attempt = replace(self.capture, steps=tuple(steps))
        self.plays += 1
        try:
            found = fault_in(attempt, (self.fault.cut,))
        except DemoError:
            return False
        if found is None or found.kind != self.fault.kind:
            return False
        self.capture, self.fault = attempt, found
        return True

    def _drop_connections(self) -> None:
        for number in sorted({one.connection for one in self.capture.socket_records()}):
            steps = self.capture.steps
            self._keep([replace(s, records=[r for r in s.records if r.connection != number]) for s in steps])

    def _drop_parts(
        self, parts_of: Callable[[Steps], list[int]], without: Callable[[Steps, set[int]], Sequence[CaptureStep]]
    ) -> None:
        """Drop as many parts as can be, first half of them at once, in the end one by one (delta debugging)."""
        size = max(1, len(parts_of(tuple(self.capture.steps))) // 2)
        while size and self.plays < PLAYS_MOST:
            at = 0
            while at < len(parts := parts_of(tuple(self.capture.steps))) and self.plays < PLAYS_MOST:
                if not self._keep(without(tuple(self.capture.steps), set(parts[at : at + size]))):
                    at += size
            size //= 2

    def _freeze_cut(self) -> None:
        """Make the cut that fails that of the capture: a cut by a seed would be another one without some frames."""
        steps = tuple(rechunk(self.capture, self.fault.cut).steps)
        self.capture, self.fault = replace(self.capture, steps=steps), replace(self.fault, cut="was")

    def _join_pieces(self) -> None:
        """Join pieces that follow each other in a turn, where it still fails."""
        for place in range(len(self.capture.steps)):
            at = 0
            while at + 1 < len(records := self.capture.steps[place].records) and self.plays < PLAYS_MOST:
                joined = _joined(records[at], records[at + 1])
                if joined is None:
                    at += 1
                    continue
                records = [*records[:at], joined, *records[at + 2 :]]
                steps = list(self.capture.steps)
                steps[place] = replace(steps[place], records=records)
                at += not self._keep(steps)

    def _with_answers(self) -> Capture:
        right = answers_to(rechunk(self.capture, "whole"))
        steps = [
            replace(step, records=[*step.records, *answer])
            for step, answer in zip(self.capture.steps, right.steps, strict=False)
        ]
        if right.raised:
            steps.append(self.capture.steps[len(steps)])
        else:
            steps.append(CaptureStep(CaptureEnd(right.checksum), steps[-1].at if steps else 0))
        return replace(self.capture, steps=tuple(steps))


def _joined(one: SocketRecord, other: SocketRecord) -> Received | None:
    """Return two pieces of one stream as one; None if they are not."""
    if not (isinstance(one, Received) and isinstance(other, Received) and one.connection == other.connection):
        return None
    return Received(one.connection, one.data + other.data) if one.data and other.data else None


def _frames(steps: Steps) -> list[int]:
    """The numbers of the records that are received, counted over all steps."""
    records = [record for step in steps for record in step.records]
    return [place for place, record in enumerate(records) if isinstance(record, Received)]


def _without_frames(steps: Steps, places: set[int]) -> list[CaptureStep]:
    kept, at = [], 0
    for step in steps:
        numbered = enumerate(step.records, at)
        at += len(step.records)
        kept.append(replace(step, records=[record for place, record in numbered if place not in places]))
    return kept


def _without_steps(steps: Steps, places: set[int]) -> list[CaptureStep]:
    return [step for place, step in enumerate(steps) if place not in places]


def file_of(capture: Capture) -> bytes:
    """Return a capture as a file."""
    encoder, before = CaptureEncoder(replace(capture.start, format=2)), 0
    for step in capture.steps:
        cause = step.cause if isinstance(step.cause, CaptureEnd) else replace(step.cause, units=step.at - before)
        before = step.at
        encoder.add([cause, *step.records])
    encoder.close_block()
    return encoder.data_to_write()


def shrink_capture(capture: Capture, write: Callable[[bytes], None], out: str) -> int:
    """Shrink a capture, write it, and print what fails; returns 0, or 1 if nothing does."""
    began = time.monotonic()
    try:
        shrinker = CaptureShrinker(capture)
    except NothingDiffers as problem:
        sys.stdout.write(f"{problem}\n")
        return 1
    small = shrinker.shrink()
    write(file_of(small))
    received = [one for one in small.socket_records() if isinstance(one, Received)]
    connections = len({one.connection for one in small.socket_records() if not isinstance(one, Closed)})
    size = f"{counted(connections, 'connection')}, {counted(len(received), 'piece')}"
    took = f"{sum(len(one.data) for one in received)} bytes, {time.monotonic() - began:.1f} s"
    sys.stdout.write(f"{shrinker.fault.sentence}\n{out}: {size}, {took}\n")
    return 0
