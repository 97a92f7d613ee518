"""Writes a demo while the match runs: records go in, whole blocks for the file come out.

Rule 1: no file and no clock: `data_to_write` returns the bytes that are due, about once a second.
Rule 2: keys are written when they change, digests after every tick, a keyframe every five seconds.
Rule 3: what the clients were sent is written as it was sent, packed as in packing.py.
Rule 4: no crowd can write so much into a match that its readers refuse it (budget.py): chat has a limit, and seats that
        change again and again are written about once a second.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from petard.shared.demo import records as r
from petard.shared.demo.blocks import MAGIC, BlockSection, BlockType
from petard.shared.demo.packing import pack_changes, pack_keys, state_record
from petard.shared.protocol.changes import diff
from petard.shared.protocol.messages import Round
from petard.shared.protocol.snapshot import Snapshot
from petard.shared.protocol.snapshot_rows import rows_of
from petard.shared.rules.digest import digest
from petard.shared.rules.events import Event
from petard.shared.rules.world import World

EVENTS_MOST = 1024  # in one record
# Bytes of chat at once, and more for each tick; what a line counts beside its own bytes. That is 1000 long lines, and 8
# for each second of play. A match that is paused may stand still for hours, without a tick; and readers take no
# group of more than 8192 records or 2 MiB.
SAID_MOST, SAID_PER_TICK, SAID_EACH = 1 << 19, 64, 256
RESEATED_MOST = 8  # changes of the seats that are written at once; one more may be with each second


class _PlaySection(BlockSection):
    """The records that are needed to run the match again, with the limits of rule 4."""

    def __init__(self) -> None:
        super().__init__(BlockType.PLAY)
        self._said = self._reseated = 0  # bytes of chat, and ticks for changes of the seats, that count now
        self._waiting: r.Seated | None = None

    def pass_tick(self) -> None:
        self._said = max(0, self._said - SAID_PER_TICK)
        self._reseated = max(0, self._reseated - 1)

    def add(self, record: r.Record, moment: int) -> None:
        """Add a record; one of more chat than there may be is left out, and seats of which there are many wait."""
        payload = r.encode_record(record)
        match record:
            case r.Said():
                size = len(payload) + SAID_EACH
                if self._said + size > SAID_MOST:
                    return
                self._said += size
            case r.Seated() if self._reseated >= RESEATED_MOST * r.SECOND:
                self._waiting = record
                return
            case r.Seated():
                self._reseated += r.SECOND
                self._waiting = None
            case _:
                self.write_seats(moment)
        self.records += payload

    def write_seats(self, moment: int) -> None:
        """Write the seats that wait, as of this moment: records stand in the order of their moments."""
        if self._waiting:
            self.records += r.encode_record(replace(self._waiting, moment=moment))
            self._waiting = None


class Recorder:
    """One demo. `moment`: ticks that were played so far, in all rounds."""

    def __init__(self, header: r.Header) -> None:
        self.moment = 0
        self._out = bytearray(MAGIC)
        self._play = _PlaySection()
        self._watch = BlockSection(BlockType.WATCH)
        self._held: dict[int, int] = {}  # the keys of each slot
        self._ticks: list[tuple[int, dict[int, int]]] = []  # of the next block: digests, and keys that changed
        self._round: Round
        self._sent: Snapshot  # what clients know
        self.note(header)

    def begin_round(self, began: r.Began, world: World, message: Round, sent: Snapshot) -> None:
        """Begin a round, or go on with one, in this world. `message` and `sent`: what the clients are sent of it."""
        self.flush()
        self.note(began)
        self._held = {}
        self._round = message
        self._begin_group(world, sent, is_first=True)

    def tick(
        self,
        world: World,
        inputs: Mapping[int, int],
        sent: Snapshot,
        events: Iterable[Event],
    ) -> None:
        """Record the tick that this world has made with these inputs; a slot that is missing holds no keys.

        `sent`: the last snapshot that clients have. `events`: those sent with it, used only if `sent` is new.
        """
        changed = {slot: keys for slot, keys in inputs.items() if self._held.get(slot, 0) != keys}
        changed |= {slot: 0 for slot, keys in self._held.items() if keys and slot not in inputs}
        self._held |= changed
        self.moment += 1
        self._play.pass_tick()
        self._ticks.append((digest(world), changed))
        if sent is not self._sent:
            self._watch.records += r.encode_record(pack_changes(self._sent, diff(self._sent, sent)))
            self._sent, happened = sent, tuple(events)
            for start in range(0, len(happened), EVENTS_MOST):
                self._watch.records += r.encode_record(r.Happened(happened[start : start + EVENTS_MOST]))
        if self.moment - self._play.group.moment >= r.GROUP and sent.tick == world.tick:
            self.flush()
            self._begin_group(world, sent)
        elif len(self._ticks) >= r.SECOND:
            self.flush()

    def _begin_group(self, world: World, sent: Snapshot, is_first: bool = False) -> None:
        """Begin a group, which can be read alone: with the whole world, as it is and as clients know it."""
        self._play.begin_group(self.moment)
        self.note(state_record(self.moment, world, self._held))
        if is_first or world.tick % r.OPENED < r.GROUP:
            self._sent = sent
            self._watch.begin_group(self.moment)
            self._watch.records += r.encode_record(r.Opened(self.moment, self._round, rows_of(sent)))

    def note(self, record: r.Record) -> None:
        """Add a record to the next block, with rule 4."""
        self._play.add(record, self.moment)

    def flush(self) -> None:
        """Close the blocks, so that `data_to_write` returns all that was noted, though no second has passed."""
        self._play.write_seats(self.moment)
        start = self.moment - len(self._ticks)
        if keys := self._keys_since(start):
            self.note(keys)
        self._out += self._play.close_block(start, [summed for summed, _ in self._ticks])
        self._out += self._watch.close_block(start)
        self._ticks = []

    def _keys_since(self, start: int) -> r.Inputs | None:
        changes = [(moment, changed) for moment, (_, changed) in enumerate(self._ticks, start + 1) if changed]
        return pack_keys(start, changes) if changes else None

    def newest(self) -> bytes:
        """Return a block with what was noted since the last one, to run the match again up to now; it stays open."""
        start = self.moment - len(self._ticks)
        keys = self._keys_since(start)
        records = bytes(self._play.records) + (r.encode_record(keys) if keys else b"")
        return self._play.group.preview(start, [summed for summed, _ in self._ticks], records)

    def end(self, reason: str) -> None:
        self.flush()
        self.note(r.Ended(self.moment, reason))
        self.flush()

    def data_to_write(self) -> bytes:
        """Return the bytes that are due for the file, each once; mostly b""."""
        out = bytes(self._out)
        self._out.clear()
        return out
