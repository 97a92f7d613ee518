"""What docs/hosting/ gives to a host fits the server as it is: its words, its times, its limits."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from petard.server.config.config import read_config
from petard.server.config.schema import read_maps, settings_of
from petard.server.directory.options import REDIS_VARIABLE, Options, read_options
from petard.server.directory.process import DESCRIPTORS
from tests.server.server_process import ServerProcess

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "hosting"
UNIT, CONTAINER = FOLDER / "petard.service", FOLDER / "Containerfile"
DIRECTORY = FOLDER / "petard-directory.service"
TEMPLATE = FOLDER / "petard@.service"  # for several rooms; its instances are named by their port
DRAIN = next(row.parse(row.default) for row in settings_of(read_maps()) if row.key == "drain")
EXPOSURE = "2.0"  # of ten, as systemd-analyze counts it
needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")


def unit(file: Path = UNIT) -> dict[str, dict[str, list[str]]]:
    """The unit by sections and keys; a key may stand there more than once."""
    sections: dict[str, dict[str, list[str]]] = {}
    for line in file.read_text("utf-8").splitlines():
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            section.setdefault(key, []).append(value)
    return sections


def settings_said(text: str) -> set[str]:
    return set(re.findall(r"\bPETARD_[A-Z_]+", text)) - {"PETARD_"}


def test_the_unit_uses_existing_flags_and_waits_for_the_round() -> None:
    service = unit()["Service"]
    program, *words = service["ExecStart"][0].split()
    assert Path(program).name == "petard-server"
    assert read_config(words, read_maps(), {}).drain == DRAIN < int(service["TimeoutStopSec"][0])
    assert service["Type"] == ["notify"]
    assert 1 <= int(service["WatchdogSec"][0]) <= 3, "a hang is seen within three seconds"
    assert service["Restart"] == ["on-failure"]
    assert service["RestartPreventExitStatus"] == ["2"]
    assert float(service["RestartSec"][0]) + int(service["WatchdogSec"][0]) <= 4, "and it serves again within five"


def test_all_settings_that_the_files_name_exist() -> None:
    known = {row.variable for row in settings_of(read_maps())} | {REDIS_VARIABLE}
    for file in [file for file in FOLDER.rglob("*") if file.is_file()]:
        assert settings_said(file.read_text("utf-8")) <= known, file.name


def test_the_unit_of_the_directory_starts_it_with_arguments_that_it_knows() -> None:
    service = unit(DIRECTORY)["Service"]
    program, *words = service["ExecStart"][0].split()
    assert Path(program).name == "petard-directory"
    assert read_options(words, {}) == Options()
    assert int(service["LimitNOFILE"][0]) >= DESCRIPTORS
    assert service["RestartPreventExitStatus"] == ["2"]


def test_the_template_is_the_unit_but_for_port_and_folders() -> None:
    one, several = unit(), unit(TEMPLATE)
    own = {"Description", "Environment", "EnvironmentFile", "StateDirectory"}
    for section in one:
        keys = one[section].keys() | several[section].keys()
        assert {key for key in keys if one[section].get(key) != several[section].get(key)} <= own
    assert one.keys() == several.keys()


@pytest.mark.skipif(sys.platform != "linux", reason="the folders of systemd")
def test_each_room_of_the_template_has_its_port_and_a_folder_that_it_may_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = unit(TEMPLATE)["Service"]
    meant = {"%E": str(tmp_path / "etc"), "%S": str(tmp_path / "lib")}
    folders = set()
    for port in ("7801", "7821"):
        told = service["Environment"][0]
        for word, value in (meant | {"%i": port}).items():
            told = told.replace(word, value)
        variables = dict(pair.split("=", 1) for pair in told.split())
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        config = read_config([], read_maps(), variables)
        assert config.port == int(port)
        assert config.record
        assert config.results
        state = tmp_path / "lib" / service["StateDirectory"][0].replace("%i", port)
        assert {config.record.parent, config.results.parent} == {state / "petard"}
        folders.add(state)
    assert len(folders) == 2


@needs_systemd
@pytest.mark.parametrize("source", [UNIT, TEMPLATE, DIRECTORY], ids=lambda file: file.name)
def test_systemd_accepts_the_unit_and_reports_a_low_exposure(tmp_path: Path, source: Path) -> None:
    text = source.read_text("utf-8")
    program = unit(source)["Service"]["ExecStart"][0].split()[0]
    copy = tmp_path / source.name
    copy.write_text(text.replace(program, sys.executable), "utf-8")
    extra = tmp_path / f"{source.name}.d"
    extra.mkdir()
    shutil.copy(FOLDER / "password.conf", extra)
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(copy)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")
    limit = str(round(10 * float(EXPOSURE)))
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={limit}", str(copy)]
    judged = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=60)
    assert judged.returncode == 0, judged.stdout[-200:] + judged.stderr


def lines_of(file: Path) -> list[str]:
    """The instructions of a Containerfile, each in one line."""
    text = re.sub(r"^#.*\n", "", file.read_text("utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    return [line for line in text.splitlines() if line]


def test_the_container_does_not_run_as_root_and_opens_the_ports_of_the_game() -> None:
    lines = lines_of(CONTAINER)
    last = next(line for line in reversed(lines) if line.startswith("USER"))
    assert re.fullmatch(r"USER [1-9]\d*:[1-9]\d*", last)
    assert "EXPOSE 7777/tcp 7777/udp 7780/tcp" in lines
    assert "VOLUME /var/lib/petard" in lines
    assert lines[-1].startswith('ENTRYPOINT ["')
    copied = {line.strip("!") for line in (FOLDER / "Containerfile.dockerignore").read_text("utf-8").splitlines()}
    assert {"assets", "game", "server", "shared", "pyproject.toml", "README.md", "LICENSE"} <= copied


LOCKS = {
    ROOT / ".ci" / "requirements.txt": ("test",),
    FOLDER / "requirements.txt": ("metrics", "redis"),
}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.parent.name)
def test_a_lock_file_has_a_version_that_fits_and_hashes_for_each_requirement(lock: Path) -> None:
    """Written by `.ci/lock`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    own = [text for extra in LOCKS[lock] for text in extras[extra]]
    wanted = [Requirement(text) for text in [*project["dependencies"], *own]]
    for inner in [one for one in wanted if one.name == "petard"]:
        wanted += [Requirement(text) for extra in inner.extras for text in extras[extra]]
    blocks = re.split(r"\n(?=\w)", lock.read_text("utf-8").partition(".ci/lock\n")[2])
    locked = {}
    for block in blocks:
        pinned = re.fullmatch(r"([\w-]+)==(\S+)(?: ;.*)? \\\n(?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n?)+", block)
        assert pinned, block
        locked[pinned[1]] = pinned[2]
    assert all(one.specifier.contains(locked[one.name]) for one in wanted if one.name != "petard")


