"""Reads a demo: whatever is whole of it, from any moment on.

Rule 1: a file that was cut or damaged gives all that stands before the damage, and says so in `damage`.
Rule 2: whatever else is wrong with it is NoDemo, one sentence; nothing else escapes.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property

from petard.shared.demo.blocks import Block, BlockType, NoDemo, blocks_in, digests_in, split_payloads
from petard.shared.demo.delta_packing import delta_of
from petard.shared.demo.records import (
    FORMAT,
    RECORDS,
    Began,
    Happened,
    Header,
    Inputs,
    Opened,
    Record,
    Scored,
    State,
    Told,
    decode_record,
    kind_of_record,
)
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.delta import patch, snapshot_from_keyframe
from petard.shared.protocol.messages import Events, Message
from petard.shared.protocol.snapshot import Snapshot
from petard.shared.rules.events import Event
from petard.shared.rules.ruleset import TICK_RATE

NOTES_MOST, NOTES_SIZE, ROUNDS_MOST = 2**16, 4 << 20, 1000  # of a demo; nobody says more in a day of rounds
GROUP_MOST, GROUP_SIZE = 2**13, 2 << 20  # records of a group, and their bytes; 64 players need a tenth of it
TOO_MUCH = "This demo has more in it than any match."
BUT_BEGAN = frozenset(RECORDS.values()) - {Began}
NO_PLAY = BUT_BEGAN - {State, Inputs}  # the rest is what the rules need
TICKS = slice(2, 3)  # where the ticks of a Told stand in its payload: one byte


class Demo:
    """One recorded match. `header` tells where it is from, `damage` what could not be read, `length` its moments."""

    def __init__(self, blocks: list[Block], damage: str) -> None:
        """Raises NoDemo if it has no header, or one of another format."""
        self._groups = {kind: _grouped(blocks, kind) for kind in BlockType}
        self._starts = {kind: [group[0].moment for group in groups] for kind, groups in self._groups.items()}
        self.header = self._read_header()
        self.digests = digests_in(blocks)
        self.length = max((block.moment + len(block.digests) // 4 for block in blocks), default=0)
        if not self.digests:
            self.length = self.told_to
        seconds = self.length / TICK_RATE
        self.damage = f"{damage} {seconds:.1f} seconds before that can be played." if damage else ""

    def _read_header(self) -> Header:
        first = next(self.records(), None)
        if not isinstance(first, Header):
            raise NoDemo("This demo has no header.")
        if first.format != FORMAT:
            raise NoDemo(f"This demo has format {first.format}; this Petard reads format {FORMAT}.")
        return first

    @cached_property
    def told_to(self) -> int:
        """The moment up to which it can be watched; a file that was cut off may have a second more to run again."""
        last = 0
        with suppress(NoDemo):
            for moment, _ in self.happened(2**32):
                last = moment
        return last

    @property
    def has_watch(self) -> bool:
        """True if what the clients were told is in it."""
        return bool(self._groups[BlockType.WATCH])

    @property
    def has_play(self) -> bool:
        """True if it can be run again: it has digests to be compared with."""
        return bool(self.digests)

    @cached_property
    def began(self) -> tuple[Began, ...]:
        """The rounds in it."""
        return tuple(record for record in self.notes if isinstance(record, Began))

    @cached_property
    def notes(self) -> tuple[Record, ...]:
        """All records but whole worlds and keys, quickly; raises NoDemo where one makes no sense."""
        noted: list[bytes] = []
        size = rounds = 0
        for _, payloads in _inflated(self._groups[BlockType.PLAY]):
            kinds = [(payload, _kind_of(payload)) for payload in payloads]
            more = [payload for payload, kind in kinds if kind not in {State, Inputs}]
            noted += more
            size += sum(map(len, more))
            rounds += sum(kind in {Began, Scored} for _, kind in kinds)
            if len(noted) > NOTES_MOST or size > NOTES_SIZE or rounds > 2 * ROUNDS_MOST:
                raise NoDemo(TOO_MUCH)
        return tuple(_read(noted))

    def round_at(self, moment: int) -> Began:
        """The round that is on at a moment, found without a look at all others; raises NoDemo where there is none."""
        for group in reversed(self._groups[BlockType.PLAY][: bisect_right(self._starts[BlockType.PLAY], moment)]):
            for _, payloads in _inflated([group[:1]]):
                found = [began for began in _read(payloads, BUT_BEGAN) if isinstance(began, Began)]
                if found and found[-1].moment <= moment:
                    return found[-1]
        raise NoDemo(f"There is no round at moment {moment}.")

    def records(self, start: int = 0, but: Collection[type[Record]] = ()) -> Iterator[Record]:
        """All records, but of some kinds, from the group on in which a moment lies; raises NoDemo where one makes no
        sense."""
        return self._records(BlockType.PLAY, start, but)

    def told(self, start: int = 0) -> Iterator[Message]:
        """What the clients were told, from the group on in which a moment lies; raises NoDemo likewise."""
        return (message for _, message, _ in self.seen(start))

    def heard(self, start: int = 0) -> Iterator[tuple[int, Message]]:
        """The same, each message with its moment."""
        return ((moment, message) for moment, message, _ in self.seen(start))

    def seen(self, start: int = 0) -> Iterator[tuple[int, Message, Snapshot]]:
        """The same, each with what is known after it (for a Round, after its keyframe)."""
        board, snapshot, moment = None, None, 0
        for record in self._records(BlockType.WATCH, start):
            try:
                match record:
                    case Opened():
                        moment, is_new, board = record.moment, record.round != board, record.round
                        snapshot = snapshot_from_keyframe(record.keyframe, board.width, board.height)
                        if is_new:
                            yield moment, board, snapshot
                        yield moment, record.keyframe, snapshot
                    case Told() if snapshot:
                        delta = delta_of(record, snapshot)
                        snapshot, moment = patch(snapshot, delta), moment + record.ticks
                        yield moment, delta, snapshot
                    case Happened(events) if snapshot:
                        yield moment, Events(snapshot.tick, events), snapshot
            except RemoteProtocolError as problem:
                raise NoDemo(f"What was told in this demo makes no sense ({problem}).") from None

    @property
    def openings(self) -> Sequence[int]:
        """The moments from which it can be watched without what was told before; `told` begins at one of them."""
        return self._starts[BlockType.WATCH]

    def happened(self, start: int = 0) -> Iterator[tuple[int, list[tuple[int, Event]]]]:
        """What happened, each event with its moment, far quicker than by `heard`: of one block, about a second, at a
        time, with the moment up to which it is told."""
        moment = 0
        for _, payloads in _inflated(self._groups[BlockType.WATCH][self._place(BlockType.WATCH, start) :]):
            events: list[tuple[int, Event]] = []
            for payload in payloads:
                if _kind_of(payload) is Told:
                    moment += sum(payload[TICKS])
                    continue
                for record in _read([payload]):
                    if isinstance(record, Opened):
                        moment = record.moment
                    elif isinstance(record, Happened):
                        events += ((moment, event) for event in record.events)
            yield moment, events

    def group_start(self, moment: int) -> int:
        """The moment at which the group begins in which a moment lies."""
        starts = self._starts[BlockType.PLAY if self.has_play else BlockType.WATCH]
        return starts[max(0, bisect_right(starts, moment) - 1)] if starts else 0

    def _records(self, kind: BlockType, start: int, but: Collection[type[Record]] = ()) -> Iterator[Record]:
        for _, payloads in _inflated(self._groups[kind][self._place(kind, start) :]):
            yield from _read(payloads, but)

    def _place(self, kind: BlockType, moment: int) -> int:
        """The number of the group in which a moment lies."""
        return max(0, bisect_right(self._starts[kind], moment) - 1) if moment else 0


def read_demo(data: bytes) -> Demo:
    """The demo in the bytes of a file; raises NoDemo, with one sentence, if there is none."""
    return Demo(*blocks_in(data))


def _inflated(groups: Iterable[list[Block]]) -> Iterator[tuple[Block, list[bytes]]]:
    """The payloads of all blocks of some groups; raises NoDemo for more than any match has."""
    for group in groups:
        size = count = 0
        for block, payloads in split_payloads(group):
            size, count = size + sum(map(len, payloads)), count + len(payloads)
            if size > GROUP_SIZE or count > GROUP_MOST:
                raise NoDemo(TOO_MUCH)
            yield block, payloads


def _read(payloads: Iterable[bytes], but: Collection[type[Record]] = ()) -> Iterator[Record]:
    """Decode all but some kinds of records; raises NoDemo."""
    for payload in payloads:
        try:
            if not but or _kind_of(payload) not in but:
                yield decode_record(payload)
        except RemoteProtocolError as problem:
            raise NoDemo(f"A record in this demo makes no sense ({problem}).") from None


def _kind_of(payload: bytes) -> type[Record]:
    try:
        return kind_of_record(payload)
    except RemoteProtocolError as problem:
        raise NoDemo(f"A record in this demo makes no sense ({problem}).") from None


def _grouped(blocks: list[Block], kind: BlockType) -> list[list[Block]]:
    groups: list[list[Block]] = []
    for block in blocks:
        if block.kind is kind:
            if block.starts:
                groups.append([block])
            elif groups:
                groups[-1].append(block)
            else:
                raise NoDemo("This demo begins in the middle of a group.")
    return groups
