"""The command line: each mistake is one sentence and exit status 2."""

import sys
from pathlib import Path

import pytest

from petard.server.config.config import SUBCOMMANDS, read_config
from petard.server.config.values import Endpoint
from petard.shared.protocol.messages import Away, Setup
from petard.shared.rules.ruleset import PRESETS

MAPS = ("small", "classic", "battle")
ALONE = {"PETARD_CONFIG": "off"}  # whatever the one who runs this has set


def test_without_arguments_it_is_a_room_for_friends_on_the_default_port() -> None:
    config = read_config([], MAPS, ALONE)
    assert (config.host, config.port, config.seed) == ("", 7777, None)
    assert (config.room.setup.map, config.room.setup.bots, config.room.snapshots) == ("classic", 0, 60)
    assert config.room.setup.away is Away.BOT
    assert config.resume == "auto"
    assert config.record is not None
    assert config.record.parts[-1] == "demos"
    assert "petard" in str(config.record)


def test_every_setting_can_be_given() -> None:
    line = "--host ::1 --port 0 --map battle --rules classic-course --rounds 1 --bots 63 --skill hard --away none"
    more = "--snapshots 30 --seed 9 --ready json --parent-stdin"
    config = read_config([*line.split(), *more.split(), "--name", "Zoë's room"], MAPS, ALONE)
    setup = config.room.setup
    assert (config.host, config.port, config.seed, config.ready, config.parent_stdin) == ("::1", 0, 9, "json", True)
    assert setup == Setup("battle", "classic-course", 1, 63, 3, Away.NONE)
    assert (config.room.name, config.room.snapshots) == ("Zoë's room", 30)
    config = read_config(["--record", "here", "--resume", "x.petard"], MAPS, ALONE)
    assert (config.record, config.resume) == (Path("here"), Path("x.petard"))
    assert read_config(["--record", "off"], MAPS, ALONE).record is None


def test_it_reports_to_agones_where_agones_says_so_or_the_owner_does() -> None:
    at_agones = ALONE | {"AGONES_SDK_HTTP_PORT": "9400"}
    assert read_config([], MAPS, ALONE).sidecar is None
    assert read_config([], MAPS, at_agones).sidecar == 9400
    assert read_config(["--agones", "on"], MAPS, at_agones).sidecar == 9400
    assert read_config(["--agones", "on"], MAPS, ALONE).sidecar == 9358
    assert read_config(["--agones", "off"], MAPS, at_agones).sidecar is None
    assert read_config([], MAPS, at_agones | {"PETARD_AGONES": "off"}).sidecar is None


@pytest.mark.parametrize("port", ["x", "0", "65536", "tcp://10.0.0.1:9358"])
def test_a_port_of_agones_that_is_none_is_a_mistake(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        read_config([], MAPS, ALONE | {"AGONES_SDK_HTTP_PORT": port})
    assert left.value.code == 2
    sentence = f"AGONES_SDK_HTTP_PORT in the environment: a port is a number from 1 to 65535, not '{port}'"
    assert capsys.readouterr().err == f"petard-server: {sentence}\n"


def test_the_time_until_an_empty_server_stops_is_seconds_or_auto() -> None:
    times = [read_config(["--idle-stop", text], MAPS, ALONE).idle_stop for text in ("auto", "0", "300")]
    assert times == [None, 0, 300]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("--agones yes", "argument --agones: agones is one of auto, on, off, not 'yes'"),
        (
            "--idle-stop -1",
            "argument --idle-stop: beside auto, the time until an empty server stops, in seconds, "
            "is a number from 0 to 3600, not '-1'",
        ),
        ("--port x", "argument --port: a port is a number from 0 to 65535, not 'x'"),
        ("--port 65536", "argument --port: a port is a number from 0 to 65535, not '65536'"),
        ("--port -1", "argument --port: a port is a number from 0 to 65535, not '-1'"),
        ("--port ²", "argument --port: a port is a number from 0 to 65535, not '²'"),
        ("--map moon", "argument --map: there is no map 'moon'; there are small, classic, battle"),
        ("--rules chess", f"argument --rules: there are no rules 'chess'; there are {', '.join(PRESETS)}"),
        ("--rounds 0", "argument --rounds: the number of rounds is a number from 1 to 9, not '0'"),
        ("--bots 64", "argument --bots: the number of bots is a number from 0 to 63, not '64'"),
        ("--skill 4", "argument --skill: the skill of bots is sleepy, easy, normal, hard or 0 to 3, not '4'"),
        ("--away ghost", "argument --away: away is one of bot, statue, none, not 'ghost'"),
        ("--snapshots 25", "argument --snapshots: snapshots a second are one of 60, 30, 20, not '25'"),
        ("--seed 4294967296", "argument --seed: a seed is a number from 0 to 4294967295, not '4294967296'"),
        ("--at 60", "--at says something about --take-over FILE, which is missing"),
        ("--others bots", "--others says something about --take-over FILE, which is missing"),
        ("--ready xml", "the ready line comes as json only, not as 'xml'"),
        ("--prot 7", "unrecognized arguments: --prot 7; did you mean --port?"),
        ("--prot=7", "unrecognized arguments: --prot=7; did you mean --port?"),
        ("--zzz", "unrecognized arguments: --zzz"),
        ("confg --port 7", "unrecognized arguments: confg; did you mean config?"),
        (
            "--console 0.0.0.0:7999",
            "argument --console: others could reach a console at 0.0.0.0:7999, so it needs a console-password",
        ),
        (
            "--console 127.example.com:7999",
            "argument --console: others could reach a console at 127.example.com:7999, so it needs a console-password",
        ),
        ("frobnicate", f"'frobnicate' is neither a flag nor a verb; the verbs are {', '.join(SUBCOMMANDS)}"),
        ("--port 7 frob", f"'frob' is neither a flag nor a verb; the verbs are {', '.join(SUBCOMMANDS)}"),
    ],
)
def test_a_mistake_is_one_sentence(line: str, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        read_config(line.split(), MAPS, ALONE)
    assert end.value.code == 2
    assert capsys.readouterr().err == f"petard-server: {sentence}\n"


def test_a_public_console_needs_a_password_from_any_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "server.toml"
    file.write_text('port = 0\nconsole = "*:7999"\n')
    with pytest.raises(SystemExit) as end:
        read_config(["--config", str(file)], MAPS, {})
    assert end.value.code == 2
    assert capsys.readouterr().err.startswith(f"petard-server: {file}, line 2: console: others could reach a console")
    secret = {"PETARD_CONSOLE_PASSWORD": "better than nothing"}
    assert read_config(["--config", str(file)], MAPS, secret).console == Endpoint("", 7999)
    assert read_config(["--config", str(file), "--console", "[::1]:7999"], MAPS, {}).console == Endpoint("::1", 7999)


@pytest.mark.parametrize("name", ["", " ", "x" * 33, "a\nb", "a\u202eb"])
def test_a_name_that_cannot_be_shown_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        read_config(["--name", name], MAPS, ALONE)
    assert end.value.code == 2
    assert "one line of 1 to 32 characters" in capsys.readouterr().err


def test_ready_fd_is_an_error_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(SystemExit):
        read_config(["--ready-fd", "3"], MAPS, ALONE)
