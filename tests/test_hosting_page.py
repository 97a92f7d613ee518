"""The four steps of docs/hosting.md: each command is run here as it stands there, or the page says who checks it.

`/opt` and `/etc` are folders of the test, `sudo` runs its words; `systemctl`, `docker` and `podman` only note theirs.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.screens import line_with, running
from tests.server.beacons import free_port
from tests.server.server_process import ALONE, ServerProcess

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "hosting.md").read_text("utf-8")
PROGRAMS = Path(sys.executable).parent
STEPS = re.findall(r"^(## Step \d.*?)(?=^## )", PAGE, re.MULTILINE | re.DOTALL)
NOTED = ("systemctl", "docker", "podman", "chown")  # not run here
PATIENCE = 60.0  # seconds
on_posix = pytest.mark.skipif(sys.platform == "win32", reason="the commands are for a POSIX shell")


def commands(step: int) -> list[str]:
    """The commands in the blocks of a step, each on one line; a block with prompts shows output, too."""
    found = []
    for block in re.findall(r"^```\n(.*?)^```$", STEPS[step - 1], re.MULTILINE | re.DOTALL):
        lines = block.replace("\\\n", " ").splitlines()
        if any(line.startswith("$ ") for line in lines):
            lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        if not all(re.fullmatch(r"[A-Z_]+=[\w ]*", line) for line in lines):  # those of a file of variables
            found += [re.sub(r"  +", " ", line) for line in lines]
    return found


def programs(line: str) -> list[str]:
    """The names of the programs that a line starts."""
    found = []
    for part in line.split(" | "):
        words = shlex.split(part, comments=True)
        while words[0] == "sudo" or "=" in words[0]:
            words.pop(0)
        found.append(Path(words[0]).name)
    return found


def test_the_page_has_four_steps() -> None:
    assert [step.splitlines()[0].split(":")[0] for step in STEPS] == [f"## Step {number}" for number in (1, 2, 3, 4)]
    assert len(commands(1)) == 4
    assert len(commands(2)) >= 20
    assert commands(4) == [], "docs/cluster.md has them"


def test_the_page_names_every_program_that_is_not_run() -> None:
    known = {
        "petard-server",
        "curl",
        "python3",
        "pip",
        "mkdir",
        "tee",
        "install",
        "echo",
        "journalctl",
        *NOTED,
        "printf",
        "chmod",
    }
    for number in (1, 2, 3):
        for line in commands(number):
            assert set(programs(line)) <= known, line
    for step, word in ((2, "systemd itself is not run here"), (3, "Docker, Grafana and the panels: not run here")):
        assert word in STEPS[step - 1]
    for file in re.findall(r"`(tests/\w+\.py)`", "".join(STEPS)):
        assert (ROOT / file).exists()


@on_posix
def test_the_commands_of_step_1_start_a_room_find_it_and_ask_it(tmp_path: Path) -> None:
    start, listing, status, health = (line.removeprefix(".venv/bin/") for line in commands(1))
    assert programs(start) == ["petard-server"]
    discovery = free_port()
    # On free ports and 127.0.0.1 alone; otherwise nothing is changed.
    there = ["--discovery", "127.0.0.1", "--discovery-port", str(discovery), "--web", "127.0.0.1:0"]
    with ServerProcess(*ALONE, *there, *shlex.split(start)[1:]) as server:
        told = line_with(server.process, "shows itself at")
        pages = told.rstrip("/\n").rpartition(":")[2]
        for line, wanted in (
            (f"{listing} --discovery-port {discovery}", f"127.0.0.1:{server.port}"),
            (f"{status} 127.0.0.1:{pages}", f"port {server.port}"),
            (health.replace("localhost:7780", f"127.0.0.1:{pages}"), "ok"),
        ):
            if shutil.which(programs(line)[0], path=path_of(PROGRAMS)) is None:
                continue  # curl: tests/test_hosting_files.py asks by Python
            done = subprocess.run(
                line, shell=True, env=environment(PROGRAMS), capture_output=True, text=True, timeout=PATIENCE
            )
            assert done.returncode == 0, done.stderr
            assert wanted in done.stdout
        server.process.send_signal(signal.SIGINT)  # Ctrl-C
        assert server.end() == 0


def path_of(*folders: Path) -> str:
    return os.pathsep.join([*map(str, folders), os.environ["PATH"]])


def environment(*folders: Path) -> dict[str, str]:
    return os.environ | {"PATH": path_of(*folders), "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A machine with nothing on it but the programs of the page, some of which only note their words in `noted`."""
    tools = tmp_path / "tools"
    (tmp_path / "opt" / "petard").mkdir(parents=True)
    (tmp_path / "etc" / "systemd" / "system").mkdir(parents=True)
    tools.mkdir()
    (tools / "sudo").write_text('#!/bin/sh\nexec "$@"\n')
    for name in NOTED:
        (tools / name).write_text(f'#!/bin/sh\necho "{name} $*" >> "{tmp_path}/noted"\n')
    for tool in tools.iterdir():
        tool.chmod(0o755)
    (tmp_path / "opt" / "petard" / "bin").symlink_to(PROGRAMS)
    return tmp_path


