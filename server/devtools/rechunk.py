"""Cuts the captured streams in other ways: TCP promises only the order of the bytes, so a server must not care.

Rule 1: whatever the cut, each byte arrives in the turn in which it arrived; only `whole` holds back the beginning of a
frame until the turn in which the rest arrived.
Rule 2: a server reads a new connection once in the turn that accepts it, so what arrived in that turn is not cut.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise
from random import Random

from petard.server.devtools.capture_player import RECORD
from petard.shared.demo.budget import Budget, WorkRate
from petard.shared.demo.capture import Accepted, Capture, CaptureStep, LazySteps, Received, SocketRecord
from petard.shared.framing import HEADER, LIMIT_CLIENT

Pieces = Callable[[Received], Iterable[bytes]]  # cuts what was received at once
WAYS = ("was", "whole", "bytes")
READ_MOST = 4096  # bytes that a server asks for at once


def rechunk(capture: Capture, cut: str | int) -> Capture:
    """Return the same capture, cut as it `was`, to `whole` frames, to single `bytes`, or at random by a seed.

    Raises ValueError for another way to cut, DemoError for more pieces than the capture has bytes for.
    """
    if cut == "was":
        return capture
    new_pieces: Callable[[], Pieces]
    if isinstance(cut, int) and not isinstance(cut, bool):
        new_pieces = partial(_random_cutter, cut)
    elif cut == "bytes":
        new_pieces = _byte_cutter
    elif cut == "whole":
        new_pieces = partial(_whole_frames, capture)
    else:
        raise ValueError(f"a capture can be cut as it {', '.join(WAYS)}, or by a number as seed, not {cut!r}")
    make = partial(_steps_in_pieces, capture, new_pieces)
    return replace(capture, steps=LazySteps(make, len(capture.steps), capture.last))


def _byte_cutter() -> Pieces:
    return _single_bytes


def _random_cutter(seed: int) -> Pieces:
    return partial(_random_pieces, Random(seed))


def _steps_in_pieces(capture: Capture, new_pieces: Callable[[], Pieces]) -> Iterator[CaptureStep]:
    pieces, budget = new_pieces(), Budget(capture.size, WorkRate.SERVE)
    for step in capture.steps:
        records: list[SocketRecord] = []
        new = {record.connection for record in step.records if isinstance(record, Accepted)}
        for record in step.records:
            if isinstance(record, Received) and record.data:
                parts = []
                for piece in pieces(record):
                    budget.spend(RECORD)
                    parts.append(piece)
                if parts and record.connection in new:
                    parts = [b"".join(parts)]
                records += [Received(record.connection, piece) for piece in parts]
            else:
                records.append(record)
        yield replace(step, records=records)


def _single_bytes(record: Received) -> Iterator[bytes]:
    return (bytes([byte]) for byte in record.data)


def _random_pieces(chance: Random, record: Received) -> list[bytes]:
    data = record.data
    cuts = sorted(chance.randrange(len(data) + 1) for _ in range(chance.randrange(4)))
    return [data[one:other] for one, other in pairwise([0, *cuts, len(data)]) if one < other]


def _whole_frames(capture: Capture) -> Pieces:
    """Each frame in one piece; what never becomes a whole frame stays as it was."""
    streams: defaultdict[int, bytearray] = defaultdict(bytearray)
    for record in capture.socket_records():
        if isinstance(record, Received):
            streams[record.connection] += record.data
    sizes = {connection: _frame_sizes(stream) for connection, stream in streams.items()}
    coming = {connection: next(found, 0) for connection, found in sizes.items()}
    held: defaultdict[int, bytes] = defaultdict(bytes)

    def pieces(record: Received) -> Iterator[bytes]:
        number, at = record.connection, 0
        data = held.pop(number, b"") + record.data
        while 0 < coming[number] <= len(data) - at:
            end = at + coming[number]
            yield from _reads(data, at, end)
            at, coming[number] = end, next(sizes[number], 0)
        if coming[number]:
            held[number] = data[at:]
        else:
            yield from _reads(data, at, len(data))

    return pieces


def _reads(data: bytes, start: int, end: int) -> Iterator[bytes]:
    return (data[at : min(at + READ_MOST, end)] for at in range(start, end, READ_MOST))


def _frame_sizes(stream: bytearray) -> Iterator[int]:
    """The sizes of the whole frames in a stream, headers included, up to the first header that is none."""
    at = 0
    while at + HEADER <= len(stream):
        size = HEADER + int.from_bytes(stream[at : at + HEADER], "big")
        at += size
        if not HEADER < size <= HEADER + LIMIT_CLIENT or at > len(stream):
            return
        yield size
