"""The documents state facts, and these tests check them. (Tables printed from the code: test_protocol_document.py.)"""

import re
import subprocess
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from petard.shared.protocol.messages import BUILD
from petard.shared.rules.ruleset import PRESETS
from tests.tools.docs import PAGES
from tests.tools.markdown import fill

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / ".github").rglob("*.md")])
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


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


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_and_link_in_a_document_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert missing_paths(text) == [] or document.name == "renamed.md", "only that page names files that are gone"
    assert missing_links(text, document.parent) == []


@pytest.mark.parametrize("name", PAGES)
def test_the_tables_of_a_document_are_those_of_the_code(name: str) -> None:
    page = (ROOT / name).read_text(encoding="utf-8")
    assert fill(page, PAGES[name]) == page, "run: python -m tests.tools.docs"


def test_a_table_that_is_missing_or_there_twice_is_an_error() -> None:
    for page in ("", "<!-- table: one -->\n<!-- end -->\n" * 2):
        with pytest.raises(LookupError, match="places for the table one"):
            fill(page, {"one": str})


def test_every_function_that_the_architecture_names_exists() -> None:
    named = re.findall(r"`(petard\.[\w.]+)`", ARCHITECTURE)
    steps = [name for name in named if not (ROOT / name.removeprefix("petard.").replace(".", "/")).is_dir()]
    assert len(steps) >= 50
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
    assert len(ARCHITECTURE.splitlines()) <= 300


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == BUILD
    assert f"## {BUILD}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_table_of_libraries_names_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["video"], *extras["test"]]
    table = ARCHITECTURE.split("## Dependencies")[1]
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


def test_make_runs_the_readmes_lines_and_has_six_words() -> None:
    lines = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)
    assert len(lines) == 2
    assert all(f"\n\t{line}\n" in MAKEFILE for line in lines)
    words = re.findall(r"^(\w+):", MAKEFILE, re.MULTILINE)
    assert words == ["setup", "play", "test", "quick", "lint", "docs"]
    assert f".PHONY: {' '.join(words)}\n" in MAKEFILE


def test_the_public_workflow_runs_the_readmes_test_lines() -> None:
    workflow = (ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8")
    on_posix = re.findall(r"^python3 .*\.venv/bin/pytest$", README, re.MULTILINE)
    on_windows = re.findall(r"`(py -m venv .*pytest)`", README)
    assert re.findall(r"run: (py.*)$", workflow, re.MULTILINE) == [*on_posix, *on_windows]


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "Makefile", ".pre-commit-config.yaml"])
def test_every_module_that_a_command_runs_exists(page: str) -> None:
    modules = re.findall(r"python -m ((?:tests|petard)\.[\w.]+)", (ROOT / page).read_text(encoding="utf-8"))
    files = [ROOT / module.removeprefix("petard.").replace(".", "/") for module in modules]
    assert [str(file) for file in files if not file.with_suffix(".py").exists() and not file.is_dir()] == []
    assert modules


def test_contributing_has_a_recipe_for_each_usual_addition() -> None:
    recipes = CONTRIBUTING.split("## Recipes")[1].split("\n## ")[0]
    for thing in ("map", "setting", "message", "screen", "sound", "console command"):
        recipe = recipes.split(f"### Add a {thing}\n")[1].split("\n### ")[0]
        assert len(re.findall(r"`[\w.]+/[\w./]+`", recipe)) >= 2, f"the recipe for a {thing} names the files to change"
        assert ".venv/bin/" in recipe, f"the recipe for a {thing} names the command to run"


def test_the_readme_names_every_set_of_rules() -> None:
    for name in list(PRESETS)[1:]:
        assert f"`{name}`" in README


def is_defined(name: str, source: str) -> bool:
    """Return whether a source defines each part of a name such as `Class.method`."""
    return all(re.search(rf"\b(class|def) {part}\b|\b{part}\s*[:=,]", source) for part in name.split("."))


def file_of(module: str) -> Path:
    """Where a module is, or would be."""
    file = ROOT / module.removeprefix("petard.").replace(".", "/")
    return file / "__init__.py" if file.is_dir() else file.with_suffix(".py")


def test_every_new_name_in_the_page_of_renames_exists() -> None:
    page = (ROOT / "docs" / "renamed.md").read_text(encoding="utf-8")
    modules = re.findall(r"^\| `[\w.]+` \| `([\w.]+)`(?: and `([\w.]+)`)? \|$", page, re.MULTILINE)
    names = re.findall(r"^\| `[\w.]+` \| `[\w.]+` \| `([\w.]+)` \| `([\w.]+)` \|$", page, re.MULTILINE)
    assert len(modules) > 100
    assert len(names) > 400
    assert [module for row in modules for module in row if module and not file_of(module).exists()] == []
    sources = {module: file_of(module).read_text(encoding="utf-8") for _, module in names}
    assert [(name, module) for name, module in names if not is_defined(name, sources[module])] == []


def test_everything_has_one_row_in_the_page_of_renames() -> None:
    page = (ROOT / "docs" / "renamed.md").read_text(encoding="utf-8")
    for section in page.split("\n## ")[2:]:
        old = re.findall(r"^\| (`[\w.]+`) \| (`[\w.]+` \| )?", section, re.MULTILINE)
        keys = [name for name, _ in old] if section.startswith("Modules") else old
        assert len(keys) == len(set(keys)), section[:40]
