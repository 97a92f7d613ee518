"""A mistake in a file or in the environment: one sentence that says where, and status 2."""

import os
from pathlib import Path

import pytest

from petard.server.config.config import host_port, read_config, value_of
from petard.server.config.schema import settings_of
from petard.server.config.sources import RawSetting, links_text, service_links, usual_file
from petard.server.config.values import BadValue, Endpoint, endpoint, host_names
from petard.server.net.listeners import CannotListen, open_listeners
from petard.shared.discovery.network import interfaces

MAPS = ("small", "classic", "battle")


def sentence(capsys: pytest.CaptureFixture[str], words: list[str], environ: dict[str, str]) -> str:
    """Return the sentence about a mistake."""
    with pytest.raises(SystemExit) as end:
        read_config(words, MAPS, environ)
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("petard-server: ")
    assert said.count("\n") == 1
    return said.removeprefix("petard-server: ").rstrip("\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\nprot = 7\n", "{file}, line 2: 'prot' is no setting; did you mean port?"),
        ("idle_to_bot = 7", "{file}, line 1: 'idle_to_bot' is no setting; did you mean idle-to-bot?"),
        ("zzz = 7", "{file}, line 1: 'zzz' is no setting"),
        ("# port = 1\n\n  port   = 70000", "{file}, line 3: port: a port is a number from 0 to 65535, not '70000'"),
        ("port = true", "{file}, line 1: port: a port is a number from 0 to 65535, not 'true'"),
        ("'port' = -1", "{file}, line 1: port: a port is a number from 0 to 65535, not '-1'"),
        ('map = "moon"', "{file}, line 1: map: there is no map 'moon'; there are small, classic, battle"),
        ("port = [7]", "{file}, line 1: port takes a text, a number, true or false"),
        ("bots = 1\n[network]\nport = 7", "{file}, line 2: 'network' is no setting"),
        ("bots = 1\nname = Ada\n", "{file}, line 2, column 8: invalid value"),
        ("port = " + "9" * 5000, "{file}: there is a number that is too long"),
        ("port = 0x" + "f" * 5000, "{file}, line 1: port: there is a number that is too long"),
        ("port = " + "[" * 3000, "{file}: something in it is nested too deeply"),
        (
            'password-file = "a\\u0000b"',
            r"{file}, line 1: password-file: no file can have the name 'a\x00b'",
        ),
        ('results = "a\\u0000b"', r"{file}, line 1: results: no file can have the name 'a\x00b'"),
        ('votes = "maybe"', "{file}, line 1: votes: it is on or off, not 'maybe'"),
        (
            'password = "a\\nb"',
            "{file}, line 1: password: the password holds a character that passwords cannot have",
        ),
    ],
)
def test_a_mistake_in_the_file_is_reported_with_its_line(
    text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "server.toml"
    file.write_text(text, encoding="utf-8")
    assert sentence(capsys, ["--config", str(file)], {}) == said.format(file=file)


def test_a_mistake_in_the_file_is_reported_although_a_flag_overrides_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "server.toml"
    file.write_text("port = 70000", encoding="utf-8")
    assert "line 1: port" in sentence(capsys, ["--config", str(file), "--port", "1"], {})


def test_a_mistake_in_a_variable_is_reported_with_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    environ = {"PETARD_CONFIG": "off", "PETARD_IDLE_TO_BOT": "soon"}
    assert sentence(capsys, [], environ).startswith("PETARD_IDLE_TO_BOT in the environment: the time until ")
    environ = {"PETARD_CONFIG": "off", "PETARD_PROT": "7"}
    assert sentence(capsys, [], environ) == "PETARD_PROT in the environment is no setting; did you mean PETARD_PORT?"


def test_foreign_and_empty_variables_are_ignored() -> None:
    environ = {"PETARD_CONFIG": "off", "PETARD_SERVICE_HOST": "10.0.0.1", "PETARD_PORT": "", "PATH": "/bin"}
    assert read_config([], MAPS, environ).port == 7777


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "server.toml"
    words = ["--config", str(file)]
    assert sentence(capsys, words, {}) == f"{file} cannot be read: {os.strerror(2)}"
    file.write_bytes(b'name = "\xff"')
    assert sentence(capsys, words, {}) == f"{file} is not written in UTF-8"
    file.write_bytes(b"#" * (1 << 20) + b"\n")
    assert (
        sentence(capsys, words, {})
        == f"{file} cannot be read: it has {(1 << 20) + 1} bytes, and {1 << 20} are the most"
    )


def test_a_file_may_have_a_byte_order_mark_and_crlf(tmp_path: Path) -> None:
    file = tmp_path / "server.toml"
    file.write_bytes("\ufeff# mine\r\nname = \"Zoë\"\r\nvotes = false\r\nrounds = '5'\r\n".encode())
    config = read_config(["--config", str(file)], MAPS, {})
    assert (config.room.name, config.votes, config.room.setup.rounds, config.file) == ("Zoë", False, 5, file)


def test_the_file_in_the_users_folder_is_read_unless_another_or_none_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_config_path", lambda *_, **__: tmp_path / "petard")
    assert read_config([], MAPS, {}).file is None
    usual = usual_file()
    assert usual
    usual.parent.mkdir()
    usual.write_text("port = 1")
    (tmp_path / "other.toml").write_text("port = 2")
    other = str(tmp_path / "other.toml")
    assert read_config([], MAPS, {}).port == 1
    assert read_config([], MAPS, {"PETARD_CONFIG": other}).port == 2
    assert read_config(["--config", str(usual)], MAPS, {"PETARD_CONFIG": other}).port == 1
    assert read_config([], MAPS, {"PETARD_CONFIG": "off", "PETARD_BOTS": "3"}).room.setup.bots == 3
    alone = read_config(["--config", "off"], MAPS, {"PETARD_CONFIG": other, "PETARD_BOTS": "3"})
    assert (alone.port, alone.room.setup.bots, alone.file) == (7777, 3, None)


# A value of each setting that is not its default, as text; secrets and what names a file are tried elsewhere.
OTHERS = {
    "map": "small", "rules": "duel", "mode": "teams", "sides": "3", "friendly-fire": "on", "items": "kick:0",
    "map-vote": "on",
    "rounds": "5", "bots": "2", "skill": "hard", "away": "none", "seed": "9",
    "name": "Den", "votes": "off", "idle-to-bot": "7", "host": "127.0.0.1", "port": "7001", "snapshots": "30",
    "discovery": "off", "discovery-port": "7002", "console": "off", "stdin": "off", "web": "7003", "record": "off",
    "results": "off", "log": "json", "drain": "4", "per-address": "9", "uncounted": "10.0.0.1", "resume": "off",
    "members": "200", "pads": "off", "standby": "ask", "directory": "http://a.example.org:7770", "public": "on",
    "web-names": "den.example.org", "proxy-from": "10.0.0.2", "relay": "off",
    "idle-stop": "300", "agones": "off",
}  # fmt: skip


@pytest.mark.parametrize("key", [row.key for row in settings_of(MAPS) if row.has_field and not row.is_secret])
def test_a_flag_counts_before_the_variable_and_that_before_the_file_with_any_config(key: str, tmp_path: Path) -> None:
    row, other = next(row for row in settings_of(MAPS) if row.key == key), OTHERS[key]
    file = tmp_path / "server.toml"
    file.write_text(f'{key} = "{row.default}"\n' if row.default else "", encoding="utf-8")
    default, wanted = row.parse(row.default), row.parse(other)
    for config in ("off", str(file)):
        flags = ["--config", config]
        assert value_of(read_config(flags, MAPS, {row.variable: other}), key) == wanted
        if row.default:
            over = [*flags, f"--{key}", row.default]
            assert value_of(read_config(over, MAPS, {row.variable: other}), key) == default


LINKS = {
    "PETARD_SERVICE_HOST": "10.96.0.1", "PETARD_SERVICE_PORT": "7777", "PETARD_SERVICE_PORT_GAME": "7777",
    "PETARD_PORT": "tcp://10.96.0.1:7777", "PETARD_PORT_7777_TCP": "tcp://10.96.0.1:7777",
    "PETARD_PORT_7777_TCP_PROTO": "tcp", "PETARD_PORT_7777_TCP_PORT": "7777",
    "PETARD_PORT_7777_TCP_ADDR": "10.96.0.1", "PETARD_PORT_7777_UDP": "udp://[fd00::1]:7777",
    "PETARD_DISCOVERY_PORT": "udp://10.96.0.2:7777", "PETARD_CONSOLE_SERVICE_HOST": "10.96.0.3",
    "PETARD_NAME": "/web/petard", "PETARD_ENV_PATH": "/bin",
}  # fmt: skip


@pytest.mark.parametrize(
    "environ",
    [
        {"PETARD_NAME": "/other/petard"},
        {"PETARD_1_NAME": "/other/petard_1", "PETARD_1_ENV_NAME": "x"},
        {"PETARD_1_NAME": "/other/petard-1", "PETARD_1_ENV_PETARD_PORT": "7777"},
    ],
)
def test_a_docker_link_to_a_container_without_open_ports_is_left_alone(environ: dict[str, str]) -> None:
    assert service_links(environ) == tuple(environ)


@pytest.mark.parametrize(("name", "text"), [("PETARD_NAME", "/my/den"), ("PETARD_1_NAME", "/other/petard")])
def test_a_name_with_slashes_is_no_link(name: str, text: str) -> None:
    assert service_links({name: text}) == ()


def test_links_of_kubernetes_and_docker_are_left_alone() -> None:
    config = read_config(["--config", "off"], MAPS, LINKS | {"PETARD_BOTS": "2"})
    assert (config.port, config.discovery_port, config.room.name, config.room.setup.bots) == (7777, 7777, "Petard", 2)
    assert config.links == tuple(LINKS)
    assert links_text(config.links).startswith("PETARD_SERVICE_HOST and 12 more in the environment: ")
    assert read_config(["--config", "off"], MAPS, {"PETARD_NAME": "/web/den"}).room.name == "/web/den"


@pytest.mark.parametrize(
    ("name", "text"),
    [("PETARD_PORT", "tcp:/10.96.0.1"), ("PETARD_PROT", "tcp://10.96.0.1:7777"), ("PETARD_PORT", "http://10.96.0.1")],
)
def test_what_is_nearly_a_link_is_a_mistake(name: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert sentence(capsys, ["--config", "off"], LINKS | {name: text}).startswith(f"{name} in the environment")


def test_a_home_folder_without_access_holds_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_config_path", lambda *_, **__: Path("x" * 5000))  # too long to be looked at
    assert read_config([], MAPS, {}).file is None


def test_a_secret_file_must_hold_a_secret_and_be_its_only_source(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "secret"
    alone = {"PETARD_CONFIG": "off"}
    words = ["--password-file", str(file)]
    assert sentence(capsys, words, alone) == (
        f"argument --password-file: {str(file)!r} cannot be read: {os.strerror(2)}"
    )
    file.write_text("\n")
    assert sentence(capsys, words, alone) == f"argument --password-file: the first line of {str(file)!r} is empty"
    file.write_text("from the file\r\n")
    both = sentence(capsys, [*words, "--password", "x"], alone)
    assert both == "argument --password-file: there is a password as well; one of them is enough"
    config = read_config(words, MAPS, alone | {"PETARD_PASSWORD": "x"})
    assert config.password == "from the file"
    assert "from the file" not in repr(config)
    assert "fuse" not in repr(RawSetting("fuse", "flag", "argument --password"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such files here")
def test_no_file_blocks_and_none_is_read_without_a_limit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe, alone = tmp_path / "pipe", {"PETARD_CONFIG": "off"}
    os.mkfifo(pipe)
    why = "cannot be read: it is a pipe, not a regular file"
    assert sentence(capsys, ["--config", str(pipe)], {}) == f"{pipe} {why}"
    assert sentence(capsys, ["--password-file", str(pipe)], alone).endswith(why)
    device = "/dev/zero cannot be read: it is a device, not a regular file"
    assert sentence(capsys, ["--config", "/dev/zero"], {}) == device
    assert "it is a device" in sentence(capsys, ["--password-file", "/dev/zero"], alone)
    assert sentence(capsys, ["--password-file", str(tmp_path)], alone).endswith("it is a folder, not a regular file")
    secret = tmp_path / "secret"
    secret.write_bytes(b"fuse\n" + b"\xff" * 10_000)
    assert read_config(["--password-file", str(secret)], MAPS, alone).password == "fuse"


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("off", None),
        ("8080", Endpoint("127.0.0.1", 8080)),
        ("*:8080", Endpoint("", 8080)),
        ("0.0.0.0:0", Endpoint("0.0.0.0", 0)),
        ("[fe80::1%eth0]:80", Endpoint("fe80::1%eth0", 80)),
        ("my-host.lan:80", Endpoint("my-host.lan", 80)),
    ],
)
def test_an_endpoint_is_parsed_and_written_in_the_same_form(text: str, means: Endpoint | None) -> None:
    assert endpoint(text) == means
    assert means is None or endpoint(str(means)) == means


@pytest.mark.parametrize("text", ["", ":80", "::1:80", "[::1]", "host", "host:", "host:65536", "a b:80", "host:-1"])
def test_a_wrong_endpoint_is_an_error(text: str) -> None:
    with pytest.raises(BadValue, match=r"an address and a port such as 127.0.0.1:8080"):
        endpoint(text)


def test_only_loopback_endpoints_are_loopback() -> None:
    assert [Endpoint(host, 1).is_loopback for host in ("127.0.0.1", "::1", "localhost")] == [True] * 3
    assert [Endpoint(host, 1).is_loopback for host in ("", "0.0.0.0", "::", "10.0.0.1")] == [False] * 4


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("127.evil.test", False), ("127.1", False), ("localhost.test", False)],
)
def test_a_name_that_begins_like_loopback_is_not_loopback(host: str, is_loopback: bool) -> None:
    assert Endpoint(host, 1).is_loopback is is_loopback


def test_a_tilde_in_a_setting_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "secret").write_text("fuse\n")
    (tmp_path / "mine.toml").write_text('record = "~/demos"\nresults = "~/a.sqlite"\npassword-file = "~/secret"\n')
    config = read_config(["--config", "~/mine.toml", "--resume=~/x.petard"], MAPS, {})
    assert (config.record, config.results, config.password) == (tmp_path / "demos", tmp_path / "a.sqlite", "fuse")
    assert config.resume == tmp_path / "x.petard"