def run(line: str, machine: Path) -> "subprocess.CompletedProcess[str]":
    """Run a line of the page on the machine of a test, in the folder of this project."""
    moved = re.sub(r"(?<![\w.])/(opt|etc)/", rf"{machine}/\1/", line)
    done = subprocess.run(
        ["bash", "-ec", moved],
        env=environment(machine / "tools"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
    return done


@on_posix
def test_the_commands_of_step_2_put_every_file_in_its_place(machine: Path) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for line in commands(2):
        names = programs(line)
        if names[0] == "python3":
            assert line == "sudo python3 -m venv /opt/petard", "as the README's line, which CI runs"
        elif names[0] == "pip":
            (extra,) = re.findall(r"install(?: --upgrade)? '\.\[(\w+)\]'$", line)
            assert extra in extras
        elif names[0] == "petard-server" and "config" not in line:
            continue  # `list` and `results`: their own tests run them
        elif names[0] != "journalctl":
            run(line, machine)
    etc = machine / "etc"
    for name in ("petard.service", "petard@.service"):
        assert (etc / "systemd" / "system" / name).read_bytes() == (ROOT / "docs" / "hosting" / name).read_bytes()
    assert (etc / "systemd" / "system" / "petard.service.d" / "password.conf").exists()
    assert (etc / "petard" / "password").read_text() == "open sesame\n"
    assert (etc / "petard" / "password").stat().st_mode & 0o777 == 0o600
    settings = tomllib.loads((etc / "petard" / "server.toml").read_text("utf-8"))
    assert settings == {}, "only comments"
    noted = (machine / "noted").read_text().splitlines()
    assert noted.index("systemctl daemon-reload") < noted.index("systemctl enable --now petard")
    assert "systemctl enable --now petard@7801 petard@7821" in noted


@on_posix
def test_the_commands_of_step_3_name_files_that_exist(machine: Path) -> None:
    for line in commands(3):
        if programs(line) != ["petard-server"]:
            run(line.replace("docs/hosting/password", f"{machine}/password"), machine)
        for file in re.findall(r"docs/hosting/[\w./-]+", line.replace("docs/hosting/password", "")):
            assert (ROOT / file).is_file(), line
    assert (machine / "password").read_text() == "open sesame\n"
    assert (machine / "password").stat().st_mode & 0o777 == 0o400
    noted = (machine / "noted").read_text().splitlines()
    assert (
        len(noted) == sum(not {"petard-server", "chmod"} & {*programs(line)} for line in commands(3)) - 1
    )  # `printf >`


@on_posix
def test_the_announcer_of_step_3_starts_as_the_page_says(machine: Path) -> None:
    (line,) = (line for line in commands(3) if programs(line) == ["petard-server"])
    words = [*shlex.split(line), "--discovery", "127.0.0.1", "--discovery-port", str(free_port())]
    with running(words, environment(PROGRAMS)) as announcer:
        line_with(announcer, "announces these while they answer: 127.0.0.1:7777 (at UDP port")
        announcer.send_signal(signal.SIGTERM)
        assert announcer.wait(PATIENCE) == 0
