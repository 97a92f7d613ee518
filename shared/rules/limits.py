"""Marks that say what a number or a tuple of the rules may hold; the protocol reads them off the types.

Nothing in the rules looks at them: whoever takes a value from a stranger does.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """A whole number from `low` to `high`, both included."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Length:
    """How many items a tuple holds."""

    least: int
    most: int
