"""The metrics for Prometheus, by prometheus-client (the extra `metrics`).

Rule 1: each text has a registry of its own, which holds the ServerFigures and what the system knows of this process.
Rule 2: a name keeps its meaning. The names are those of docs/hosting.md; a test compares them.
Rule 3: no label holds text that a person typed.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from statistics import median

from petard.server.http.figures import BUCKETS, COUNTED, ServerFigures
from petard.shared.protocol.messages import BUILD, PROTOCOL, Phase

try:
    from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, InfoMetricFamily
    from prometheus_client.metrics_core import Metric
except ImportError:
    CollectorRegistry = None  # type: ignore[assignment, misc]

KIND = "text/plain; version=0.0.4; charset=utf-8"
MISSING = "Metrics need something to be installed first: pip install 'petard[metrics]'"


def metrics_text(figures: ServerFigures, quiet: float, answers: Iterable[tuple[int, int]]) -> bytes | None:
    """Return all metrics as text; None without the extra.

    `quiet`: seconds since the last turn; `answers`: how often each status was sent.
    """
    if CollectorRegistry is None:
        return None
    registry = CollectorRegistry()
    registry.register(_Collector(partial(metric_families, figures, quiet, answers)))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


@dataclass(frozen=True)
class _Collector:
    collect: "Callable[[], Iterable[Metric]]"


def metric_families(figures: ServerFigures, quiet: float, answers: Iterable[tuple[int, int]]) -> "Iterator[Metric]":
    """Yield each metric with its help."""
    yield InfoMetricFamily("petard_build", "Version and protocol.", {"version": BUILD, "protocol": str(PROTOCOL)})
    yield _gauge("petard_start_time_seconds", "When the server started, in seconds since 1970.", figures.started)
    yield _gauge("petard_draining", "1 while the server is about to stop.", figures.draining)
    yield _gauge("petard_quiet_seconds", "Time since the loop turned; more than 2: it hangs.", quiet)
    yield from _room(figures)
    yield _intervals(figures)
    for (word, about), count in zip(COUNTED.values(), figures.happened, strict=True):
        yield CounterMetricFamily(f"petard_{word}", about, count)
    asked = CounterMetricFamily("petard_http_answers", "Answers over HTTP, by status.", labels=["status"])
    for status, count in answers:
        asked.add_metric([str(status)], count)
    yield asked


def _room(figures: ServerFigures) -> "Iterator[Metric]":
    status = figures.status
    phase = _gauge("petard_phase", "1 for the phase that the room is in.", label="phase")
    for one in Phase:
        phase.add_metric([one.name.lower()], status.phase is one)
    yield phase
    seats = _gauge("petard_seats", "Seats that are taken, by who sits there.", label="who")
    kinds = ["bot" if seat.is_bot else "away" if seat.is_away else "person" for seat in status.seats]
    for kind in ("person", "away", "bot"):
        seats.add_metric([kind], kinds.count(kind))
    yield seats
    yield _gauge("petard_places", "How many can play on this map.", status.places)
    yield _gauge("petard_connections", "People who are connected.", status.people)
    yield _gauge("petard_watchers", "People who only watch.", len(status.watchers))
    alive = sum(seat.is_alive for seat in status.seats)
    yield _gauge("petard_alive", "Players who are not out; all of them where no round runs.", alive)
    pings = [seat.ping / 1000 for seat in status.seats if seat.ping and not seat.is_away] or [0.0]
    yield _gauge("petard_ping_median_seconds", "Round trip to the people who play.", median(pings))
    yield _gauge("petard_ping_worst_seconds", "Round trip to the farthest of them.", max(pings))


def _gauge(name: str, about: str, value: float | None = None, label: str = "") -> "GaugeMetricFamily":
    return GaugeMetricFamily(name, about, None if value is None else float(value), [label] if label else None)


def _intervals(figures: ServerFigures) -> "Metric":
    intervals = figures.intervals
    buckets = list(zip((*map(str, BUCKETS), "+Inf"), accumulate(intervals.counts), strict=True))
    about = "Time between two turns of the loop while a client is connected; a tick is 1/60 s."
    return HistogramMetricFamily("petard_turn_interval_seconds", about, buckets, intervals.total)
