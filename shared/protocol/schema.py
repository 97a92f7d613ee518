"""Type hints turned into checks, once at import: how each field is read from msgpack's values and laid out as such.

Rule 1: `kind_of` turns a type hint into a Kind; both directions and PROTOCOL.md come from that Kind alone.
Rule 2: types are exact: a bool is no int, a list is no tuple, and there are no floats at all.
Rule 3: a check that fails raises Wrong, whose sentence never quotes their text: that may be made to fool a log.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from itertools import chain
from operator import attrgetter
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from petard.shared.protocol.fields import Grid, OneOf, Text, Word
from petard.shared.rules.limits import Length, Range

# Text of the rules themselves has no mark of the wire on it, and gets this one.
PLAIN: dict[Any, Any] = {str: Word}


class FieldError(ValueError):
    """This is no value for that field. The sentence goes on after the field's name."""


@dataclass(frozen=True, slots=True)
class FieldType:
    """How one field is checked and laid out."""

    says: str  # its limits, for PROTOCOL.md
    take: Callable[[Any], Any]  # from what msgpack gave; raises Wrong
    put: Callable[[Any], Any] | None = None  # to what msgpack takes; None: goes as it is
    items: int = 0  # the longest array in it
    text: int = 0  # the longest text in it, in bytes


def kind_of(hint: Any) -> FieldType:
    """Return the Kind of a type hint; TypeError for a hint that this protocol has no bytes for."""
    hint = PLAIN.get(hint, hint)
    if get_origin(hint) is Annotated:
        base, mark = get_args(hint)
        return _marked(base, mark)
    if hint is bool:
        return FieldType("false or true", _take_bool)
    if isinstance(hint, type) and issubclass(hint, IntEnum):
        return _member(hint)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return record(hint)
    raise TypeError(f"no way to send {hint!r}")


def fields_of(record_type: type) -> dict[str, FieldType]:
    """Return the fields of a message, or of a dataclass inside one, in the order in which they travel."""
    hints = get_type_hints(record_type, include_extras=True)
    return {field.name: kind_of(hints[field.name]) for field in dataclasses.fields(record_type)}


def record(record_type: type) -> FieldType:
    """Return the Kind of a dataclass: an array of its fields, in the order in which they are written down.

    One with a method `fault` is asked by it whether its fields fit together.
    """
    kinds = fields_of(record_type)
    takes = tuple(kind.take for kind in kinds.values())
    puts = tuple(kind.put for kind in kinds.values())
    read = attrgetter(*kinds)
    size = len(kinds)
    may_fault = hasattr(record_type, "fault")

    def take(row: Any) -> Any:
        if type(row) is not tuple or len(row) != size:
            raise FieldError(f"is no array of the {size} fields of {record_type.__name__}")
        try:
            taken = record_type(*[check(value) for check, value in zip(takes, row, strict=True)])
        except FieldError:
            raise FieldError(_first_wrong(record_type.__name__, kinds, row)) from None
        if may_fault and (fault := taken.fault()):
            raise FieldError(f"{record_type.__name__} {fault}")
        return taken

    def put(value: Any) -> tuple[Any, ...]:
        values = read(value) if size > 1 else (read(value),)
        return tuple([item if lay is None else lay(item) for lay, item in zip(puts, values, strict=True)])

    longest = max((kind.items for kind in kinds.values()), default=0)
    text = max((kind.text for kind in kinds.values()), default=0)
    return FieldType(record_type.__name__, take, put, max(size, longest), text)


def _first_wrong(owner: str, kinds: dict[str, FieldType], row: tuple[Any, ...]) -> str:
    for (name, kind), value in zip(kinds.items(), row, strict=True):
        try:
            kind.take(value)
        except FieldError as wrong:
            return f"{owner}.{name} {wrong}"
    raise AssertionError("every field is right")


def _marked(base: Any, mark: Any) -> FieldType:
    if isinstance(mark, Range):
        return _whole(mark.low, mark.high)
    if isinstance(mark, OneOf):
        return _choice(mark.values)
    if isinstance(mark, Text):
        return _text(mark)
    if isinstance(mark, Grid):
        return _grid(mark)
    if isinstance(mark, Length):
        item = get_args(base)[0]
        numbers = _range_in(item)
        return _many(kind_of(item), mark) if numbers is None else _many_numbers(numbers, mark)
    raise TypeError(f"no way to send {base!r} marked {mark!r}")


def _take_bool(value: Any) -> bool:
    if value is True or value is False:
        return bool(value)
    raise FieldError(f"is {_spoken(value)}, not false or true")


def _whole(low: int, high: int) -> FieldType:
    says = f"{_number(low)}..{_number(high)}"

    def take(value: Any) -> int:
        if type(value) is int and low <= value <= high:
            return value
        raise FieldError(f"is {_spoken(value)}, not {says}")

    return FieldType(says, take)


