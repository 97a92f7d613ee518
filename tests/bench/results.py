"""The numbers of one run of the harness: as JSON, and as medians, spreads and ratios.

Rule: a ratio is taken turn by turn, of values that were measured right after each other, and then the median of those.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.model import Figure, Source, Values

FORMAT = 1


class BadResults(ValueError):
    """A file holds no results; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A number with its spread: the median, the least and the most of its turns."""

    median: float
    least: float
    most: float

    def text(self, digits: int = 3) -> str:
        """For a table.

        >>> Reading(12.345, 11.0, 14.26).text()
        '12.3 (11 to 14.3)'
        """
        middle, least, most = (short(value, digits) for value in (self.median, self.least, self.most))
        return middle if least == most else f"{middle} ({least} to {most})"


def short(value: float, digits: int = 3) -> str:
    """A number with so many digits that count, without an exponent.

    >>> short(0.012345), short(12345.6), short(3.0)
    ('0.0123', '12,346', '3')
    """
    if abs(value) >= 10**digits:
        return f"{value:,.0f}"
    shown = f"{float(f'{value:.{digits}g}'):.10f}"
    return shown.rstrip("0").rstrip(".")


def reading_of(values: Sequence[float]) -> Reading:
    return Reading(median(values), min(values), max(values))


@dataclass(slots=True)
class Results:
    """All turns of all probes. `missing`: by probe, why it did not run; `facts`: of the machine and of its load."""

    facts: dict[str, Any] = field(default_factory=dict)
    turns: dict[str, list[dict[str, float]]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def add(self, probe: str, values: Values) -> None:
        """Keep the values of one turn."""
        self.turns.setdefault(probe, []).append({key: float(f"{value:.6g}") for key, value in values.items()})

    def values(self, source: Source) -> list[float]:
        """What a probe measured, turn by turn; empty if it did not run."""
        return [turn[source.key] for turn in self.turns.get(source.probe, []) if source.key in turn]

    def reading(self, source: Source | None) -> Reading | None:
        """What a probe measured; None if it did not run."""
        values = self.values(source) if source else []
        return reading_of(values) if values else None

    def ratio(self, figure: Figure) -> Reading | None:
        """How many times the reference a figure is; None where one of the two is missing."""
        if figure.reference is None:
            return None
        own, others = self.values(figure.source), self.values(figure.reference)
        pairs = list(zip(own, others, strict=False))  # one of them may have had more turns
        ratios = [value / other for value, other in pairs if other]
        return reading_of(ratios) if ratios else None

    def to_json(self) -> str:
        """The text of a file."""
        document = {"format": FORMAT, **self.facts, "turns": self.turns, "missing": self.missing}
        return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def read_results(file: Path) -> Results:
    """What `Results.to_json` wrote; raises BadResults."""
    try:
        document = json.loads(file.read_text("utf-8"))
        if document.pop("format") != FORMAT:
            raise BadResults(f"{file}: these results have another format")
        turns, missing = document.pop("turns"), document.pop("missing")
        values = [value for many in turns.values() for turn in many for value in turn.values()]
        if not all(isinstance(value, int | float) for value in values):
            raise BadResults(f"{file}: a value is no number")
    except OSError as problem:
        raise BadResults(f"{file}: {problem.strerror}") from None
    except BadResults:
        raise
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadResults(f"{file}: these are no results of python -m tests.bench") from None
    return Results(document, turns, missing)