def test_the_container_installs_the_locked_packages_only() -> None:
    (build,) = (line for line in lines_of(CONTAINER) if "pip install" in line)
    assert "--require-hashes -r /src/docs/hosting/requirements.txt" in build
    assert "--no-deps --no-build-isolation /src" in build
    assert "!docs/hosting/requirements.txt" in (FOLDER / "Containerfile.dockerignore").read_text("utf-8").splitlines()


def test_the_health_check_of_the_container_tells_a_healthy_server_from_a_dead_one() -> None:
    (line,) = (line for line in lines_of(CONTAINER) if line.startswith("HEALTHCHECK"))
    _, _, code = json.loads(line.partition(" CMD ")[2])
    assert "PETARD_WEB=7780" in CONTAINER.read_text("utf-8")
    with ServerProcess("--http", "127.0.0.1:0") as server:
        assert server.process.stderr
        told = next(line for line in server.process.stderr if "shows itself at" in line)
        port = told.rstrip("/\n").rpartition(":")[2]
        check = [sys.executable, "-c", code.replace("7780", port)]
        assert subprocess.run(check, check=False, timeout=20).returncode == 0
        assert server.stop() == 0
        assert "fault" not in server.log
        assert subprocess.run(check, check=False, timeout=20, stderr=subprocess.DEVNULL).returncode == 1
