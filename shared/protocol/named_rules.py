"""A RuleSet as messages carry it: each number with the name of its rule, each weight with the name of its item.

Rule 1: a reader ignores names that it does not know, and takes its own default for a rule that is missing. So a server
        may have rules and items that a client has never heard of; such a client predicts them less exactly, no more.
Rule 2: the rules after `immune` (LATER_RULES) are sent only where they differ from their defaults, which never change.
Rule 3: a name comes once; the numbers must be within the limits of their rules and fit together.
"""

from dataclasses import dataclass, fields, replace
from typing import Annotated, Any

from petard.shared.protocol.schema import FieldError, FieldType, Word, fields_of, record
from petard.shared.rules.items import ITEM_MOST, Item
from petard.shared.rules.ruleset import LATER_RULES, Length, Range, RuleSet, stored_numbers

RULES_MOST = 96
Number = Annotated[int, Range(-(2**31), 2**31 - 1)]


@dataclass(frozen=True, slots=True)
class NamedNumber:
    """A rule with its number, or an item with its weight."""

    name: Word
    number: Number


@dataclass(frozen=True, slots=True)
class NamedRules:
    """The rules of a round: the name of the RuleSet, its numbers, and the relative chance of each item."""

    name: Word
    numbers: Annotated[tuple[NamedNumber, ...], Length(0, RULES_MOST)]
    weights: Annotated[tuple[NamedNumber, ...], Length(0, ITEM_MOST)]


_NUMBERS = tuple([field.name for field in fields(RuleSet) if field.name not in ("name", "weights")])
_ITEMS = {item.name.lower(): item.value for item in Item}
_NAMED, _RULES = record(NamedRules), record(RuleSet)
_DEFAULTS = RuleSet()
_FIELDS = list(fields_of(RuleSet))
_WEIGHTS = _FIELDS.index("weights")
_LATER = tuple([getattr(_DEFAULTS, name) for name in _FIELDS[_WEIGHTS + 1 :]])


def named_rules_type() -> FieldType:
    """Return the FieldType of a RuleSet whose numbers are sent by name."""
    return FieldType(NamedRules.__name__, _from_wire, _to_wire, _NAMED.longest_array, _NAMED.longest_text)


def _from_wire(value: Any) -> RuleSet:
    named: NamedRules = _NAMED.from_wire(value)
    numbers, weights = _by_name(named.numbers), _by_name(named.weights)
    values: dict[str, Any] = {name: numbers.get(name, getattr(_DEFAULTS, name)) for name in _NUMBERS}
    values |= {"name": named.name, "weights": (0, *[weights.get(name, 0) for name in _ITEMS])}
    rules: RuleSet = _RULES.from_wire(tuple([values[name] for name in _FIELDS]))
    return rules


def recorded_rules_type() -> FieldType:
    """Return the FieldType of a RuleSet as recordings hold it: an array of its fields in declared order.

    The last fields may be missing, which then have their defaults; an old recording lacks the weights of the last
    items: they had none.
    """
    return replace(_RULES, from_wire=_from_recording, to_wire=stored_numbers)


def _from_recording(row: Any) -> RuleSet:
    if type(row) is tuple and len(row) > _WEIGHTS:
        weights = row[_WEIGHTS]
        if type(weights) is tuple:
            weights += (0,) * (1 + len(_ITEMS) - len(weights))
        row = (*row[:_WEIGHTS], weights, *row[_WEIGHTS + 1 :], *_LATER[max(0, len(row) - _WEIGHTS - 1) :])
    rules: RuleSet = _RULES.from_wire(row)
    return rules


def _by_name(numbers: tuple[NamedNumber, ...]) -> dict[str, int]:
    by_name = {one.name: one.number for one in numbers}
    if len(by_name) < len(numbers):
        raise FieldError("names a rule or an item twice")
    return by_name


def _to_wire(rules: RuleSet) -> Any:
    assert _RULES.to_wire is not None
    _RULES.from_wire(_RULES.to_wire(rules))  # our own mistakes are found here
    values = {name: getattr(rules, name) for name in _NUMBERS}
    is_sent = {name: name not in LATER_RULES or value != getattr(_DEFAULTS, name) for name, value in values.items()}
    numbers = tuple([NamedNumber(name, value) for name, value in values.items() if is_sent[name]])
    weights = tuple([NamedNumber(name, rules.weights[item]) for name, item in _ITEMS.items()])
    assert _NAMED.to_wire is not None
    return _NAMED.to_wire(NamedRules(rules.name, numbers, weights))
