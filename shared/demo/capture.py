"""Wire captures: the bytes received and sent on every connection of a server, chunk by chunk, turn by turn.

A file is a magic word and then blocks as in a demo (blocks.py), all in one group of type PLAY without digests; their
moments count turns of the loop. The first frame is the record CaptureStart; every other frame is a letter and its
fields, see _LETTERS. Numbers are big-endian.

Rule 1: connections and address groups are numbers; a capture holds no addresses and no secrets (redact.py).
Rule 2: times count in 1/UNITS_PER_SECOND s from the start; a captured server rounds its clock to them, so a player can
        give it exactly the same times.
Rule 3: whatever the bytes are, `read_capture` returns a Capture or raises DemoError with one sentence.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial
from itertools import chain, islice
from struct import Struct, error
from typing import Annotated, Any, ClassVar, TypeAlias, overload

from petard.shared.demo.blocks import MAGIC, Block, BlockSection, BlockType, DemoError, blocks_in, payloads_in
from petard.shared.demo.budget import Budget, WorkRate
from petard.shared.demo.records import U64, Rows
from petard.shared.demo.server_actions import SERVER_ACTIONS, ServerAction
from petard.shared.framing import frame
from petard.shared.protocol.codec import Codec, RemoteProtocolError
from petard.shared.protocol.field_types import Words
from petard.shared.protocol.messages import PROTOCOL, Setup
from petard.shared.protocol.schema import U16, U32, Label, Word
from petard.shared.rules.ruleset import Length

CAPTURE_MAGIC = b"PETARDW\x01"
CAPTURE_FORMAT = 2
FORMATS = (1, 2)  # that can be read; format 1 has no Closed and no Action, and does not say when it started
UNITS_PER_SECOND = 1 << 20  # a power of two: times are exact in a float, and so are their differences
BLOCK_MOST = 64 * 1024  # bytes of records in a block
TURNS_MOST = 60  # turns in a block
DECODE, DECODE_BYTE = 3000, 2  # units of work (budget.py) for a record, and for each byte of it


@dataclass(frozen=True, slots=True)
class CaptureMap:
    name: Word
    rows: Rows


@dataclass(frozen=True, slots=True)
class CaptureStart:
    """What is needed to make a room that does the same as the captured one."""

    format: U16
    protocol: U16
    rules: U16
    build: Label
    setup: Setup
    name: Label
    snapshots: U16
    seed: U64
    maps: Annotated[tuple[CaptureMap, ...], Length(0, 32)]
    words: Words = ()  # of Welcome
    started: U32 = 0  # seconds since 1970, UTC; 0: unknown

    LEFT_OUT: ClassVar[int] = 2


class SocketCall(IntEnum):
    RECV = 1
    SEND = 2
    SHUTDOWN = 3


class FaultKind(IntEnum):
    """How a call failed; operating systems have different numbers for it."""

    RESET = 1
    PIPE = 2
    TIMEOUT = 3
    OTHER = 4


@dataclass(frozen=True, slots=True)
class LoopTurn:
    """One turn of the server's loop. `units`: time since the last record with a time; `ticks`: ticks run in it."""

    units: int
    ticks: int


@dataclass(frozen=True, slots=True)
class ServerStop:
    """The server closed all connections with a Bye."""

    units: int
    reason: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """A connection was accepted. `group`: the number of its address group, 0 is this machine."""

    connection: int
    group: int


@dataclass(slots=True)
class Received:
    """What `recv` returned; b"": the other end closed its side."""

    connection: int
    data: bytes


@dataclass(slots=True)
class Sent:
    """What `send` accepted; b"": the socket buffer is full for this turn."""

    connection: int
    data: bytes


@dataclass(frozen=True, slots=True)
class SocketFault:
    connection: int
    call: SocketCall
    kind: FaultKind


@dataclass(frozen=True, slots=True)
class Closed:
    """The server has closed a connection; `is_half`: only its sending side, so that the other end reads the rest."""

    connection: int
    is_half: int  # 0 or 1


