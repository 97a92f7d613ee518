"""Messages to bytes and back, and the records of demos alike. The only file that knows msgpack.

A payload is one msgpack array: the number of the message, then its fields in order. A dataclass inside is an array too.

Rule 1: whatever the bytes are, `decode` returns a message or raises Malformed, and nothing else.
Rule 2: a message has one legal encoding, msgpack's shortest; so who has equal messages has equal bytes.
Rule 3: the first two bytes tell the message, and so the limits, before anything is unpacked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, Generic, TypeVar

import msgpack  # type: ignore[import-untyped]

from petard.shared.framing import LIMIT_SERVER
from petard.shared.protocol.messages import MESSAGES, Message
from petard.shared.protocol.schema import FieldError, record

_ARRAY = 0x90  # a msgpack array of 0 to 15 items starts with this byte plus their number
_ARRAY_MOST = 15
_NUMBER_MOST = 127  # the largest number that msgpack keeps in one byte

M = TypeVar("M")


class RemoteProtocolError(ValueError):
    """These bytes are no message of ours: their mistake."""


class EncodeError(ValueError):
    """This message breaks its own limits: our mistake."""


@dataclass(frozen=True, slots=True)
class _Form:
    """How one kind of message is unpacked and checked."""

    kind: type
    number: int
    fields: tuple[str, ...]
    unpack: Callable[[bytes], tuple[Any, ...]]
    take: Callable[[tuple[Any, ...]], Any]
    put: Callable[[Any], tuple[Any, ...]]


def _form(kind: Any, number: int) -> _Form:
    shape = record(kind)
    assert shape.put is not None
    # An array header makes msgpack reserve room for all the items that it announces, and headers nest: so no limit
    # is larger than the message needs.
    names = tuple(field.name for field in fields(kind))
    longest, text = max(shape.items, 1 + len(names)), shape.text

    def unpack(payload: bytes) -> Any:
        return msgpack.unpackb(
            payload,
            use_list=False,
            strict_map_key=True,
            max_array_len=longest,
            max_str_len=text,
            max_map_len=0,
            max_bin_len=0,
            max_ext_len=0,
        )

    return _Form(kind, number, names, unpack, shape.take, shape.put)


def packed(number: int) -> bytes:
    """Return a whole number as it stands inside a payload; for who lays one out by hand, out of pieces."""
    return _pack(number)


def _head(form: _Form) -> bytes:
    size = len(form.fields)
    assert form.number <= _NUMBER_MOST
    assert size < _ARRAY_MOST
    return bytes([_ARRAY + 1 + size, form.number])


_pack: Callable[[Any], bytes] = msgpack.Packer().pack


class Codec(Generic[M]):
    """Bytes and back for the dataclasses of one table, by their numbers."""

    def __init__(self, kinds: Mapping[int, type[M]]) -> None:
        self._kinds = kinds
        self._forms = {kind: _form(kind, number) for number, kind in kinds.items()}
        self._heads = {_head(form): form for form in self._forms.values()}

    def kind_of(self, payload: bytes) -> type[M]:
        """Return which message this is, from its first two bytes; Malformed when it is none."""
        return self._form_of(payload).kind

    def decode(self, payload: bytes) -> M:
        """Return the message in one payload; Malformed, with a sentence, when it is not a legal one."""
        form = self._form_of(payload)
        try:
            row = form.unpack(payload)
        except (ValueError, TypeError, RecursionError, msgpack.UnpackException) as problem:
            raise RemoteProtocolError(f"{form.kind.__name__} is no clean msgpack: {_cause(problem)}") from None
        try:
            message: M = form.take(row[1:])
        except FieldError as wrong:
            raise RemoteProtocolError(str(wrong)) from None
        if _pack(row) != payload:
            raise RemoteProtocolError(f"{form.kind.__name__} is not in its shortest form")
        return message

    def encode(self, message: M) -> bytes:
        """Return the payload of a message; Unsendable when it breaks its own limits or does not fit a frame."""
        form = self._forms.get(type(message))
        if form is None:
            raise EncodeError(f"cannot send {type(message).__name__}: it is no message")
        try:
            row = form.put(message)
            form.take(row)
        except (FieldError, AttributeError, TypeError, ValueError) as problem:
            raise EncodeError(f"cannot send {form.kind.__name__}: {problem}") from problem
        payload = _pack((form.number, *row))
        if len(payload) > LIMIT_SERVER:
            raise EncodeError(f"cannot send {form.kind.__name__}: {len(payload)} bytes do not fit a frame")
        return payload

    def _form_of(self, payload: bytes) -> _Form:
        form = self._heads.get(payload[:2])
        if form is None:
            raise RemoteProtocolError(self._strangeness(payload))
        return form

    def _strangeness(self, payload: bytes) -> str:
        if len(payload) < 2 or not _ARRAY < payload[0] <= _ARRAY + _ARRAY_MOST or payload[1] > _NUMBER_MOST:
            return "the payload is no array with a number first"
        kind = self._kinds.get(payload[1])
        if kind is None:
            return f"no message has the number {payload[1]}"
        return f"{kind.__name__} has {len(self._forms[kind].fields)} fields, not {payload[0] - _ARRAY - 1}"


def payloads_in(row: bytes, most: int) -> list[bytes]:
    """Cut payloads that stand one behind the other; Malformed where one makes no sense, or for over `most`."""
    unpacker = msgpack.Unpacker(max_buffer_size=len(row))
    unpacker.feed(row)
    ends = [0]
    try:
        while ends[-1] < len(row) and len(ends) <= most:
            unpacker.skip()
            ends.append(unpacker.tell())
    except (ValueError, RecursionError, msgpack.UnpackException) as problem:
        raise RemoteProtocolError(f"what begins at byte {ends[-1]} is no payload: {_cause(problem)}") from None
    if ends[-1] < len(row):
        raise RemoteProtocolError(f"there are more than {most} payloads")
    return [row[start:end] for start, end in pairwise(ends)]


def _cause(problem: Exception) -> str:
    # The kind of fault only: the words of msgpack may quote the payload.
    if isinstance(problem, msgpack.ExtraData):
        return "something follows it"
    if "exceeds max_" in str(problem):
        return "something in it is too long"
    return "it is cut off" if "incomplete" in str(problem) else type(problem).__name__


_WIRE: Codec[Message] = Codec(MESSAGES)
kind_of, decode, encode = _WIRE.kind_of, _WIRE.decode, _WIRE.encode
