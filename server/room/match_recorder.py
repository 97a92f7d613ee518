"""Records the match that runs: notes what happens in it, and gives whole blocks for a file.

Rule 1: no file and no clock. The owner of the files sets `date` before each update, and takes the chunks after it.
Rule 2: nothing that the match does depends on it; a recorder that is off accepts everything and keeps nothing.
Rule 3: only what was sent to everybody is recorded: no token, no address, no password.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import NamedTuple

from petard.server.room.member import Member
from petard.server.room.resume import RejoinRecord, Resumed, write_rejoin_record
from petard.shared.demo.recorder import Recorder
from petard.shared.demo.records import FORMAT, Began, Header, Said, Scored, Seated, header_time
from petard.shared.protocol.messages import BUILD, PROTOCOL, Chat, Events, Message, Results, Round, Seat, Setup
from petard.shared.protocol.snapshot import Snapshot
from petard.shared.rules.maps import Board
from petard.shared.rules.ruleset import RULES_VERSION
from petard.shared.rules.world import World


@dataclass(frozen=True, slots=True)
class DemoChunk:
    """Bytes for the file of one demo; each demo has another `number`."""

    number: int
    header: Header
    data: bytes
    is_last: bool  # nothing follows
    rejoin_record: bytes = field(default=b"", repr=False)  # for the file beside it, if it has changed
    pins: bool = False  # the demo is never to be deleted


class RecordedRoom(NamedTuple):
    """What a rejoin record says of the server and its room, beside the members."""

    name: str = ""
    port: int = 0
    id: int = 0
    standbys: tuple[str, ...] = ()  # addresses


UNKNOWN_ROOM = RecordedRoom()


class _SeatNotes:
    """Notices when the seats have changed. A Seat is never changed in place."""

    def __init__(self) -> None:
        self._last: list[Seat] = []
        self._noted: tuple[Seat, ...] = ()

    def changed(self, seats: Iterable[Seat]) -> tuple[Seat, ...]:
        """The seats by slot, if another member sits there, or is away, or has won since the last call; else ()."""
        seats = list(seats)
        if seats == self._last:  # mostly the very same objects: 0.3 us for eight
            return ()
        self._last, before = seats, self._noted
        self._noted = tuple(replace(seat, ping=0, ready=False) for seat in sorted(seats, key=lambda seat: seat.slot))
        return self._noted if self._noted != before else ()


class MatchRecorder:
    """Records one match after the other, each into its own demo. `date`: now, in seconds since 1970, UTC.

    `room`: for the header and the rejoin record.
    """

    def __init__(self, room: RecordedRoom = UNKNOWN_ROOM, is_on: bool = False) -> None:
        self.date = 0
        self.is_on = is_on  # matches that begin are recorded
        self.room = room
        self._demo: tuple[int, Header] | None = None  # number and header of the last demo
        self._recorder: Recorder | None = None  # while a match runs
        self._seats = _SeatNotes()
        self._chunks: list[DemoChunk] = []
        self._rejoin: tuple[tuple[int, int], object] = (
            (0, 0),
            None,
        )  # RejoinRecord.older, and what is in the last

    def begin(self, setup: Setup, resumed: Resumed | None = None) -> None:
        """A match begins, or is resumed."""
        self.end("Another match began.")
        self._rejoin = ((resumed.series.counted, resumed.series.drawn) if resumed else (0, 0), None)
        if self.is_on:
            chosen = (setup.map, setup.rules, setup.rounds)
            versions = (FORMAT, PROTOCOL, RULES_VERSION, BUILD)
            parent = (resumed.parent, resumed.parent_at) if resumed else ()
            header = Header(*versions, header_time(self.date), self.room.name, *chosen, *parent)
            self._demo = (self._demo[0] + 1 if self._demo else 1, header)
            self._recorder = Recorder(header)

    def begin_round(
        self,
        announced: Round,
        seed: int,
        board: Board,
        world: World,
        sent: Snapshot,
        seats: Iterable[Seat],
        sides: tuple[int, ...] = (),
    ) -> None:
        """A round begins in this world, or goes on in it; `announced` and `sent` are what everybody gets.

        `sides`: those that people have chosen, as in Began.
        """
        if self._recorder:
            self._seats = _SeatNotes()
            round = (self._recorder.moment, announced.number, seed, announced.rules, board.rows, announced.slots)
            self._recorder.begin_round(Began(*round, self._seats.changed(seats), sides), world, announced, sent)
            self._recorder.flush()

    def tick(
        self, world: World, inputs: dict[int, int], sent: Snapshot, messages: list[Message], seats: Iterable[Seat]
    ) -> None:
        """The world has made a tick with these inputs. `messages`: what everybody gets of it, up to `sent`."""
        if self._recorder:
            events = chain.from_iterable(part.events for part in messages if isinstance(part, Events))
            self._recorder.tick(world, inputs, sent, events)
            if changed := self._seats.changed(seats):
                self._recorder.note(Seated(self._recorder.moment, changed))

    def note_chat(self, line: Chat) -> None:
        if self._recorder:
            self._recorder.note(Said(self._recorder.moment, line))

    def note_results(self, results: Results) -> None:
        if self._recorder:
            self._recorder.note(Scored(self._recorder.moment, results))
            self._recorder.flush()

    def end(self, reason: str) -> None:
        """The match is over, or there is nobody left to play it."""
        if self._recorder and self._demo:
            self._recorder.end(reason)
            self._chunks.append(DemoChunk(*self._demo, self._recorder.data_to_write(), is_last=True))
            self._recorder = None

    @property
    def running(self) -> int:
        """The number of the demo of the match that runs; 0 if none is recorded."""
        return self._demo[0] if self._recorder and self._demo else 0

    def flush(self) -> None:
        """Close the block that is open, so that the next chunk has all that was recorded."""
        if self._recorder:
            self._recorder.flush()

    def newest(self) -> bytes:
        """What follows the chunks that were taken, up to now; b"" while no match runs."""
        return self._recorder.newest() if self._recorder else b""

    def pin(self) -> bool:
        """Flush the demo of this match, or the last, and let it never be deleted; False if there is none."""
        if not self._demo:
            return False
        self.flush()
        data = self._recorder.data_to_write() if self._recorder else b""
        self._chunks.append(DemoChunk(*self._demo, data, is_last=False, pins=True))
        return True

    def take(self, setup: Setup, line: int, members: Iterable[Member]) -> list[DemoChunk]:
        """What is due for the files, once; mostly nothing. The rest is for the rejoin record; `line`: of chat."""
        chunks, self._chunks = self._chunks, []
        if self._recorder and self._demo:
            data, record = self._recorder.data_to_write(), self._changed_record(setup, line, list(members))
            if data or record:
                chunks.append(DemoChunk(*self._demo, data, is_last=False, rejoin_record=record))
        return chunks

    def _changed_record(self, setup: Setup, line: int, members: list[Member]) -> bytes:
        """The rejoin record, if there is something new in it; else b""."""
        older, before = self._rejoin
        now = (line, self.room, [(one.id, one.players, one.token.current, one.token.previous) for one in members])
        if now == before:
            return b""
        self._rejoin = (older, now)
        return write_rejoin_record(self.rejoin_record(setup, line, members))

    def rejoin_record(self, setup: Setup, line: int, members: Iterable[Member]) -> RejoinRecord:
        """Who may come back to the room; `line`: of chat."""
        return RejoinRecord(setup, line, tuple(members), self._rejoin[0], *self.room[1:])