@dataclass(frozen=True, slots=True)
class Action:
    """An admin or a service did something to the server, between two turns."""

    units: int
    what: ServerAction


@dataclass(frozen=True, slots=True)
class CaptureEnd:
    """The server was stopped. `state`: a checksum of its room."""

    state: int


SocketRecord: TypeAlias = Accepted | Received | Sent | SocketFault | Closed  # within a turn
StepCause: TypeAlias = LoopTurn | Action | ServerStop | CaptureEnd
CaptureRecord: TypeAlias = StepCause | SocketRecord

_START: Codec[CaptureStart] = Codec({1: CaptureStart})
_ACTION: Codec[ServerAction] = Codec(SERVER_ACTIONS)
# By letter: the record, its numbers, and what reads the bytes that follow them.
_LETTERS: dict[bytes, tuple[type[CaptureRecord], Struct, Callable[[bytes], Any] | None]] = {
    b"T": (LoopTurn, Struct(">QB"), None),
    b"S": (ServerStop, Struct(">Q"), bytes.decode),
    b"L": (Accepted, Struct(">II"), None),
    b"R": (Received, Struct(">I"), bytes),
    b"W": (Sent, Struct(">I"), bytes),
    b"F": (SocketFault, Struct(">IBB"), None),
    b"C": (Closed, Struct(">IB"), None),
    b"A": (Action, Struct(">Q"), _ACTION.decode),
    b"E": (CaptureEnd, Struct(">I"), None),
}
_LETTER_OF = {kind: letter for letter, (kind, _, _) in _LETTERS.items()}


def encode_record(record: CaptureRecord) -> bytes:
    """Return the payload of any record but CaptureStart."""
    letter = _LETTER_OF[type(record)]
    _, numbers, rest = _LETTERS[letter]
    values: list[Any] = [getattr(record, name) for name in record.__slots__]
    last = values.pop() if rest else b""
    if isinstance(record, Action):
        last = _ACTION.encode(record.what)
    return letter + numbers.pack(*values) + (last.encode() if isinstance(last, str) else last)


def decode_record(payload: bytes) -> CaptureRecord:
    """Return the record in a payload; raises DemoError if it is none."""
    if payload[:1] not in _LETTERS:
        raise DemoError("This capture holds a record that this Petard does not know.")
    kind, numbers, rest = _LETTERS[payload[:1]]
    try:
        values: list[Any] = list(numbers.unpack_from(payload, 1))
        last = payload[1 + numbers.size :]
        if rest:
            values.append(rest(last))
        elif last:
            raise ValueError("too long")
        if kind is SocketFault:
            values[1:] = SocketCall(values[1]), FaultKind(values[2])
    except (error, ValueError):
        raise DemoError("A record in this capture makes no sense.") from None
    return kind(*values)


class CaptureEncoder:
    def __init__(self, start: CaptureStart) -> None:
        self._out = bytearray(CAPTURE_MAGIC)
        self._section = BlockSection(BlockType.PLAY)
        self._section.records += frame(_START.encode(start))
        self._turns = self._block_start = 0

    def add(self, records: Iterable[CaptureRecord]) -> None:
        for record in records:
            if type(record) is LoopTurn:
                if self._turns - self._block_start >= TURNS_MOST:
                    self.close_block()
                self._turns += 1
            elif len(self._section.records) >= BLOCK_MOST:
                self.close_block()
            self._section.records += frame(encode_record(record))

    def close_block(self) -> None:
        """Make a block of the records so far."""
        self._out += self._section.close_block(self._block_start)
        self._block_start = self._turns

    def data_to_write(self) -> bytes:
        """Return the bytes that are due for the file, each once; mostly b""."""
        out = bytes(self._out)
        self._out.clear()
        return out


@dataclass(slots=True)
class CaptureStep:
    """A turn, an action, the stop or the end, with all socket calls in it. `at`: units of time since the start."""

    cause: StepCause
    at: int
    records: list[SocketRecord] = field(default_factory=list)


