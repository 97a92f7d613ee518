"""Two runs compared: what got worse, and what got better, by more than the spread of both."""

from dataclasses import dataclass

from tests.bench.model import Figure
from tests.bench.results import Reading, Results, short

TURNS_LEAST = 3  # with fewer, a spread says nothing
KNOWN, UNKNOWN = 0.02, 0.25  # what must lie between two spreads, of the value


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that changed: the ratio to its reference where it has one, else the value itself."""

    figure: Figure
    before: Reading
    after: Reading

    @property
    def is_worse(self) -> bool:
        return self.after.median > self.before.median

    def text(self) -> str:
        """One line."""
        percent = 100 * (self.after.median / self.before.median - 1) if self.before.median else float("inf")
        unit = f" {self.figure.unit}" if self.figure.reference is None else "x the reference"
        medians = f"{short(self.before.median)} to {short(self.after.median)}{unit}"
        return f"{'worse' if self.is_worse else 'better'}: {self.figure.name}: {medians} ({percent:+.0f} %)"


def changes(figures: list[Figure], before: Results, after: Results) -> list[Change]:
    """The figures of both runs whose spreads do not overlap: each turn of one is above each turn of the other."""
    found = []
    for figure in figures:
        turns = min(len(results.values(figure.source)) for results in (before, after))
        old, new = _reading(before, figure), _reading(after, figure)
        margin = 1 + (KNOWN if turns >= TURNS_LEAST else UNKNOWN)
        if old and new and (new.least > old.most * margin or new.most * margin < old.least):
            found.append(Change(figure, old, new))
    return found


def _reading(results: Results, figure: Figure) -> Reading | None:
    return results.ratio(figure) if figure.reference else results.reading(figure.source)
