"""Cuts a piece out of a demo: a demo of its own, which can be watched, run again and verified like any other.

Rule 1: it begins where a whole world was written down, at or before the moment that is asked for.
Rule 2: its moments count from 0, its rounds keep their number, and its header says from where it was cut.
Rule 3: nothing is run for it, so demos of any rules can be cut.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from heapq import merge
from itertools import chain

from petard.shared.demo.blocks import MAGIC, BlockType, NoDemo, Squeeze
from petard.shared.demo.delta_packing import told_in
from petard.shared.demo.reader import Demo
from petard.shared.demo.records import (
    SECOND,
    Began,
    Ended,
    Happened,
    Header,
    Inputs,
    Mark,
    Opened,
    Record,
    Said,
    Scored,
    Seated,
    State,
)
from petard.shared.demo.records import encode_record as encode
from petard.shared.demo.rerun import changes_in, needs_all_moments
from petard.shared.protocol.codec import EncodeError
from petard.shared.protocol.delta import patch, snapshot_from_keyframe
from petard.shared.protocol.messages import Delta, Events, Keyframe, Round
from petard.shared.protocol.snapshot import Snapshot, keyframe_of

Noted = tuple[int, Record]  # with its moment in the piece


def trim(demo: Demo, first: int, last: int, parent: str = "") -> bytes:
    """The file of a demo from the last whole world at or before `first` up to `last`; raises NoDemo.

    `parent` names the demo that it is cut from, in up to 64 characters.
    """
    needs_all_moments(demo)
    start, end = demo.group_start(max(0, first)), min(last, demo.length)
    if not 0 <= first < end:
        raise NoDemo(f"There is nothing between moments {first} and {last} of this demo, which ends at {demo.length}.")
    play = chain(_opening(demo, start, parent), _played(demo, start, end))
    blocks = blocks_of(BlockType.PLAY, play, demo.digests[start:end], end - start)
    told = blocks_of(BlockType.WATCH, _told(demo, start, end), (), end - start)
    try:
        return MAGIC + b"".join(block for _, block in merge(blocks, told, key=lambda piece: piece[0]))
    except EncodeError as problem:
        raise NoDemo(f"The records of this demo stand in no order ({problem}).") from None


def _opening(demo: Demo, start: int, parent: str) -> Iterator[Noted]:
    """The header, and the round that is on with who sits there, unless it only begins."""
    yield 0, replace(demo.header, parent=parent, parent_at=start)
    began = demo.round_at(start)
    if began.moment < start:
        seated = [note for note in demo.notes if isinstance(note, Seated) and began.moment <= note.moment <= start]
        yield 0, replace(began, moment=0, seats=seated[-1].seats if seated else began.seats)


def _played(demo: Demo, start: int, end: int) -> Iterator[Noted]:
    for record in demo.records(start):
        match record:
            case State() | Began() | Inputs() if record.moment >= end:
                break
            case Inputs():
                yield record.moment - start, _cut(record, start, end)
            case Header() | Opened() | Ended():
                continue
            case Began() | State() | Mark() | Said() | Scored() | Seated() if start <= record.moment <= end:
                yield record.moment - start, replace(record, moment=record.moment - start)
    ended = next((note for note in demo.notes if isinstance(note, Ended)), None)
    reason = ended.reason if ended and end == demo.length else "Here it was cut."
    yield end - start, Ended(end - start, reason)


def _cut(record: Inputs, start: int, end: int) -> Inputs:
    """The keys up to a moment."""
    flat: list[int] = []
    before = record.moment
    for moment, changed in changes_in(record):
        if moment <= end:
            flat += (moment - before, len(changed), *chain.from_iterable(changed.items()))
            before = moment
    return Inputs(record.moment - start, tuple(flat))


def _told(demo: Demo, start: int, end: int) -> Iterator[Noted]:
    """What the clients were told, from a whole snapshot on."""
    board: Round | None = None
    known: Snapshot | None = None
    is_open = False
    for moment, message in demo.heard(start) if demo.has_watch else ():
        if moment > end or (moment == end and isinstance(message, Round | Keyframe)):
            return
        old = known
        match message:
            case Round():
                board, known = message, None
            case Keyframe() if board:
                known, is_open = snapshot_from_keyframe(message, board.width, board.height), False
            case Delta() if known:
                known = patch(known, message)
        if not board or not known or moment < start:
            continue
        if not is_open:
            is_open = True
            yield moment - start, Opened(moment - start, board, keyframe_of(known))
        elif isinstance(message, Delta) and old:
            yield moment - start, told_in(old, message)
        elif isinstance(message, Events) and moment > start:
            yield moment - start, Happened(message.events)


def blocks_of(kind: BlockType, noted: Iterable[Noted], digests: Sequence[int], end: int) -> Iterator[tuple[int, bytes]]:
    """The blocks of one kind, each with the moment at which it begins; `digests` are those of moments 1 to `end`."""
    groups = _grouped(noted)
    group = next(groups, None)
    while group:
        following = next(groups, None)
        start, until = group[0][0], following[0][0] if following else end
        squeeze = Squeeze(kind, start)
        for moment in range(start, max(until, start + 1), SECOND):
            stop = min(moment + SECOND, until)
            records = b""
            while group and (group[0][0] < stop or stop == until):
                records += encode(group.popleft()[1])
            yield moment, squeeze.block(moment, digests[moment:stop], records)
        group = following


def _grouped(noted: Iterable[Noted]) -> Iterator[deque[Noted]]:
    """A group for each whole world, as it is or as it is told."""
    group: deque[Noted] = deque()
    before: Record | None = None
    for moment, record in noted:
        begins = isinstance(record, Began | Opened) or (isinstance(record, State) and not isinstance(before, Began))
        if begins and group:
            yield group
            group = deque()
        group.append((moment, record))
        before = record
    if group:
        yield group