class LazySteps(Sequence[CaptureStep]):
    """Steps that are made each time anew when somebody goes through them: an evening of them fills the memory.

    `last` is at hand; any other index costs a whole pass.
    """

    def __init__(self, make: Callable[[], Iterator[CaptureStep]], count: int, last: CaptureStep | None) -> None:
        """`make`: returns `count` steps, the same at each call."""
        self._make, self._count, self.last = make, count, last

    def __iter__(self) -> Iterator[CaptureStep]:
        return self._make()

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> CaptureStep: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[CaptureStep, ...]: ...
    def __getitem__(self, index: int | slice) -> CaptureStep | tuple[CaptureStep, ...]:
        return tuple(self)[index]


@dataclass(frozen=True, slots=True)
class Capture:
    """A capture that was read. `damage`: one sentence about what could not be read, or ""; `size`: of the file."""

    start: CaptureStart
    steps: Sequence[CaptureStep]
    damage: str
    size: int

    @property
    def last(self) -> CaptureStep | None:
        if isinstance(self.steps, LazySteps):
            return self.steps.last
        return self.steps[-1] if self.steps else None

    @property
    def cut_off(self) -> str:
        """One sentence if the capture stops before its server did; else "". Then it can be played up to there."""
        has_end = self.last is not None and isinstance(self.last.cause, CaptureEnd)
        return "" if has_end else self.damage or "The capture stops before its server did."

    @property
    def seconds(self) -> float:
        return self.last.at / UNITS_PER_SECOND if self.last else 0.0

    def socket_records(self) -> Iterator[SocketRecord]:
        return chain.from_iterable(step.records for step in self.steps)


def read_capture(data: bytes) -> Capture:
    """Return the capture in the bytes of a file, up to the first damage; raises DemoError if there is none."""
    if data[: len(CAPTURE_MAGIC)] != CAPTURE_MAGIC:
        raise DemoError("This file is no wire capture of Petard, or one of a version that this Petard does not know.")
    blocks, damage = blocks_in(MAGIC + data[len(CAPTURE_MAGIC) :])
    first = next(_payloads(blocks, int), None)
    if first is None:
        raise DemoError("This capture has no beginning.")
    try:
        start = _START.decode(first)
    except RemoteProtocolError as problem:
        raise DemoError(f"The beginning of this capture makes no sense ({problem}).") from None
    if start.format not in FORMATS:
        raise DemoError(f"This capture has format {start.format}; this Petard reads formats 1 to {CAPTURE_FORMAT}.")
    if start.protocol != PROTOCOL:
        raise DemoError(f"This capture is of protocol {start.protocol}; this Petard reads protocol {PROTOCOL}.")
    count, last = 0, None
    for step in _steps_in(blocks, len(data)):
        count, last = count + 1, step
    return Capture(start, LazySteps(partial(_steps_in, blocks, len(data)), count, last), damage, len(data))


def _payloads(blocks: list[Block], spend: Callable[[int], object]) -> Iterator[bytes]:
    return chain.from_iterable(payloads for _, payloads in payloads_in(blocks, spend))


def _steps_in(blocks: list[Block], size: int) -> Iterator[CaptureStep]:
    """Yield the steps in the blocks of a file of `size` bytes; raises DemoError where they make no sense."""
    budget = Budget(size, WorkRate.CAPTURE)
    step: CaptureStep | None = None
    at = 0
    for payload in islice(_payloads(blocks, budget.spend), 1, None):
        budget.spend(DECODE + DECODE_BYTE * len(payload))
        record = decode_record(payload)
        if isinstance(record, StepCause):
            if step:
                yield step
            at += 0 if isinstance(record, CaptureEnd) else record.units
            step = CaptureStep(record, at)
        elif step:
            step.records.append(record)
        else:
            raise DemoError("This capture begins in the middle of a turn.")
    if step:
        yield step
