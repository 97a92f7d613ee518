"""Reads a demo, from any moment on.

Rule 1: a truncated or damaged file gives everything before the damage, and says so in `damage`.
Rule 2: everything else that is wrong with a file raises DemoError with one sentence; no other exception escapes.
Rule 3: each pass over a file has a Budget: it raises DemoError where more is hidden in the file than any match has.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from itertools import chain, pairwise, zip_longest

from petard.shared.demo import records as r
from petard.shared.demo.blocks import BLOCK, TOO_MUCH, Block, BlockType, DemoError, blocks_in, digests_in, records_in
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
    r.Began: 40,
    r.WorldState: 120,
    r.Inputs: 500,
    r.Opened: 500,
    r.Happened: 750,
    r.Said: 25,
    r.Seated: 50,
}
BEGAN = 30_000  # units for the rules of a round
SEAT = 10_000  # units for each seat that is another than in the seats before
LETTER, LETTERS = 100, 200  # units for each code point of chat that is not in ASCII alone, and for each other one
PATCH, PATCH_ROW, PATCH_CHANGED = 10_000, 30, 3000  # units to patch a snapshot, for each row of it and each change
STRETCH = 200_000_000  # units from one keyframe to the next: twice what the fight of 64 takes, which is 10 s of it
ALL_BUT_BEGAN = frozenset(r.RECORDS.values()) - {r.Began}
NOT_FOR_RERUN = ALL_BUT_BEGAN - {r.WorldState, r.Inputs}  # records that the rules do not need
ALL_BUT_INPUTS = ALL_BUT_BEGAN - {r.Inputs} | {r.Began}
NOT_NOTED = frozenset[type[r.Record]]({r.WorldState, r.Inputs})
NOT_LISTED = ALL_BUT_BEGAN - {r.Seated, r.Scored, r.Mark, r.Ended}
NUMBER, TICKS = slice(1, 2), slice(2, 3)  # where the type stands in a payload, and in a DeltaSent its ticks
BEGAN_OR_SCORED = [bytes([number]) for number, kind in r.RECORDS.items() if kind in {r.Began, r.Scored}]

Watched = Round | SnapshotRows | Changes | Events  # what clients were sent


class Demo:
    """One recorded match. `header`: where it is from; `damage`: what could not be read, or "".

    `length`: in moments, up to the first gap; a block that only claims to be late makes it no longer.
    `size`: of the file.
    """

    def __init__(self, blocks: list[Block], damage: str, size: int) -> None:
        """Raises DemoError if it has no header, or one of another format."""
        self.size = size
        self._skim = Budget(size, WorkRate.SKIM)
        self._skim.spend(size + BLOCK * len(blocks))
        self._groups = {kind: _groups_of(blocks, kind) for kind in BlockType}
        self._starts = {kind: [group[0].moment for group in groups] for kind, groups in self._groups.items()}
        header = next(self._records(BlockType.PLAY, 0, (), self._skim), None)
        if not isinstance(header, r.Header):
            raise DemoError("This demo has no header.")
        if header.format != r.FORMAT:
            raise DemoError(f"This demo has format {header.format}; this Petard reads format {r.FORMAT}.")
        self.header = header
        self.digests = digests_in(blocks)
        self.length = _unbroken(self._groups[BlockType.PLAY]) if self.digests else self.watch_length
        seconds = self.length / TICK_RATE
        self.damage = f"{damage} {seconds:.1f} seconds before that can be played." if damage else ""

    @property
    def watch_starts(self) -> list[int]:
        """The moments of the keyframes for watching; `watch` begins at one of them."""
        return self._starts[BlockType.WATCH]

    @cached_property
    def watch_length(self) -> int:
        """The moment up to which it can be watched; a truncated file may hold a second more that can be run again."""
        last = 0
        with suppress(DemoError):
            for moment, _ in self._event_blocks(2**32, self._skim, {r.Happened}):
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
        noted: list[bytes] = []
        for one in self._noted(NOT_LISTED, self._skim):
            if noted and _kind_of(noted[-1]) is _kind_of(one) is r.Seated:
                noted[-1] = one
            else:
                noted.append(one)
        return tuple(_decode(noted, self._skim))

    @cached_property
    def notes(self) -> tuple[r.Record, ...]:
        """All records but whole worlds and keys, read quickly; raises DemoError for a record that makes no sense."""
        budget = Budget(self.size, WorkRate.READ)
        return tuple(_decode(self._noted(NOT_NOTED, budget), budget))

    def _noted(self, skip: Collection[type[r.Record]], budget: Budget) -> Iterator[bytes]:
        count = size = rounds = 0
        ticks = len(self.digests)
        for found in _inflate(self._groups[BlockType.PLAY], budget, skip):
            count += len(found)
            size += sum(map(len, found))
            rounds += sum(payload[NUMBER] in BEGAN_OR_SCORED for payload in found)
            too_many = count > NOTES_MOST + NOTES_PER_TICK * ticks
            if too_many or size > NOTES_SIZE + NOTES_SIZE_PER_TICK * ticks or rounds > 2 * ROUNDS_MOST:
                raise DemoError(TOO_MUCH)
            yield from found

    def round_at(self, moment: int) -> r.Began:
        """Return the round that runs at a moment, without reading all others; raises DemoError if there is none."""
        budget = Budget(self.size, WorkRate.SKIM)
        for group in reversed(self._groups[BlockType.PLAY][: bisect_right(self._starts[BlockType.PLAY], moment)]):
            for payloads in _inflate([group[:1]], budget, ALL_BUT_BEGAN):
                found = [began for began in _decode(payloads, budget) if isinstance(began, r.Began)]
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
        return _decode(chain.from_iterable(self._payloads(kind, start, budget, skip)), budget)

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
        message, snapshot, moment, opened = None, None, 0, 0
        budget = Budget(self.size, WorkRate.PLAY)
        for record in self._records(BlockType.WATCH, start, (), budget):
            try:
                match record:
                    case r.Opened():
                        moment, is_new, message = record.moment, record.round != message, record.round
                        opened = budget.used
                        snapshot = snapshot_from_rows(record.keyframe, message.width, message.height)
                        if is_new:
                            yield moment, message, snapshot
                        yield moment, record.keyframe, snapshot
                    case r.DeltaSent() if snapshot:
                        rows, changed = sum(map(len, snapshot.tables)), sum(map(len, record.tables))
                        budget.spend(PATCH + PATCH_ROW * rows + PATCH_CHANGED * changed)
                        if budget.used - opened > STRETCH:
                            raise DemoError(TOO_MUCH)
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
        for payloads in self._payloads(BlockType.WATCH, start, budget, skip):
            events: list[tuple[int, Event]] = []
            for payload in payloads:
                if _kind_of(payload) is r.DeltaSent:
                    moment += sum(payload[TICKS])
                    continue
                for record in _decode([payload], budget):
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

    def _payloads(
        self, kind: BlockType, start: int, budget: Budget, skip: Collection[type[r.Record]]
    ) -> Iterator[list[bytes]]:
        return _inflate(self._groups[kind][self._group_number(kind, start) :], budget, skip)


def read_demo(data: bytes) -> Demo:
    """Return the demo in the bytes of a file; raises DemoError, with one sentence, if there is none."""
    return Demo(*blocks_in(data), len(data))


def _inflate(groups: Iterable[list[Block]], budget: Budget, skip: Collection[type[r.Record]]) -> Iterator[list[bytes]]:
    """Yield the payloads of each block of some groups, without the records of the types in `skip`.

    Raises DemoError for more than any match has.
    """
    skipped = frozenset(bytes([number]) for number, kind in r.RECORDS.items() if kind in skip)
    for group in groups:
        size = count = 0
        for _, records, bounds in records_in(group, budget.spend):
            size, count = size + len(records), count + len(bounds) - 1
            if size > GROUP_SIZE or count > GROUP_MOST:
                raise DemoError(TOO_MUCH)
            yield [records[a:b] for a, b in pairwise(bounds) if records[a + 1 : a + 2] not in skipped]


def _decode(payloads: Iterable[bytes], budget: Budget) -> Iterator[r.Record]:
    seats: tuple[Seat, ...] = ()
    try:
        for payload in payloads:
            kind = r.kind_of_record(payload)
            budget.spend(DECODE + BYTES_COST.get(kind, DECODE_BYTE) * len(payload))
            record = r.decode_record(payload)
            match record:
                case r.Seated() | r.Began():
                    budget.spend(SEAT * _new_seats(record.seats, seats) + BEGAN * isinstance(record, r.Began))
                    seats = record.seats
                case r.Said() if not record.chat.text.isascii():
                    budget.spend(LETTER * len(record.chat.text) + LETTERS * len(set(record.chat.text)))
            yield record
    except RemoteProtocolError as problem:
        raise DemoError(f"A record in this demo makes no sense ({problem}).") from None


def _new_seats(seats: tuple[Seat, ...], before: tuple[Seat, ...]) -> int:
    return sum([new != old for new, old in zip_longest(seats, before) if new])


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
