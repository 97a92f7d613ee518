"""Hypothesis strategies that draw any legal message, made from the same type hints as the codec."""

import dataclasses
import re
from base64 import b64encode
from enum import IntEnum
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from petard.shared.protocol.messages import MESSAGES, Message
from petard.shared.protocol.names import clean_line
from petard.shared.protocol.schema import FlatTables, Grid, OneOf, Text, Word
from petard.shared.rules.ruleset import ORDERED, Length, Range, RuleSet


def messages(kind: type[Message]) -> st.SearchStrategy[Message]:
    """Draw a message of one kind, within its limits."""
    return _record(kind)


def any_message() -> st.SearchStrategy[Message]:
    """Draw a message of any kind."""
    return st.sampled_from(list(MESSAGES.values())).flatmap(messages)


def rules() -> st.SearchStrategy[RuleSet]:
    """Draw a RuleSet within its limits, numbers that must be in order included."""
    return _record(RuleSet)


def _record(kind: Any) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind, include_extras=True)
    drawn = st.builds(kind, **{field.name: _values(hints[field.name]) for field in dataclasses.fields(kind)})
    return drawn.map(_in_order) if kind is RuleSet else drawn


def _in_order(rules: RuleSet) -> RuleSet:
    changes: dict[str, Any] = {"weights": (0, *rules.weights[1:-1], rules.weights[-1] or 1)}
    for less, more in ORDERED:
        changes[less], changes[more] = sorted((getattr(rules, less), getattr(rules, more)))
    return dataclasses.replace(rules, **changes)


def _values(hint: Any) -> st.SearchStrategy[Any]:
    hint = Word if hint is str else hint
    if get_origin(hint) is Annotated:
        return _marked(*get_args(hint))
    if hint is bool:
        return st.booleans()
    return st.sampled_from(hint) if issubclass(hint, IntEnum) else _record(hint)


def _marked(base: Any, mark: Any) -> st.SearchStrategy[Any]:
    match mark:
        case Range(low, high):
            return st.integers(low, high)
        case OneOf(values):
            return st.sampled_from(values)
        case Length(least, most):
            item = _values(get_args(base)[0])
            return st.lists(item, min_size=least, max_size=max(least, min(most, 6))).map(tuple)
        case Grid():
            rows = st.lists(st.integers(mark.low, mark.high), min_size=1, max_size=6).map(tuple)
            return st.lists(st.lists(rows, max_size=3).map(tuple), max_size=mark.tables).map(tuple)
        case FlatTables():
            flat = st.lists(st.integers(mark.low, mark.high), min_size=1, max_size=8).map(tuple)
            return st.lists(flat, max_size=mark.tables).map(tuple)
        case Text():
            return _text(mark)
    raise TypeError(f"no strategy for {mark!r}")


def _text(mark: Text) -> st.SearchStrategy[str]:
    if mark.what == "token":
        return st.from_regex(re.compile("([0-9a-f]{32})?", re.ASCII), fullmatch=True)
    if mark.what == "ASCII":
        return st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=mark.most)
    if mark.what == "base64":
        return st.binary(max_size=60).map(lambda data: b64encode(data).decode())
    if mark.what == "HOST:PORT":
        return st.from_regex(re.compile("[!-~]{1,64}", re.ASCII), fullmatch=True)
    if mark.what == "word or nothing":
        return st.from_regex(re.compile("([A-Za-z0-9][A-Za-z0-9._-]{0,31})?", re.ASCII), fullmatch=True)
    if mark.what == "items":
        return st.dictionaries(st.sampled_from(["kick", "full_flame", "rocket", "0"]), st.integers(0, 100)).map(
            lambda pairs: ",".join(f"{name}:{weight}" for name, weight in pairs.items())
        )
    if mark.what == "word":
        return st.from_regex(re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}", re.ASCII), fullmatch=True)
    drawn = st.text(min_size=mark.least, max_size=mark.most)
    cleaned = drawn.map(lambda text: " ".join(clean_line(text).split())[: mark.most].rstrip())
    legal = cleaned.filter(lambda text: mark.least <= len(text) <= mark.most and mark.is_legal(text))
    return st.sampled_from(["Ada", "x", "Zoë"]) | legal
