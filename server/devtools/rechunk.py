"""Cuts a captured stream in other ways: TCP promises only the order of the bytes, so a server must not care.

Rule: whatever the cut, each byte arrives in the turn in which it arrived; only `whole` holds back the beginning of a
frame until the turn in which the rest arrived.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from random import Random

from petard.shared.demo.capture import Capture, CaptureStep, Received, SocketRecord
from petard.shared.framing import HEADER, LIMIT_CLIENT

WAYS = ("was", "whole", "bytes")
READ_MOST = 4096  # bytes that a server asks for at once


def rechunk(capture: Capture, cut: str | int) -> Capture:
    """Return the same capture, cut as it `was`, to `whole` frames, to single `bytes`, or at random by a seed.

    Raises ValueError for another way to cut.
    """
    if isinstance(cut, int):
        return _with_pieces(capture, _random_pieces(Random(cut)))
    if cut == "was":
        return capture
    if cut == "bytes":
        return _with_pieces(capture, lambda data: [bytes([byte]) for byte in data])
    if cut == "whole":
        return replace(capture, steps=tuple(_whole_frames(capture)))
    raise ValueError(f"a capture can be cut as it {', '.join(WAYS)}, or by a number as seed, not {cut!r}")


def _with_pieces(capture: Capture, pieces: Callable[[bytes], list[bytes]]) -> Capture:
    steps = []
    for step in capture.steps:
        records: list[SocketRecord] = []
        for record in step.records:
            if isinstance(record, Received) and record.data:
                records += [Received(record.connection, piece) for piece in pieces(record.data)]
            else:
                records.append(record)
        steps.append(replace(step, records=records))
    return replace(capture, steps=tuple(steps))


def _random_pieces(chance: Random) -> Callable[[bytes], list[bytes]]:
    def pieces(data: bytes) -> list[bytes]:
        cuts = sorted(chance.randrange(len(data) + 1) for _ in range(chance.randrange(4)))
        return [data[one:other] for one, other in pairwise([0, *cuts, len(data)]) if one < other]

    return pieces


def _whole_frames(capture: Capture) -> Iterator[CaptureStep]:
    """Each frame in one piece; what never becomes a whole frame stays as it was."""
    ends = _frame_ends(capture)
    held: dict[int, bytes] = {}
    at: dict[int, int] = {}
    for step in capture.steps:
        records: list[SocketRecord] = []
        for record in step.records:
            if not isinstance(record, Received) or not record.data:
                records.append(record)
                continue
            connection = record.connection
            pending = held.pop(connection, b"") + record.data
            start = at.get(connection, 0)
            at[connection] = start + len(pending)
            while pending:
                end = next((end for end in ends.get(connection, ()) if end > start), None)
                size = len(pending) if end is None else end - start
                if size > len(pending):
                    held[connection], at[connection] = pending, start
                    break
                pieces = (pending[k : min(k + READ_MOST, size)] for k in range(0, size, READ_MOST))
                records += [Received(connection, piece) for piece in pieces]
                start, pending = start + size, pending[size:]
        yield replace(step, records=records)


def _frame_ends(capture: Capture) -> dict[int, list[int]]:
    """Where whole frames end in the stream of each connection, up to the first header that is none."""
    streams: dict[int, bytearray] = {}
    for record in capture.socket_records():
        if isinstance(record, Received):
            streams.setdefault(record.connection, bytearray()).extend(record.data)
    return {connection: list(_ends_in(bytes(stream))) for connection, stream in streams.items()}


def _ends_in(stream: bytes) -> Iterator[int]:
    at = 0
    while at + HEADER <= len(stream):
        size = int.from_bytes(stream[at : at + HEADER], "big")
        at += HEADER + size
        if not 0 < size <= LIMIT_CLIENT or at > len(stream):
            return
        yield at
