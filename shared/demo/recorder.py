"""Writes a demo while the match runs: records go in, whole blocks for the file come out.

Rule 1: no file and no clock: `data_to_write` returns the bytes that are due, about once a second.
Rule 2: keys are written when they change, digests after every tick, a keyframe every five seconds.
Rule 3: what the clients were sent is written as it was sent, packed by delta_packing.
"""

from collections.abc import Iterable, Mapping, Sequence

from petard.shared.demo.blocks import MAGIC, BlockEncoder, BlockType
from petard.shared.demo.delta_packing import pack_delta
from petard.shared.demo.records import (
    GROUP,
    OPENED,
    SECOND,
    Began,
    Ended,
    Happened,
    Header,
    Inputs,
    Opened,
    Record,
    encode_record,
)
from petard.shared.demo.world_state import state_record
from petard.shared.protocol.delta import diff
from petard.shared.protocol.keyframe import keyframe_of
from petard.shared.protocol.messages import Delta, Round
from petard.shared.protocol.snapshot import Snapshot
from petard.shared.rules.digest import digest
from petard.shared.rules.events import Event
from petard.shared.rules.world import World

EVENTS_MOST = 1024  # in one record


class Recorder:
    """One demo. `moment`: ticks that were played so far, in all rounds."""

    def __init__(self, header: Header) -> None:
        self.moment = 0
        self._out = bytearray(MAGIC)
        self._play = _Section(BlockType.PLAY)
        self._watch = _Section(BlockType.WATCH)
        self._keys = KeyChanges()
        self._digests: list[int] = []
        self._round: Round
        self._sent: Snapshot  # what clients know
        self.note(header)

    def begin_round(self, began: Began, world: World, message: Round, sent: Snapshot) -> None:
        """Begin a round, or go on with one, in this world. `message` and `sent`: what the clients are sent of it."""
        self.flush()
        self.note(began)
        self._keys = KeyChanges()
        self._round = message
        self._begin_group(world, sent, is_first=True)

    def tick(
        self,
        world: World,
        inputs: Mapping[int, int],
        sent: Snapshot,
        events: Iterable[Event],
        delta: Delta | None = None,
    ) -> None:
        """Record the tick that this world has made with these inputs. `sent`: the last snapshot that clients have.

        `events`: those sent with it, used only if `sent` is new. `delta`: the message that brought them to it; None:
        it is computed, which takes a little longer.
        """
        self.moment += 1
        self._digests.append(digest(world))
        self._keys.add(inputs)
        if sent is not self._sent:
            self._note_sent(sent, delta or diff(self._sent, sent), tuple(events))
        if self.moment - self._play.group.moment >= GROUP and sent.tick == world.tick:
            self.flush()
            self._begin_group(world, sent)
        elif len(self._digests) >= SECOND:
            self.flush()

    def _begin_group(self, world: World, sent: Snapshot, is_first: bool = False) -> None:
        """Begin a group, which can be read alone: with the whole world, as it is and as clients know it."""
        self._play.begin_group(self.moment)
        self.note(state_record(self.moment, world, self._keys.held))
        if is_first or world.tick % OPENED < GROUP:
            self._sent = sent
            self._watch.begin_group(self.moment)
            self._watch.add(Opened(self.moment, self._round, keyframe_of(sent)))

    def _note_sent(self, sent: Snapshot, delta: Delta, events: tuple[Event, ...]) -> None:
        self._watch.add(pack_delta(self._sent, delta))
        self._sent = sent
        for start in range(0, len(events), EVENTS_MOST):
            self._watch.add(Happened(events[start : start + EVENTS_MOST]))

    def note(self, record: Record) -> None:
        """Add a record to the next block."""
        self._play.add(record)

    def flush(self) -> None:
        """Close the blocks, so that `data_to_write` returns all that was noted, though no second has passed."""
        start = self.moment - len(self._digests)
        changes = self._keys.take()
        if changes:
            self.note(Inputs(start, changes))
        self._out += self._play.close_block(start, self._digests)
        self._out += self._watch.close_block(start, ())
        self._digests = []

    def end(self, reason: str) -> None:
        """End the demo."""
        self.flush()
        self.note(Ended(self.moment, reason))
        self.flush()

    def data_to_write(self) -> bytes:
        """Return the bytes that are due for the file, each once; mostly b""."""
        out = bytes(self._out)
        self._out.clear()
        return out


class _Section:
    """The blocks of one type: the group that is being written, and the records of its next block."""

    def __init__(self, kind: BlockType) -> None:
        self._kind = kind
        self._records = bytearray()
        self.begin_group(0)

    def begin_group(self, moment: int) -> None:
        self.group = BlockEncoder(self._kind, moment)

    def add(self, record: Record) -> None:
        self._records += encode_record(record)

    def close_block(self, moment: int, digests: Sequence[int]) -> bytes:
        """Return the block, or b"" if there is nothing for it."""
        block = self.group.encode(moment, digests, bytes(self._records)) if self._records or digests else b""
        self._records.clear()
        return block


class KeyChanges:
    """The keys of all slots, stored only where they change. `held`: the keys now."""

    def __init__(self) -> None:
        self.held: dict[int, int] = {}
        self._written: list[int] = []
        self._gap = 0

    def add(self, inputs: Mapping[int, int]) -> None:
        """Add a tick with these keys; a slot that is missing holds none."""
        self._gap += 1
        changed = [pair for pair in inputs.items() if self.held.get(pair[0], 0) != pair[1]]
        changed += [(slot, 0) for slot, keys in self.held.items() if keys and slot not in inputs]
        if not changed:
            return
        self._written += (self._gap, len(changed))
        for slot, keys in changed:
            self._written += (slot, keys)
            self.held[slot] = keys
        self._gap = 0

    def take(self) -> tuple[int, ...]:
        """Return what was stored since the last call; the next gap counts from now."""
        written = tuple(self._written)
        self._written.clear()
        self._gap = 0
        return written
