"""The compose files of docs/hosting: their commands are those of our programs, their ports and files agree.

No container engine runs here. docs/hosting.md says what was run by hand.
"""

import contextlib
import http.client
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from petard.server.cli import announce, relay
from petard.server.config.config import SUBCOMMANDS, Config, read_config
from petard.server.config.schema import read_maps
from petard.server.config.values import Endpoint
from petard.server.directory.options import Options, read_options
from tests.screens import line_with
from tests.server.server_process import ServerProcess

FOLDER = Path(__file__).parents[1] / "docs" / "hosting"
IMAGE = (FOLDER / "Containerfile").read_text("utf-8")
ADDRESS = "192.0.2.7"
GAME, PAGES, DIRECTORY = 7777, 7780, 7770  # where our programs listen in the containers
Service = dict[str, Any]
FILES = ["compose.yaml", "compose-all.yaml"]
WATCHED = "compose-watched.yaml"  # read together with compose.yaml


def services(name: str) -> dict[str, Service]:
    """The services of a file, with its variables filled in."""
    text = (FOLDER / name).read_text("utf-8")
    filled = re.sub(r"\$\{ADDRESS(:\?[^}]*)?\}", ADDRESS, text)
    assert "${" not in filled
    found: dict[str, Service] = yaml.safe_load(filled)["services"]
    return found


ALL = [(name, service) for name in [*FILES, WATCHED] for service in services(name)]


def ours(name: str) -> dict[str, Service]:
    """Those that run our image."""
    return {key: service for key, service in services(name).items() if service["image"] == "petard"}


def variables(service: Service) -> dict[str, str]:
    """The variables of a container: those of the image, and of the service; all are text."""
    image = dict(re.findall(r"\b([A-Z_]+)=(\S+)", IMAGE))
    own = service.get("environment", {})
    assert all(isinstance(value, str) for value in own.values())
    return {**image, **own}


def published(service: Service) -> list[tuple[str, int, int, str]]:
    """Address, port of the machine, port of the container, and protocol of each published port."""
    found = []
    for text in service.get("ports", []):
        where, _, protocol = text.partition("/")
        *address, outer, inner = where.split(":")
        found.append((address[0] if address else "", int(outer), int(inner), protocol))
    return found


@pytest.mark.parametrize(("name", "key"), ALL)
def test_every_service_is_confined_and_starts_again(name: str, key: str) -> None:
    service = services(name)[key]
    assert (service["read_only"], service["cap_drop"], service["restart"]) == (True, ["ALL"], "unless-stopped")
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "pids_limit", "init"} <= service.keys()
    image, _, tag = service["image"].partition(":")
    assert "." not in image.partition("/")[0], "an image is named without the host of a registry"
    assert tag or image == "petard", "an image of others has a version"


@pytest.mark.parametrize("name", [*FILES, WATCHED])
def test_every_file_that_is_mounted_exists_and_every_volume_is_declared(name: str) -> None:
    declared = yaml.safe_load((FOLDER / name).read_text("utf-8"))["volumes"]
    used = set()
    for service in services(name).values():
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            if source.startswith("."):
                assert (FOLDER / source).is_file(), source
                assert mount.endswith(":ro")
            else:
                used.add(source)
        if build := service.get("build"):
            assert (FOLDER / build["context"] / build["dockerfile"]).is_file()
    assert used == declared.keys()


@pytest.mark.parametrize("name", FILES)
def test_no_port_is_published_twice_and_each_leads_to_a_program(name: str) -> None:
    taken = [(outer, protocol) for service in services(name).values() for _, outer, _, protocol in published(service)]
    assert len(taken) == len(set(taken))
    for key, service in ours(name).items():
        inner = {number for _, _, number, _ in published(service)}
        assert inner <= ({DIRECTORY} if key == "directory" else {GAME, PAGES})
        if "network_mode" in service:
            assert service["network_mode"] == "host"
            assert not inner


def is_room(service: Service) -> bool:
    return "command" not in service


