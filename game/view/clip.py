"""The last half minute that this client received, kept so that it can be saved as a demo.

Rule 1: adding a snapshot costs next to nothing: it is kept as it is, and shares its rows with those before it.
Rule 2: nothing is encoded before `encode` is called; then the file is made in pieces, of one second of play each.
Rule 3: at most KEPT ticks and SNAPSHOTS_MOST snapshots are kept, whatever a server sends.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from petard.shared.demo.blocks import MAGIC, BlockEncoder, BlockType
from petard.shared.demo.packing import pack_changes
from petard.shared.demo.records import OPENED, SECOND, Began, Happened, Header, Opened, Record, Seated, encode_record
from petard.shared.protocol.changes import diff
from petard.shared.protocol.messages import Round, Seat
from petard.shared.protocol.snapshot import Snapshot
from petard.shared.protocol.snapshot_rows import rows_of
from petard.shared.rules.events import Event
from petard.shared.rules.ruleset import TICK_RATE

KEPT = 30 * TICK_RATE  # ticks
SNAPSHOTS_MOST = KEPT + TICK_RATE
EVENTS_MOST = 1024  # with one snapshot
TICKS_MOST = 60  # from one snapshot to the next; after a longer gap the clip begins again with a keyframe


@dataclass(slots=True)
class ClipSnapshot:
    """One snapshot. `moment`: ticks that were shown before it; `follows`: it can be a delta to the entry before."""

    moment: int
    announcement: Round
    snapshot: Snapshot
    seats: tuple[Seat, ...]
    follows: bool
    events: list[Event] = field(default_factory=list)


class Clip:
    """What was received lately, over all rounds."""

    def __init__(self) -> None:
        self.snapshots: deque[ClipSnapshot] = deque(maxlen=SNAPSHOTS_MOST)

    @property
    def length(self) -> int:
        """The length of the clip, in ticks."""
        return self.snapshots[-1].moment - self.snapshots[0].moment if self.snapshots else 0

    def add_snapshot(self, announcement: Round, snapshot: Snapshot, seats: tuple[Seat, ...]) -> None:
        last = self.snapshots[-1] if self.snapshots else None
        ticks = snapshot.tick - last.snapshot.tick if last and announcement is last.announcement else 0
        follows = 0 < ticks <= TICKS_MOST
        moment = (last.moment if last else 0) + (ticks if follows else 0)
        self.snapshots.append(ClipSnapshot(moment, announcement, snapshot, seats, follows))
        while self.length > KEPT:
            self.snapshots.popleft()

    def add_events(self, events: Iterable[Event]) -> None:
        """Add what happened with the last snapshot."""
        if self.snapshots:
            last = self.snapshots[-1].events
            last += list(events)[: EVENTS_MOST - len(last)]

    def encode(self, header: Header) -> Iterator[bytes]:
        """The pieces of the file, as it is now; later additions do not change it. No piece if the clip is empty."""
        snapshots = list(self.snapshots)
        return _encoded(snapshots, header) if snapshots else iter(())


def _encoded(snapshots: Sequence[ClipSnapshot], header: Header) -> Iterator[bytes]:
    first = snapshots[0].moment
    yield MAGIC + BlockEncoder(BlockType.PLAY, 0).encode(0, [], _packed([header, *_seatings(snapshots)]))
    squeeze, records, begun = BlockEncoder(BlockType.WATCH, 0), bytearray(), 0
    last: ClipSnapshot | None = None
    for entry in snapshots:
        moment = entry.moment - first
        opens = last is None or not entry.follows or moment - squeeze.moment >= OPENED
        if records and (opens or moment - begun >= SECOND):
            yield squeeze.encode(begun, [], bytes(records))
            records.clear()
            begun = moment
        if opens:
            squeeze, begun = BlockEncoder(BlockType.WATCH, moment), moment
            records += _packed([Opened(moment, entry.announcement, rows_of(entry.snapshot))])
        elif last:
            records += _packed([pack_changes(last.snapshot, diff(last.snapshot, entry.snapshot))])
        records += _packed([Happened(tuple(entry.events))]) if entry.events else b""
        last = entry
    yield squeeze.encode(begun, [], bytes(records))


def _seatings(snapshots: Sequence[ClipSnapshot]) -> Iterator[Began | Seated]:
    """The begin of each round, and each change of the seats."""
    announcement: Round | None = None
    last_seats: tuple[Seat, ...] = ()
    seats: tuple[Seat, ...] = ()
    for entry in snapshots:
        if entry.announcement is announcement and entry.seats is last_seats:
            continue
        last_seats, before = entry.seats, seats
        seats = tuple(replace(seat, ping=0) for seat in last_seats)
        moment = entry.moment - snapshots[0].moment
        if entry.announcement is not announcement:
            announcement = entry.announcement
            yield Began(moment, announcement.number, 0, announcement.rules, (), announcement.slots, seats)
        elif seats != before:
            yield Seated(moment, seats)


def _packed(records: Iterable[Record]) -> bytes:
    return b"".join(encode_record(record) for record in records)
