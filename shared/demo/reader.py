"""Reads a demo: whatever is whole of it, from any moment on.

Rule 1: a file that was cut or damaged gives all that stands before the damage, and says so in `damage`.
Rule 2: whatever else is wrong with it is NoDemo, one sentence; nothing else escapes.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import chain

from shared.demo.blocks import Block, Kind, NoDemo, blocks_in, payloads_in
from shared.demo.records import FORMAT, Began, Happened, Header, Opened, Record, Told, decode_record
from shared.demo.told import delta_of
from shared.protocol.codec import Malformed
from shared.protocol.delta import patch, snapshot_in
from shared.protocol.messages import Events, Message
from shared.rules.ruleset import TICK_RATE


class Demo:
    """One recorded match. `header` tells where it is from, `damage` what could not be read, `length` its moments."""

    def __init__(self, blocks: list[Block], damage: str) -> None:
        """Raises NoDemo if it has no header, or one of another format."""
        self._groups = {kind: _grouped(blocks, kind) for kind in Kind}
        self._starts = {kind: [group[0].moment for group in groups] for kind, groups in self._groups.items()}
        self.header = self._read_header()
        self.digests = array("I", (digest for block in blocks for digest in block.digests))
        self.length = max((block.moment + len(block.digests) for block in blocks), default=0)
        seconds = self.length / TICK_RATE
        self.damage = f"{damage} {seconds:.1f} seconds before that can be played." if damage else ""

    def _read_header(self) -> Header:
        first = next(self.records(), None)
        if not isinstance(first, Header):
            raise NoDemo("This demo has no header.")
        if first.format != FORMAT:
            raise NoDemo(f"This demo has format {first.format}; this Petard reads format {FORMAT}.")
        return first

    @property
    def has_watch(self) -> bool:
        """True if what the clients were told is in it."""
        return bool(self._groups[Kind.WATCH])

    @property
    def has_play(self) -> bool:
        """True if it can be run again: it has digests to be compared with."""
        return bool(self.digests)

    @cached_property
    def began(self) -> tuple[Began, ...]:
        """The rounds in it."""
        return tuple(record for record in self.records() if isinstance(record, Began))

    def round_at(self, moment: int) -> Began:
        """The round that is on at a moment; raises NoDemo where there is none."""
        place = bisect_right([began.moment for began in self.began], moment) - 1
        if place < 0:
            raise NoDemo(f"There is no round at moment {moment}.")
        return self.began[place]

    def records(self, start: int = 0) -> Iterator[Record]:
        """All records from the group on in which a moment lies; raises NoDemo where one makes no sense."""
        return self._records(Kind.PLAY, start)

    def told(self, start: int = 0) -> Iterator[Message]:
        """What the clients were told, from the group on in which a moment lies; raises NoDemo likewise."""
        board, snapshot = None, None
        for record in self._records(Kind.WATCH, start):
            try:
                match record:
                    case Opened():
                        if record.round != board:
                            board = record.round
                            yield board
                        snapshot = snapshot_in(record.keyframe, board.width, board.height)
                        yield record.keyframe
                    case Told() if snapshot:
                        delta = delta_of(record, snapshot)
                        snapshot = patch(snapshot, delta)
                        yield delta
                    case Happened(events) if snapshot:
                        yield Events(snapshot.tick, events)
            except Malformed as problem:
                raise NoDemo(f"What was told in this demo makes no sense ({problem}).") from None

    def group_start(self, moment: int) -> int:
        """The moment at which the group begins in which a moment lies."""
        starts = self._starts[Kind.PLAY if self.has_play else Kind.WATCH]
        return starts[max(0, bisect_right(starts, moment) - 1)] if starts else 0

    def _records(self, kind: Kind, start: int) -> Iterator[Record]:
        place = max(0, bisect_right(self._starts[kind], start) - 1) if start else 0
        for group in self._groups[kind][place:]:
            for payload in chain.from_iterable(payloads for _, payloads in payloads_in(group)):
                try:
                    yield decode_record(payload)
                except Malformed as problem:
                    raise NoDemo(f"A record in this demo makes no sense ({problem}).") from None


def read_demo(data: bytes) -> Demo:
    """The demo in the bytes of a file; raises NoDemo, with one sentence, if there is none."""
    return Demo(*blocks_in(data))


def _grouped(blocks: list[Block], kind: Kind) -> list[list[Block]]:
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
