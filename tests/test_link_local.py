"""Link-local addresses (fe80::/10), which are in each network: the zone that says which one is kept, or asked for."""

from collections.abc import Callable
from pathlib import Path

import pytest

from petard.game.config.arguments import BadAddress, address_of
from petard.game.config.settings import Settings, load, save
from petard.game.doctor.examination import main as doctor
from petard.server.cli.list import main as list_servers
from petard.server.cli.ping import main as ping
from petard.server.cli.status import main as ask_status
from petard.server.config.config import read_config
from petard.server.config.schema import read_maps
from petard.server.policy.address_groups import parse_network
from petard.shared.protocol.joincode import decode_join_code, encode_join_code

MISSING = "fe80::1 is in each network: write which one, as in fe80::1%eth0"
SERVER = ("--config", "off")


def serve(words: list[str]) -> object:
    return read_config(words, read_maps())


@pytest.mark.parametrize(
    ("main", "words"),
    [
        (ping, ["fe80::1"]),
        (ping, ["--udp", "[fe80::1]:7777"]),
        (ask_status, ["[fe80::1]:7780"]),
        (list_servers, ["fe80::1"]),
        (doctor, ["fe80::1"]),
        (serve, [*SERVER, "--host", "fe80::1"]),
        (serve, [*SERVER, "--console", "[fe80::1]:7776", "--console-password", "sesame"]),
        (serve, [*SERVER, "--http", "[fe80::1]:7780"]),
        (serve, [*SERVER, "--discovery", "fe80::1"]),
    ],
)
def test_a_program_asks_for_the_zone(
    main: Callable[[list[str]], object], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status: object = main(words)
    except SystemExit as left:
        status = left.code
    error = capsys.readouterr().err
    assert status == 2
    assert MISSING in error
    assert error.count("\n") == 1


def test_the_join_field_asks_for_the_zone() -> None:
    with pytest.raises(BadAddress, match=f"^{MISSING}\\.$"):
        address_of("fe80::1")


@pytest.mark.parametrize("zone", ["", "eth0:7777", "eth0%eth1", "e th0", "x" * 99])
def test_a_zone_that_no_network_has_is_refused(zone: str) -> None:
    with pytest.raises(BadAddress, match="is no address"):
        address_of(f"fe80::1%{zone}")
    with pytest.raises(SystemExit):
        serve([*SERVER, "--host", f"fe80::1%{zone}"])


@pytest.mark.parametrize("text", ["fe80::1%eth0", "[fe80::1%eth0]:7778", "fe80::1%wlp0s20f3.100", "fe80::1%3"])
def test_recent_and_starred_addresses_keep_their_zone(text: str, tmp_path: Path) -> None:
    written = str(address_of(text))
    save(tmp_path / "settings.toml", Settings(addresses=(written,), starred=(written,)))
    found, problem = load(tmp_path / "settings.toml")
    assert problem == ""
    assert [address_of(one) for one in (*found.addresses, *found.starred)] == [address_of(text)] * 2
    assert written == text


def test_settings_of_a_server_keep_the_zone() -> None:
    words = ["--host", "fe80::1%eth0", "--http", "[fe80::1%eth0]:80", "--discovery", "fe80::1%eth0"]
    config = read_config([*SERVER, *words], read_maps())
    assert (config.host, str(config.web), config.discovery) == ("fe80::1%eth0", "[fe80::1%eth0]:80", "fe80::1%eth0")


def test_a_network_with_a_zone_is_that_network() -> None:
    assert parse_network("fe80::1%eth0/64") == parse_network("fe80::/64")


def test_no_join_code_stands_for_such_an_address() -> None:
    assert encode_join_code("fe80::1%eth0", 7777) == ""
    assert decode_join_code("fe80::1%eth0") is None
