"""The objects of a rendering of the chart, and the pods in them."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import yaml

from tests.tools.chart import FOLDER, RENDERINGS

Object = dict[str, Any]
NAMES = tuple(RENDERINGS)
DEFAULT, EXAMPLE = NAMES


class Pod(NamedTuple):
    """The pods of one part. `part`: room, directory or relay; `container`: the only one of ours."""

    part: str
    labels: dict[str, str]
    spec: Object
    container: Object


def read_objects(text: str) -> list[Object]:
    return [one for one in yaml.safe_load_all(text) if one]


@cache
def objects(name: str) -> list[Object]:
    """Return what a committed rendering has; a test that changes something changes a copy."""
    return read_objects((FOLDER / name).read_text("utf-8"))


def of_kind(name: str, kind: str) -> list[Object]:
    return [one for one in objects(name) if one["kind"] == kind]


def pods(name: str) -> Iterator[Pod]:
    for one in objects(name):
        if one["kind"] in ("Deployment", "Fleet"):
            template = one["spec"]["template"]
            template = template["spec"]["template"] if one["kind"] == "Fleet" else template
            labels, spec = template["metadata"]["labels"], template["spec"]
            (container,) = spec["containers"]
            yield Pod(labels["app.kubernetes.io/component"], labels, spec, container)


def pod_of(name: str, part: str) -> Pod:
    return next(pod for pod in pods(name) if pod.part == part)


def variables_of(pod: Pod) -> dict[str, str]:
    """Return the environment of a container, without what comes from secrets."""
    return {row["name"]: row["value"] for row in pod.container.get("env", ()) if "value" in row}
