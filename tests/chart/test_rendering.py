"""What the chart makes is what Kubernetes, Agones and Prometheus' operator accept, and its parts find each other."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from tests.chart.kinds import SCHEMAS
from tests.chart.objects import EXAMPLE, NAMES, Object, objects, of_kind, pods, read_objects
from tests.tools.chart import ALERTS, CHART, FOLDER, header, render

PROGRAM = yaml.safe_load((CHART / "Chart.yaml").read_text("utf-8"))
OLDEST = re.search(r"\d+\.\d+", PROGRAM["kubeVersion"])
COMMAND = "python -m tests.tools.chart"


def versions() -> tuple[str, str]:
    """The oldest Kubernetes that the chart is for, and the newest that there is a schema of."""
    assert OLDEST
    return OLDEST[0], kubernetes_validate.latest_version()


@pytest.mark.parametrize("name", NAMES)
def test_a_committed_rendering_is_that_of_the_chart_as_it_is(name: str) -> None:
    """A digest says so everywhere; where helm is, it renders again."""
    text = (FOLDER / name).read_text("utf-8")
    assert text.startswith(header(name)), f"the chart or its values have changed: {COMMAND}"
    if helm := shutil.which("helm"):
        assert read_objects(text) == read_objects(render(helm, name)), f"helm makes something else: {COMMAND}"
        lint = subprocess.run(
            [helm, "lint", "--strict", str(CHART)], check=False, capture_output=True, encoding="utf-8"
        )
        assert lint.returncode == 0, lint.stdout


def misfits(thing: Object, version: str) -> Iterator[str]:
    """Yield why Kubernetes would not accept an object as it is written."""
    try:
        kubernetes_validate.validate(thing, version, strict=True)
    except kubernetes_validate.ValidationError as problem:
        yield f"{thing['kind']} {'.'.join(map(str, problem.path))}: {problem.message}"


def checked(thing: Object) -> Object | None:
    """Return what Kubernetes itself checks of an object: all of it, the template of a Fleet's pods, or nothing."""
    if thing["kind"] == "Fleet":
        meta = {"name": "room"}
        return {
            "apiVersion": "v1",
            "kind": "PodTemplate",
            "metadata": meta,
            "template": thing["spec"]["template"]["spec"]["template"],
        }
    return None if thing["kind"] in SCHEMAS else thing


@pytest.mark.parametrize("version", versions())
@pytest.mark.parametrize("name", NAMES)
def test_kubernetes_accepts_each_object(name: str, version: str) -> None:
    theirs = [found for thing in objects(name) if (found := checked(thing))]
    assert len(theirs) > 5
    assert [line for thing in theirs for line in misfits(thing, version)] == []


def test_a_misspelt_field_of_a_room_is_found() -> None:
    (fleet,) = of_kind(EXAMPLE, "Fleet")
    template = checked(deepcopy(fleet))
    assert template
    template["template"]["spec"]["enableServiceLink"] = False
    assert "enableServiceLink" in "".join(misfits(template, versions()[1]))


@pytest.mark.parametrize("name", NAMES)
def test_agones_and_prometheus_know_each_field_of_their_kinds(name: str) -> None:
    ours = [thing for thing in objects(name) if thing["kind"] in SCHEMAS]
    assert {"Fleet", "FleetAutoscaler"} <= {thing["kind"] for thing in ours}
    for thing in ours:
        jsonschema.validate(thing, SCHEMAS[thing["kind"]])


def test_the_example_of_an_allocation_finds_the_rooms_of_the_chart() -> None:
    allocation = yaml.safe_load((FOLDER / "allocation.yaml").read_text("utf-8"))
    jsonschema.validate(allocation, SCHEMAS["GameServerAllocation"])
    (fleet,) = of_kind(EXAMPLE, "Fleet")
    selectors = allocation["spec"]["selectors"]
    assert {one["matchLabels"]["agones.dev/fleet"] for one in selectors} == {fleet["metadata"]["name"]}
    counters = {key for one in selectors for key in one.get("counters", ())}
    counters |= {one["key"] for one in allocation["spec"]["priorities"]}
    assert counters <= fleet["spec"]["template"]["spec"]["counters"].keys()


def test_all_kinds_of_the_chart_are_in_the_example() -> None:
    text = "".join(file.read_text("utf-8") for file in (CHART / "templates").glob("*.yaml"))
    assert set(re.findall(r"(?m)^kind: (\w+)", text)) == {thing["kind"] for thing in objects(EXAMPLE)}


