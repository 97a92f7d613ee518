"""The records of a demo, one frozen dataclass each; what the clients were sent is stored in the last three. And the
names of its file: the same for the server that records and the game that lists it.

Rule 1: the order of the fields is the order in the file, and their types carry the limits, as in messages.
Rule 2: a `moment` is a tick counted from the start of the match over all its rounds; only ticks that were played
        count. The `tick` of a world begins at 0 in each round.
Rule 3: Opened, DeltaSent and Happened stand in blocks of their own; with them a demo can be watched by any rules.
Rule 4: no record holds a token, a password or an address.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

from petard.shared.protocol.codec import Codec
from petard.shared.protocol.messages import Chat, Results, Round, Seat
from petard.shared.protocol.named_rules import recorded_rules_type
from petard.shared.protocol.names import clean_line
from petard.shared.protocol.schema import U16, U32, Label, Reason, Slot, TableRows, Text, Word, record, remembered
from petard.shared.protocol.snapshot_rows import SnapshotRows
from petard.shared.rules.events import Event
from petard.shared.rules.ruleset import Length, Range, RuleSet

FORMAT = 1  # of the file; other formats are refused
GROUP = 300  # moments, 5 s: how often the whole world is written
OPENED = 600  # moments, 10 s: how often all that clients know is written; to watch, more deltas are patched up
SECOND = 60  # moments in a block
SUFFIX, PIN, SEATS = ".petard", ".pin", ".seats"  # PIN and SEATS are appended to the whole name of the demo
STAMP = "%Y-%m-%dT%H-%M-%SZ"  # UTC, for strftime
RECORDING_MOST = 257 << 20  # bytes of a file: a capture ends at 256 MiB; a match of a whole day has a third of it
SAME_SECOND = 100  # demos of one map that begin, or clips that are saved, in one second
PARENT_MOST = 64  # characters of a file name that a header keeps
LATEST = 2**32 - 1  # seconds since 1970, in the year 2106

Moment = U32
U64 = Annotated[int, Range(0, 2**64 - 1)]
Flat = Annotated[tuple[Annotated[int, Range(0, 65535)], ...], Length(0, 2**15)]
Rows = Annotated[tuple[Annotated[str, Text(1, 64)], ...], Length(0, 64)]


@dataclass(frozen=True, slots=True)
class Header:
    """The first record of a demo. `started`: seconds since 1970, UTC. `parent`: the demo that it was made from."""

    format: U16
    protocol: U16
    rules: U16
    build: Label
    started: U32
    server: Label
    map: Word
    preset: Word
    rounds: Annotated[int, Range(0, 9)]
    parent: Annotated[str, Text(0, 64)] = ""
    parent_at: Moment = 0


@dataclass(frozen=True, slots=True)
class Began:
    """A round begins: `new_world(rules, the map in `board`, slots, seed, sides)` is its world.

    `sides`: that of each slot, if people have chosen them; else left out.
    """

    moment: Moment
    number: U16
    seed: U64
    rules: RuleSet
    board: Rows
    slots: Annotated[tuple[Slot, ...], Length(0, 64)]
    seats: Annotated[tuple[Seat, ...], Length(0, 64)]
    sides: Annotated[tuple[Annotated[int, Range(0, 3)], ...], Length(0, 64)] = ()

    LEFT_OUT: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class WorldState:
    """The whole world after the tick of a moment. `hidden`: tile, item, tile, item…; `held`: slot, keys, slot, keys…"""

    moment: Moment
    keyframe: SnapshotRows
    hidden: Flat
    rng: U64
    held: Flat


@dataclass(frozen=True, slots=True)
class Inputs:
    """Changes of the keys after a moment: for each tick with a change the ticks since the last one, how many
    slots, and each slot with its keys."""

    moment: Moment
    changes: Flat


@dataclass(frozen=True, slots=True)
class Seated:
    """The seats from a moment on."""

    moment: Moment
    seats: Annotated[tuple[Seat, ...], Length(0, 64)]


@dataclass(frozen=True, slots=True)
class Said:
    moment: Moment
    chat: Chat


@dataclass(frozen=True, slots=True)
class Scored:
    """A round was over."""

    moment: Moment
    results: Results


@dataclass(frozen=True, slots=True)
class Mark:
    """A bookmark that a person set."""

    moment: Moment
    text: Annotated[str, Text(0, 64)]


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a complete demo; it is missing if the server was killed."""

    moment: Moment
    reason: Reason


@dataclass(frozen=True, slots=True)
class Opened:
    """What a client is sent that joins now; the records after it build on it."""

    moment: Moment
    round: Round
    keyframe: SnapshotRows


@dataclass(frozen=True, slots=True)
class DeltaSent:
    """The changes that clients were sent, `ticks` after the last ones, packed as in packing.py."""

    ticks: Annotated[int, Range(1, 60)]
    tables: TableRows


@dataclass(frozen=True, slots=True)
class Happened:
    """The Events that clients were sent with the last changes."""

    events: Annotated[tuple[Event, ...], Length(0, 1024)]


Record = Header | Began | WorldState | Inputs | Seated | Said | Scored | Mark | Ended | Opened | DeltaSent | Happened

# fmt: off
RECORDS: dict[int, type[Record]] = {
    1: Header, 2: Began, 3: WorldState, 4: Inputs, 5: Seated, 6: Said, 7: Scored, 8: Mark, 9: Ended,
    16: Opened, 17: DeltaSent, 18: Happened,
}
# fmt: on
SEATS_KNOWN = 512  # most of the seats in a Seated are those of the one before: they are read once
_CODEC: Codec[Record] = Codec(RECORDS, {RuleSet: recorded_rules_type(), Seat: remembered(record(Seat), SEATS_KNOWN)})
decode_record, encode_record, kind_of_record = _CODEC.decode, _CODEC.encode, _CODEC.message_type_of


def header_time(clock: float) -> int:
    """Return what a header holds of a clock, which may stand anywhere. `clock`: seconds since 1970.

    >>> header_time(-25.0), header_time(1790000000.9), header_time(2.0**40)
    (0, 1790000000, 4294967295)
    """
    return min(max(int(clock), 0), LATEST)


def candidate_names(stamp: str, word: str) -> Iterator[str]:
    """Yield the names that a demo of this second and map may have, the best first. `stamp`: see STAMP.

    >>> list(candidate_names("2026-09-21T14-13-20Z", "classic"))[:2]
    ['2026-09-21T14-13-20Z-classic.petard', '2026-09-21T14-13-20Z-classic-2.petard']
    """
    yield f"{stamp}-{word}{SUFFIX}"
    for number in range(2, SAME_SECOND):
        yield f"{stamp}-{word}-{number}{SUFFIX}"


def parent_label(name: str) -> str:
    """Return a file name as a header keeps it: printable characters only, shortened to PARENT_MOST."""
    return clean_line(name)[:PARENT_MOST].rstrip()