@pytest.mark.parametrize("name", FILES)
def test_the_server_accepts_the_variables_of_each_room_and_waits_for_the_round(name: str) -> None:
    rooms = {key: service for key, service in ours(name).items() if is_room(service)}
    assert len(rooms) == (1 if name == "compose.yaml" else 2)
    for key, service in rooms.items():
        config = read_config(["--config", "off"], read_maps(), variables(service))
        assert (config.port, config.discovery_port, config.web) == (GAME, GAME, PAGES)
        assert config.drain < int(service["stop_grace_period"].rstrip("s"))
        (volume,) = service["volumes"]
        assert volume.endswith(":/var/lib/petard")
        if name == "compose-all.yaml":
            game = next(outer for _, outer, inner, protocol in published(service) if (inner, protocol) == (GAME, "tcp"))
            assert config.public == Endpoint(ADDRESS, game), "the directory lists the published port"
            assert config.directory == f"http://directory:{DIRECTORY}"
            assert config.web_names == (key,), "Prometheus may ask for the pages by the name of the service"


@pytest.mark.parametrize("name", FILES)
def test_the_announcer_accepts_its_command_and_names_each_room_where_it_is_published(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[tuple[str, int]]] = []

    def fake(rooms: list[tuple[str, int]], discovery: str, port: int) -> int:
        asked.append(rooms)
        return 0

    monkeypatch.setattr(announce, "announce", fake)
    monkeypatch.delenv("PETARD_DISCOVERY", raising=False)
    subcommand, *words = services(name)["announce"]["command"]
    assert subcommand in SUBCOMMANDS
    assert announce.main(words) == 0
    rooms = [service for service in ours(name).values() if is_room(service)]
    for protocol, address in (("tcp", ""), ("udp", "127.0.0.1")):
        ports = [
            outer
            for room in rooms
            for where, outer, inner, kind in published(room)
            if (where, inner, kind) == (address, GAME, protocol)
        ]
        assert [[("127.0.0.1", port) for port in ports]] == asked


def test_the_relay_and_the_directory_accept_their_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    stack = services("compose-all.yaml")
    served: list[tuple[Config, Endpoint]] = []

    def fake(config: Config, room: Endpoint) -> int:
        served.append((config, room))
        return 0

    monkeypatch.setattr(relay, "serve", fake)
    for key, value in variables(stack["relay"]).items():
        if key.startswith("PETARD_"):
            monkeypatch.setenv(key, value)
    assert relay.main(stack["relay"]["command"][1:]) == 0
    ((config, room),) = served
    assert (config.port, config.web, config.web_names) == (GAME, PAGES, ("relay",))
    assert (room.host in stack, room.port) == (True, GAME)

    directory = stack["directory"]
    (program,) = directory["entrypoint"]
    assert Path(program).name == "petard-directory"
    options = read_options(directory["command"], variables(directory))
    assert isinstance(options, Options)
    assert (options.port, options.redis, options.allow_private) == (DIRECTORY, "redis://redis:6379/0", True)
    whole = yaml.safe_load((FOLDER / "compose-all.yaml").read_text("utf-8"))
    (network,) = whole["networks"]["default"]["ipam"]["config"]
    assert [str(one) for one in options.any_address_from] == [network["subnet"]], "rooms name the address for players"


def laid_out(key: str, folder: Path, name: str = "compose-all.yaml") -> None:
    """Copy the files that are mounted in a container to their places below a folder."""
    for mount in services(name)[key]["volumes"]:
        source, target = mount.split(":")[:2]
        if source.startswith("."):
            place = folder / target.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(FOLDER / source, place)


