"""Messages to bytes and back; the records of demos use it too. This is the only file that uses msgpack.

A payload is one msgpack array: the number of the message type, then its fields in order. Records inside are arrays too.

Rule 1: for any bytes, `decode` returns a message or raises RemoteProtocolError, and never raises anything else.
Rule 2: a message has one legal encoding, msgpack's shortest, so equal messages have equal bytes.
Rule 3: the first two bytes give the message type, and so the size limits, before anything is unpacked.
Rule 4: fields after the last known one are ignored; they count for the limit of a frame, and nothing else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import msgpack  # type: ignore[import-untyped]

from petard.shared.framing import LIMIT_SERVER
from petard.shared.protocol.messages import MESSAGES, SKIPPED_FROM, Input, Message, RefusalCode, Skipped
from petard.shared.protocol.named_rules import named_rules_type
from petard.shared.protocol.schema import FieldError, Own, fields_of, least_fields, open_enumeration, record
from petard.shared.rules.events import EventType
from petard.shared.rules.ruleset import RuleSet

_ARRAY = 0x90  # a msgpack array of 0 to 15 items starts with this byte plus the number of items
_ARRAY_MOST = 15
LATER_TEXT = 256  # bytes of text in a field that a later version adds, at least
_LONG_ARRAYS = (b"\xdc", b"\xdd")  # how longer ones start
_NUMBER_MOST = 127  # the largest number that msgpack writes as one byte
_NUMBERS = frozenset((*range(_NUMBER_MOST + 1), *range(0xCC, 0xD0)))  # how numbers of 0 or more start

M = TypeVar("M")


class RemoteProtocolError(ValueError):
    """The bytes are no legal message: a mistake of the other end."""


class EncodeError(ValueError):
    """A message breaks its own limits: a mistake on our side."""


@dataclass(frozen=True, slots=True)
class _MessageFormat:
    """How one message type is unpacked, read and written."""

    kind: type
    number: int
    size: int  # fields
    least: int  # of them are always there
    unpack: Callable[[bytes], tuple[Any, ...]]
    from_row: Callable[[tuple[Any, ...]], Any]
    to_row: Callable[[Any], tuple[Any, ...]]


def _format_of(kind: Any, number: int, own: Own) -> _MessageFormat:
    shape = record(kind, own)
    size = len(fields(kind))
    assert shape.to_wire is not None
    assert number <= _NUMBER_MOST
    assert size < _ARRAY_MOST
    # An array header makes msgpack reserve memory for all announced items, and headers nest; so every limit is as small
    # as the message type allows.
    limits = {"max_array_len": max(shape.longest_array, 1 + size), "max_str_len": max(shape.longest_text, LATER_TEXT)}
    limits |= {"max_map_len": 0, "max_bin_len": 0, "max_ext_len": 0}
    unpack = partial(msgpack.unpackb, use_list=False, strict_map_key=True, **limits)
    return _MessageFormat(kind, number, size, least_fields(kind), unpack, shape.from_wire, shape.to_wire)


pack: Callable[[Any], bytes] = msgpack.Packer().pack  # of plain values: for callers that join a payload from pieces


class Codec(Generic[M]):
    """Encodes and decodes the dataclasses of one table `number -> type`; types in `own` in a way of their own."""

    def __init__(self, kinds: Mapping[int, type[M]], own: Own = MappingProxyType({})) -> None:
        self._kinds = kinds
        self._by_type = {kind: _format_of(kind, number, own) for number, kind in kinds.items()}
        self._by_head = {bytes([_ARRAY + 1 + form.least, form.number]): form for form in self._by_type.values()}

    def message_type_of(self, payload: bytes) -> type[M]:
        """Return the message type, from the first two bytes; raises RemoteProtocolError if there is none."""
        return self._format_of(payload).kind

    def decode(self, payload: bytes) -> M:
        """Return the message in one payload; raises RemoteProtocolError with a sentence if it is illegal."""
        form = self._format_of(payload)
        try:
            row = form.unpack(payload)
        except (ValueError, TypeError, RecursionError, msgpack.UnpackException) as error:
            raise RemoteProtocolError(f"{form.kind.__name__} is no clean msgpack: {_cause(error)}") from None
        try:
            message: M = form.from_row(row[1:])
        except FieldError as error:
            raise RemoteProtocolError(str(error)) from None
        if pack(row) != payload:
            raise RemoteProtocolError(f"{form.kind.__name__} is not in its shortest form")
        return message

    def encode(self, message: M) -> bytes:
        """Return the payload of a message; raises EncodeError if it breaks its limits or does not fit a frame."""
        form = self._by_type.get(type(message))
        if form is None:
            raise EncodeError(f"cannot send {type(message).__name__}: it is no message")
        try:
            row = form.to_row(message)
            form.from_row(row)
        except (FieldError, AttributeError, TypeError, ValueError) as error:
            raise EncodeError(f"cannot send {form.kind.__name__}: {error}") from error
        payload = pack((form.number, *row))
        if len(payload) > LIMIT_SERVER:
            raise EncodeError(f"cannot send {form.kind.__name__}: {len(payload)} bytes do not fit a frame")
        return payload

    def reader_of(self, kind: type[M]) -> tuple[bytes, Callable[[bytes], tuple[Any, ...]]]:
        """Return how payloads of a message type begin, and what unpacks them as strictly as `decode`, number first."""
        form = self._by_type[kind]
        return bytes([_ARRAY + 1 + form.least, form.number]), form.unpack

    def _format_of(self, payload: bytes) -> _MessageFormat:
        form = self._by_head.get(payload[:2])
        if form:
            return form
        _check_head(payload)
        kind = self._kinds.get(payload[1])
        if kind is None:
            raise RemoteProtocolError(f"no message has the number {payload[1]}")
        form, count = self._by_type[kind], payload[0] - _ARRAY - 1
        if count > form.least:
            return form
        raise RemoteProtocolError(f"{kind.__name__} has {form.size} fields, not {count}")


def _check_head(payload: bytes) -> None:
    """Raise RemoteProtocolError unless a payload is a short array that begins with a short number."""
    if payload[:1] in _LONG_ARRAYS:
        raise RemoteProtocolError(f"a message has at most {_ARRAY_MOST - 1} fields")
    if len(payload) < 2 or not _ARRAY < payload[0] <= _ARRAY + _ARRAY_MOST or payload[1] not in _NUMBERS:
        raise RemoteProtocolError("the payload is no array with a number first")
    if payload[1] > _NUMBER_MOST:
        raise RemoteProtocolError(f"the number of a message is at most {_NUMBER_MOST}, and one byte")


def payload_bounds(data: bytes, most: int) -> list[int]:
    """Return where each of the payloads begins that follow each other without frames, and where the last one ends.

    Raises RemoteProtocolError if they are illegal, or more than `most`.
    """
    unpacker = msgpack.Unpacker(max_buffer_size=len(data))
    unpacker.feed(data)
    skip, tell, size = unpacker.skip, unpacker.tell, len(data)
    end, bounds = 0, [0]
    try:
        while end < size and len(bounds) <= most:
            skip()
            end = tell()
            bounds.append(end)
    except (ValueError, RecursionError, msgpack.UnpackException) as error:
        raise RemoteProtocolError(f"what begins at byte {end} is no payload: {_cause(error)}") from None
    if end < size:
        raise RemoteProtocolError(f"there are more than {most} payloads")
    return bounds


def _cause(error: Exception) -> str:
    """Return the kind of fault only: msgpack's own text may quote the payload."""
    if isinstance(error, msgpack.ExtraData):
        return "something follows it"
    if "exceeds max_" in str(error):
        return "something in it is too long"
    return "it is cut off" if "incomplete" in str(error) else type(error).__name__


