"""The values of the chart: each is explained, checked and used; and wrong ones are refused."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import jsonschema
import pytest
import yaml

from tests.tools.chart import CHART, EXAMPLE, NOT_FOR_VALUES, ROOT, SCHEMA_FILE, schema_text

TEXT = (CHART / "values.yaml").read_text("utf-8")
VALUES: dict[str, Any] = yaml.safe_load(TEXT)
SCHEMA: dict[str, Any] = json.loads(SCHEMA_FILE.read_text("utf-8"))
OPEN = ("settings", "resources")  # objects whose keys are not values of the chart


def paths_of(values: Mapping[str, Any], before: str = "") -> Iterator[str]:
    """Yield each value by its path, such as rooms.autoscaler.min."""
    for key, value in values.items():
        if isinstance(value, dict) and value and key not in OPEN:
            yield from paths_of(value, f"{before}{key}.")
        else:
            yield f"{before}{key}"


def schema_paths(schema: Mapping[str, Any], before: str = "") -> Iterator[str]:
    for key, inner in schema["properties"].items():
        if "properties" in inner and key not in OPEN:
            yield from schema_paths(inner, f"{before}{key}.")
        else:
            yield f"{before}{key}"


def test_the_schema_has_exactly_the_values_and_takes_them() -> None:
    assert set(schema_paths(SCHEMA)) - {"global"} == set(paths_of(VALUES))
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema.validate(VALUES, SCHEMA)
    jsonschema.validate(yaml.safe_load(EXAMPLE.read_text("utf-8")), SCHEMA)


def objects_in(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "properties" in schema:
        yield schema
        for inner in schema["properties"].values():
            yield from objects_in(inner)


def test_the_schema_refuses_names_that_it_does_not_know() -> None:
    assert all(one["additionalProperties"] is False for one in objects_in(SCHEMA))


@pytest.mark.parametrize(
    "wrong",
    [
        {"room": {}},
        {"rooms": {"drain": "two minutes"}},
        {"rooms": {"settings": {"prot": 7777}}},
        {"rooms": {"settings": {"password": "in a file that is shared"}}},
        {"rooms": {"health": {"period": 2}}},
        {"directory": {"redis": {"url": "localhost:6379"}}},
        {"directory": {"podNetworks": ["10.0.0.0"]}},
        {"relay": {"room": {"port": 70000}}},
        {"networkPolicy": {"enabled": "yes"}},
    ],
    ids=json.dumps,
)
def test_a_wrong_value_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, SCHEMA)


def test_the_settings_of_a_room_are_those_of_the_server() -> None:
    assert schema_text() == SCHEMA_FILE.read_text("utf-8"), "run: python -m tests.tools.chart"
    allowed = SCHEMA["properties"]["rooms"]["properties"]["settings"]["propertyNames"]["enum"]
    assert {"map", "rounds", "name"} <= set(allowed)
    assert not NOT_FOR_VALUES & set(allowed)


def test_each_value_has_a_comment_above_it() -> None:
    bare, lines = [], TEXT.splitlines()
    for above, line in pairwise(lines):
        found = re.match(r" *(\w+): \S", line)
        if found and found[1] not in ("requests", "limits") and not above.strip().startswith("#"):
            bare.append(line.strip())
    assert bare == []
    assert sum(not line.strip().startswith("#") and ": " in line for line in lines) > 70


def test_each_value_is_used_by_a_template() -> None:
    templates = "".join(file.read_text("utf-8") for file in (CHART / "templates").iterdir())
    unused = [path for path in paths_of(VALUES) if not re.search(rf"\.{path.rpartition('.')[2]}\b", templates)]
    assert unused == []


def commands_of(page: str) -> list[list[str]]:
    """Return the words of each command in a page that uses the chart."""
    joined = page.replace("\\\n", " ")
    return [shlex.split(line) for line in joined.splitlines() if re.match(r"helm \w+ petard docs/", line)]


def values_of(words: list[str]) -> dict[str, Any]:
    """Return what the flags --set of a command set."""
    values: dict[str, Any] = {}
    for flag, word in pairwise(words):
        if flag in ("--set", "--set-file"):
            path, _, text = word.partition("=")
            *above, key = path.split(".")
            inner = values
            for name in above:
                inner = inner.setdefault(name, {})
            inner[key] = text[1:-1].split(",") if text.startswith("{") else yaml.safe_load(text)
    return values


def test_each_value_that_a_page_sets_is_one_of_the_chart() -> None:
    text = (ROOT / "docs" / "cluster.md").read_text("utf-8")
    commands = commands_of(text)
    assert len(commands) >= 6
    for words in commands:
        jsonschema.validate(values_of(words), SCHEMA)


def test_the_version_of_the_program_is_that_of_the_project() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text("utf-8"))
    project = re.search(r'(?m)^version = "(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert project
    assert chart["appVersion"] == project[1]