def selectors_of(thing: Object) -> list[dict[str, str]]:
    """Return what an object chooses pods by."""
    spec = thing["spec"]
    match thing["kind"]:
        case "Service":
            return [spec["selector"]]
        case "NetworkPolicy":
            others = [
                one["podSelector"] for rule in spec["egress"] for one in rule.get("to", ()) if "podSelector" in one
            ]
            return [one["matchLabels"] for one in (spec["podSelector"], *others)]
        case "Deployment" | "PodDisruptionBudget" | "PodMonitor":
            return [spec["selector"]["matchLabels"]]
    return []


@pytest.mark.parametrize("name", NAMES)
def test_each_selector_chooses_the_pods_of_one_part(name: str) -> None:
    for thing in objects(name):
        for selector in selectors_of(thing):
            chosen = [pod.part for pod in pods(name) if selector.items() <= pod.labels.items()]
            assert len(chosen) == 1, (thing["kind"], selector, chosen)


def test_a_monitor_of_a_service_chooses_that_service_and_a_port_of_it() -> None:
    for monitor in of_kind(EXAMPLE, "ServiceMonitor"):
        wanted = monitor["spec"]["selector"]["matchLabels"].items()
        (service,) = (one for one in of_kind(EXAMPLE, "Service") if wanted <= one["metadata"]["labels"].items())
        assert {one["port"] for one in monitor["spec"]["endpoints"]} <= {
            one["name"] for one in service["spec"]["ports"]
        }


@pytest.mark.parametrize("name", NAMES)
def test_each_port_that_has_a_name_is_one_of_its_container(name: str) -> None:
    for pod in pods(name):
        here = {port["name"] for port in pod.container["ports"]}
        probes = [pod.container[key] for key in pod.container if key.endswith("Probe")]
        used = {one["port"] for probe in probes for one in (probe.get("httpGet") or probe["tcpSocket"],)}
        for thing in objects(name):
            if any(selector.items() <= pod.labels.items() for selector in selectors_of(thing)):
                used |= {port["targetPort"] for port in thing["spec"].get("ports", ()) if thing["kind"] == "Service"}
                used |= {one["port"] for one in thing["spec"].get("podMetricsEndpoints", ())}
        assert used <= here


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_lets_in_each_port_that_a_part_serves(name: str) -> None:
    served = {"room": {7777}, "directory": {7770}, "relay": {7777, 7780}}
    for pod in pods(name):
        (policy,) = (
            one for one in of_kind(name, "NetworkPolicy") if selectors_of(one)[0].items() <= pod.labels.items()
        )
        open_to_all = {
            port["port"] for rule in policy["spec"]["ingress"] if "from" not in rule for port in rule["ports"]
        }
        pages = {7780} if name == EXAMPLE else set()
        assert open_to_all == served[pod.part] | (pages if pod.part == "room" else set())


def test_rooms_and_autoscaler_and_budgets_are_of_the_same_objects() -> None:
    (fleet,), (scaler,) = of_kind(EXAMPLE, "Fleet"), of_kind(EXAMPLE, "FleetAutoscaler")
    assert scaler["spec"]["fleetName"] == fleet["metadata"]["name"]
    assert "replicas" not in fleet["spec"], "a number here would undo what the autoscaler has done, with each upgrade"
    assert fleet["spec"]["template"]["spec"]["ports"][0]["name"] == "game", "the directory gives players the first port"
    guarded = {pod.part for pod in pods(EXAMPLE) for one in of_kind(EXAMPLE, "PodDisruptionBudget")
               if selectors_of(one)[0].items() <= pod.labels.items()}  # fmt: skip
    assert guarded == {"directory", "relay"}, "Agones has a budget for rooms, and a pod with two cannot be evicted"


def test_the_rule_of_prometheus_is_our_file_of_alerts_and_the_job_is_theirs() -> None:
    (rule,), (monitor,) = of_kind(EXAMPLE, "PrometheusRule"), of_kind(EXAMPLE, "PodMonitor")
    assert rule["spec"] == yaml.safe_load(ALERTS.read_text("utf-8"))
    jobs: list[Any] = [
        one["replacement"]
        for endpoint in monitor["spec"]["podMetricsEndpoints"]
        for one in endpoint["relabelings"]
        if one["targetLabel"] == "job"
    ]
    assert jobs == ["petard"]
    assert 'job="petard"' in ALERTS.read_text("utf-8")
