"""Turns type hints into checks when the program starts: how each field is read from msgpack values and written as such.

Rule 1: the type of a field is a bool, an enumeration, a dataclass, or an `Annotated` of int, str or tuple with a mark.
Rule 2: `field_type_of` makes a FieldType from a type hint; reading, writing and PROTOCOL.md use that FieldType alone.
Rule 3: types are exact: a bool is no int, a list is no tuple, and there are no floats.
Rule 4: a failed check raises FieldError. The sentence never quotes received text, which could forge log lines.
Rule 5: what follows the last known field of a record is ignored, so that a later version may add fields at its end.
Rule 6: the last LEFT_OUT fields of a class are left out where they have their defaults to the end, and may be missing.
"""

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from types import MappingProxyType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from petard.shared.protocol.names import is_display_line
from petard.shared.rules.ruleset import Length, Range


@dataclass(frozen=True, slots=True)
class OneOf:
    """A mark: one of a few whole numbers."""

    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A mark: text of `least` to `most` code points that `is_legal` accepts; `what` names that rule for people."""

    least: int
    most: int
    is_legal: Callable[[str], object] = is_display_line
    what: str = "line"


@dataclass(frozen=True, slots=True)
class Grid:
    """A mark: up to `tables` tables of up to `rows` rows of 1 to `width` whole numbers, each from `low` to `high`."""

    tables: int
    rows: int
    width: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class FlatTables:
    """A mark: up to `tables` arrays of 1 to `numbers` whole numbers, each from `low` to `high`."""

    tables: int
    numbers: int
    low: int
    high: int


LATER_MOST = 16  # fields that a later version may add to a record

# The field types that messages, datagrams and demos share.
Slot = Annotated[int, Range(0, 63)]
U16 = Annotated[int, Range(0, 2**16 - 1)]
U32 = Annotated[int, Range(0, 2**32 - 1)]
Reason = Annotated[str, Text(0, 200)]
Label = Annotated[str, Text(0, 32)]
Word = Annotated[str, Text(1, 32, re.compile("[A-Za-z0-9][A-Za-z0-9._-]*").fullmatch, "word")]
TableRows = Annotated[tuple[tuple[tuple[int, ...], ...], ...], Grid(16, 4096, 32, -(2**31), 2**63 - 1)]


class FieldError(ValueError):
    """An illegal value. The sentence continues after the name of the field."""


@dataclass(frozen=True, slots=True)
class FieldType:
    """How the values of one field are checked, read and written."""

    limits: str  # for PROTOCOL.md
    from_wire: Callable[[Any], Any]  # msgpack value -> Python value; raises FieldError
    to_wire: Callable[[Any], Any] | None = None  # Python value -> msgpack value; None: they are equal
    longest_array: int = 0  # items
    longest_text: int = 0  # bytes


Own = Mapping[type, FieldType]  # record types that a codec writes in a way of its own


def field_type_of(hint: Any, own: Own = MappingProxyType({})) -> FieldType:
    """Return the FieldType of a type hint; raises TypeError for a hint without a wire format."""
    if hint is str:
        hint = Word  # the rules' own records use plain `str`
    base, mark = get_args(hint) if get_origin(hint) is Annotated else (hint, None)
    match mark:
        case Range():
            return _integer(mark)
        case OneOf(values):
            return _scalar(int, " or ".join(map(str, values)), values.__contains__)
        case Text():
            return _text(mark)
        case Grid():
            return _grid(mark)
        case FlatTables():
            return _flat_tables(mark)
        case Length():
            return _array(field_type_of(get_args(base)[0], own), mark)
    if isinstance(base, type):
        return own.get(base) or _type_without_mark(base, own)
    raise TypeError(f"no way to send {hint!r}")


def _type_without_mark(kind: type, own: Own) -> FieldType:
    if kind is bool:
        return _scalar(bool, "false or true", lambda value: True)
    if issubclass(kind, IntEnum):
        return _enumeration(kind)
    if dataclasses.is_dataclass(kind):
        return record(kind, own)
    raise TypeError(f"no way to send {kind!r}")


def fields_of(record_type: type, own: Own = MappingProxyType({})) -> dict[str, FieldType]:
    """Return the fields of a message or record, in the order of the wire."""
    hints = get_type_hints(record_type, include_extras=True)
    return {field.name: field_type_of(hints[field.name], own) for field in dataclasses.fields(record_type)}


def record(record_type: type, own: Own = MappingProxyType({})) -> FieldType:
    """Return the FieldType of a dataclass: an array of its fields in declared order.

    If the class has a method `fault`, it must return "" for a value to be accepted.
    """
    types = fields_of(record_type, own)
    readers = tuple(field.from_wire for field in types.values())
    writers = tuple(field.to_wire for field in types.values())
    values_of = attrgetter(*types)
    size, least = len(types), least_fields(record_type)
    defaults = [field.default for field in dataclasses.fields(record_type)]
    has_fault = hasattr(record_type, "fault")

    def from_wire(row: Any) -> Any:
        if type(row) is not tuple or len(row) < least:
            raise FieldError(f"is no array of the {size} fields of {record_type.__name__}")
        try:
            value = record_type(*[read(item) for read, item in zip(readers, row, strict=False)])
        except FieldError:
            raise FieldError(_first_error(record_type.__name__, types, row)) from None
        if has_fault and (fault := value.fault()):
            raise FieldError(f"{record_type.__name__} {fault}")
        return value

    def to_wire(value: Any) -> tuple[Any, ...]:
        items = values_of(value) if size > 1 else (values_of(value),)
        while len(items) > least and items[-1] == defaults[len(items) - 1]:
            items = items[:-1]
        return tuple([item if write is None else write(item) for write, item in zip(writers, items, strict=False)])

    array = max([size + LATER_MOST, *(field.longest_array for field in types.values())])
    text = max((field.longest_text for field in types.values()), default=0)
    return FieldType(record_type.__name__, from_wire, to_wire, array, text)


def least_fields(record_type: type) -> int:
    """Return how many fields of a record are always there: all but the last LEFT_OUT, if the class has that number."""
    return len(dataclasses.fields(record_type)) - int(getattr(record_type, "LEFT_OUT", 0))


def remembered(kind: FieldType, most: int) -> FieldType:
    """Return the same for a record of plain fields, but equal rows give the very same object, for the last `most`."""
    read = lru_cache(most, typed=True)(lambda *row: kind.from_wire(row))  # typed: True is no 1

    def from_wire(row: Any) -> Any:
        return read(*row) if type(row) is tuple else kind.from_wire(row)

    return dataclasses.replace(kind, from_wire=from_wire)


def _first_error(owner: str, types: dict[str, FieldType], row: tuple[Any, ...]) -> str:
    for (name, field), value in zip(types.items(), row, strict=False):
        try:
            field.from_wire(value)
        except FieldError as error:
            return f"{owner}.{name} {error}"
    raise AssertionError("every field is legal")


def _scalar(kind: type, limits: str, is_legal: Callable[[Any], bool]) -> FieldType:
    def from_wire(value: Any) -> Any:
        if type(value) is kind and is_legal(value):
            return value
        raise FieldError(f"is {_shown(value)}, not {limits}")

    return FieldType(limits, from_wire)


def _integer(mark: Range) -> FieldType:
    low, high, limits = mark.low, mark.high, _range_text(mark)

    # Not by _scalar: nearly every field of every message is such a number, and one call more for each is felt.
    def from_wire(value: Any) -> int:
        if type(value) is int and low <= value <= high:
            return value
        raise FieldError(f"is {_shown(value)}, not {limits}")

    return FieldType(limits, from_wire)


def _enumeration(enum: type[IntEnum]) -> FieldType:
    members = {member.value: member for member in enum}

    def from_wire(value: Any) -> IntEnum:
        if type(value) is int and value in members:
            return members[value]
        raise FieldError(f"is {_shown(value)}, which is no {enum.__name__}")

    return FieldType(enum.__name__, from_wire, int)


def open_enumeration(enum: type[IntEnum], most: int = 127) -> FieldType:
    """Return the FieldType of an enumeration that is only shown: a number that the reader does not know stays one."""
    read, members = _integer(Range(0, most)).from_wire, {member.value: member for member in enum}

    def from_wire(value: Any) -> int:
        number: int = read(value)
        return members.get(number, number)

    return FieldType(f"{enum.__name__}, or another number of 0..{most}", from_wire, int)


def _text(mark: Text) -> FieldType:
    def from_wire(value: Any) -> str:
        if type(value) is not str:
            raise FieldError(f"is {_shown(value)}, not text")
        if not mark.least <= len(value) <= mark.most:
            raise FieldError(f"has {len(value)} code points, not {mark.least}..{mark.most}")
        if not mark.is_legal(value):
            raise FieldError(f"is no legal {mark.what}")
        return value

    return FieldType(f"{mark.what} of {mark.least}..{mark.most}", from_wire, longest_text=4 * mark.most)


def _array(item: FieldType, count: Length) -> FieldType:
    read, write = item.from_wire, item.to_wire

    def from_wire(value: Any) -> tuple[Any, ...]:
        if type(value) is not tuple or not count.least <= len(value) <= count.most:
            raise FieldError(f"is {_shown(value)}, not an array of {count.least}..{count.most} items")
        return tuple([read(one) for one in value])

    to_wire = None if write is None else lambda value: tuple(map(write, value))
    limits = f"{count.least}..{count.most} x ({item.limits})"
    return FieldType(limits, from_wire, to_wire, max(count.most, item.longest_array), item.longest_text)


def _grid(mark: Grid) -> FieldType:
    numbers = f"numbers {_range_text(Range(mark.low, mark.high))}"
    limits = f"0..{mark.tables} tables of 0..{mark.rows} rows of 1..{mark.width} {numbers}"
    tuples, ints = {tuple}, {int}
    widths = frozenset(range(1, mark.width + 1))

    # Deltas are most of the traffic, so each check is one pass in C over the whole grid.
    def from_wire(grid: Any) -> tuple[tuple[tuple[int, ...], ...], ...]:
        if type(grid) is not tuple or len(grid) > mark.tables:
            raise FieldError(f"is {_shown(grid)}, not an array of 0..{mark.tables} tables")
        if not tuples.issuperset(map(type, grid)) or max(map(len, grid), default=0) > mark.rows:
            raise FieldError(f"has a table that is no array of 0..{mark.rows} rows")
        rows = tuple(chain.from_iterable(grid))
        if not tuples.issuperset(map(type, rows)) or not widths.issuperset(map(len, rows)):
            raise FieldError(f"has a row that is no array of 1..{mark.width} numbers")
        cells = tuple(chain.from_iterable(rows))
        if not ints.issuperset(map(type, cells)) or (cells and (min(cells) < mark.low or max(cells) > mark.high)):
            raise FieldError(f"has a cell that is not one of the {numbers}")
        return grid

    return FieldType(limits, from_wire, None, max(mark.tables, mark.rows, mark.width))


def _flat_tables(mark: FlatTables) -> FieldType:
    numbers = f"numbers {_range_text(Range(mark.low, mark.high))}"
    tuples, ints = {tuple}, {int}

    # As in `_grid`, each check is one pass in C over all numbers.
    def from_wire(tables: Any) -> tuple[tuple[int, ...], ...]:
        if type(tables) is not tuple or len(tables) > mark.tables:
            raise FieldError(f"is {_shown(tables)}, not an array of 0..{mark.tables} tables")
        if not tuples.issuperset(map(type, tables)) or () in tables or max(map(len, tables), default=0) > mark.numbers:
            raise FieldError(f"has a table that is no array of 1..{mark.numbers} numbers")
        cells = tuple(chain.from_iterable(tables))
        if not ints.issuperset(map(type, cells)) or (cells and (min(cells) < mark.low or max(cells) > mark.high)):
            raise FieldError(f"has a cell that is not one of the {numbers}")
        return tables

    limits = f"0..{mark.tables} tables of 1..{mark.numbers} {numbers}"
    return FieldType(limits, from_wire, None, max(mark.tables, mark.numbers))


def _range_text(mark: Range) -> str:
    return f"{_number_text(mark.low)}..{_number_text(mark.high)}"


def _number_text(value: int) -> str:
    """Return large bounds as powers: 2^32-1 and -2^31 are easier to read than the digits."""
    power = -value if value < 0 else value + 1
    if power <= 2**17 or power.bit_count() > 1:
        return str(value)
    return f"-2^{power.bit_length() - 1}" if value < 0 else f"2^{power.bit_length() - 1}-1"


def _shown(value: Any) -> str:
    if type(value) is int or type(value) is bool:
        return str(value)
    return "an array of " + str(len(value)) if type(value) is tuple else "a " + type(value).__name__
