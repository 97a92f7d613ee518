"""Shares and medians with their 95 % intervals.

Shares have Wilson's interval (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927), medians that of their ranks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

Z = 1.96  # standard errors of a 95 % interval


@dataclass(frozen=True, slots=True)
class Share:
    """A count out of a total, with the ends of its 95 % interval; all from 0 to 1."""

    part: int
    total: int

    @property
    def value(self) -> float:
        """The share itself."""
        return self.part / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval.

        >>> [round(end, 3) for end in Share(5, 100).interval]
        [0.022, 0.112]
        """
        if not self.total:
            return 0.0, 1.0
        n, p = self.total, self.value
        middle, half = p + Z * Z / (2 * n), Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        return max(0.0, middle - half) / (1 + Z * Z / n), (middle + half) / (1 + Z * Z / n)  # never "-0%"

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.0%} ({low:.0%}-{high:.0%})"


@dataclass(frozen=True, slots=True)
class Median:
    """The middle of some numbers, with the ends of its 95 % interval."""

    value: float
    interval: tuple[float, float]

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.0f} ({low:.0f}-{high:.0f})"


def median_of(numbers: Iterable[float]) -> Median:
    """The median, and the interval between the ranks that hold it with 95 %.

    >>> median_of(range(100))
    Median(value=50, interval=(40, 60))
    """
    ranked = sorted(numbers)
    last, half = len(ranked) - 1, len(ranked) / 2
    spread = Z * sqrt(len(ranked)) / 2
    low, high = max(0, round(half - spread)), min(last, round(half + spread))
    return Median(ranked[len(ranked) // 2], (ranked[low], ranked[high]))
