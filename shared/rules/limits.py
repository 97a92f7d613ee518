"""Marks for type hints: the legal values of a number or the legal length of a tuple.

The rules do not check them. The protocol reads them from the type hints and checks received values.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """A whole number from `low` to `high`, both included."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Length:
    """The least and the most items of a tuple."""

    least: int
    most: int
