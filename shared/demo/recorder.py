"""Writes a demo while the match runs: what goes in is noted, what comes out are whole blocks for the file.

Rule 1: no file and no clock: `take` gives the bytes that are due, about once a second.
Rule 2: keys are written when they change, digests after every tick, a keyframe each five seconds.
Rule 3: what the clients were told is written as it was sent, but for that differences stand for values.
"""

from collections.abc import Iterable, Mapping

from petard.shared.demo.blocks import MAGIC, BlockType, Squeeze
from petard.shared.demo.delta_packing import told_in
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
from petard.shared.demo.world_state import state_of
from petard.shared.protocol.delta import diff
from petard.shared.protocol.messages import Delta, Round
from petard.shared.protocol.snapshot import Snapshot, keyframe_of
from petard.shared.rules.digest import digest
from petard.shared.rules.events import Event
from petard.shared.rules.world import World

EVENTS_MOST = 1024  # in one record


class Recorder:
    """One demo. `moment`: the ticks that were played so far, in all rounds."""

    def __init__(self, header: Header) -> None:
        self.moment = 0
        self._begun = 0  # the moment at which the block begins
        self._out = bytearray(MAGIC)
        self._play_group = Squeeze(BlockType.PLAY, 0)
        self._watch_group = Squeeze(BlockType.WATCH, 0)
        self._play = bytearray(encode_record(header))
        self._watch = bytearray()
        self._digests: list[int] = []
        self._keys = Changes()
        self._board: Round
        self._told: Snapshot

    def begin(self, began: Began, world: World, board: Round, told: Snapshot) -> None:
        """A round begins, or goes on, in this world; `board` and `told` are what the clients are told of it."""
        self._close()
        self.note(began)
        self._keys = Changes()
        self._board = board
        self._open(world, told, is_first=True)

    def tick(
        self,
        world: World,
        inputs: Mapping[int, int],
        told: Snapshot,
        events: Iterable[Event],
        delta: Delta | None = None,
    ) -> None:
        """The world has made a tick with these inputs. `told`: the last snapshot that clients were told of.

        `events`: what they were told with it; only looked at if they were told something new. `delta`: what was sent to
        tell it; None: it is found out, which takes a little longer.
        """
        self.moment += 1
        self._digests.append(digest(world))
        self._keys.add(inputs)
        if told is not self._told:
            self._tell(told, delta or diff(self._told, told), tuple(events))
        if self.moment - self._play_group.moment >= GROUP and told.tick == world.tick:
            self._close()
            self._open(world, told)
        elif self.moment - self._begun >= SECOND:
            self._close()

    def _open(self, world: World, told: Snapshot, is_first: bool = False) -> None:
        """Begin a group, which can be read without those before: with the whole world, as it is and as it is told."""
        self._play_group = Squeeze(BlockType.PLAY, self.moment)
        self.note(state_of(self.moment, world, self._keys.held))
        if is_first or world.tick % OPENED < GROUP:
            self._watch_group, self._told = Squeeze(BlockType.WATCH, self.moment), told
            self._watch += encode_record(Opened(self.moment, self._board, keyframe_of(told)))

    def _tell(self, told: Snapshot, delta: Delta, events: tuple[Event, ...]) -> None:
        self._watch += encode_record(told_in(self._told, delta))
        self._told = told
        for start in range(0, len(events), EVENTS_MOST):
            self._watch += encode_record(Happened(events[start : start + EVENTS_MOST]))

    def note(self, record: Record) -> None:
        """Write a record as soon as a block is full."""
        self._play += encode_record(record)

    def flush(self) -> None:
        """Let `take` give all that was noted, though it is no second since it last did."""
        self._close()

    def end(self, reason: str) -> None:
        """Nothing follows."""
        self._close()
        self.note(Ended(self.moment, reason))
        self._close()

    def take(self) -> bytes:
        """The bytes that are due for the file, once; mostly none."""
        out = bytes(self._out)
        self._out.clear()
        return out

    def _close(self) -> None:
        """Make blocks of what was noted."""
        changes = self._keys.take()
        if changes:
            self.note(Inputs(self._begun, changes))
        if self._play or self._digests:
            self._out += self._play_group.block(self._begun, self._digests, bytes(self._play))
        if self._watch:
            self._out += self._watch_group.block(self._begun, [], bytes(self._watch))
        self._play.clear()
        self._watch.clear()
        self._digests = []
        self._begun = self.moment


class Changes:
    """The keys of all slots, written down only where they change."""

    def __init__(self) -> None:
        self.held: dict[int, int] = {}
        self._written: list[int] = []
        self._gap = 0

    def add(self, inputs: Mapping[int, int]) -> None:
        """Pass a tick with these keys; a slot that is missing holds none."""
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
        """What was written since the last call; the next gap counts from now."""
        written = tuple(self._written)
        self._written.clear()
        self._gap = 0
        return written
