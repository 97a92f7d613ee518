"""`petard-server replay wire`: plays captures against a real server, and reports the first difference.

The captured stream may be cut in other ways: TCP promises only the order of the bytes, so a server must not care.

Rule 1: whatever the cut, each byte arrives in the turn in which it arrived; only `whole` holds back the beginning of a
frame until the turn in which the rest arrived.
Rule 2: a server reads a new connection once in the turn that accepts it, so what arrived in that turn is not cut.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from math import floor, inf, nan
from pathlib import Path
from random import Random

from petard.server.config.config import CliParser, fail
from petard.server.devtools.capture_difference import ReplayMismatch
from petard.server.devtools.capture_player import RECORD, CapturePlayer
from petard.server.devtools.demo_files import open_capture
from petard.server.policy.text import INT_MOST, counted, parse_int
from petard.shared.demo.blocks import TORN, DemoError
from petard.shared.demo.budget import Budget, WorkRate
from petard.shared.demo.capture import Accepted, Capture, Received, SocketRecord
from petard.shared.files import shown_path
from petard.shared.framing import HEADER, LIMIT_CLIENT
from petard.shared.user_folders import file_path

ABOUT = "Play wire captures against a real server: does it still send the same bytes and end in the same state?"
WAYS = ("was", "whole", "bytes")
READ_MOST = 4096  # bytes that a server asks for at once


def play_capture(capture: Capture, cut: str | int = "was", until: float | None = None) -> CapturePlayer:
    """Play a capture against a real server, its stream cut as `rechunk` says; returns the player at the end.

    `until`: in seconds; then the rest is not played, and the state at the end not compared. Raises ReplayMismatch at
    the first difference, and DemoError for a capture that stops before `until`, or before its server did: a test that
    plays less than it says would be passed by a file that was damaged yesterday.
    """
    player = CapturePlayer(rechunk(capture, cut))
    player.play(inf if until is None else until)
    if capture.cut_off and (until is None or until > capture.seconds):
        most = floor(capture.seconds * 10) / 10
        raise DemoError(f"{capture.cut_off} Up to there, all is as it was; a test can use this part with until={most}.")
    return player


def rechunk(capture: Capture, cut: str | int) -> Capture:
    """Return the same capture, cut as it `was`, to `whole` frames, to single `bytes`, or at random by a seed.

    Raises ValueError for another way to cut, DemoError for more pieces than the capture has bytes for.
    """
    pieces: Callable[[Received], Iterable[bytes]]
    if isinstance(cut, int) and not isinstance(cut, bool):
        pieces = partial(_random_pieces, Random(cut))
    elif cut == "was":
        return capture
    elif cut == "bytes":
        pieces = _single_bytes
    elif cut == "whole":
        pieces = _whole_frames(capture)
    else:
        raise ValueError(f"a capture can be cut as it {', '.join(WAYS)}, or by a number as seed, not {cut!r}")
    steps = []
    budget = Budget(capture.size, WorkRate.SERVE)
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
        steps.append(replace(step, records=records))
    return replace(capture, steps=tuple(steps))


def _single_bytes(record: Received) -> Iterator[bytes]:
    return (bytes([byte]) for byte in record.data)


def _random_pieces(chance: Random, record: Received) -> list[bytes]:
    data = record.data
    cuts = sorted(chance.randrange(len(data) + 1) for _ in range(chance.randrange(4)))
    return [data[one:other] for one, other in pairwise([0, *cuts, len(data)]) if one < other]


def _whole_frames(capture: Capture) -> Callable[[Received], Iterator[bytes]]:
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


def main(words: Sequence[str]) -> int:
    """Play each file; returns 0 if all are as captured, 1 if one differs, 2 if one is damaged or no capture.

    A file that ends before its server did, as a killed server leaves it, is played to its end.
    """
    parser = CliParser("replay wire", ABOUT)
    parser.add_argument("files", type=file_path, nargs="+", metavar="FILE")
    ways = "|".join(WAYS) + "|SEED"
    parser.add_argument("--cut", type=cut, default="was", metavar=ways, help="how the stream comes in (default: was)")
    until = "play only so many seconds (default: to the end)"
    parser.add_argument("--until", type=_seconds, default=inf, metavar="SECONDS", help=until)
    given = parser.parse_args(words)
    return max(_play(file, given.cut, given.until) for file in given.files)


def cut(text: str) -> str | int:
    """Read how to cut the stream, from the command line."""
    found = text if text in WAYS else parse_int(text)
    if found is None:
        allowed = f"{', '.join(WAYS)}, or by a seed up to {INT_MOST}"
        raise argparse.ArgumentTypeError(f"a capture can be cut as it {allowed}, not {text[:40]!r}")
    return found


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = nan
    if not 0 <= seconds < inf:
        raise argparse.ArgumentTypeError(f"a number of seconds is such as 12 or 12.5, not {text[:40]!r}")
    return seconds


def _play(file: Path, cut: str | int, until: float) -> int:
    try:
        capture = open_capture(file)
    except DemoError as problem:
        return fail(problem)
    try:
        player = CapturePlayer(rechunk(capture, cut))
        player.play(until)
    except ReplayMismatch as problem:
        sys.stdout.write(f"{shown_path(file)}: {problem}\n")
        return 1
    except DemoError as problem:
        return fail(f"{shown_path(file)}: {problem}")
    connections = counted(len(player.connections), "connection")
    cut_off = capture.cut_off if until >= capture.seconds else ""
    where = f" up to there. {cut_off}" if cut_off else " up to there." if until < capture.seconds else "."
    sys.stdout.write(f"{shown_path(file)}: {player.seconds:.1f} s, {connections}, all as it was{where}\n")
    return 2 if cut_off and capture.damage not in ("", TORN) else 0