# Numbers that are only shown are open, so that a later version may have more of them.
OWN: Own = {enum: open_enumeration(enum) for enum in (EventType, RefusalCode)} | {RuleSet: named_rules_type()}
_WIRE: Codec[Message] = Codec(MESSAGES, OWN)
_INPUT, _unpack_input = _WIRE.reader_of(Input)
_read_clock, _read_keys, _read_states = [field.from_wire for field in fields_of(Input).values()]


def encode(message: Message) -> bytes:
    """Return the payload of a message; raises EncodeError if it breaks its limits or does not fit a frame."""
    return _WIRE.encode(message)


def message_type_of(payload: bytes) -> type[Message]:
    """Return the message type, Skipped for a later one that may be skipped; raises RemoteProtocolError for none."""
    return Skipped if _may_be_skipped(payload) else _WIRE.message_type_of(payload)


def decode(payload: bytes) -> Message:
    """Return the message in one payload; raises RemoteProtocolError with a sentence if it is illegal."""
    return Skipped(payload[1]) if _may_be_skipped(payload) else _WIRE.decode(payload)


def everyday_input(payload: bytes) -> Input | None:
    """Return the Input in one payload, as `decode` does in twice the time; None where `decode` must decide."""
    if payload[:2] != _INPUT:
        return None
    try:
        row = _unpack_input(payload)
        _, clock, keys, states = row
        message = Input(_read_clock(clock), _read_keys(keys), _read_states(states))
    except (ValueError, TypeError, RecursionError, msgpack.UnpackException):
        return None
    return message if pack(row) == payload else None


def _may_be_skipped(payload: bytes) -> bool:
    is_message = len(payload) > 1 and _ARRAY < payload[0] <= _ARRAY + _ARRAY_MOST
    return is_message and SKIPPED_FROM <= payload[1] <= _NUMBER_MOST and payload[1] not in MESSAGES
