"""The documents state facts; these are checked here. (Tables printed from the code: see test_protocol_document.py.)"""

import re
import subprocess
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from petard.shared.protocol.messages import BUILD
from petard.shared.rules.ruleset import PRESETS

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def missing_paths(text: str) -> list[str]:
    """The paths in backticks that do not exist."""
    named = re.findall(r"`((?:game|server|shared|assets|tests|docs|\.ci)/[\w./*-]*)`", text)
    return [path for path in named if not list(ROOT.glob(path.rstrip("/")))]


def missing_links(text: str, folder: Path) -> list[str]:
    """The targets of links and pictures that do not exist."""
    targets = re.findall(r"\]\(([^)#:]+)\)", text)
    return [target for target in targets if not (folder / target).exists()]


def test_a_path_or_link_that_is_wrong_would_be_found() -> None:
    assert missing_paths("see `shared/nowhere.py` and `shared/framing.py`") == ["shared/nowhere.py"]
    assert missing_links("[x](NOWHERE.md) [y](README.md)", ROOT) == ["NOWHERE.md"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_and_link_in_a_document_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert missing_paths(text) == []
    assert missing_links(text, document.parent) == []


def test_every_step_of_the_way_of_a_key_press_can_be_imported() -> None:
    way = ARCHITECTURE.split("<!-- way -->")[1].split("<!-- end -->")[0]
    steps = re.findall(r"^\d+\. `([\w.]+)`", way, re.MULTILINE)
    assert len(steps) >= 15
    for step in steps:
        module = step.removeprefix("petard.").split(".")
        names: list[str] = []
        while not (ROOT / ("/".join(module) + ".py")).exists():
            names.insert(0, module.pop())
            assert module, step
        thing = import_module(".".join(("petard", *module)))
        for name in names:
            thing = getattr(thing, name)
        assert callable(thing), step


def test_architecture_can_be_read_in_one_sitting() -> None:
    assert len(ARCHITECTURE.splitlines()) <= 200


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == BUILD
    assert f"## {BUILD}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_table_of_libraries_names_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["video"], *extras["test"]]
    table = ARCHITECTURE.split("## What it stands on")[1]
    for requirement in wanted:
        name = re.split(r"[><=;\[ ]", requirement)[0]
        assert name == project["name"] or name in table, name  # an extra may bring another extra along


def test_ci_runs_the_readmes_test_line_and_no_other() -> None:
    (line,) = re.findall(r"^python3 .*\.venv/bin/pytest$", README, re.MULTILINE)
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    found = re.search(r"^line=\$\((.*)\)$", script, re.MULTILINE)
    assert found
    answer = subprocess.run(["sh", "-c", found[1]], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == line


def test_the_readme_names_every_set_of_rules() -> None:
    for name in list(PRESETS)[1:]:
        assert f"`{name}`" in README
