"""Each alert of docs/hosting/alerts.yml fires when it should and is silent when it should be, as promtool says.

The values are in promtool's own notation, one for each scrape, 15 s apart: `0+2x40` begins at 0 and adds 2 forty times.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from petard.server.web.figures import BUCKETS, HUNG
from tests.server.web.test_metrics import text

ALERTS = Path(__file__).parents[1] / "docs" / "hosting" / "alerts.yml"
WHERE = 'instance="den:7780", job="petard"'
MOMENTS = [f"{seconds}s" for seconds in range(0, 901, 15)]  # of silence
Series = dict[str, str]  # the name of a metric, with its own labels in braces: its values
needs_promtool = pytest.mark.skipif(not shutil.which("promtool"), reason="needs promtool")

BUCKET, COUNT = 'petard_turn_interval_seconds_bucket{le="0.025"}', "petard_turn_interval_seconds_count"
PERSON, AWAY, BOT = (f'petard_seats{{who="{who}"}}' for who in ("person", "away", "bot"))
FULL = {PERSON: "3x60", AWAY: "1x60", BOT: "0x60", "petard_places": "4x60"}
REFUSED, START = 'petard_http_answers_total{status="429"}', "petard_start_time_seconds"
# Name of the alert, what happens, when it fires.
FIRING: list[tuple[str, Series, str]] = [
    ("PetardNoTick", {"petard_quiet_seconds": "0.2x10 3+15x50"}, "4m"),
    ("PetardNoTick", {"up": "1x10 0x50"}, "4m"),
    ("PetardSlowTicks", {BUCKET: "0+880x60", COUNT: "0+900x60"}, "10m"),
    ("PetardSlowReaders", {"petard_slow_readers_total": "0x10 1x4 2x4 3x40"}, "8m"),
    ("PetardDisk", {"petard_results_failures_total": "0x10 1x4 2x4 3x4"}, "4m"),
    ("PetardCrashLoop", {START: "0x8 130x5 220x5 300x40"}, "8m"),
    ("PetardFull", FULL, "11m"),
    ("PetardFlood", {"petard_floods_total": "0x10 0+1x40"}, "8m"),
    ("PetardFlood", {REFUSED: "1+10x60"}, "8m"),
    ("PetardRecordingsNotWritten", {"petard_recordings_unfinished_total": "0x10 1x50"}, "8m"),
]
SILENT: list[tuple[str, Series]] = [
    ("PetardNoTick", {"petard_quiet_seconds": "0.9x60", "up": "1x60"}),
    ("PetardNoTick", {"petard_quiet_seconds": "0.9x20 3 0.2x40", "up": "1x30 0 1x30"}),
    ("PetardSlowTicks", {BUCKET: "0+895x60", COUNT: "0+900x60"}),
    ("PetardSlowTicks", {BUCKET: "700x60", COUNT: "900x60"}),  # nobody is connected any more
    ("PetardSlowReaders", {"petard_slow_readers_total": "0x10 1x4 2x50"}),
    ("PetardDisk", {"petard_results_failures_total": "9x60"}),
    ("PetardCrashLoop", {START: "0x8 130x5 220x50"}),
    ("PetardCrashLoop", {START: "0 1 0 1 0 1 0 1 0 1 0 1 0 1x50"}),  # it is rounded to a second
    ("PetardFull", FULL | {PERSON: "2x60", BOT: "1x60"}),  # a bot leaves its seat to a person
    ("PetardFull", FULL | {AWAY: "1x30 0 1x29"}),
    ("PetardFull", {PERSON: "0x60", AWAY: "0x60", "petard_places": "0x60"}),  # a relay has no places
    ("PetardFlood", {"petard_floods_total": "0x10 1x4 9x50", REFUSED: "1+2x60"}),
    ("PetardRecordingsNotWritten", {"petard_recordings_unfinished_total": "2x60"}),
]


def placed(name: str) -> str:
    """Return a series with the labels that Prometheus adds."""
    return name.replace("}", f", {WHERE}}}") if "}" in name else f"{name}{{{WHERE}}}"


def expected(alert: str) -> dict[str, dict[str, str]]:
    """Return the labels and the sentence of an alert that fires, as the file has them."""
    block = re.search(
        rf"alert: {alert}\n.*?severity: (\w+).*?summary: \"(.*?)\"\n", ALERTS.read_text("utf-8"), re.DOTALL
    )
    assert block, alert
    labels = {"instance": "den:7780", "job": "petard", "severity": block[1]}
    return {
        "exp_labels": labels,
        "exp_annotations": {"summary": block[2].replace("{{ $labels.instance }}", "den:7780")},
    }


def run(folder: Path, series: Series, checks: list[dict[str, object]]) -> None:
    """Run promtool; JSON is YAML, too."""
    inputs = [{"series": placed(name), "values": values} for name, values in series.items()]
    test = {"interval": "15s", "input_series": inputs, "alert_rule_test": checks}
    file = folder / "alerts_test.yml"
    file.write_text(json.dumps({"rule_files": [str(ALERTS)], "evaluation_interval": "15s", "tests": [test]}), "utf-8")
    done = subprocess.run(["promtool", "test", "rules", str(file)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


@needs_promtool
@pytest.mark.parametrize(("alert", "series", "at"), FIRING, ids=str)
def test_it_fires(tmp_path: Path, alert: str, series: Series, at: str) -> None:
    run(tmp_path, series, [{"eval_time": at, "alertname": alert, "exp_alerts": [expected(alert)]}])


@needs_promtool
@pytest.mark.parametrize(("alert", "series"), SILENT, ids=str)
def test_it_is_silent(tmp_path: Path, alert: str, series: Series) -> None:
    run(tmp_path, series, [{"eval_time": at, "alertname": alert, "exp_alerts": []} for at in MOMENTS])


def test_each_alert_is_shown_to_fire_and_to_be_silent() -> None:
    """A name that is misspelt above would be silent for ever."""
    alerts = re.findall(r"alert: (\w+)", ALERTS.read_text("utf-8"))
    assert len(alerts) == len(set(alerts)) == 8
    assert set(alerts) == {alert for alert, *_ in FIRING} == {alert for alert, _ in SILENT}


def test_the_metrics_and_limits_in_them_are_those_of_the_server() -> None:
    rules = ALERTS.read_text("utf-8")
    known = set(re.findall(r"^(petard_\w+)", text(), re.MULTILINE))
    assert set(re.findall(r"\bpetard_\w+", rules)) <= known
    assert f"petard_quiet_seconds > {HUNG} " in rules
    assert 'le="0.025"' in rules
    assert 0.025 in BUCKETS
