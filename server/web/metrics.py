"""The metrics for Prometheus, by prometheus-client (the extra `metrics`).

Rule 1: each text has a registry of its own, which holds the report of the room, what the system knows of the room's
process, and what this process counts.
Rule 2: a name keeps its meaning. The names are those of docs/hosting.md; a test compares them.
Rule 3: no label holds text that a person typed.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate
from statistics import median
from typing import Any

from petard.server.web.figures import BUCKETS, COUNTED, HUNG
from petard.shared.protocol.messages import Phase

try:
    from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, InfoMetricFamily
    from prometheus_client.metrics_core import Metric
except ImportError:
    CollectorRegistry = None  # type: ignore[assignment, misc]

KIND = "text/plain; version=0.0.4; charset=utf-8"
MISSING = "Metrics need something to be installed first, in the folder of the project: pip install '.[metrics]'"


@dataclass
class WebCounts:
    """What the web process counts: `answers` by status, and who is connected now."""

    answers: Counter[int] = field(default_factory=Counter)
    pads: int = 0
    watchers: int = 0


def metrics_text(report: dict[str, Any], quiet: float, counts: WebCounts) -> bytes | None:
    """Return all metrics as text; None without the extra. `quiet`: seconds since the last report."""
    if CollectorRegistry is None:
        return None
    registry = CollectorRegistry()
    registry.register(_Collector(partial(metric_families, report, quiet, counts)))
    ProcessCollector(pid=lambda: str(report["pid"]), registry=registry)
    return generate_latest(registry)


@dataclass(frozen=True)
class _Collector:
    collect: "Callable[[], Iterable[Metric]]"


def metric_families(report: dict[str, Any], quiet: float, counts: WebCounts) -> "Iterator[Metric]":
    """Yield each metric with its help."""
    status = report["status"]
    version = {"version": status["build"], "protocol": str(status["protocol"])}
    yield InfoMetricFamily("petard_build", "Version and protocol.", version)
    yield _gauge("petard_start_time_seconds", "When the server started, in seconds since 1970.", report["started"])
    yield _gauge("petard_draining", "1 while the server is about to stop.", status["draining"])
    yield _gauge("petard_quiet_seconds", f"Time since the room's last report; more than {HUNG}: it hangs.", quiet)
    yield from _room(status)
    yield _intervals(report)
    for (word, about), count in zip(COUNTED.values(), report["happened"], strict=True):
        yield CounterMetricFamily(f"petard_{word}", about, count)
    yield _gauge("petard_web_pads", "Browsers that are connected to play.", counts.pads)
    yield _gauge("petard_web_watchers", "Browsers that are connected to watch.", counts.watchers)
    asked = CounterMetricFamily("petard_http_answers", "Answers over HTTP, by status.", labels=["status"])
    for code, count in sorted(counts.answers.items()):
        asked.add_metric([str(code)], count)
    yield asked


def _room(status: dict[str, Any]) -> "Iterator[Metric]":
    phase = _gauge("petard_phase", "1 for the phase that the room is in.", label="phase")
    for one in (phase.name.lower() for phase in Phase):
        phase.add_metric([one], status["phase"] == one)
    yield phase
    seats = _gauge("petard_seats", "Seats that are taken, by who sits there.", label="who")
    kinds = ["bot" if seat["bot"] else "away" if seat["away"] else "person" for seat in status["seats"]]
    for kind in ("person", "away", "bot"):
        seats.add_metric([kind], kinds.count(kind))
    yield seats
    yield _gauge("petard_places", "How many can play on this map.", status["places"])
    yield _gauge("petard_connections", "People who are connected.", status["people"])
    yield _gauge("petard_watchers", "People who only watch.", len(status["watchers"]))
    alive = sum(seat["alive"] for seat in status["seats"])
    yield _gauge("petard_alive", "Players who are not out; all of them where no round runs.", alive)
    pings = [seat["ping"] / 1000 for seat in status["seats"] if seat["ping"] and not seat["away"]] or [0.0]
    yield _gauge("petard_ping_median_seconds", "Round trip to the people who play.", median(pings))
    yield _gauge("petard_ping_worst_seconds", "Round trip to the farthest of them.", max(pings))


def _gauge(name: str, about: str, value: float | None = None, label: str = "") -> "GaugeMetricFamily":
    return GaugeMetricFamily(name, about, None if value is None else float(value), [label] if label else None)


def _intervals(report: dict[str, Any]) -> "Metric":
    buckets = list(zip((*map(str, BUCKETS), "+Inf"), accumulate(report["counts"]), strict=True))
    about = "Time between two turns of the loop while a client is connected; a tick is 1/60 s."
    return HistogramMetricFamily("petard_turn_interval_seconds", about, buckets, report["total"])
