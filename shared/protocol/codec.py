"""Messages to bytes and back. The only file that knows msgpack.

A payload is one msgpack array: the number of the message, then its fields in order. A dataclass inside is an array too.

Rule 1: whatever the bytes are, `decode` returns a message or raises Malformed, and nothing else.
Rule 2: a message has one legal encoding, msgpack's shortest; so who has equal messages has equal bytes.
Rule 3: the first two bytes tell the message, and so the limits, before anything is unpacked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgpack  # type: ignore[import-untyped]

from shared.framing import LIMIT_SERVER
from shared.protocol.kinds import Wrong, record
from shared.protocol.messages import MESSAGES, NUMBERS, Message

_ARRAY = 0x90  # a msgpack array of 0 to 15 items starts with this byte plus their number
_ARRAY_MOST = 15
_NUMBER_MOST = 127  # the largest number that msgpack keeps in one byte


class Malformed(ValueError):
    """These bytes are no message of ours: their mistake."""


class Unsendable(ValueError):
    """This message breaks its own limits: our mistake."""


@dataclass(frozen=True, slots=True)
class _Form:
    """How one kind of message is unpacked and checked."""

    kind: type[Message]
    unpack: Callable[[bytes], tuple[Any, ...]]
    take: Callable[[tuple[Any, ...]], Message]
    put: Callable[[Message], tuple[Any, ...]]


def _form(kind: type[Message]) -> _Form:
    shape = record(kind)
    assert shape.put is not None
    # An array header makes msgpack reserve room for all the items that it announces, and headers nest: so no limit
    # is larger than the message needs.
    longest, text = max(shape.items, 1 + len(kind.__dataclass_fields__)), shape.text

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

    return _Form(kind, unpack, shape.take, shape.put)


def _head(number: int, fields: int) -> bytes:
    assert number <= _NUMBER_MOST
    assert fields < _ARRAY_MOST
    return bytes([_ARRAY + 1 + fields, number])


_FORMS: dict[type[Message], _Form] = {kind: _form(kind) for kind in NUMBERS}
_HEADS: dict[bytes, _Form] = {
    _head(NUMBERS[kind], len(kind.__dataclass_fields__)): form for kind, form in _FORMS.items()
}
_pack: Callable[[Any], bytes] = msgpack.Packer().pack


def kind_of(payload: bytes) -> type[Message]:
    """Return which message this is, from its first two bytes; Malformed when it is none."""
    return _form_of(payload).kind


def decode(payload: bytes) -> Message:
    """Return the message in one payload; Malformed, with a sentence, when it is not a legal one."""
    form = _form_of(payload)
    try:
        row = form.unpack(payload)
    except (ValueError, TypeError, RecursionError, msgpack.UnpackException) as problem:
        raise Malformed(f"{form.kind.__name__} is no clean msgpack: {_cause(problem)}") from None
    try:
        message = form.take(row[1:])
    except Wrong as wrong:
        raise Malformed(str(wrong)) from None
    if _pack(row) != payload:
        raise Malformed(f"{form.kind.__name__} is not in its shortest form")
    return message


def encode(message: Message) -> bytes:
    """Return the payload of a message; Unsendable when it breaks its own limits or does not fit a frame."""
    form = _FORMS.get(type(message))
    if form is None:
        raise Unsendable(f"cannot send {type(message).__name__}: it is no message")
    try:
        row = form.put(message)
        form.take(row)
    except (Wrong, AttributeError, TypeError, ValueError) as problem:
        raise Unsendable(f"cannot send {form.kind.__name__}: {problem}") from problem
    payload = _pack((NUMBERS[form.kind], *row))
    if len(payload) > LIMIT_SERVER:
        raise Unsendable(f"cannot send {form.kind.__name__}: {len(payload)} bytes do not fit a frame")
    return payload


def _form_of(payload: bytes) -> _Form:
    form = _HEADS.get(payload[:2])
    if form is None:
        raise Malformed(_strangeness(payload))
    return form


def _strangeness(payload: bytes) -> str:
    if len(payload) < 2 or not _ARRAY < payload[0] <= _ARRAY + _ARRAY_MOST or payload[1] > _NUMBER_MOST:
        return "the payload is no array with a number first"
    kind = MESSAGES.get(payload[1])
    if kind is None:
        return f"no message has the number {payload[1]}"
    return f"{kind.__name__} has {len(kind.__dataclass_fields__)} fields, not {payload[0] - _ARRAY - 1}"


def _cause(problem: Exception) -> str:
    # The kind of fault only: the words of msgpack may quote the payload.
    if isinstance(problem, msgpack.ExtraData):
        return "something follows it"
    if "exceeds max_" in str(problem):
        return "something in it is too long"
    return "it is cut off" if "incomplete" in str(problem) else type(problem).__name__
