"""The fields of a message by name, down to single numbers: for dumps, and to say in which field two messages differ.

The tables of Keyframe and Delta are arrays of plain numbers on the wire; here each number has the name of its column.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import zip_longest
from typing import Any

from petard.shared.protocol.messages import Delta, Keyframe, Message
from petard.shared.protocol.snapshot import COLUMNS, Row
from petard.shared.protocol.state import WIRE_COLUMNS, WIRE_TABLES

SHOWN_MOST = 120  # characters of one value in a sentence
_COLUMNS = {**COLUMNS, **WIRE_COLUMNS, "board": ("tile",)}
_MISSING = "missing"


def message_fields(message: Message) -> Iterator[tuple[str, Any]]:
    """Yield each number or text in a message with its name.

    >>> from petard.shared.protocol.messages import Results, Score
    >>> dict(message_fields(Results(1, 0, (Score(2, 1),), False, -1, 9)))["Results.wins[0].slot"]
    2
    """
    name = type(message).__name__
    for field in fields(message):
        value = getattr(message, field.name)
        if isinstance(message, Keyframe | Delta) and field.name == "tables":
            for flat in value:
                yield from _cells(f"{name}.", flat, isinstance(message, Delta))
        else:
            yield from _leaves(f"{name}.{field.name}", value)


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, tuple):
        for place, item in enumerate(value):
            yield from _leaves(f"{path}[{place}]", item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _leaves(f"{path}.{field.name}", getattr(value, field.name))
    else:
        yield path, value


def _cells(path: str, flat: Row, is_delta: bool) -> Iterator[tuple[str, Any]]:
    """Yield the numbers in one table of a Keyframe or Delta (shared/protocol/flat_tables.py)."""
    table = table_name(flat[0])
    columns = _COLUMNS.get(table, ())
    at, size = (1, 0) if is_delta else (2, flat[1] if len(flat) > 1 else 0)
    while at < len(flat):
        row = f"{path}{table}[{flat[at]}]"
        if is_delta:
            mask = flat[at + 1] if at + 1 < len(flat) else 0
            places = [place for place in range(max(0, mask).bit_length()) if mask >> place & 1]
            if not places:
                yield row, "removed"
            at += 2
        else:
            places, at = list(range(size)), at + 1
        for place, value in zip(places, flat[at : at + len(places)], strict=False):
            yield f"{row}.{columns[place] if place < len(columns) else place}", value
        at += len(places)


def table_name(number: int) -> str:
    """Return the name of a table of Keyframe or Delta by its number on the wire.

    >>> [table_name(number) for number in (0, 2, 999)]
    ['board', 'players', 'table 999']
    """
    return WIRE_TABLES[number] if 0 <= number < len(WIRE_TABLES) else f"table {number}"


def message_difference(now: Message | bytes | None, then: Message | bytes | None) -> str:
    """Say what the first field is in which a message differs from that of a capture; None: there is no message."""
    if type(now) is not type(then) or now is None or isinstance(now, bytes) or isinstance(then, bytes) or then is None:
        return f"{_shown(now)}; in the capture it is sent {_shown(then)}"
    pairs = zip_longest(message_fields(now), message_fields(then), fillvalue=("", _MISSING))
    for (path, value), (other_path, other) in pairs:
        if path == other_path and value != other:
            return f"{path} = {_value(value)}; in the capture it is {_value(other)}"
        if path != other_path:
            return f"{path or 'nothing'} = {_value(value)}; in the capture there is {other_path or 'nothing'} instead"
    return f"{_shown(now)}, which differs only in what is not compared"


def _shown(part: Message | bytes | None) -> str:
    if part is None:
        return "nothing more"
    if isinstance(part, bytes):
        return f"{len(part)} bytes that are no message ({part[:16].hex(' ')})"
    return message_text(part)


def message_text(message: Message) -> str:
    """Return a message as one short line.

    >>> from petard.shared.protocol.messages import Ping
    >>> message_text(Ping(7))
    'Ping(id=7)'
    """
    some = ", ".join(f"{path.partition('.')[2]}={_value(value)}" for path, value in message_fields(message))
    return f"{type(message).__name__}({some if len(some) <= SHOWN_MOST else some[:SHOWN_MOST] + '…'})"


def _value(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= SHOWN_MOST else f"{text[:SHOWN_MOST]}…"