@pytest.mark.skipif(not shutil.which("promtool"), reason="install promtool (Debian: the package prometheus)")
def test_prometheus_accepts_its_files_and_asks_every_program_of_ours(tmp_path: Path) -> None:
    stack = services("compose-all.yaml")
    laid_out("prometheus", tmp_path)
    file = tmp_path / "etc" / "prometheus" / "prometheus.yml"
    assert f"--config.file=/{file.relative_to(tmp_path)}" in stack["prometheus"]["command"]
    done = subprocess.run(["promtool", "check", "config", str(file)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SUCCESS: 1 rule files found" in done.stdout + done.stderr
    assert "8 rules found" in done.stdout + done.stderr
    jobs = {job["job_name"]: job["static_configs"] for job in yaml.safe_load(file.read_text("utf-8"))["scrape_configs"]}
    targets = {job: configs[0]["targets"] for job, configs in jobs.items()}
    rooms = [f"{key}:{PAGES}" for key, service in ours("compose-all.yaml").items() if is_room(service)]
    assert targets == {
        "petard": rooms,
        "petard-relay": [f"relay:{PAGES}"],
        "petard-directory": [f"directory:{DIRECTORY}"],
    }


@pytest.mark.skipif(not shutil.which("promtool"), reason="install promtool (Debian: the package prometheus)")
def test_the_prometheus_of_one_room_accepts_its_files_and_asks_where_the_pages_are_published(tmp_path: Path) -> None:
    service = services(WATCHED)["prometheus"]
    assert service["network_mode"] == "host"
    assert "--web.listen-address=127.0.0.1:9090" in service["command"], "only this machine reaches it"
    laid_out("prometheus", tmp_path, WATCHED)
    file = tmp_path / "etc" / "prometheus" / "prometheus.yml"
    done = subprocess.run(["promtool", "check", "config", str(file)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 rules found" in done.stdout + done.stderr
    (job,) = yaml.safe_load(file.read_text("utf-8"))["scrape_configs"]
    (pages,) = (outer for _, outer, inner, _ in published(services("compose.yaml")["petard"]) if inner == PAGES)
    assert (job["job_name"], job["static_configs"]) == ("petard", [{"targets": [f"127.0.0.1:{pages}"]}])


def test_grafana_is_given_our_dashboard_and_the_prometheus_beside_it(tmp_path: Path) -> None:
    stack = services("compose-all.yaml")
    laid_out("grafana", tmp_path)
    provisioning = tmp_path / "etc" / "grafana" / "provisioning"
    (source,) = yaml.safe_load((provisioning / "datasources" / "petard.yaml").read_text("utf-8"))["datasources"]
    (_, port, inner, _), *_ = published(stack["prometheus"])
    assert port == inner
    assert (source["type"], source["url"]) == ("prometheus", f"http://prometheus:{inner}")
    (provider,) = yaml.safe_load((provisioning / "dashboards" / "petard.yaml").read_text("utf-8"))["providers"]
    (dashboard,) = (tmp_path / provider["options"]["path"].lstrip("/")).glob("*.json")
    assert json.loads(dashboard.read_text("utf-8"))["uid"] == "petard"
    assert stack["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"].endswith(dashboard.name)


def test_a_room_answers_prometheus_by_the_name_of_its_service() -> None:
    room = services("compose-all.yaml")["room-1"]
    with ServerProcess("--web", "127.0.0.1:0", "--web-names", room["environment"]["PETARD_WEB_NAMES"]) as server:
        told = line_with(server.process, "shows itself at")
        port = int(told.rstrip("/\n").rpartition(":")[2])
        status = {}
        for host in ("room-1:7780", "room-9:7780"):
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
                connection.request("GET", "/metrics", headers={"Host": host})
                status[host] = connection.getresponse().status
        assert status == {"room-1:7780": 200, "room-9:7780": 421}


@pytest.mark.parametrize("name", FILES)
def test_a_health_check_of_our_own_is_a_program_that_python_can_read(name: str) -> None:
    for service in ours(name).values():
        if test := service.get("healthcheck", {}).get("test"):
            kind, _, option, code = test
            assert (kind, option) == ("CMD", "-c")
            compile(code, "healthcheck", "exec")


def test_the_room_asks_for_a_password_once_the_marks_are_off_the_lines_that_the_page_names(tmp_path: Path) -> None:
    text = (FOLDER / "compose.yaml").read_text("utf-8")
    marked = re.compile(r"^( *)# ?((?:  )*(?:secrets|password|file|PETARD_PASSWORD_FILE):.*)$", re.MULTILINE)
    whole = yaml.safe_load(marked.sub(r"\1\2", text))
    room = whole["services"]["petard"]
    assert whole["secrets"] == {"password": {"file": "./password"}}
    assert room["secrets"] == ["password"]
    told = variables(room)
    assert told["PETARD_PASSWORD_FILE"] == "/run/secrets/password"
    file = tmp_path / "password"
    file.write_text("open sesame\n", "utf-8")
    config = read_config(["--config", "off"], read_maps(), told | {"PETARD_PASSWORD_FILE": str(file)})
    assert config.password == "open sesame"
