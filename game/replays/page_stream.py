"""Turns a recording into what a web page plays: messages of the wire, and an outline of what is where.

Rule 1: the messages are those that a watcher of the match would get (PROTOCOL.md), so the page reads them by the
        modules with which browsers watch a room. Before each stands its length, seven bits in a byte, the lowest first;
        all are one zlib stream.
Rule 2: what a page does not show is left out: the keys of the players and how they are read, the figures of their
        lines, and most events. It would be a third of the bytes, and nobody's business.
Rule 3: moments count from the first one that is shown. A round ends with its Results at the tick that decides it.
Rule 4: what makes no sense ends the match there, and `damage` says so; what is too long is refused (CannotEncode).
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from petard.assets.palette import CHARACTERS
from petard.game.replays.encoders import CannotEncode
from petard.game.view.demo_contents import Chapters
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import Demo, Watched
from petard.shared.demo.records import Mark, Scored
from petard.shared.protocol.changes import Changes
from petard.shared.protocol.codec import RemoteProtocolError, encode
from petard.shared.protocol.messages import Events, Message, Results, Roster, Round, Seat
from petard.shared.protocol.snapshot import COLUMNS, TABLES, Snapshot
from petard.shared.protocol.snapshot_rows import SnapshotRows
from petard.shared.protocol.state import State, delta_of, keyframe_of, moves_between
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.floors import theme_of
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.rules.world import Keys

MINUTES_MOST = 60
STREAM_MOST = 32 << 20  # bytes of messages, which a browser keeps in memory; an hour of eight players has a third of it
LISTED_MOST = 2**13  # groups, kills and bookmarks of a page; an hour has some 400 groups
SAID = frozenset((EventType.DIED, EventType.HURRY, EventType.RETURNED))  # the events that a page puts into words
_ACKS, _KEYS = TABLES.index("acks"), COLUMNS["players"].index("keys")
_UNSEEN = tuple(COLUMNS["players"].index(name) for name in ("turn", "turn_until", "bomb_until", "bomb_from"))
TOO_LARGE = "This match is too large for a page: take less of it by --from and --to."


@dataclass(slots=True)
class Outline:
    """What a page knows before it reads a message. A place is an offset in the unpacked stream, -1: there is none.

    `groups`: of each Keyframe its moment and the places of: the first message after the group before it, the Keyframe,
    its Round, the last Roster, the Results of its round. `kills`: moment, slot, who did it (-1: a wall), both names,
    both colours. `pieces`: names of the parts of the sheet that are drawn.
    """

    length: int = 0
    groups: list[tuple[int, ...]] = field(default_factory=list)
    rounds: list[tuple[int, int]] = field(default_factory=list)  # moment, number
    kills: list[tuple[int | str, ...]] = field(default_factory=list)
    marks: list[tuple[int, str]] = field(default_factory=list)  # bookmarks: moment, text
    pieces: set[str] = field(default_factory=lambda: {"things", "extras"})


@dataclass(frozen=True, slots=True)
class _Known:
    """What the page knows at the end of what is written, and where it was written."""

    round: Round | None = None
    round_at: int = -1
    seats: tuple[Seat, ...] = ()
    seats_at: int = -1
    results_at: int = -1
    state: State | None = None


def _length_bytes(length: int) -> bytes:
    """Return a length with seven bits in each byte, the lowest first.

    >>> _length_bytes(5), _length_bytes(300)
    (b'\\x05', b'\\xac\\x02')
    """
    out = bytearray()
    while length > 0x7F:
        out.append(length & 0x7F | 0x80)
        length >>= 7
    return bytes([*out, length])


class _Frames:
    """Messages, each after its length, packed. `size`: bytes before they are packed."""

    def __init__(self) -> None:
        self.size = 0
        self._packer = zlib.compressobj(9)
        self._packed = bytearray()

    def write(self, message: Message) -> int:
        """Add a message and return its place; raises CannotEncode if there are too many."""
        place, data = self.size, encode(message)
        data = _length_bytes(len(data)) + data
        self.size += len(data)
        if self.size > STREAM_MOST:
            raise CannotEncode(TOO_LARGE)
        self._packed += self._packer.compress(data)
        return place

    def close(self) -> bytes:
        """Return all of it."""
        return bytes(self._packed + self._packer.flush())


def _seen(snapshot: Snapshot) -> Snapshot:
    """Return what a page shows of it."""
    _, over_at, winner = snapshot.clock
    players = {}
    for slot, row in snapshot.players.items():
        seen = list(row)
        seen[_KEYS] &= Keys.GONE
        for column in _UNSEEN:
            seen[column] = 0
        players[slot] = tuple(seen)
    others = ({} if place == _ACKS else table for place, table in enumerate(snapshot.tables))
    return replace(snapshot, tables=({0: (0, over_at, winner)}, players, *islice(others, 2, None)))


class MatchStream:
    """The stream of one recording. `damage`: why it ends early, or ""; `data`, `outline`: whole after `pieces`."""

    def __init__(self, demo: Demo, start: int = 0, end: int | None = None) -> None:
        """`start`, `end`: moments; None: the end of the recording. Raises CannotEncode for more than an hour."""
        self.outline = Outline()
        self.damage, self.data = "", b""
        self._demo, self._chapters = demo, Chapters(demo, is_listed=False)
        self._span = range(start, demo.watch_length if end is None else min(end, demo.watch_length))
        if len(self._span) > MINUTES_MOST * 60 * TICK_RATE:
            raise CannotEncode(f"A page is at most {MINUTES_MOST} minutes long: take less by --from and --to.")
        self._frames = _Frames()
        self._known = _Known()

    def pieces(self) -> Iterator[float]:
        """Write it; yields after each 10 s of it how much is written, 0 to 1. Raises DemoError and CannotEncode."""
        try:
            for moment, message, snapshot in self._demo.watch(self._span.start):
                if moment > self._span.stop:
                    break
                self._write(moment, message, _seen(snapshot))
                if isinstance(message, SnapshotRows):
                    yield self._since_start(moment) / max(1, len(self._span))
        except (DemoError, RemoteProtocolError) as problem:
            self.damage = str(problem)
        if not self.outline.groups:
            raise DemoError(self.damage or "There is nothing to watch in this demo.")
        for note in self._chapters.notes_between(self._span.start - 1, self._span.stop):
            if isinstance(note, Mark) and len(self.outline.marks) < LISTED_MOST:
                self.outline.marks.append((self._since_start(note.moment), note.text))
        self.data = self._frames.close()

    def _since_start(self, moment: int) -> int:
        return max(0, moment - self._span.start)

    def _write(self, moment: int, message: Watched, snapshot: Snapshot) -> None:
        match message:
            case Round():
                self._known = replace(self._known, round=message, round_at=-1, results_at=-1, state=None)
            case SnapshotRows():
                self._open(moment, snapshot)
            case Changes():
                self._go_on(moment, snapshot)
            case Events(tick, events) if self.outline.groups:
                if said := tuple(event for event in events if event.what in SAID):
                    self._frames.write(Events(tick, said))
                    self._list_kills(moment, said)

    def _open(self, moment: int, snapshot: Snapshot) -> None:
        """Begin a group, unless what is shown begins later."""
        self._known = replace(self._known, state=State(snapshot))
        if moment < self._span.start:
            return
        begin, outline, announcement = self._frames.size, self.outline, self._known.round
        assert announcement
        self._seat(moment)
        if self._known.round_at < 0:
            self._known = replace(self._known, round_at=self._frames.write(announcement))
            outline.rounds.append((self._since_start(moment), announcement.number))
            outline.pieces.update(
                CHARACTERS[slot % len(CHARACTERS)] for slot in announcement.slots
            )  # if without a seat
            outline.pieces.add(theme_of(snapshot.floors) or "plain")
            outline.pieces.update({"signs"} if any(snapshot.floors[1:]) else ())
        place, known = self._frames.write(keyframe_of(State(snapshot))), self._known
        outline.length = self._since_start(moment)
        if len(outline.groups) >= LISTED_MOST:
            raise CannotEncode(TOO_LARGE)
        outline.groups.append((outline.length, begin, place, known.round_at, known.seats_at, known.results_at))
        self._decide(moment, snapshot)

    def _go_on(self, moment: int, snapshot: Snapshot) -> None:
        before, announcement = self._known.state, self._known.round
        assert before
        assert announcement
        if not self.outline.groups:
            self._open(moment, snapshot)
            return
        state = State(snapshot, moves_between(before.snapshot, snapshot, announcement.rules))
        self._frames.write(delta_of(before, state))
        self._known = replace(self._known, state=state)
        self.outline.length = self._since_start(moment)
        self._seat(moment)
        self._decide(moment, snapshot)

    def _seat(self, moment: int) -> None:
        """Write who sits where, if that has changed."""
        seats = self._chapters.seats(moment)
        if seats != self._known.seats:
            self._known = replace(self._known, seats=seats, seats_at=self._frames.write(Roster(seats, ())))
            self.outline.pieces.update(CHARACTERS[seat.character % len(CHARACTERS)] for seat in seats)

    def _decide(self, moment: int, snapshot: Snapshot) -> None:
        """Write how the round ended, once it is decided."""
        _, over_at, winner = snapshot.clock
        if over_at < 0 or self._known.results_at >= 0 or not self._known.round:
            return
        number = self._known.round.number
        notes = self._chapters.notes_between(moment - 1, 2**32)
        scored = next((note.results for note in notes if isinstance(note, Scored)), None)
        if scored is None or scored.round != number:
            scored = Results(number, winner, (), False, -1, 0)
        self._known = replace(self._known, results_at=self._frames.write(scored))

    def _list_kills(self, moment: int, events: tuple[Event, ...]) -> None:
        died = [event for event in events if event.what == EventType.DIED]
        if died and len(self.outline.kills) < LISTED_MOST:
            seats = {seat.slot: (seat.name, seat.colour) for seat in self._known.seats}
            for event in died:
                pairs = zip(*(seats.get(slot, ("?", max(0, slot))) for slot in (event.slot, event.other)), strict=True)
                names, colours = pairs
                self.outline.kills.append((self._since_start(moment), event.slot, event.other, *names, *colours))
