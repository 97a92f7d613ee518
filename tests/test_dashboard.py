"""The dashboard of docs/hosting/grafana.json: promtool runs its queries over the metrics of a server.

No Grafana is started here; what it needs to draw a panel is checked by hand.
"""

import json
import re
import shutil
import subprocess
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.server.web.test_metrics import text

DASHBOARD: dict[str, Any] = json.loads((Path(__file__).parents[1] / "docs/hosting/grafana.json").read_text("utf-8"))
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
WHERE = {"instance": "den:7780", "job": "petard"}
GIVEN = {"$room": ".*", "$__rate_interval": "1m"}  # Grafana's variables
COLUMNS = 24  # of Grafana's grid
LATE = "petard_turn_interval_seconds"


def queries() -> dict[str, str]:
    """Return each query by its panel and letter, with Grafana's variables filled in."""
    found = {}
    for panel in PANELS:
        for target in panel["targets"]:
            query = target["expr"]
            for name, value in GIVEN.items():
                query = query.replace(name, value)
            found[f"{panel['title']} {target['refId']}"] = query
    return found


def scraped() -> dict[str, str]:
    """Return all series of a server; each grows by its own value in each 15 s. Those of a process are Linux's only."""
    series = {series_of("up", {}): "1x40"}
    series |= {series_of(f"process_{name}", {}): "2+2x40" for name in ("cpu_seconds_total", "resident_memory_bytes")}
    for family in text_string_to_metric_families(text()):
        for one in family.samples if family.name.startswith("petard") else ():
            series[series_of(one.name, one.labels)] = f"{one.value:g}+{one.value:g}x40"
    return series


def series_of(name: str, labels: dict[str, str]) -> str:
    return name + "{" + ", ".join(f'{key}="{value}"' for key, value in (labels | WHERE).items()) + "}"


def run(folder: Path, series: dict[str, str], wanted: dict[str, list[dict[str, object]]]) -> None:
    """Let promtool evaluate expressions after five minutes; JSON is YAML, too."""
    checks = [{"expr": expression, "eval_time": "5m", "exp_samples": samples} for expression, samples in wanted.items()]
    inputs = [{"series": name, "values": values} for name, values in series.items()]
    test = {"interval": "15s", "input_series": inputs, "promql_expr_test": checks}
    file = folder / "dashboard_test.yml"
    file.write_text(json.dumps({"evaluation_interval": "15s", "tests": [test]}), "utf-8")
    done = subprocess.run(["promtool", "test", "rules", str(file)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


needs_promtool = pytest.mark.skipif(not shutil.which("promtool"), reason="needs promtool")


@needs_promtool
def test_each_query_finds_something_in_the_metrics_of_a_server(tmp_path: Path) -> None:
    """Something that is a number: NaN is not >= 0."""
    one: list[dict[str, object]] = [{"labels": "{}", "value": 1}]
    run(tmp_path, scraped(), {f"count(({query}) >= 0) > bool 0": one for query in queries().values()})


@needs_promtool
def test_sums_and_shares_are_right(tmp_path: Path) -> None:
    series = {
        series_of(f"{LATE}_bucket", {"le": "0.025"}): "0+675x40",
        series_of(f"{LATE}_count", {}): "0+900x40",
        series_of("petard_places", {}): "4x40",
        series_of("petard_places", {}).replace("den", "attic"): "8x40",
        series_of("petard_lost_total", {}): "0+2x40",
        series_of("petard_quiet_seconds", {}): "3x40",
        series_of("petard_quiet_seconds", {}).replace("den", "attic"): "0.5x40",
    }
    found = queries()
    run(
        tmp_path,
        series,
        {
            found["Late ticks A"]: [{"labels": series_of("", {}), "value": 0.25}],
            found["Seats B"]: [{"labels": "{}", "value": 12}],
            found["People who come and go C"]: [{"labels": "{}", "value": 8}],
            found["Rooms B"]: [{"labels": "{}", "value": 1}],
        },
    )


def test_the_queries_ask_for_metrics_that_the_server_has_and_for_the_chosen_rooms() -> None:
    known = set(re.findall(r"^(petard_\w+|process_\w+)", text(), re.MULTILINE))
    for panel in PANELS:
        for target in panel["targets"]:
            asked = re.findall(r"\b(petard_\w+)", target["expr"])
            assert set(asked) <= known, panel["title"]
            assert target["expr"].count('instance=~"$room"') == max(1, len(asked)), panel["title"]


def test_each_panel_has_what_grafana_needs_and_a_place_of_its_own() -> None:
    source = {"type": "prometheus", "uid": "${datasource}"}
    assert [one["name"] for one in DASHBOARD["templating"]["list"]] == ["datasource", "room"]
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    for panel in PANELS:
        assert panel["title"]
        assert panel["description"]
        assert panel["datasource"] == source
        assert all(target["datasource"] == source and target["legendFormat"] for target in panel["targets"])
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= COLUMNS
    for one, other in combinations((panel["gridPos"] for panel in PANELS), 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        assert beside or one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
