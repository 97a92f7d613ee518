"""The metrics of a directory for Prometheus, by prometheus-client (the extra `metrics`).

Rule: a name keeps its meaning, and no label holds text that comes from outside.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

try:
    from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
    from prometheus_client.metrics_core import Metric
except ImportError:
    CollectorRegistry = None  # type: ignore[assignment, misc]


@dataclass
class DirectoryFigures:
    """What a directory counts: `answers` by request and status, and gauges with their help by name."""

    build: str
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    pings: Counter[bool] = field(default_factory=Counter)  # those that found the room, and those that did not
    gauges: "dict[str, tuple[str, Callable[[], float]]]" = field(default_factory=dict)


def metrics_text(figures: DirectoryFigures) -> bytes | None:
    """Return all metrics as text; None without the extra."""
    if CollectorRegistry is None:
        return None
    registry = CollectorRegistry()
    registry.register(_Collector(figures))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


@dataclass(frozen=True, eq=False)
class _Collector:
    figures: DirectoryFigures

    def collect(self) -> "Iterable[Metric]":
        return _families(self.figures)


def _families(figures: DirectoryFigures) -> "Iterator[Metric]":
    yield InfoMetricFamily("petard_directory", "Version.", {"version": figures.build})
    for name, (about, value) in figures.gauges.items():
        yield GaugeMetricFamily(f"petard_directory_{name}", about, float(value()))
    answers = CounterMetricFamily(
        "petard_directory_answers", "Answers over HTTP, by request and status.", labels=["request", "status"]
    )
    for (request, status), count in sorted(figures.answers.items()):
        answers.add_metric([request, str(status)], count)
    yield answers
    pings = CounterMetricFamily("petard_directory_pings", "Pings to rooms, by what they found.", labels=["found"])
    for found, word in ((True, "room"), (False, "nothing")):
        pings.add_metric([word], figures.pings[found])
    yield pings
