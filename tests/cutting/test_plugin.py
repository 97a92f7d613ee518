"""The pytest plugin in projects of other people: its wheel, its messages, and what it costs."""

import ast
import itertools
import json
import shutil
import sys
import textwrap
import tomllib
import zipfile
from pathlib import Path

import pytest

import tcpcut
from tests.cutting import PROJECT
from tests.cutting.test_command import FOREIGN
from tests.test_names import attributes_of
from tests.tools.links import ROOT
from tests.wheel import Environment, build_from, install

SOURCES = sorted((PROJECT / "tcpcut").glob("*.py"))
LINES_MOST = 1580  # as `wc -l` counts: some 1,140 of code, the others are blank lines, docstrings and comments
FILE_MOST, FUNCTION_MOST, ATTRIBUTES_MOST = 300, 40, 8
START_MOST = 0.030  # seconds of CPU time that the plugin may add to the start of pytest
PYTEST = (
    "-m",
    "pytest",
    "-q",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:hypothesispytest",
    "-p",
    "no:petard",
    "-p",
    "no:xdist",
)
LOAD = """
import json, sys, time, pytest
begun = time.process_time()
import tcpcut.plugin
took = time.process_time() - begun
print(json.dumps([took, sorted(name for name in sys.modules if name.startswith("tcpcut") and "." in name)]))
"""
TEST = """
import sys

def test_foreign(cut_check):
    cut_check([b"hello\\n", b"bye\\n"], [sys.executable, "foreign.py", "{port}"], framing="lines", ways="bytes")

def test_one_piece(cut_check):
    report = cut_check([b"hello\\n"], [sys.executable, "foreign.py", "{port}"], framing="lines", ways="whole")
    assert report.runs >= 2

def test_no_server(cut_check):
    cut_check("none.cut", ["none", "{port}"])
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the distribution."""
    return build_from(PROJECT, tmp_path_factory.mktemp("tcpcut"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the wheel, and without Petard."""
    return install(wheel, tmp_path_factory.mktemp("environment"))


def test_the_wheel_holds_one_package_and_its_types(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        (metadata,) = [archive.read(name).decode() for name in archive.namelist() if name.endswith("/METADATA")]
    assert names == {f"tcpcut/{file.name}" for file in [*SOURCES, PROJECT / "tcpcut" / "py.typed"]}
    assert [line for line in metadata.split("\n") if line.startswith("Requires-Dist:")] == ["Requires-Dist: pytest>=8"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another project: a server with a mistake, and three tests."""
    folder = tmp_path_factory.mktemp("foreign")
    (folder / "foreign.py").write_text(FOREIGN)
    (folder / "test_foreign.py").write_text(TEST)
    return folder


@pytest.fixture(scope="module")
def printed(installed: Environment, project: Path) -> str:
    """What pytest prints for it."""
    done = installed.run(project, *PYTEST, "--basetemp=kept")
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_finds_the_mistake_of_a_foreign_server_in_a_clean_environment(
    installed: Environment, project: Path, printed: str
) -> None:
    assert installed.run(project, "-c", "import petard").returncode != 0
    assert "2 failed, 1 passed" in printed
    assert "The server answers differently in the way 'bytes' (byte by byte):" in printed
    assert "cannot read none.cut: No such file or directory" in printed
    assert "Traceback" not in printed


def test_what_a_failure_prints_is_a_test_that_fails_alike(installed: Environment, project: Path, printed: str) -> None:
    rows = printed.partition("Play it again:\n")[2].split("\n")
    test = "\n".join(itertools.takewhile(lambda row: row.startswith("  "), rows))
    (project / "test_again.py").write_text(textwrap.dedent(test))
    done = installed.run(project, *PYTEST, "test_again.py")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "The server answers differently in the way 'recorded' (in the pieces of the capture):" in done.stdout


def test_checks_that_cannot_be_exact_are_named_in_the_summary(
    installed: Environment, project: Path, tmp_path: Path
) -> None:
    shutil.copytree(project, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("kept"))
    (tmp_path / "conftest.py").write_text("import socket\nif hasattr(socket, 'AF_NETLINK'): del socket.AF_NETLINK\n")
    done = installed.run(tmp_path, *PYTEST, "test_foreign.py::test_one_piece")
    assert (
        "tcpcut, 1 checks: cuts are likely, not exact (no Linux sock_diag here): 2 ms between pieces" in done.stdout
    ), done.stdout + done.stderr


def test_the_plugin_imports_nothing_until_a_test_uses_the_fixture(installed: Environment, tmp_path: Path) -> None:
    seconds, modules = json.loads(installed.run(tmp_path, "-c", LOAD).stdout)
    assert modules == ["tcpcut.plugin"]
    assert seconds < START_MOST


# --- how the sources are kept ----------------------------------------------------------------------------------------


def trees() -> dict[str, tuple[str, ast.Module]]:
    """Text and tree of each source."""
    texts = {file.name: file.read_text("utf-8") for file in SOURCES}
    return {name: (text, ast.parse(text)) for name, text in texts.items()}


def test_the_distribution_is_small() -> None:
    lengths = {name: text.count("\n") for name, (text, _) in trees().items()}
    assert sum(lengths.values()) <= LINES_MOST
    assert {name: lines for name, lines in lengths.items() if lines > FILE_MOST} == {}


def test_it_imports_the_standard_library_and_itself_and_only_the_plugin_imports_pytest() -> None:
    for name, (_, tree) in trees().items():
        modules = {
            imported.split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for imported in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
        }
        foreign = modules - sys.stdlib_module_names - {"tcpcut"}
        assert foreign == ({"pytest"} if name == "plugin.py" else set()), name


def test_every_public_name_has_a_docstring_and_functions_are_short() -> None:
    for name, (_, tree) in trees().items():
        assert ast.get_docstring(tree), name
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                assert (node.end_lineno or 0) - node.lineno < FUNCTION_MOST, f"{name}: {node.name}"
            elif isinstance(node, ast.ClassDef):
                assert len(attributes_of(node)) <= ATTRIBUTES_MOST, f"{name}: {node.name}"
        public: list[ast.Module | ast.ClassDef] = [
            tree,
            *(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name[0] != "_"),
        ]
        for holder in public:
            for node in holder.body:
                if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                    assert ast.get_docstring(node), f"{name}: {node.name}"


def test_its_license_is_ours_and_its_readme_names_every_public_name_way_and_framing() -> None:
    assert (PROJECT / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    readme = (PROJECT / "README.md").read_text("utf-8")
    missing = [name for name in (*tcpcut.__all__, *tcpcut.WAYS, *tcpcut.FRAMINGS) if f"`{name}" not in readme]
    assert missing == []
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    assert settings["project"]["dependencies"] == ["pytest>=8"]
