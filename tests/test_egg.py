"""The egg for panels (docs/hosting/egg-petard.json): its install script and its start line run in a clean folder.

What a panel's daemon does is done here by hand: it sets variables, runs the script in the folder of the server, starts
the image's command with the start line in STARTUP, waits for the text of "done", and sends SIGINT for "^C".
"""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from petard.server.config.config import read_config
from petard.server.config.schema import read_maps, settings_of
from petard.shared.protocol.messages import Welcome
from tests.screens import line_with, running
from tests.server.beacons import free_port
from tests.server.loopback import HELLO, RawClient

FOLDER = Path(__file__).parents[1] / "docs" / "hosting"
EGG: dict[str, Any] = json.loads((FOLDER / "egg-petard.json").read_text("utf-8"))
PANEL = (FOLDER / "Containerfile.panel").read_text("utf-8")
PATIENCE = 60.0  # seconds
GIVEN_BY_THE_PANEL = {"SERVER_PORT", "SERVER_IP", "SERVER_MEMORY"}
DEFAULTS = {one["env_variable"]: one["default_value"] for one in EGG["variables"]}
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="panels run their containers on Linux")


def test_the_egg_has_the_fields_of_its_format() -> None:
    assert EGG["meta"] == {"version": "PTDL_v2", "update_url": None}
    assert {"name", "author", "description", "features", "file_denylist", "exported_at"} <= EGG.keys()
    assert EGG["config"].keys() == {"files", "startup", "logs", "stop"}
    assert [json.loads(EGG["config"][key]) for key in ("files", "logs")] == [{}, {}]
    assert json.loads(EGG["config"]["startup"]).keys() == {"done"}
    installation = EGG["scripts"]["installation"]
    assert installation.keys() == {"script", "container", "entrypoint"}
    assert installation["script"].startswith("#!/bin/bash\n")
    assert "\r" not in installation["script"]
    version = re.search(r"^FROM (\S+)$", PANEL, re.MULTILINE)
    assert version
    assert version[1] == f"{installation['container']}-slim", "libraries are for the Python that loads them"
    assert list(EGG["docker_images"].values()) == ["~petard-panel"], "~: the node has it, and does not pull it"
    assert "-t petard-panel " in PANEL


def test_the_variables_of_the_egg_are_settings_with_values_that_the_server_takes() -> None:
    keys = {"name", "description", "env_variable", "default_value", "user_viewable", "user_editable", "rules"}
    assert all(one.keys() == keys | {"field_type"} for one in EGG["variables"])
    known = {row.variable for row in settings_of(read_maps())}
    settings = {name: value for name, value in DEFAULTS.items() if name.startswith("PETARD_")}
    assert settings.keys() <= known
    config = read_config(["--config", "off"], read_maps(), settings)
    assert (config.room.name, config.password, config.drain) == ("Petard", "", 120)
    used = set(re.findall(r"\{\{(\w+)\}\}", EGG["startup"])) | set(re.findall(r"\$\{(\w+)\}", script()))
    assert used <= DEFAULTS.keys() | GIVEN_BY_THE_PANEL
    assert DEFAULTS.keys() == settings.keys() | (used - GIVEN_BY_THE_PANEL), "a variable that nothing reads"
    modes = next(one["rules"] for one in EGG["variables"] if one["env_variable"] == "PETARD_MODE").split("in:")[1]
    (row,) = (row for row in settings_of(read_maps()) if row.key == "mode")
    assert f"one of {modes.replace(',', ', ')}" in row.about


def script() -> str:
    text: str = EGG["scripts"]["installation"]["script"]
    return text


def environment(**more: str) -> dict[str, str]:
    """Variables without ours, and with the Python of the tests first."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PETARD", "PYTHON", "PYTEST"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return kept | DEFAULTS | {"PATH": path, "PYTHONDONTWRITEBYTECODE": "1"} | more


def install(home: Path, package: str) -> "subprocess.CompletedProcess[str]":
    """Run the script; libraries are not fetched, since those of the tests are there."""
    file = home.parent / "install.sh"
    file.write_text(script().replace("/mnt/server", str(home)), "utf-8")
    offline = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1"}
    return subprocess.run(
        ["bash", str(file)],
        env=environment(PACKAGE=package, **offline),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


@on_linux
def test_the_egg_installs_and_starts_a_room_that_can_be_joined_and_stops(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "petard").mkdir()
    (home / "petard" / "old").touch()  # a reinstallation replaces it
    done = install(home, str(wheel))
    assert done.returncode == 0, done.stdout + done.stderr
    assert [one.name for one in home.iterdir()] == ["petard"]
    assert not (home / "petard" / "old").exists()
    failed = install(home, str(tmp_path / "no-such.whl"))
    assert failed.returncode != 0
    assert (home / "petard" / "petard" / "server").is_dir(), "an installation that fails leaves the old one"

    where = ["python3", "-c", "import petard.server; print(petard.server.__file__)"]
    found = subprocess.run(where, env=environment(PYTHONPATH="petard"), cwd=home, capture_output=True, text=True)
    assert found.stdout.strip() == str(home / "petard" / "petard" / "server" / "__init__.py")
    (command,) = re.findall(r"^CMD (\[.*\])$", PANEL, re.MULTILINE)
    startup = EGG["startup"].replace("/home/container", str(home))
    variables = environment(STARTUP=startup, SERVER_PORT=str(free_port()), PETARD_NAME="O'Brien's room; $HOME")
    with running(["env", "-C", str(home), *json.loads(command)], variables) as server:
        line = line_with(server, json.loads(EGG["config"]["startup"])["done"], PATIENCE)
        ready = re.search(r"ready on port (\d+)", line)
        assert ready, line
        guest = RawClient(int(ready[1]))
        guest.send(HELLO)
        guest.sock.settimeout(PATIENCE)
        while not guest.all_of(Welcome):
            assert not guest.is_over
            guest.read()
        guest.sock.close()
        words = Path(f"/proc/{server.pid}/cmdline").read_bytes().split(b"\0")
        assert words[0] == b"python3", "the shell has made way for the server, so a signal reaches it"
        assert EGG["config"]["stop"] == "^C"
        server.send_signal(signal.SIGINT)
        assert server.wait(PATIENCE) == 0
    assert (home / "data" / "petard" / "room.sqlite").exists()
