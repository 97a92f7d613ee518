"""Reads a demo, from any moment on.

Rule 1: a truncated or damaged file gives everything before the damage, and says so in `damage`.
Rule 2: everything else that is wrong with a file raises DemoError with one sentence; no other exception escapes.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from functools import cached_property

from petard.shared.demo import records as r
from petard.shared.demo.blocks import Block, BlockType, DemoError, blocks_in, digests_in, payloads_in
from petard.shared.demo.packing import key_changes, unpack_delta
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.delta import patch
from petard.shared.protocol.keyframe import snapshot_from_keyframe
from petard.shared.protocol.messages import Events, Message
from petard.shared.protocol.snapshot import Snapshot
from petard.shared.rules.events import Event
from petard.shared.rules.ruleset import TICK_RATE

NOTES_MOST, NOTES_SIZE, ROUNDS_MOST = 2**16, 4 << 20, 1000  # of a demo; a whole day of rounds has fewer
GROUP_MOST, GROUP_SIZE = 2**13, 2 << 20  # records of a group, and their bytes; 64 players need a tenth of it
TOO_MUCH = "This demo has more in it than any match."
ALL_BUT_BEGAN = frozenset(r.RECORDS.values()) - {r.Began}
NOT_FOR_RERUN = ALL_BUT_BEGAN - {r.State, r.Inputs}  # records that the rules do not need
ALL_BUT_INPUTS = ALL_BUT_BEGAN - {r.Inputs} | {r.Began}
TICKS = slice(2, 3)  # where the ticks of a DeltaSent stand in its payload: one byte


class Demo:
    """One recorded match. `header`: where it is from; `damage`: what could not be read, or ""; `length`: in moments.

    `watch_starts`: the moments of the keyframes for watching; `watch` begins at one of them.
    """

    def __init__(self, blocks: list[Block], damage: str) -> None:
        """Raises DemoError if it has no header, or one of another format."""
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
        self.length = max((block.moment + len(block.digests) // 4 for block in blocks), default=0)
        if not self.digests:
            self.length = self.watch_length
        seconds = self.length / TICK_RATE
        self.damage = f"{damage} {seconds:.1f} seconds before that can be played." if damage else ""

    @cached_property
    def watch_length(self) -> int:
        """The moment up to which it can be watched; a truncated file may hold a second more that can be run again."""
        last = 0
        with suppress(DemoError):
            for moment, _ in self.event_blocks(2**32):
                last = moment
        return last

    @property
    def has_play(self) -> bool:
        """True if it can be run again: it has digests to compare with."""
        return bool(self.digests)

    @cached_property
    def rounds(self) -> tuple[r.Began, ...]:
        return tuple(record for record in self.notes if isinstance(record, r.Began))

    @cached_property
    def notes(self) -> tuple[r.Record, ...]:
        """All records but whole worlds and keys, read quickly; raises DemoError for a record that makes no sense."""
        noted: list[bytes] = []
        size = rounds = 0
        for payloads in _inflate(self._groups[BlockType.PLAY]):
            kinds = [(payload, _kind_of(payload)) for payload in payloads]
            more = [payload for payload, kind in kinds if kind not in {r.State, r.Inputs}]
            noted += more
            size += sum(map(len, more))
            rounds += sum(kind in {r.Began, r.Scored} for _, kind in kinds)
            if len(noted) > NOTES_MOST or size > NOTES_SIZE or rounds > 2 * ROUNDS_MOST:
                raise DemoError(TOO_MUCH)
        return tuple(_decode(noted))

    def round_at(self, moment: int) -> r.Began:
        """Return the round that runs at a moment, without reading all others; raises DemoError if there is none."""
        for group in reversed(self._groups[BlockType.PLAY][: bisect_right(self._starts[BlockType.PLAY], moment)]):
            for payloads in _inflate([group[:1]]):
                found = [began for began in _decode(payloads, ALL_BUT_BEGAN) if isinstance(began, r.Began)]
                if found and found[-1].moment <= moment:
                    return found[-1]
        raise DemoError(f"There is no round at moment {moment}.")

    def records(
        self, start: int = 0, skip: Collection[type[r.Record]] = (), kind: BlockType = BlockType.PLAY
    ) -> Iterator[r.Record]:
        """Yield all records but those of the types in `skip`, from the group in which the moment `start` lies.

        Raises DemoError for a record that makes no sense.
        """
        for payloads in self._payloads(kind, start):
            yield from _decode(payloads, skip)

    def key_changes(self) -> Iterator[tuple[int, dict[int, int]]]:
        """Yield the moments at which keys changed, and the new keys by slot."""
        for record in self.records(skip=ALL_BUT_INPUTS):
            if isinstance(record, r.Inputs):
                yield from key_changes(record)

    def watch(self, start: int = 0) -> Iterator[tuple[int, Message, Snapshot]]:
        """Yield what the clients were sent, from the group in which the moment `start` lies.

        Each message has its moment and the snapshot that a client has after it (a Round: after its keyframe). Raises
        DemoError for a record that makes no sense.
        """
        message, snapshot, moment = None, None, 0
        for record in self.records(start, kind=BlockType.WATCH):
            try:
                match record:
                    case r.Opened():
                        moment, is_new, message = record.moment, record.round != message, record.round
                        snapshot = snapshot_from_keyframe(record.keyframe, message.width, message.height)
                        if is_new:
                            yield moment, message, snapshot
                        yield moment, record.keyframe, snapshot
                    case r.DeltaSent() if snapshot:
                        delta = unpack_delta(record, snapshot)
                        snapshot, moment = patch(snapshot, delta), moment + record.ticks
                        yield moment, delta, snapshot
                    case r.Happened(events) if snapshot:
                        yield moment, Events(snapshot.tick, events), snapshot
            except RemoteProtocolError as problem:
                raise DemoError(f"What was sent in this demo makes no sense ({problem}).") from None

    def event_blocks(self, start: int = 0) -> Iterator[tuple[int, list[tuple[int, Event]]]]:
        """Yield the events of one block (about a second) at a time, far quicker than `watch` does.

        Each is the moment at which the block ends, and its events, each with its moment.
        """
        moment = 0
        for payloads in self._payloads(BlockType.WATCH, start):
            events: list[tuple[int, Event]] = []
            for payload in payloads:
                if _kind_of(payload) is r.DeltaSent:
                    moment += sum(payload[TICKS])
                    continue
                for record in _decode([payload]):
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

    def _payloads(self, kind: BlockType, start: int) -> Iterator[list[bytes]]:
        return _inflate(self._groups[kind][self._group_number(kind, start) :])


def read_demo(data: bytes) -> Demo:
    """Return the demo in the bytes of a file; raises DemoError, with one sentence, if there is none."""
    return Demo(*blocks_in(data))


def _inflate(groups: Iterable[list[Block]]) -> Iterator[list[bytes]]:
    """Yield the payloads of each block of some groups; raises DemoError for more than any match has."""
    for group in groups:
        size = count = 0
        for _, payloads in payloads_in(group):
            size, count = size + sum(map(len, payloads)), count + len(payloads)
            if size > GROUP_SIZE or count > GROUP_MOST:
                raise DemoError(TOO_MUCH)
            yield payloads


def _decode(payloads: Iterable[bytes], skip: Collection[type[r.Record]] = ()) -> Iterator[r.Record]:
    try:
        for payload in payloads:
            if not skip or r.kind_of_record(payload) not in skip:
                yield r.decode_record(payload)
    except RemoteProtocolError as problem:
        raise DemoError(f"A record in this demo makes no sense ({problem}).") from None


def _kind_of(payload: bytes) -> type[r.Record]:
    try:
        return r.kind_of_record(payload)
    except RemoteProtocolError as problem:
        raise DemoError(f"A record in this demo makes no sense ({problem}).") from None


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
