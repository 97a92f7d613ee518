"""Metrics are valid for Prometheus: parsed by its own library, and by promtool where there is one."""

import re
import shutil
import subprocess
from collections import Counter

from prometheus_client.parser import text_string_to_metric_families

from petard.server.web import metrics
from petard.server.web.figures import BUCKETS
from petard.server.web.metrics import WebCounts
from tests.server.web.sample import report


def text() -> str:
    counts = WebCounts(Counter({200: 5, 404: 1}), 3, 1000)
    return (metrics.metrics_text(report(), 0.01, counts) or b"").decode()


def test_the_figures_arrive_as_they_are() -> None:
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text())
        for sample in family.samples
    }
    assert found["petard_phase", "playing"] == 1.0
    assert sum(value for name, value in found.items() if name[0] == "petard_phase") == 1.0
    seats = {who: found["petard_seats", who] for who in ("person", "bot", "away")}
    assert seats == {"person": 1.0, "bot": 1.0, "away": 0.0}
    assert (found["petard_alive",], found["petard_places",], found["petard_watchers",]) == (1.0, 4.0, 1.0)
    assert (found["petard_ping_median_seconds",], found["petard_ping_worst_seconds",]) == (0.012, 0.012)
    assert (found["petard_joined_total",], found["petard_rounds_total",]) == (3.0, 2.0)
    troubles = ("floods", "slow_readers", "recordings_unfinished", "results_failures", "agones_failures")
    assert [found[f"petard_{word}_total",] for word in troubles] == [5.0, 6.0, 7.0, 8.0, 9.0]
    assert found["petard_http_answers_total", "200"] == 5.0
    assert (found["petard_web_pads",], found["petard_web_watchers",]) == (3.0, 1000.0)
    buckets = [found["petard_turn_interval_seconds_bucket", str(end)] for end in (*BUCKETS, "+Inf")]
    assert buckets == [0.0] * 4 + [2.0] * 5 + [3.0] * 6
    assert (found["petard_turn_interval_seconds_count",], found["petard_turn_interval_seconds_sum",]) == (3.0, 0.063)


def test_they_hold_no_text_that_a_person_typed() -> None:
    assert not re.search("Ada|Fizz|Zoë|Den|small|duel", text())


def test_names_keep_the_conventions() -> None:
    """What `promtool check metrics` looks at, for machines without it."""
    for family in text_string_to_metric_families(text()):
        assert family.documentation
        assert re.fullmatch(r"(petard|process)(_[a-z]+)+", family.name)
        assert not re.search(
            r"_(ms|milliseconds|minutes|kilobytes|gauge|counter|histogram|count|sum|bucket)$", family.name
        )
        assert not family.name.endswith("_total")  # the parser takes it away from counters; on others it is wrong
        assert {sample.name for sample in family.samples if family.type == "counter"} <= {f"{family.name}_total"}
    types = re.findall(r"# TYPE (\w+) (\w+)", text())
    assert len(dict(types)) == len(types)


def test_promtool_has_no_complaints() -> None:
    promtool = shutil.which("promtool")
    if not promtool:  # the test above looks for what it would say
        return
    found = subprocess.run([promtool, "check", "metrics"], input=text(), capture_output=True, text=True, timeout=20)
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
