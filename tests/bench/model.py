"""What a measurement is: a Probe is run again and again, a Figure is a row of the table that reads its values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

Values = Mapping[str, float]
Run = Callable[[], Values]


class Missing(Exception):
    """A probe cannot run on this machine; the sentence says what is missing."""


class Effort(Enum):
    """How long to measure: QUICK shows that all works, USUAL takes minutes, LONG measures worst cases for longer."""

    QUICK = 1
    USUAL = 2
    LONG = 3


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that is run again and again; probes of one group take turns, so that a slow moment hits all alike.

    `start` prepares it and returns the run, which returns values by key; both may raise Missing. `repeats`: how often
    it runs at the usual effort; a quick run has a third of them.
    """

    name: str
    group: str
    start: Callable[[Effort], Run]
    repeats: int = 5

    def turns(self, effort: Effort) -> int:
        """How often it runs."""
        return max(1, self.repeats // 3) if effort is Effort.QUICK else self.repeats


class Bound(Enum):
    """What a target limits: the value itself, or how it relates to the reference."""

    VALUE = "{:g}{} at most"
    RATIO = "{:g}x the reference at most"
    ABOVE = "{:g}{} above the reference at most"


@dataclass(frozen=True, slots=True)
class Target:
    """The most that is allowed."""

    bound: Bound
    most: float

    def text(self, unit: str) -> str:
        """It as words.

        >>> Target(Bound.ABOVE, 0.2).text("ms")
        '0.2 ms above the reference at most'
        """
        return self.bound.value.format(self.most, f" {unit}" if unit else "")

    def holds(self, value: float, reference: float) -> bool:
        """Whether a value is within it; `reference`: NaN where there is none."""
        compared = {Bound.VALUE: value, Bound.RATIO: value / reference, Bound.ABOVE: value - reference}
        return compared[self.bound] <= self.most


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number comes from: the probe, and the key of its value."""

    probe: str
    key: str = "value"


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of a table. `name`: for --only and --against; `table`: which one it stands in; less is always better."""

    name: str
    what: str
    unit: str
    table: str
    source: Source
    reference: Source | None = None
    target: Target | None = None


def at_most(most: float) -> Target:
    return Target(Bound.VALUE, most)


def times(most: float) -> Target:
    return Target(Bound.RATIO, most)


def above(most: float) -> Target:
    return Target(Bound.ABOVE, most)
