"""What a row of pings comes to: how many were lost, how long they took, how far the clocks are apart."""

from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True)
class PingReading:
    """What one answer tells of the other clock: how far it is ahead of ours, in ms, and how wrong that may be."""

    ahead: float
    error: float


def reading(asked: float, answered: float, clock: float, held: float) -> PingReading:
    """Return what an answer tells. `asked`, `answered`: by our clock; `clock`: by theirs when it left, all in ms.

    `held`: so long the question lay there. If both ways take the same time, the error is that of whole ms only.

    >>> reading(1000, 1020, 5015, 10)
    PingReading(ahead=4000.0, error=5.5)
    """
    way = max(0.0, answered - asked - held)
    return PingReading(((clock - held - asked) + (clock - answered)) / 2, way / 2 + 0.5)


@dataclass
class PingStats:
    """Counts. Times in ms."""

    sent: int = 0
    times: list[float] = field(default_factory=list)
    readings: list[PingReading] = field(default_factory=list)

    def summary(self, host: str, seconds: float) -> str:
        """Return the last lines, as `ping` prints them."""
        answered = len(self.times)
        lost = 100 * (self.sent - answered) // self.sent if self.sent else 0
        lines = [
            f"--- {host} ping statistics ---",
            f"{self.sent} sent, {answered} answered, {lost}% lost, {1000 * seconds:.0f} ms",
        ]
        if self.times:
            low, middle, high = min(self.times), median(self.times), max(self.times)
            lines.append(f"round trip min/median/max = {low:.2f}/{middle:.2f}/{high:.2f} ms")
        if self.readings:
            best = min(self.readings, key=lambda one: one.error)  # the quickest answer tells it best
            lines.append(f"clock offset = {best.ahead:+.1f} ms ± {best.error:.1f} ms (+: theirs is ahead)")
        return "\n".join(lines) + "\n"
