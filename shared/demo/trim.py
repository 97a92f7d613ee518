"""Cuts a piece out of a demo: a demo of its own, which can be watched, run again and verified like any other.

Rule 1: it begins where a whole world is written, at or before the moment that is asked for.
Rule 2: its moments count from 0, its rounds keep their number, and its header says where it was cut from.
Rule 3: nothing is run for it, so demos of any rules can be cut.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from heapq import merge
from itertools import chain, pairwise, takewhile

from petard.shared.demo import records as r
from petard.shared.demo.blocks import MAGIC, BlockEncoder, BlockType, DemoError
from petard.shared.demo.packing import key_changes, pack_changes, pack_keys
from petard.shared.demo.reader import Demo
from petard.shared.demo.rerun import require_complete
from petard.shared.protocol.changes import Changes
from petard.shared.protocol.codec import EncodeError
from petard.shared.protocol.messages import Events, Round
from petard.shared.protocol.snapshot import Snapshot
from petard.shared.protocol.snapshot_rows import SnapshotRows, rows_of

TimedRecord = tuple[int, r.Record]  # with its moment in the piece


def trim(demo: Demo, first: int, last: int, parent: str = "") -> bytes:
    """Return the file of a demo from the last whole world at or before `first` up to `last`; raises DemoError.

    `parent` names the demo that it is cut from, in at most 64 characters.
    """
    require_complete(demo)
    start, end = demo.group_start(max(0, first)), min(last, demo.length)
    if not 0 <= first < end:
        between = f"between moments {first} and {last} of this demo"
        raise DemoError(f"There is nothing {between}, which ends at {demo.length}.")
    records = chain(_first_records(demo, start, parent), _play_records(demo, start, end))
    play = blocks_of(BlockType.PLAY, records, demo.digests[start:end], end - start)
    watch = blocks_of(BlockType.WATCH, _watch_records(demo, start, end), (), end - start)
    try:
        return MAGIC + b"".join(block for _, block in merge(play, watch, key=lambda piece: piece[0]))
    except EncodeError as problem:
        raise DemoError(f"The records of this demo stand in no order ({problem}).") from None


def _first_records(demo: Demo, start: int, parent: str) -> Iterator[TimedRecord]:
    """The header, and the round that runs with its seats, unless it begins right there."""
    yield 0, replace(demo.header, parent=parent, parent_at=start)
    began = demo.round_at(start)
    if began.moment < start:
        seated = [note for note in demo.notes if isinstance(note, r.Seated) and began.moment <= note.moment <= start]
        yield 0, replace(began, moment=0, seats=seated[-1].seats if seated else began.seats)


def _play_records(demo: Demo, start: int, end: int) -> Iterator[TimedRecord]:
    for record in demo.records(start):
        match record:
            case r.WorldState() | r.Began() | r.Inputs() if record.moment >= end:
                break
            case r.Inputs():
                keys = pack_keys(record.moment, takewhile(lambda change: change[0] <= end, key_changes(record)))
                yield record.moment - start, replace(keys, moment=record.moment - start)
            case r.Header() | r.Opened() | r.Ended():
                continue
            case r.Began() | r.WorldState() | r.Mark() | r.Said() | r.Scored() | r.Seated() if (
                start <= record.moment <= end
            ):
                yield record.moment - start, replace(record, moment=record.moment - start)
    ended = next((note for note in demo.notes if isinstance(note, r.Ended)), None)
    reason = ended.reason if ended and end == demo.length else "Here it was cut."
    yield end - start, r.Ended(end - start, reason)


def _watch_records(demo: Demo, start: int, end: int) -> Iterator[TimedRecord]:
    """What the clients were sent, from a keyframe on."""
    round_message: Round | None = None
    snapshot: Snapshot | None = None
    is_open = False
    for moment, message, after in demo.watch(start):
        if moment > end or (moment == end and isinstance(message, Round | SnapshotRows)):
            return
        before, snapshot = snapshot, after
        if isinstance(message, Round):
            round_message = message
            continue
        is_open = is_open and not isinstance(message, SnapshotRows)
        if not round_message or moment < start:
            continue
        if not is_open:
            is_open = True
            yield moment - start, r.Opened(moment - start, round_message, rows_of(snapshot))
        elif isinstance(message, Changes) and before:
            yield moment - start, pack_changes(before, message)
        elif isinstance(message, Events) and moment > start:
            yield moment - start, r.Happened(message.events)


def blocks_of(
    kind: BlockType, records: Iterable[TimedRecord], digests: Sequence[int], end: int
) -> Iterator[tuple[int, bytes]]:
    """Yield the blocks of one type, each with its first moment; `digests` are those of moments 1 to `end`."""
    for group, following in pairwise(chain(_groups_of(records), (deque[TimedRecord](),))):
        start, until = group[0][0], following[0][0] if following else end
        encoder = BlockEncoder(kind, start)
        for moment in range(start, max(until, start + 1), r.SECOND):
            stop = min(moment + r.SECOND, until)
            packed = b""
            while group and (group[0][0] < stop or stop == until):
                packed += r.encode_record(group.popleft()[1])
            yield moment, encoder.encode(moment, digests[moment:stop], packed)


def _groups_of(records: Iterable[TimedRecord]) -> Iterator[deque[TimedRecord]]:
    """A group for each whole world or keyframe."""
    group: deque[TimedRecord] = deque()
    before: r.Record | None = None
    for moment, record in records:
        is_state = isinstance(record, r.WorldState) and not isinstance(before, r.Began)
        begins = is_state or isinstance(record, r.Began | r.Opened)
        if begins and group:
            yield group
            group = deque()
        group.append((moment, record))
        before = record
    if group:
        yield group
