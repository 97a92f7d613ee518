"""Settings as text: `petard-server config`, the file template, `--help`."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from petard.server.cli.config import main, template
from petard.server.config.config import read_config
from petard.server.config.schema import read_maps, settings_of

MAPS = read_maps()
SETTINGS = settings_of(MAPS)


def test_every_value_is_shown_with_its_source(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, secret = tmp_path / "server.toml", tmp_path / "secret"
    file.write_text("# mine\nvotes = false\nport = 7000\n", encoding="utf-8")
    secret.write_text("hush\n", encoding="utf-8")
    monkeypatch.setenv("PETARD_CONFIG", str(file))
    monkeypatch.setenv("PETARD_DRAIN", "5")
    monkeypatch.setenv("PETARD_CONSOLE_PASSWORD", "psst")
    assert main(["--bots", "3", "--port", "7001", "--password-file", str(secret)]) == 0
    told = capsys.readouterr().out
    first, empty, *lines = told.splitlines()
    assert (first, empty) == (f"settings file: {file}", "")
    shown = {key: rest for key, *rest in (re.split(r" {2,}", line) for line in lines)}
    assert list(shown) == [setting.key for setting in SETTINGS]
    assert shown["votes"] == ["off", f"{file}:2"]
    assert shown["port"] == ["7001", "flag"]
    assert shown["drain"] == ["5", "environment"]
    assert shown["map"] == ["classic", "default"]
    assert shown["password"] == ["(set)", f"flag, in {secret}"]
    assert shown["console-password"] == ["(set)", "environment"]
    assert "hush" not in told
    assert "psst" not in told


def test_a_mistake_ends_the_subcommand_with_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", "off", "--port", "x"]) == 2
    assert capsys.readouterr().err.startswith("petard-server: argument --port: a port is")


def test_the_template_sets_nothing_until_a_line_is_uncommented(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["--toml"]) == 0
    text = capsys.readouterr().out
    assert text == template(SETTINGS)
    assert tomllib.loads(text) == {}
    assert max(map(len, text.splitlines())) <= 120
    used = re.sub(r"^# ([a-z-]+ = )", r"\1", text, flags=re.MULTILINE)
    assert list(tomllib.loads(used)) == [setting.key for setting in SETTINGS]
    file = tmp_path / "server.toml"
    text = re.sub(r"^(console-)?password-file = .*\n", "", used, flags=re.MULTILINE)  # beside a password, one too many
    file.write_text(text, encoding="utf-8")
    bare = {"PETARD_CONFIG": "off"}
    from_file = read_config([], MAPS, {"PETARD_CONFIG": str(file)})
    assert (from_file.file, from_file.takes_file) == (file, True)
    assert replace(from_file, file=None, takes_file=False) == read_config([], MAPS, bare)


def test_help_has_every_setting_and_fits_into_100_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as end:
        read_config(["--help"], MAPS, {})
    assert end.value.code == 0
    told = capsys.readouterr().out
    for setting in SETTINGS:
        takes = f"[{setting.takes}]" if setting.alone else setting.takes
        assert f"  --{setting.key} {takes}" in told
    assert max(map(len, told.splitlines())) <= 100
