"""Each pod of the chart: no rights, nothing to write to, measured amounts, and what its program understands."""

import re

import pytest

from petard.server.agones.messages import COUNTER, GAME_PORT, LIST
from petard.server.agones.parts import HEALTH_EVERY
from petard.server.cli.relay import KEYS as RELAY_KEYS
from petard.server.config.config import read_config
from petard.server.config.schema import read_maps, settings_of
from petard.server.directory.options import read_options
from tests.chart.objects import EXAMPLE, NAMES, of_kind, pod_of, pods, variables_of

PROTECTED = {
    "runAsNonRoot": True,
    "readOnlyRootFilesystem": True,
    "allowPrivilegeEscalation": False,
    "privileged": False,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
WRITABLE = {"room": {"/var/lib/petard", "/tmp"}, "directory": set(), "relay": set()}
MEBIBYTES = {"Mi": 1, "Gi": 1024}
# Measured in the container, with docs/cluster.md's commands: cores, MiB.
MEASURED = {"room": (0.037, 59), "relay": (0.22, 122), "directory": (0.12, 70)}


@pytest.mark.parametrize("name", NAMES)
def test_a_container_has_no_rights_and_a_file_system_that_it_cannot_change(name: str) -> None:
    for pod in pods(name):
        context = pod.container["securityContext"]
        assert PROTECTED.items() <= context.items()
        assert context["runAsUser"] >= 10000 <= context["runAsGroup"]
        for key in ("hostNetwork", "hostPID", "hostIPC", "initContainers"):
            assert key not in pod.spec
        volumes = {one["name"]: one for one in pod.spec.get("volumes", ())}
        assert not any("hostPath" in one for one in volumes.values())
        mounts = pod.container.get("volumeMounts", ())
        assert {one["mountPath"] for one in mounts if not one.get("readOnly")} == WRITABLE[pod.part]
        assert all("sizeLimit" in one["emptyDir"] for one in volumes.values() if "emptyDir" in one)


@pytest.mark.parametrize("name", NAMES)
def test_only_the_sidecar_of_a_room_has_a_token_and_no_pod_has_the_variables_of_services(name: str) -> None:
    for pod in pods(name):
        assert pod.spec["enableServiceLinks"] is False
        if pod.part == "room":  # Agones puts its own account here, and hides the token from our container
            assert not {"automountServiceAccountToken", "serviceAccountName"} & pod.spec.keys()
        else:
            assert pod.spec["automountServiceAccountToken"] is False


def mebibytes(amount: str) -> float:
    found = re.fullmatch(r"(\d+)(Mi|Gi)", amount)
    assert found, amount
    return int(found[1]) * MEBIBYTES[found[2]]


def cores(amount: str) -> float:
    return int(amount[:-1]) / 1000 if amount.endswith("m") else float(amount)


@pytest.mark.parametrize("part", MEASURED)
def test_a_pod_asks_for_a_little_more_than_was_measured(part: str) -> None:
    cpu, memory = MEASURED[part]
    for pod in pods(EXAMPLE):
        if pod.part == part:
            asked, most = (pod.container["resources"][key] for key in ("requests", "limits"))
            assert cpu < cores(asked["cpu"]) < 2 * cpu
            assert memory < mebibytes(asked["memory"]) < 2 * memory
            assert 2 * cpu < cores(most["cpu"])
            assert 2 * memory < mebibytes(most["memory"])


@pytest.mark.parametrize("name", NAMES)
def test_the_image_names_no_registry(name: str) -> None:
    for pod in pods(name):
        first, _, rest = pod.container["image"].partition("/")
        assert not (rest and re.search(r"[.:]", first)), "the host of a registry is a value, not a default"
        assert re.search(r":\d+\.\d+\.\d+$", pod.container["image"]), "latest is another image each day"


@pytest.mark.parametrize("name", NAMES)
def test_the_variables_of_a_room_are_settings_with_values_that_it_takes(name: str) -> None:
    pod = pod_of(name, "room")
    known = {row.variable for row in settings_of(read_maps())}
    assert variables_of(pod).keys() <= known
    config = read_config([], read_maps(), variables_of(pod) | {"PETARD_CONFIG": "off"})
    assert config.port == 7777
    assert pod.spec["terminationGracePeriodSeconds"] >= config.drain + 20, "the round, the results, the goodbyes"


def test_the_fleet_declares_what_a_room_reports_and_waits_for_more_than_one_sign_of_life() -> None:
    (fleet,) = of_kind(EXAMPLE, "Fleet")
    spec = fleet["spec"]["template"]["spec"]
    assert COUNTER.rpartition("/")[2] in spec["counters"]
    assert LIST.rpartition("/")[2] in spec["lists"]
    health = spec["health"]
    assert health["periodSeconds"] >= 2 * HEALTH_EVERY
    assert 10 <= health["periodSeconds"] * health["failureThreshold"] <= 30, (
        "seconds until a room that hangs is replaced"
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_directory_takes_its_arguments(name: str) -> None:
    pod = pod_of(name, "directory")
    options = read_options(pod.container["args"], variables_of(pod))
    (port,) = pod.container["ports"]
    assert options.port == port["containerPort"]
    assert options.any_address_from, "rooms may announce the addresses of their nodes"
    assert options.uncounted == options.any_address_from
    assert bool(options.proxy_from) == (name == EXAMPLE), "only an Ingress may say from whom a request comes"
    assert bool(options.fleet) == (name == EXAMPLE)
    if options.fleet:
        (fleet,) = of_kind(name, "Fleet")
        assert (options.fleet.namespace, options.fleet.name) == ("petard", fleet["metadata"]["name"])
        (mount,) = pod.container["volumeMounts"]
        files = (options.fleet.certificate, options.fleet.key, options.fleet.authority)
        assert {file.parent.as_posix() for file in files if file} == {mount["mountPath"]}


@pytest.mark.parametrize("name", NAMES)
def test_the_rooms_announce_themselves_at_the_directory_of_the_chart(name: str) -> None:
    config = read_config([], read_maps(), variables_of(pod_of(name, "room")) | {"PETARD_CONFIG": "off"})
    services = {one["metadata"]["name"]: one["spec"]["ports"][0]["port"] for one in of_kind(name, "Service")}
    host, _, port = config.directory.removeprefix("http://").partition(":")
    assert services[host] == int(port)
    assert config.public is not None


def test_a_relay_takes_its_arguments_and_variables() -> None:
    pod = pod_of(EXAMPLE, "relay")
    verb, place = pod.container["args"]
    assert verb == "relay"
    assert place == "final.example.org:7777"
    variables = {row.variable for row in settings_of(read_maps()) if row.key in RELAY_KEYS}
    assert variables_of(pod).keys() <= variables


def test_agones_publishes_the_ports_at_which_a_room_listens() -> None:
    (fleet,) = of_kind(EXAMPLE, "Fleet")
    pod = pod_of(EXAMPLE, "room")
    variables = variables_of(pod)
    published = {one["name"]: one for one in fleet["spec"]["template"]["spec"]["ports"]}
    inside = {name: str(one["containerPort"]) for name, one in published.items()}
    assert inside == {GAME_PORT: variables["PETARD_PORT"], "web": variables["PETARD_WEB"]}
    assert {(one["portPolicy"], one["protocol"]) for one in published.values()} == {("Dynamic", "TCP")}
    assert {one["container"] for one in published.values()} == {pod.container["name"]}
