"""Random legal values of message fields, limits first, made from the same type hints as the codec."""

import dataclasses
from enum import IntEnum
from random import Random
from typing import Annotated, Any, TypeVar, cast, get_args, get_origin, get_type_hints

from petard.shared.protocol.schema import FlatTables, Grid, OneOf, Text, Word
from petard.shared.rules.ruleset import ORDERED, Length, Range, RuleSet

LIMIT_SHARE = 0.5  # of the numbers are a limit, or one beside it
T = TypeVar("T")
# One text for each script and each kind of trouble: wide letters, right to left, stacked marks, emoji, spaces, quotes.
TEXTS = (
    "Ada", "x", "", "Zoë", "Ωμέγα", "Борис", "محمد", "שלום", "山田太郎", "한글이름", "ไทยที่นี่", "हिन्दी", "བོད་ཡིག",
    "🎮🔥💣", "W" * 16,
    "﷽" * 16, "𒐫" * 16, "\U0001f9d1" * 16, "a\u0323\u0302\u0308b", "-1", "/kick Ada", "%s{0}{x}", "<b>&amp;", "'\"\\",
    "i" * 200,
    "W" * 200, "﷽" * 200, "山 " * 99 + "田", "\U0001fadf new", "null", "..", "#fff", "classic", "last-one-standing",
    "a" * 32, "A.-_9", "[::1]:7777", "host.example:65535", "!" * 64, "~",
    "0123456789abcdef" * 2,
)  # fmt: skip


class FieldValues:
    """Draws values from one source of chance."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def message(self, kind: type[T]) -> T:
        """A message or record with every field within its limits."""
        hints = get_type_hints(kind, include_extras=True)
        value: Any = kind(**{field.name: self.value(hints[field.name]) for field in dataclasses.fields(kind)})  # type: ignore[arg-type]
        return cast(T, self._in_order(value) if kind is RuleSet else value)

    def changed(self, value: T) -> T:
        """The same message or record with another value of one field, or of one field of one record in it."""
        hints = get_type_hints(type(value), include_extras=True)
        name = self.random.choice([field.name for field in dataclasses.fields(value)])  # type: ignore[arg-type]
        old = getattr(value, name)
        if isinstance(old, tuple) and old and dataclasses.is_dataclass(old[0]) and self.random.random() < 0.7:
            items = list(old)
            place = self.random.randrange(len(items))
            items[place] = self.changed(items[place])
            changes: Any = {name: tuple(items)}
        elif dataclasses.is_dataclass(old):
            changes = {name: self.changed(old)}
        else:
            changes = {name: self.value(hints[name])}
        changed: Any = dataclasses.replace(value, **changes)  # type: ignore[type-var]
        return cast(T, self._in_order(changed) if isinstance(changed, RuleSet) else changed)

    def value(self, hint: Any) -> Any:
        """A value for a field with this type hint."""
        hint = Word if hint is str else hint
        if get_origin(hint) is Annotated:
            return self._marked(*get_args(hint))
        if hint is bool:
            return self.random.random() < 0.5
        return self.random.choice(list(hint)) if issubclass(hint, IntEnum) else self.message(hint)

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, often near one of them or near 0."""
        if self.random.random() < LIMIT_SHARE:
            near = [low, low + 1, high - 1, high, 0, 1]
            return int(self.random.choice([number for number in near if low <= number <= high]))
        return self.random.randint(low, high)

    def _marked(self, base: Any, mark: Any) -> Any:
        match mark:
            case Range(low, high):
                return self.number(low, high)
            case OneOf(values):
                return self.random.choice(values)
            case Length(least, most):
                return tuple(self.value(get_args(base)[0]) for _ in range(self._count(least, most)))
            case Grid():
                rows = self._count(0, 9)
                row = [tuple(self.number(mark.low, mark.high) for _ in range(self._count(1, 20))) for _ in range(rows)]
                return tuple(tuple(row) for _ in range(self._count(0, mark.tables)))
            case FlatTables():
                sizes = [self._count(1, mark.numbers) for _ in range(self._count(0, mark.tables))]
                return tuple(tuple(self.number(mark.low, mark.high) for _ in range(size)) for size in sizes)
            case Text():
                return self._text(mark)
        raise TypeError(f"no value for {mark!r}")

    def _count(self, least: int, most: int) -> int:
        """How many items: seldom all that is possible, which takes long."""
        return most if self.random.random() < 0.05 else self.random.randint(least, max(least, min(most, 8)))

    def _text(self, mark: Text) -> str:
        fitting = [text for text in TEXTS if mark.least <= len(text) <= mark.most and mark.is_legal(text)]
        return self.random.choice(fitting)

    def _in_order(self, rules: RuleSet) -> RuleSet:
        changes: dict[str, Any] = {"weights": (0, *rules.weights[1:-1], rules.weights[-1] or 1)}
        for less, more in ORDERED:
            changes[less], changes[more] = sorted((getattr(rules, less), getattr(rules, more)))
        return dataclasses.replace(rules, **changes)
