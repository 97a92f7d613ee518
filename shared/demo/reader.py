"""Reads a demo, from any moment on.

Rule 1: a truncated or damaged file gives everything before the damage, and says so in `damage`.
Rule 2: everything else that is wrong with a file raises DemoError with one sentence; no other exception escapes.
Rule 3: each pass over a file has a Budget: it raises DemoError where more is hidden in the file than any match has.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from itertools import chain
from operator import ne

from petard.shared.demo import records as r
from petard.shared.demo.blocks import TOO_MUCH, Block, BlockType, DemoError, blocks_in, digests_in, payloads_in
from petard.shared.demo.budget import Budget, WorkRate
from petard.shared.demo.packing import key_changes, unpack_changes
from petard.shared.protocol.changes import Changes, patch
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.messages import Events, Round, Seat
from petard.shared.protocol.snapshot import Snapshot
from petard.shared.protocol.snapshot_rows import SnapshotRows, snapshot_from_rows
from petard.shared.rules.events import Event
from petard.shared.rules.ruleset import TICK_RATE

NOTES_MOST, NOTES_SIZE, ROUNDS_MOST = 2**16, 4 << 20, 1000  # of a demo; a whole day of rounds has fewer
NOTES_PER_TICK, NOTES_SIZE_PER_TICK = 2, 512  # more for each tick with a digest: 64 who write all the time
GROUP_MOST, GROUP_SIZE = 2**13, 2 << 20  # records of a group, and their bytes; 64 players need a tenth of it
UNWATCHED_MOST = 2 * r.SECOND  # moments for which the records to watch may go on behind the last digest
MOMENTS_PER_BYTE = 4  # of a demo without digests, and a minute more
# Units of work to decode a record, and for each byte of it; with what its readers do with it then.
DECODE, DECODE_BYTE = 5000, 250
BYTES_COST: dict[type[r.Record], int] = {
    r.WorldState: 120,
    r.Inputs: 500,
    r.Opened: 500,
    r.Happened: 750,
    r.Said: 25,
    r.Seated: 100,
}
SEAT = 10_000  # units for each seat that is another than in the seats before
PATCH, PATCH_ROW = 10_000, 30  # units to patch a snapshot, and for each row that it has
ALL_BUT_BEGAN = frozenset(r.RECORDS.values()) - {r.Began}
NOT_FOR_RERUN = ALL_BUT_BEGAN - {r.WorldState, r.Inputs}  # records that the rules do not need
ALL_BUT_INPUTS = ALL_BUT_BEGAN - {r.Inputs} | {r.Began}
NOTED = frozenset(r.RECORDS.values()) - {r.WorldState, r.Inputs}
OUTLINE = frozenset({r.Began, r.Seated, r.Scored, r.Mark, r.Ended})
TICKS = slice(2, 3)  # where the ticks of a DeltaSent stand in its payload: one byte

Watched = Round | SnapshotRows | Changes | Events  # what clients were sent


class Demo:
    """One recorded match. `header`: where it is from; `damage`: what could not be read, or "".

    `length`: in moments, up to the first gap; a block that only claims to be late makes it no longer.

    `watch_starts`: the moments of the keyframes for watching; `watch` begins at one of them. `size`: of the file.
    """

    def __init__(self, blocks: list[Block], damage: str, size: int) -> None:
        """Raises DemoError if it has no header, or one of another format."""
        self.size = size
        self._groups = {kind: _groups_of(blocks, kind) for kind in BlockType}
        self._starts = {kind: [group[0].moment for group in groups] for kind, groups in self._groups.items()}
        self.watch_starts = self._starts[BlockType.WATCH]
        header = next(self.records(), None)
        if not isinstance(header, r.Header):
            raise DemoError("This demo has no header.")
        if header.format != r.FORMAT:
            raise DemoError(f"This demo has format {header.format}; this Petard reads format {r.FORMAT}.")
        self.header = header
        self.digests = digests_in(blocks)
        self.length = _unbroken(self._groups[BlockType.PLAY]) if self.digests else self.watch_length
        seconds = self.length / TICK_RATE
        self.damage = f"{damage} {seconds:.1f} seconds before that can be played." if damage else ""

    @cached_property
    def watch_length(self) -> int:
        """The moment up to which it can be watched; a truncated file may hold a second more that can be run again."""
        last = 0
        with suppress(DemoError):
            for moment, _ in self._event_blocks(2**32, Budget(self.size, WorkRate.SKIM), {r.Happened}):
                last = moment
        most = len(self.digests) + UNWATCHED_MOST if self.digests else TICK_RATE * 60 + MOMENTS_PER_BYTE * self.size
        return min(last, most)

    @property
    def has_play(self) -> bool:
        """True if it can be run again: it has digests to compare with."""
        return bool(self.digests)

    @property
    def has_gaps(self) -> bool:
        """True if moments are missing between some that can be run again."""
        return self.has_play and self.length != len(self.digests)

    @cached_property
    def rounds(self) -> tuple[r.Began, ...]:
        return tuple(record for record in self.outline if isinstance(record, r.Began))

    @cached_property
    def outline(self) -> tuple[r.Record, ...]:
        """What a list shows: the rounds, scores, marks and the end, and the last seats before each of them.

        Little of the file is decoded for it. Raises DemoError for a record of these that makes no sense.
        """
        budget = Budget(self.size, WorkRate.LIST)
        noted: list[tuple[bytes, type[r.Record]]] = []
        for one in self._noted(OUTLINE, budget):
            if one[1] is r.Seated and noted and noted[-1][1] is r.Seated:
                noted[-1] = one
            else:
                noted.append(one)
        return tuple(_decode([payload for payload, _ in noted], budget))

    @cached_property
    def notes(self) -> tuple[r.Record, ...]:
        """All records but whole worlds and keys, read quickly; raises DemoError for a record that makes no sense."""
        budget = Budget(self.size, WorkRate.READ)
        noted = [payload for payload, _ in self._noted(NOTED, budget)]
        return tuple(_decode(noted, budget))

    def _noted(self, wanted: Collection[type[r.Record]], budget: Budget) -> Iterator[tuple[bytes, type[r.Record]]]:
        count = size = rounds = 0
        ticks = len(self.digests)
        for payloads in _inflate(self._groups[BlockType.PLAY], budget):
            found = [(payload, kind) for payload in payloads if (kind := _kind_of(payload)) in wanted]
            count += len(found)
            size += sum(len(payload) for payload, _ in found)
            rounds += sum(kind in {r.Began, r.Scored} for _, kind in found)
            too_many = count > NOTES_MOST + NOTES_PER_TICK * ticks
            if too_many or size > NOTES_SIZE + NOTES_SIZE_PER_TICK * ticks or rounds > 2 * ROUNDS_MOST:
                raise DemoError(TOO_MUCH)
            yield from found

    def round_at(self, moment: int) -> r.Began:
        """Return the round that runs at a moment, without reading all others; raises DemoError if there is none."""
        budget = Budget(self.size, WorkRate.SKIM)
        for group in reversed(self._groups[BlockType.PLAY][: bisect_right(self._starts[BlockType.PLAY], moment)]):
            for payloads in _inflate([group[:1]], budget):
                found = [began for began in _decode(payloads, budget, ALL_BUT_BEGAN) if isinstance(began, r.Began)]
                if found and found[-1].moment <= moment:
                    return found[-1]
        raise DemoError(f"There is no round at moment {moment}.")

    def records(
        self, start: int = 0, skip: Collection[type[r.Record]] = (), kind: BlockType = BlockType.PLAY
    ) -> Iterator[r.Record]:
        """Yield all records but those of the types in `skip`, from the group in which the moment `start` lies.

        Raises DemoError for a record that makes no sense.
        """
        return self._records(kind, start, skip, Budget(self.size, WorkRate.READ))

    def _records(
        self, kind: BlockType, start: int, skip: Collection[type[r.Record]], budget: Budget
    ) -> Iterator[r.Record]:
        for payloads in self._payloads(kind, start, budget):
            yield from _decode(payloads, budget, skip)

    def states(self, start: int = 0) -> Iterator[tuple[r.Began, r.WorldState]]:
        """Yield each whole world with its round, from the group in which the moment `start` lies."""
        began: r.Began | None = None
        for record in self.records(start, ALL_BUT_BEGAN - {r.WorldState}):
            if isinstance(record, r.Began):
                began = record
            elif isinstance(record, r.WorldState):
                began = began or self.round_at(record.moment)
                yield began, record

    def key_changes(self) -> Iterator[tuple[int, dict[int, int]]]:
        """Yield the moments at which keys changed, and the new keys by slot."""
        for record in self.records(skip=ALL_BUT_INPUTS):
            if isinstance(record, r.Inputs):
                yield from key_changes(record)

    def watch(self, start: int = 0) -> Iterator[tuple[int, Watched, Snapshot]]:
        """Yield what the clients were sent, from the group in which the moment `start` lies.

        Each message has its moment and the snapshot that a client has after it (a Round: after its keyframe). Raises
        DemoError for a record that makes no sense.
        """
        message, snapshot, moment = None, None, 0
        budget = Budget(self.size, WorkRate.PLAY)
        for record in self._records(BlockType.WATCH, start, (), budget):
            try:
                match record:
                    case r.Opened():
                        moment, is_new, message = record.moment, record.round != message, record.round
                        snapshot = snapshot_from_rows(record.keyframe, message.width, message.height)
                        if is_new:
                            yield moment, message, snapshot
                        yield moment, record.keyframe, snapshot
                    case r.DeltaSent() if snapshot:
                        rows = sum(map(len, (*snapshot.tables, *record.tables)))
                        budget.spend(PATCH + PATCH_ROW * rows)
                        changes = unpack_changes(record, snapshot)
                        snapshot, moment = patch(snapshot, changes), moment + record.ticks
                        yield moment, changes, snapshot
                    case r.Happened(events) if snapshot:
                        yield moment, Events(snapshot.tick, events), snapshot
            except RemoteProtocolError as problem:
                raise DemoError(f"What was sent in this demo makes no sense ({problem}).") from None

    def event_blocks(self, start: int = 0) -> Iterator[tuple[int, list[tuple[int, Event]]]]:
        """Yield the events of one block (about a second) at a time, far quicker than `watch` does.

        Each is the moment at which the block ends, and its events, each with its moment.
        """
        return self._event_blocks(start, Budget(self.size, WorkRate.READ), ())

    def _event_blocks(
        self, start: int, budget: Budget, skip: Collection[type[r.Record]]
    ) -> Iterator[tuple[int, list[tuple[int, Event]]]]:
        moment = 0
        for payloads in self._payloads(BlockType.WATCH, start, budget):
            events: list[tuple[int, Event]] = []
            for payload in payloads:
                if _kind_of(payload) is r.DeltaSent:
                    moment += sum(payload[TICKS])
                    continue
                for record in _decode([payload], budget, skip):
                    if isinstance(record, r.Opened):
                        moment = record.moment
                    elif isinstance(record, r.Happened):
                        events += ((moment, event) for event in record.events)
            yield moment, events

    def group_start(self, moment: int) -> int:
        """Return the moment at which the group begins in which a moment lies."""
        kind = BlockType.PLAY if self.has_play else BlockType.WATCH
        return self._starts[kind][self._group_number(kind, moment)] if self._starts[kind] else 0

    def _group_number(self, kind: BlockType, moment: int) -> int:
        return max(0, bisect_right(self._starts[kind], moment) - 1) if moment else 0

    def _payloads(self, kind: BlockType, start: int, budget: Budget) -> Iterator[list[bytes]]:
        return _inflate(self._groups[kind][self._group_number(kind, start) :], budget)


def read_demo(data: bytes) -> Demo:
    """Return the demo in the bytes of a file; raises DemoError, with one sentence, if there is none."""
    return Demo(*blocks_in(data), len(data))


def _inflate(groups: Iterable[list[Block]], budget: Budget) -> Iterator[list[bytes]]:
    """Yield the payloads of each block of some groups; raises DemoError for more than any match has."""
    for group in groups:
        size = count = 0
        for _, payloads in payloads_in(group, budget.spend):
            size, count = size + sum(map(len, payloads)), count + len(payloads)
            if size > GROUP_SIZE or count > GROUP_MOST:
                raise DemoError(TOO_MUCH)
            yield payloads


def _decode(payloads: Iterable[bytes], budget: Budget, skip: Collection[type[r.Record]] = ()) -> Iterator[r.Record]:
    seats: tuple[Seat, ...] = ()
    try:
        for payload in payloads:
            kind = r.kind_of_record(payload)
            if kind not in skip:
                budget.spend(DECODE + BYTES_COST.get(kind, DECODE_BYTE) * len(payload))
                record = r.decode_record(payload)
                if isinstance(record, r.Seated):
                    budget.spend(SEAT * sum(map(ne, record.seats, seats)))
                    seats = record.seats
                yield record
    except RemoteProtocolError as problem:
        raise DemoError(f"A record in this demo makes no sense ({problem}).") from None


def _kind_of(payload: bytes) -> type[r.Record]:
    try:
        return r.kind_of_record(payload)
    except RemoteProtocolError as problem:
        raise DemoError(f"A record in this demo makes no sense ({problem}).") from None


def _unbroken(groups: list[list[Block]]) -> int:
    """Return how many moments there are up to the first gap."""
    end = 0
    for block in chain.from_iterable(groups):
        if block.moment != end:
            break
        end += len(block.digests) // 4
    return end


def _groups_of(blocks: list[Block], kind: BlockType) -> list[list[Block]]:
    groups: list[list[Block]] = []
    for block in blocks:
        if block.kind is not kind:
            continue
        if not block.starts and not groups:
            raise DemoError("This demo begins in the middle of a group.")
        if block.starts:
            groups.append([])
        groups[-1].append(block)
    return groups
