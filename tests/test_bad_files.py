"""Every file flag and subcommand of the installed programs, given what is no plain file: one sentence, and an error.

By default one command of each reader gets one kind of file; `-m long` gives each command every kind.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from tests.sampled import sampled
from tests.screens import PETARD, PETARD_SERVER

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
PATIENCE = 60.0  # real seconds
MEMORY_MOST = 3 << 30  # bytes; a program that reads a file of 8 GiB fails soon
GOOD = Path(__file__).parent / "sessions" / "draw.petard"
QUIET = ("--config", "off", "--port", "0", "--discovery", "off", "--console", "off", "--results", "off")
REPLAY = ("info", "verify", "dump", "trim", "shrink", "to-test", "wire")
COMMANDS: dict[str, tuple[object, ...]] = {
    "config": (PETARD_SERVER, "--config", "FILE"),
    "config of config": (PETARD_SERVER, "config", "--config", "FILE"),
    "config of results": ("PETARD_CONFIG", PETARD_SERVER, "results"),
    "PETARD_CONFIG": ("PETARD_CONFIG", PETARD_SERVER, "--port", "0"),
    "password-file": (PETARD_SERVER, *QUIET, "--password-file", "FILE"),
    "console-password-file": (PETARD_SERVER, *QUIET, "--console-password-file", "FILE"),
    "resume": (PETARD_SERVER, *QUIET, "--resume", "FILE"),
    "take-over": (PETARD_SERVER, *QUIET, "--take-over", "FILE"),
    "results": (PETARD_SERVER, "results", "--file", "FILE"),
    **{f"replay {verb}": (PETARD_SERVER, "replay", verb, "FILE") for verb in REPLAY},
    "replay diff, first": (PETARD_SERVER, "replay", "diff", "FILE", GOOD),
    "replay diff, second": (PETARD_SERVER, "replay", "diff", GOOD, "FILE"),
    "replay export": (PETARD_SERVER, "replay", "export", "--gif", "FILE"),
    "watch": (PETARD, "FILE"),
    "timedemo": (PETARD, "--timedemo", "FILE"),
}


def a_pipe(file: Path) -> None:
    os.mkfifo(file)


def a_link_to_an_endless_device(file: Path) -> None:
    file.symlink_to("/dev/zero")


def a_folder(file: Path) -> None:
    file.mkdir()


def unreadable(file: Path) -> None:
    file.write_bytes(GOOD.read_bytes())
    file.chmod(0)


def a_dangling_link(file: Path) -> None:
    file.symlink_to(file.with_name("gone"))


def a_link_to_itself(file: Path) -> None:
    file.symlink_to(file)


def a_sparse_file_of_8_gib(file: Path) -> None:
    with file.open("wb") as opened:
        opened.truncate(8 << 30)


KINDS = (
    a_pipe,
    a_link_to_an_endless_device,
    a_folder,
    unreadable,
    a_dangling_link,
    a_sparse_file_of_8_gib,
    a_link_to_itself,
)
# One of each way to read a file; the kinds of files go round.
USUAL = (
    "config",
    "config of results",
    "password-file",
    "resume",
    "results",
    "replay info",
    "replay wire",
    "replay shrink",
    "replay diff, second",
    "replay export",
    "watch",
)
Make = Callable[[Path], None]


def limits() -> list[str]:
    """The words before a command that limit its memory, and take from root the right to read every file."""
    words = []
    if shutil.which("prlimit"):
        words += ["prlimit", f"--as={MEMORY_MOST}", "--"]
    if os.geteuid() == 0:
        rights = "-dac_override,-dac_read_search"
        words += ["setpriv", "--bounding-set", rights, "--inh-caps", rights]
    return words


def run(command: tuple[object, ...], file: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of the table to its end. `home`: the empty home folder of its user."""
    environment = os.environ | {"HOME": str(home), "SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
    environment |= {"PETARD_DISCOVERY": "off", "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home)}
    words = [str(file) if word == "FILE" else str(word) for word in command]
    if words[0] == "PETARD_CONFIG":
        environment[words.pop(0)] = str(file)
    return subprocess.run(
        [*limits(), *words], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE
    )


def check(name: str, make: Make, tmp_path: Path) -> None:
    if make is unreadable and os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root reads every file")
    file = tmp_path / "given.petard"
    make(file)
    done = run(COMMANDS[name], file, tmp_path / "home")
    assert done.returncode in (1, 2), done.stderr[-600:]
    assert done.stderr.count("\n") == 1, done.stderr[-600:]
    assert file.name in done.stderr or f"--{name}" in done.stderr  # a password is read from the start of its file
    assert "Errno" not in done.stderr


@pytest.mark.parametrize(
    ("name", "make"), sampled(((name, KINDS[number % len(KINDS)]) for number, name in enumerate(USUAL)), 2)
)
def test_a_file_that_is_no_plain_file_is_one_sentence(name: str, make: Make, tmp_path: Path) -> None:
    check(name, make, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize(("name", "make"), list(product(COMMANDS, KINDS)))
def test_every_kind_for_every_command(name: str, make: Make, tmp_path: Path) -> None:
    check(name, make, tmp_path)


def test_a_build_in_a_folder_that_is_closed_to_us_is_one_sentence(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(0)
    done = run((PETARD_SERVER, "replay", "shrink", GOOD, "--against", "FILE"), closed, tmp_path)
    assert done.returncode == 2
    rules = closed / "petard" / "shared" / "rules" / "step.py"
    assert done.stderr == f"petard-server: {rules}: Permission denied\n"