def _choice(values: tuple[int, ...]) -> FieldType:
    says = " or ".join(map(str, values))

    def take(value: Any) -> int:
        if type(value) is int and value in values:
            return value
        raise FieldError(f"is {_spoken(value)}, not {says}")

    return FieldType(says, take)


def _member(enum: type[IntEnum]) -> FieldType:
    members = {member.value: member for member in enum}

    def take(value: Any) -> IntEnum:
        if type(value) is int and value in members:
            return members[value]
        raise FieldError(f"is {_spoken(value)}, which is no {enum.__name__}")

    return FieldType(enum.__name__, take, int)


def _text(mark: Text) -> FieldType:
    def take(value: Any) -> str:
        if type(value) is not str:
            raise FieldError(f"is {_spoken(value)}, not text")
        if not mark.least <= len(value) <= mark.most:
            raise FieldError(f"has {len(value)} code points, not {mark.least}..{mark.most}")
        if not mark.is_legal(value):
            raise FieldError(f"is no legal {mark.what}")
        return value

    return FieldType(f"{mark.what} of {mark.least}..{mark.most}", take, None, 0, 4 * mark.most)


def _many(item: FieldType, count: Length) -> FieldType:
    says = f"{count.least}..{count.most} x ({item.says})"
    check = item.take
    lay = item.put

    def take(value: Any) -> tuple[Any, ...]:
        if type(value) is not tuple or not count.least <= len(value) <= count.most:
            raise FieldError(f"is {_spoken(value)}, not an array of {count.least}..{count.most} items")
        return tuple([check(one) for one in value])

    put = None if lay is None else lambda value: tuple(map(lay, value))
    return FieldType(says, take, put, max(count.most, item.items), item.text)


def _range_in(hint: Any) -> Range | None:
    marks = get_args(PLAIN.get(hint, hint))[1:]
    return marks[0] if marks and isinstance(marks[0], Range) else None


def _many_numbers(mark: Range, count: Length) -> FieldType:
    limits = f"{_number(mark.low)}..{_number(mark.high)}"
    low, high = mark.low, mark.high

    # The same as _many, without a call for each number: the keys of every Command come through here.
    def take(value: Any) -> tuple[int, ...]:
        if type(value) is not tuple or not count.least <= len(value) <= count.most:
            raise FieldError(f"is {_spoken(value)}, not an array of {count.least}..{count.most} items")
        for one in value:
            if type(one) is not int or not low <= one <= high:
                raise FieldError(f"holds {_spoken(one)}, not {limits}")
        return value

    return FieldType(f"{count.least}..{count.most} x ({limits})", take, None, count.most)


def _grid(mark: Grid) -> FieldType:
    numbers = f"numbers {_number(mark.low)}..{_number(mark.high)}"
    says = f"0..{mark.tables} tables of 0..{mark.rows} rows of 1..{mark.width} {numbers}"
    tuples, ints = {tuple}, {int}
    widths = frozenset(range(1, mark.width + 1))

    # Deltas are most of the traffic, so each check is one pass in C over all that the grid holds.
    def take(grid: Any) -> tuple[tuple[tuple[int, ...], ...], ...]:
        if type(grid) is not tuple or len(grid) > mark.tables:
            raise FieldError(f"is {_spoken(grid)}, not an array of 0..{mark.tables} tables")
        if not tuples.issuperset(map(type, grid)) or max(map(len, grid), default=0) > mark.rows:
            raise FieldError(f"has a table that is no array of 0..{mark.rows} rows")
        rows = tuple(chain.from_iterable(grid))
        if not tuples.issuperset(map(type, rows)) or not widths.issuperset(map(len, rows)):
            raise FieldError(f"has a row that is no array of 1..{mark.width} numbers")
        cells = tuple(chain.from_iterable(rows))
        if not ints.issuperset(map(type, cells)) or (cells and (min(cells) < mark.low or max(cells) > mark.high)):
            raise FieldError(f"has a cell that is not one of the {numbers}")
        return grid

    return FieldType(says, take, None, max(mark.tables, mark.rows, mark.width))


def _number(value: int) -> str:
    """Return a bound as people write it: 2^32-1 and -2^31 where the digits would say less."""
    power = -value if value < 0 else value + 1
    if power <= 2**17 or power.bit_count() > 1:
        return str(value)
    return f"-2^{power.bit_length() - 1}" if value < 0 else f"2^{power.bit_length() - 1}-1"


def _spoken(value: Any) -> str:
    if type(value) is int or type(value) is bool:
        return str(value)
    return "an array of " + str(len(value)) if type(value) is tuple else "a " + type(value).__name__
