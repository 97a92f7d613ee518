"""Wire captures: what came and went on every connection of a server, chunk by chunk, turn by turn, and back.

A file is a magic word and then blocks as in a demo (blocks.py); they all are one group of kind PLAY without digests,
and their moments count turns. The first frame is the record Start; each other one is a letter and what belongs to it:
T a turn, S the stop, L a line that came, R what recv gave, W what send took, F a fault, E the end. Big-endian.

Rule 1: connections have numbers and homes have numbers; addresses are not in it, nor secrets (veil.py).
Rule 2: times count in 1/UNIT s from the start; the server that is captured has its own clock rounded to them, so
        whoever plays the capture gives it the very same times.
Rule 3: whatever the bytes are, `read_wire` returns a Capture or raises NoDemo, one sentence.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from struct import Struct, error
from typing import Annotated, TypeAlias

from petard.shared.demo.blocks import MAGIC, BlockType, NoDemo, Squeeze, blocks_in, split_payloads
from petard.shared.demo.records import U64, Rows
from petard.shared.framing import frame
from petard.shared.protocol.codec import Codec, RemoteProtocolError
from petard.shared.protocol.fields import U16, Label, Word
from petard.shared.protocol.messages import Setup
from petard.shared.rules.limits import Length

MAGIC_WIRE = b"PETARDW\x01"
FORMAT_WIRE = 1
UNIT = 1 << 20  # of time, in a second: times are exact in a float, and so are their differences
BLOCK = 64 * 1024  # bytes of records that make a block full
TURNS = 60  # so do so many turns


@dataclass(frozen=True, slots=True)
class Plan:
    """A map, as rows of text."""

    name: Word
    rows: Rows


@dataclass(frozen=True, slots=True)
class Start:
    """What the captured server was: with these a room is made that does the same."""

    format: U16
    protocol: U16
    rules: U16
    build: Label
    setup: Setup
    name: Label
    snapshots: U16
    seed: U64
    plans: Annotated[tuple[Plan, ...], Length(0, 32)]


class Doing(IntEnum):
    """What was done to a socket."""

    RECV = 1
    SEND = 2
    SHUTDOWN = 3


class Trouble(IntEnum):
    """How it failed; the numbers of the systems differ."""

    RESET = 1
    PIPE = 2
    TIMEOUT = 3
    OTHER = 4


@dataclass(frozen=True, slots=True)
class Turn:
    """The server made a turn, so many units of time after the last record with a time, and ran so many ticks in it."""

    units: int
    ticks: int


@dataclass(frozen=True, slots=True)
class Stop:
    """The server said goodbye to everybody."""

    units: int
    reason: str


@dataclass(frozen=True, slots=True)
class Came:
    """A line was let in. `home`: lines of one home have one number, 0 is the machine itself."""

    line: int
    home: int


@dataclass(slots=True)
class Heard:
    """What `recv` gave; nothing: the other end said that nothing follows."""

    line: int
    data: bytes


@dataclass(slots=True)
class Took:
    """What `send` took; nothing: it takes no more in this turn, or not yet."""

    line: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """What was tried at a socket, and how it failed."""

    line: int
    doing: Doing
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Finish:
    """The server was stopped. `state`: a number that rooms share in which the same is true."""

    state: int


Item: TypeAlias = Turn | Stop | Came | Heard | Took | Fault | Finish
Deed: TypeAlias = Came | Heard | Took | Fault  # what is done within a step

_START: Codec[Start] = Codec({1: Start})
_TURN, _LINE, _CAME, _FAULT, _FINISH = Struct(">QB"), Struct(">I"), Struct(">II"), Struct(">IBB"), Struct(">I")
_TIME = Struct(">Q")


def encode_item(item: Item) -> bytes:
    """The payload of one record but Start."""
    match item:
        case Turn():
            return b"T" + _TURN.pack(item.units, item.ticks)
        case Stop():
            return b"S" + _TIME.pack(item.units) + item.reason.encode()
        case Came():
            return b"L" + _CAME.pack(item.line, item.home)
        case Heard():
            return b"R" + _LINE.pack(item.line) + item.data
        case Took():
            return b"W" + _LINE.pack(item.line) + item.data
        case Fault():
            return b"F" + _FAULT.pack(item.line, item.doing, item.trouble)
        case Finish():
            return b"E" + _FINISH.pack(item.state)


def decode_item(payload: bytes) -> Item:
    """The record in a payload; raises NoDemo for what is none."""
    letter, rest = payload[:1], payload[1:]
    try:
        match letter:
            case b"T":
                return Turn(*_TURN.unpack(rest))
            case b"S":
                return Stop(_TIME.unpack_from(rest)[0], rest[_TIME.size :].decode())
            case b"L":
                return Came(*_CAME.unpack(rest))
            case b"R":
                return Heard(_LINE.unpack_from(rest)[0], rest[_LINE.size :])
            case b"W":
                return Took(_LINE.unpack_from(rest)[0], rest[_LINE.size :])
            case b"F":
                line, doing, trouble = _FAULT.unpack(rest)
                return Fault(line, Doing(doing), Trouble(trouble))
            case b"E":
                return Finish(*_FINISH.unpack(rest))
    except (error, ValueError):
        raise NoDemo("A record in this capture makes no sense.") from None
    raise NoDemo("This capture holds a record that this Petard does not know.")


class WireWriter:
    """Makes the bytes of a capture file."""

    def __init__(self, start: Start) -> None:
        self._squeeze = Squeeze(BlockType.PLAY, 0)
        self._out = bytearray(MAGIC_WIRE)
        self._records = bytearray(frame(_START.encode(start)))
        self._turns = self._begun = 0

    def add(self, items: Iterable[Item]) -> None:
        """Write records."""
        for item in items:
            if type(item) is Turn:
                if self._turns - self._begun >= TURNS:
                    self.close_block()
                self._turns += 1
            elif len(self._records) >= BLOCK:
                self.close_block()
            self._records += frame(encode_item(item))

    def close_block(self) -> None:
        """Make a block of what was written so far."""
        if self._records:
            self._out += self._squeeze.block(self._begun, [], bytes(self._records))
        self._records.clear()
        self._begun = self._turns

    def take(self) -> bytes:
        """The bytes that are due for the file, once; mostly none."""
        out = bytes(self._out)
        self._out.clear()
        return out


@dataclass(slots=True)
class Step:
    """A turn, the stop or the finish, with all that was done in it. `at`: units of time since the start."""

    cause: Turn | Stop | Finish
    at: int
    deeds: list[Deed] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Capture:
    """A capture, read. `damage`: one sentence about what could not be read, or ""."""

    start: Start
    steps: tuple[Step, ...]
    damage: str

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.steps[-1].at / UNIT if self.steps else 0.0


def read_wire(data: bytes) -> Capture:
    """The capture in the bytes of a file, as far as it is whole; raises NoDemo if there is none."""
    if data[: len(MAGIC_WIRE)] != MAGIC_WIRE:
        raise NoDemo("This file is no wire capture of Petard, or one of a version that this Petard does not know.")
    blocks, damage = blocks_in(MAGIC + data[len(MAGIC_WIRE) :])
    payloads = (payload for _, some in split_payloads(blocks) for payload in some)
    first = next(payloads, None)
    if first is None:
        raise NoDemo("This capture has no beginning.")
    try:
        start = _START.decode(first)
    except RemoteProtocolError as problem:
        raise NoDemo(f"The beginning of this capture makes no sense ({problem}).") from None
    if start.format != FORMAT_WIRE:
        raise NoDemo(f"This capture has format {start.format}; this Petard reads format {FORMAT_WIRE}.")
    return Capture(start, tuple(_steps(decode_item(payload) for payload in payloads)), damage)


def _steps(items: Iterable[Item]) -> Iterator[Step]:
    step: Step | None = None
    for item in items:
        match item:
            case Turn() | Stop() | Finish():
                at = step.at if step else 0
                if step:
                    yield step
                step = Step(item, at + (0 if isinstance(item, Finish) else item.units))
            case _ if step:
                step.deeds.append(item)
            case _:
                raise NoDemo("This capture begins in the middle of a turn.")
    if step:
        yield step
