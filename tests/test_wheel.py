"""The wheel installs the package `petard` and nothing else, so it does not break other projects.

Another project may have modules with the names of our folders: its tests and its program still find their own.
"""

import shutil
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tools.links import FOLDERS, ROOT
from tests.wheel import Environment, install

ART = Path("assets", "source")  # the scripts that draw and synthesise; players do not need them
NAMES = (*FOLDERS, "tests")
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest")
LOAD_MOST = 0.030  # seconds of CPU time that the plugin may add to the start of pytest
LOAD = """
import sys, time, pytest
begun = time.process_time()
import petard.server.devtools.pytest_plugin
print(time.process_time() - begun, *(name for name in sys.modules if name.startswith(("petard", "msgpack"))))
"""
STARTS = """
from importlib.metadata import distribution
for point in distribution("petard").entry_points.select(group="console_scripts"):
    print(point.name, point.load().__module__)
"""
USES = """
import pytest
from petard.shared.rules.events import EventType

def test_a_demo(petard_replay):
    assert petard_replay("first_blood").moments(EventType.DIED, slot=1)

def test_a_capture(petard_wire):
    petard_wire("glued_hello", cut="bytes")

@pytest.mark.parametrize("name", ["replay", "wire"])
def test_a_short_name_is_free(request, name):
    with pytest.raises(pytest.FixtureLookupError):
        request.getfixturevalue(name)
"""


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the wheel."""
    return install(wheel, tmp_path_factory.mktemp("environment"))


def files_of(wheel: Path) -> set[str]:
    """The files in a wheel, without its metadata."""
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_the_list_of_packages_is_the_tree() -> None:
    inits = [file.parent.relative_to(ROOT) for name in FOLDERS for file in (ROOT / name).rglob("__init__.py")]
    packages = {".".join(("petard", *folder.parts)) for folder in inits if not folder.is_relative_to(ART)}
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    assert settings["packages"] == sorted(packages)


def test_the_wheel_contains_what_runs_and_nothing_else(wheel: Path) -> None:
    kinds = {".py", ".png", ".wav", ".ogg", ".txt", ".mo", ".typed", ".html", ".js", ".css", ".webp", ".json"}
    tree = [file.relative_to(ROOT) for name in FOLDERS for file in (ROOT / name).rglob("*") if file.suffix in kinds]
    wanted = {f"petard/{file.as_posix()}" for file in tree if not file.is_relative_to(ART)}
    assert files_of(wheel) == wanted
    assert {f"petard/{name}/py.typed" for name in FOLDERS} <= wanted, "users of the package have its types"
    assert {"petard/assets/maps/classic.txt", "petard/game/__main__.py"} <= wanted


def test_all_programs_start_from_the_wheel(installed: Environment, tmp_path: Path) -> None:
    found = installed.run(tmp_path, "-c", "from petard import game; print(game.__file__)")
    assert Path(found.stdout.strip()).is_relative_to(installed.packages), found.stderr
    assert installed.run(tmp_path, "-c", STARTS).stdout.split("\n")[-4:-1] == [
        "petard petard.game.__main__",
        "petard-directory petard.server.directory.__main__",
        "petard-server petard.server.__main__",
    ]
    programs = [("petard.game", "petard"), ("petard.server", "petard-server")]
    for module, name in [*programs, ("petard.server.directory", "petard-directory")]:
        done = installed.run(tmp_path, "-m", module, "--help")
        assert done.returncode == 0, done.stderr
        assert f"usage: {name} " in done.stdout


def test_the_plugin_imports_nothing_until_a_test_uses_a_fixture(installed: Environment, tmp_path: Path) -> None:
    done = installed.run(tmp_path, "-c", LOAD)
    seconds, *modules = done.stdout.split()
    assert modules == ["petard", "petard.server", "petard.server.devtools", "petard.server.devtools.pytest_plugin"]
    assert float(seconds) < LOAD_MOST


def modules(folder: Path, name: str) -> str:
    """Another project's own `server.py`."""
    (folder / f"{name}.py").write_text("WHOSE = 'theirs'\n")
    return name


def packages(folder: Path, name: str) -> str:
    """Another project's own `server/__init__.py` and `server/app.py`."""
    (folder / name).mkdir()
    (folder / name / "__init__.py").touch()
    (folder / name / "app.py").write_text("WHOSE = 'theirs'\n")
    return f"{name}.app"


def bare_folders(folder: Path, name: str) -> str:
    """Another project's own `server/app.py`, with no `__init__.py` beside it."""
    module = packages(folder, name)
    (folder / name / "__init__.py").unlink()
    return module


def project(folder: Path, make: Callable[[Path, str], str]) -> None:
    """Write a project with modules of our names, a program and a test that import all of them."""
    imported = [make(folder, name) for name in NAMES]
    lines = "".join(f"import {name}\nassert {name}.WHOSE == 'theirs'\n" for name in imported)
    (folder / "main.py").write_text(f"{lines}print('all theirs')\n")
    (folder / "test_own.py").write_text(f"{lines}\ndef test_all_are_theirs():\n    pass\n")


@pytest.mark.parametrize("make", [modules, packages, bare_folders], ids=lambda make: make.__name__)
def test_a_project_with_the_names_of_our_folders_finds_its_own(
    make: Callable[[Path, str], str], installed: Environment, tmp_path: Path
) -> None:
    project(tmp_path, make)
    assert installed.run(tmp_path, "main.py").stdout == "all theirs\n"
    # `pytest` alone starts without the folder on its path, as with -P.
    for words in [("-P", *PYTEST), PYTEST, *[(*PYTEST, "-n", "2")] * (make is packages)]:
        done = installed.run(tmp_path, *words)
        assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_a_project_uses_the_fixtures(installed: Environment, tmp_path: Path) -> None:
    project(tmp_path, packages)
    (tmp_path / "recorded").mkdir()
    for name in ("first_blood.petard", "glued_hello.wire"):
        shutil.copy(ROOT / "tests" / "sessions" / name, tmp_path / "recorded")
    (tmp_path / "test_uses.py").write_text(USES)
    (tmp_path / "pytest.ini").write_text("[pytest]\npetard_sessions = recorded\n")
    done = installed.run(tmp_path, *PYTEST)
    assert "5 passed" in done.stdout, done.stdout + done.stderr
