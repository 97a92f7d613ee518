"""The last half minute of what this client was told, to be kept as a demo that can be watched.

Rule 1: to note a snapshot costs next to nothing: it is kept as it is, and shares its rows with those before it.
Rule 2: nothing is encoded before somebody wants the clip; then it is written piece by piece, a second of play in each.
Rule 3: at most KEPT ticks and NOTED_MOST snapshots are kept, whatever a server sends.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from petard.shared.demo.blocks import MAGIC, BlockEncoder, BlockType
from petard.shared.demo.delta_packing import pack_step
from petard.shared.demo.records import (
    OPENED,
    SECOND,
    Began,
    Happened,
    Header,
    Opened,
    Record,
    Seated,
    encode_record,
)
from petard.shared.protocol.messages import Round, Seat
from petard.shared.protocol.snapshot import Snapshot, keyframe_of
from petard.shared.rules.events import Event
from petard.shared.rules.ruleset import TICK_RATE

KEPT = 30 * TICK_RATE  # ticks
NOTED_MOST = KEPT + TICK_RATE  # snapshots
EVENTS_MOST = 1024  # with one of them
TICKS_MOST = 60  # from one to the next; after a longer gap it begins anew


@dataclass(slots=True)
class _Noted:
    """One snapshot. `moment`: how many ticks were seen before it; `follows`: it is told by what has changed."""

    moment: int
    board: Round
    snapshot: Snapshot
    seats: tuple[Seat, ...]
    follows: bool
    events: list[Event] = field(default_factory=list)


class Clip:
    """What was told lately, over all rounds."""

    def __init__(self) -> None:
        self._noted: deque[_Noted] = deque(maxlen=NOTED_MOST)

    @property
    def length(self) -> int:
        """How much of it there is, in ticks."""
        return self._noted[-1].moment - self._noted[0].moment if self._noted else 0

    def hear(self, board: Round, snapshot: Snapshot, seats: tuple[Seat, ...]) -> None:
        """Note what the round is now."""
        moment, follows = 0, False
        if self._noted:
            last = self._noted[-1]
            ticks = snapshot.tick - last.snapshot.tick
            follows = board is last.board and 0 < ticks <= TICKS_MOST
            moment = last.moment + (ticks if follows else 0)
        self._noted.append(_Noted(moment, board, snapshot, seats, follows))
        while self.length > KEPT:
            self._noted.popleft()

    def happen(self, events: Iterable[Event]) -> None:
        """Note what happened with the last snapshot."""
        if self._noted:
            last = self._noted[-1].events
            last += list(events)[: EVENTS_MOST - len(last)]

    def written(self, header: Header) -> Iterator[bytes]:
        """The pieces of the file, as it is now; what is told meanwhile does not change it. None if nothing was told."""
        noted = list(self._noted)
        return _written(noted, header) if noted else iter(())


def _written(noted: Sequence[_Noted], header: Header) -> Iterator[bytes]:
    first = noted[0].moment
    yield MAGIC + BlockEncoder(BlockType.PLAY, 0).encode(0, [], _packed([header, *_people(noted)]))
    squeeze, told, begun = BlockEncoder(BlockType.WATCH, 0), bytearray(), 0
    last: _Noted | None = None
    for one in noted:
        moment = one.moment - first
        opens = last is None or not one.follows or moment - squeeze.moment >= OPENED
        if told and (opens or moment - begun >= SECOND):
            yield squeeze.encode(begun, [], bytes(told))
            told.clear()
            begun = moment
        if opens:
            squeeze, begun = BlockEncoder(BlockType.WATCH, moment), moment
            told += _packed([Opened(moment, one.board, keyframe_of(one.snapshot))])
        elif last:
            told += _packed([pack_step(last.snapshot, one.snapshot)])
        told += _packed([Happened(tuple(one.events))]) if one.events else b""
        last = one
    yield squeeze.encode(begun, [], bytes(told))


def _people(noted: Sequence[_Noted]) -> Iterator[Began | Seated]:
    """Each round that is in it, and who sat where."""
    board: Round | None = None
    told: tuple[Seat, ...] = ()
    seats: tuple[Seat, ...] = ()
    for one in noted:
        if one.board is board and one.seats is told:
            continue
        told, before = one.seats, seats
        seats = tuple(replace(seat, ping=0) for seat in told)
        moment = one.moment - noted[0].moment
        if one.board is not board:
            board = one.board
            yield Began(moment, board.number, 0, board.rules, (), board.slots, seats)
        elif seats != before:
            yield Seated(moment, seats)


def _packed(records: Iterable[Record]) -> bytes:
    return b"".join(encode_record(record) for record in records)