def test_the_home_folder_of_nobody_is_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    said = sentence(capsys, ["--config", "off", "--record", "~nobody-of-this-name/x"], {})
    assert said.startswith("argument --record: there is no home folder for '~nobody-of-this-name/x'")
    assert "no home folder" in sentence(capsys, ["--config", "~nobody-of-this-name/x"], {})


@pytest.mark.parametrize("host", ["127.0.0.010", "0x7f.0.0.1", "127.1", "2130706433"])
def test_an_address_that_systems_read_differently_is_refused(host: str) -> None:
    for parse in (endpoint, host_port):
        with pytest.raises(BadValue, match="write four numbers"):
            parse(f"{host}:80")
    with pytest.raises(CannotListen, match="There is no address"):
        open_listeners(host, 0)


def test_the_scope_of_an_address_is_kept() -> None:
    assert endpoint("[fe80::1%br-0.1]:80") == Endpoint("fe80::1%br-0.1", 80)
    own = [
        (str(one.ip), net) for net in interfaces() for one in net.addresses if one.version == 6 and one.is_link_local
    ]
    for address, net in own[:1]:
        opened = open_listeners(f"{address}%{net.name}", 0)
        assert opened.sockets[0].getsockname()[3] == net.index
        opened.close()


def test_the_text_of_a_match_stands_for_its_settings_and_single_ones_beside_it_count_before() -> None:
    text = "petard map=small rules=duel mode=teams sides=3 friendly-fire=on rounds=5 items=kick:0"
    setup = read_config(
        ["--config", "off", "--match", text, "--rounds", "7"], MAPS, {"PETARD_MAP": "battle"}
    ).room.setup
    assert (setup.map, setup.rules, setup.mode, setup.sides, setup.rounds) == ("small", "duel", "teams", 3, 7)
    assert (setup.friendly_fire, setup.items) == (True, "kick:0")
    weaker = read_config(["--config", "off", "--map", "classic"], MAPS, {"PETARD_MATCH": text}).room.setup
    assert (weaker.map, weaker.rules) == ("classic", "duel")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", "a match begins with the word petard"),
        ("petard map=moon rules=duel", "there is no map 'moon'; there are small, classic, battle"),
        ("petard map=small rules=duel sides=9", "sides is 2 to 4, not '9'"),
        ("petard map=small rules=duel items=rocket:1", "there is no item rocket; there are bomb,"),
        ("petard map=small rules=duel " + "x" * 300, "a match has 280 characters at most"),
    ],
)
def test_a_text_that_is_no_match_is_one_sentence(capsys: pytest.CaptureFixture[str], text: str, said: str) -> None:
    assert sentence(capsys, ["--config", "off", "--match", text], {}).startswith(f"argument --match: {said}")


def test_a_long_name_that_is_none_is_refused_at_once() -> None:
    with pytest.raises(BadValue, match="without a port"):
        host_names("a" * 2000 + "!")


def test_the_old_name_of_a_setting_works_as_flag_as_variable_and_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "server.toml"
    file.write_text("http = 7001\n", encoding="utf-8")
    read = ["--config", str(file)]
    assert read_config(read, MAPS, {}).web == 7001
    assert read_config(read, MAPS, {"PETARD_HTTP": "*:7002"}).web == Endpoint("", 7002)
    assert read_config(read, MAPS, {"PETARD_HTTP": "7002", "PETARD_WEB": "7003"}).web == 7003
    assert read_config([*read, "--http", "off"], MAPS, {"PETARD_WEB": "7003"}).web is None
    file.write_text("http = 7001\nweb = 7002\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        read_config(read, MAPS, {})
