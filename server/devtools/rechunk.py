"""Other cuts of a captured stream: TCP promises the order of the bytes and nothing else, so a server must not care.

Rule: whatever the cut, each byte arrives in the turn in which it arrived; only `whole` holds back the beginning of a
frame until the turn in which the rest came.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from random import Random

from petard.shared.demo.wire import Capture, Deed, Heard, Step
from petard.shared.framing import HEADER, LIMIT_CLIENT

WAYS = ("was", "whole", "bytes")
READ_MOST = 4096  # bytes that a server asks for at once


def rechunk(capture: Capture, cut: str | int) -> Capture:
    """The same capture, cut as it `was`, to `whole` frames, to single `bytes`, or at random by a seed.

    Raises ValueError for another way to cut.
    """
    if isinstance(cut, int):
        return replace(capture, steps=tuple(_map(capture, _at_random(Random(cut)))))
    if cut == "was":
        return capture
    if cut == "bytes":
        return replace(capture, steps=tuple(_map(capture, lambda data: [bytes([byte]) for byte in data])))
    if cut == "whole":
        return replace(capture, steps=tuple(_whole(capture)))
    raise ValueError(f"a capture can be cut as it {', '.join(WAYS)}, or by a number as seed, not {cut!r}")


def _map(capture: Capture, pieces: Callable[[bytes], list[bytes]]) -> Iterator[Step]:
    for step in capture.steps:
        deeds: list[Deed] = []
        for deed in step.deeds:
            if isinstance(deed, Heard) and deed.data:
                deeds += [Heard(deed.line, piece) for piece in pieces(deed.data)]
            else:
                deeds.append(deed)
        yield Step(step.cause, step.at, deeds)


def _at_random(chance: Random) -> Callable[[bytes], list[bytes]]:
    def pieces(data: bytes) -> list[bytes]:
        cuts = sorted(chance.randrange(len(data) + 1) for _ in range(chance.randrange(4)))
        return [data[one:other] for one, other in pairwise([0, *cuts, len(data)]) if one < other]

    return pieces


def _whole(capture: Capture) -> Iterator[Step]:
    """Each frame in one piece; what never becomes whole stays as it was."""
    ends = _frame_ends(capture)
    held: dict[int, bytes] = {}
    at: dict[int, int] = {}
    for step in capture.steps:
        deeds: list[Deed] = []
        for deed in step.deeds:
            if not isinstance(deed, Heard) or not deed.data:
                deeds.append(deed)
                continue
            line = deed.line
            waiting = held.pop(line, b"") + deed.data
            start = at.get(line, 0)
            at[line] = start + len(waiting)
            while waiting:
                end = next((end for end in ends.get(line, ()) if end > start), None)
                size = len(waiting) if end is None else end - start
                if size > len(waiting):
                    held[line], at[line] = waiting, start
                    break
                deeds += [Heard(line, waiting[k : min(k + READ_MOST, size)]) for k in range(0, size, READ_MOST)]
                start, waiting = start + size, waiting[size:]
        yield Step(step.cause, step.at, deeds)


def _frame_ends(capture: Capture) -> dict[int, list[int]]:
    """Where in the stream of each line a whole frame ends, up to the first header that announces none."""
    streams: dict[int, bytearray] = {}
    for step in capture.steps:
        for deed in step.deeds:
            if isinstance(deed, Heard):
                streams.setdefault(deed.line, bytearray()).extend(deed.data)
    return {line: list(_ends_in(bytes(stream))) for line, stream in streams.items()}


def _ends_in(stream: bytes) -> Iterator[int]:
    at = 0
    while at + HEADER <= len(stream):
        size = int.from_bytes(stream[at : at + HEADER], "big")
        at += HEADER + size
        if not 0 < size <= LIMIT_CLIENT or at > len(stream):
            return
        yield at
