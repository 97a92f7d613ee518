"""The installed programs with a home folder or an environment that nobody expects: they run, and write nowhere else.

By default each of these is given to one program; `-m long` gives each to every program.
"""

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import pytest

from tests.sampled import sampled
from tests.screens import PETARD, PETARD_SERVER
from tests.test_bad_files import limits

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has one fixed folder, and no such modes")
PATIENCE = 60.0  # real seconds
DEMO = Path(__file__).parent / "sessions" / "draw.petard"
FILM = "film.gif"
PROGRAMS: dict[str, tuple[object, ...]] = {
    "title": (PETARD, "--seconds", "0.1"),
    "play": (PETARD, "--play", "--seconds", "0.5"),
    "watch": (PETARD, DEMO, "--seconds", "0.1"),
    "timedemo": (PETARD, "--timedemo", DEMO, "--seconds", "0.1"),
    "help": (PETARD_SERVER, "--help"),
    "config": (PETARD_SERVER, "config"),
    "list": (PETARD_SERVER, "list", "--here", "--wait", "0.1"),
    "verify": (PETARD_SERVER, "replay", "verify", DEMO),
    "export": (PETARD_SERVER, "replay", "export", DEMO, "--gif", "--to", "0.1s", "--size", "160x90", "-o", FILM),
}
MAY_FAIL = ("list",)  # where no server answers
KINDS = ("config", "data", "state")
Environment = dict[str, str]


def folders_of(folder: Path) -> Environment:
    """Folders of our own, where the home would be that of the person who runs the tests."""
    return {f"XDG_{kind.upper()}_HOME": str(folder / kind) for kind in KINDS}


def no_home(folder: Path) -> Environment:
    return folders_of(folder)


def an_empty_home(folder: Path) -> Environment:
    return {"HOME": ""} | folders_of(folder)


def a_relative_home(folder: Path) -> Environment:
    return {"HOME": "home"} | folders_of(folder)


def relative_folders(folder: Path) -> Environment:
    return {"HOME": str(folder), "XDG_CONFIG_HOME": "c", "XDG_DATA_HOME": "~/d", "XDG_STATE_HOME": "."}


def a_closed_home(folder: Path) -> Environment:
    folder.chmod(0)
    return {"HOME": str(folder)}


def a_home_to_read_only(folder: Path) -> Environment:
    folder.chmod(0o500)
    return {"HOME": str(folder)}


def folders_to_read_only(folder: Path) -> Environment:
    for kind in KINDS:
        (folder / kind / "petard").mkdir(parents=True)
        (folder / kind / "petard").chmod(0o500)
    return folders_of(folder)


def a_home_that_is_a_file(folder: Path) -> Environment:
    (folder / "file").touch()
    return {"HOME": str(folder / "file")}


def a_home_with_too_long_a_name(folder: Path) -> Environment:
    return {"HOME": str(folder / ("n" * 300))}


def a_home_that_is_no_text(folder: Path) -> Environment:
    return {"HOME": f"{folder}/\udcff\n"}


def a_dumb_terminal(folder: Path) -> Environment:
    return {"HOME": str(folder), "TERM": "dumb", "NO_COLOR": "1"}


def a_terminal_without_columns(folder: Path) -> Environment:
    return {"HOME": str(folder), "COLUMNS": "0", "LINES": "-1"}


def a_system_without_utf_8(folder: Path) -> Environment:
    return {"HOME": str(folder), "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


def no_folder_for_temporary_files(folder: Path) -> Environment:
    return {"HOME": str(folder), "TMPDIR": "/nowhere", "TZ": "Nowhere/Land"}


SURROUNDINGS: tuple[Callable[[Path], Environment], ...] = (
    no_home,
    an_empty_home,
    a_relative_home,
    relative_folders,
    a_closed_home,
    a_home_to_read_only,
    folders_to_read_only,
    a_home_that_is_a_file,
    a_home_with_too_long_a_name,
    a_home_that_is_no_text,
    a_dumb_terminal,
    a_terminal_without_columns,
    a_system_without_utf_8,
    no_folder_for_temporary_files,
)
NAMES = tuple(PROGRAMS)
STORED = ("title", "play")  # the programs that read and write in the home folder
SOME = [(NAMES[number % len(NAMES)], make) for number, make in enumerate(SURROUNDINGS)]
SOME += [(STORED[number % 2], make) for number, make in enumerate(SURROUNDINGS[1:5])]


@contextmanager
def opened_later(folder: Path) -> Iterator[None]:
    """Give the modes back after the block, so that the folder can be deleted."""
    try:
        yield
    finally:
        for one in (folder, *folder.rglob("*")):
            one.chmod(one.stat().st_mode | stat.S_IRWXU)


def check(name: str, make: Callable[[Path], Environment], tmp_path: Path) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    given = {"PATH": os.environ["PATH"], "PETARD_DISCOVERY": "off", "SDL_VIDEODRIVER": "dummy"}
    with opened_later(home):
        environment = given | {"SDL_AUDIODRIVER": "dummy"} | make(home)
        command = [*limits(), *map(str, PROGRAMS[name])]
        done = subprocess.run(
            command, cwd=here, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE
        )
    words = done.stderr.decode("utf-8", "replace")
    assert "Traceback" not in words
    assert "Errno" not in words
    assert done.returncode == 0 or name in MAY_FAIL, words[-600:]
    written = {file.name for file in here.iterdir()}
    assert written <= {FILM}, "a relative name of a home folder counts from where the program starts"


@pytest.mark.parametrize(("name", "make"), sampled(SOME, 5))
def test_a_program_runs_with_a_home_or_an_environment_that_is_odd(
    name: str, make: Callable[[Path], Environment], tmp_path: Path
) -> None:
    check(name, make, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize(("name", "make"), list(product(NAMES, SURROUNDINGS)))
def test_every_program_runs_with_every_odd_home_and_environment(
    name: str, make: Callable[[Path], Environment], tmp_path: Path
) -> None:
    check(name, make, tmp_path)
