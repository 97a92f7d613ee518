"""The recording of the match that runs: what happens in it is noted here, and whole blocks come out for a file.

Rule 1: no file and no clock. Whoever keeps the files sets `date` before each turn, and takes the pages after it.
Rule 2: nothing that the match does depends on it; a tape that is off takes everything and keeps nothing.
Rule 3: what is noted was told to everybody who is here: no token, no address, no password.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import chain

from petard.server.room.rejoin_record import rejoin_record_of, write_rejoin_record
from petard.server.room.seats import Member
from petard.shared.demo.recorder import Recorder
from petard.shared.demo.records import FORMAT, Began, Header, Said, Scored, Seated
from petard.shared.protocol.messages import BUILD, PROTOCOL, Chat, Delta, Events, Message, Results, Round, Seat, Setup
from petard.shared.protocol.snapshot import Snapshot
from petard.shared.rules.maps import Board
from petard.shared.rules.ruleset import RULES_VERSION
from petard.shared.rules.world import World


@dataclass(frozen=True, slots=True)
class DemoChunk:
    """Bytes for the file of one demo; `number` is another one for each demo. `is_last`: nothing follows.

    `proof`: for the file beside it, if it has changed. `pins`: it is never to be deleted.
    """

    number: int
    header: Header
    data: bytes
    is_last: bool
    proof: bytes = field(default=b"", repr=False)
    pins: bool = False


class MatchRecorder:
    """Records one match after the other, each into a demo of its own. `date`: now, in seconds since 1970, UTC."""

    def __init__(self, server: str = "", is_on: bool = False) -> None:
        """`server`: the name of the server, as it stands in the header. `is_on`: matches that begin are recorded."""
        self.date = 0
        self.is_on = is_on
        self._server = server
        self._number = 0
        self._recorder: Recorder | None = None
        self._header: Header
        self._seats: list[Seat] = []  # as they were looked at last
        self._noted: tuple[Seat, ...] = ()  # as they were written last
        self._ended: list[DemoChunk] = []
        self._proved: object = None  # what the last proof was made from
        self._proof = b""  # to be written
        self._older = (0, 0)

    # From the start of a match to its end

    def begin(self, setup: Setup, parent: str = "", parent_at: int = 0, older: tuple[int, int] = (0, 0)) -> None:
        """A match begins. `parent`: the name of the demo that it goes on from, and `parent_at` the moment.

        `older`: how many rounds counted before, and how many were drawn since.
        """
        self._older = older
        self.end("Another match began.")
        if self.is_on:
            chosen = (setup.map, setup.rules, setup.rounds)
            versions = (FORMAT, PROTOCOL, RULES_VERSION, BUILD)
            self._header = Header(*versions, self.date, self._server, *chosen, parent, parent_at)
            self._number += 1
            self._proved = None
            self._recorder = Recorder(self._header)

    def begin_round(
        self, told: Round, seed: int, board: Board, world: World, sent: Snapshot, seats: Iterable[Seat]
    ) -> None:
        """A round begins in this world, or goes on in it; `told` and `sent` are what everybody is told of it."""
        if self._recorder:
            self._seats = list(seats)
            self._noted = _lasting(self._seats)
            about = (told.number, seed, told.rules, board.rows, told.slots, self._noted)
            self._recorder.begin_round(Began(self._recorder.moment, *about), world, told, sent)
            self._recorder.flush()

    def tick(
        self, world: World, inputs: dict[int, int], sent: Snapshot, messages: list[Message], seats: Iterable[Seat]
    ) -> None:
        """The world has made a tick with these inputs. `messages`: what everybody is told of it, up to `sent`."""
        if self._recorder:
            events = chain.from_iterable(part.events for part in messages if isinstance(part, Events))
            delta = next((part for part in messages if isinstance(part, Delta)), None)
            self._recorder.tick(world, inputs, sent, events, delta)
            self._look_at(list(seats))

    def _look_at(self, seats: list[Seat]) -> None:
        """Write the seats down if another one sits there, or is away, or has won. A Seat is never changed in place."""
        if self._recorder and seats != self._seats:  # mostly the very same objects: 0.3 us for eight
            self._seats, seen = seats, _lasting(seats)
            if seen != self._noted:
                self._noted = seen
                self._recorder.note(Seated(self._recorder.moment, seen))

    def said(self, line: Chat) -> None:
        """Everybody was told a line."""
        if self._recorder:
            self._recorder.note(Said(self._recorder.moment, line))

    def scored(self, results: Results) -> None:
        """A round is over."""
        if self._recorder:
            self._recorder.note(Scored(self._recorder.moment, results))
            self._recorder.flush()

    def end(self, reason: str) -> None:
        """The match is over, or there is nobody left to play it."""
        if self._recorder:
            self._recorder.end(reason)
            self._ended.append(DemoChunk(self._number, self._header, self._recorder.data_to_write(), is_last=True))
            self._recorder = None

    @property
    def is_running(self) -> bool:
        """True while a match is recorded."""
        return self._recorder is not None

    def pin(self) -> bool:
        """Write what was recorded of this match, or the last, and let it never be deleted; False if there is none."""
        if not self._number:
            return False
        if self._recorder:
            self._recorder.flush()
        data = self._recorder.data_to_write() if self._recorder else b""
        self._ended.append(DemoChunk(self._number, self._header, data, is_last=False, pins=True))
        return True

    def prove(self, setup: Setup, line: int, members: Iterable[Member]) -> None:
        """Look whether there is something new by which people could come back to another server. `line`: of chat."""
        if self._recorder:
            members = list(members)
            seen = (line, [(member.id, member.claim.told, member.claim.shown) for member in members])
            if seen != self._proved:
                self._proved, self._proof = (
                    seen,
                    write_rejoin_record(rejoin_record_of(setup, line, members, self._older)),
                )

    def take(self) -> list[DemoChunk]:
        """What is due for the files, once; mostly nothing."""
        pages, self._ended = self._ended, []
        if self._recorder:
            data, proof, self._proof = self._recorder.data_to_write(), self._proof, b""
            if data or proof:
                pages.append(DemoChunk(self._number, self._header, data, is_last=False, proof=proof))
        return pages


def _lasting(seats: Iterable[Seat]) -> tuple[Seat, ...]:
    """The seats by slot, without what changes all the time."""
    return tuple(replace(seat, ping=0, ready=False) for seat in sorted(seats, key=lambda seat: seat.slot))
