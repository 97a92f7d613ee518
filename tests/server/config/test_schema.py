"""Every setting: a flag counts before the environment, that before the file, that before the default."""

from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from petard.server.config.config import Config, read_config
from petard.server.config.schema import FILE, MATCH, Setting, settings_of
from petard.server.config.values import BadValue
from petard.shared.rules.modes.table import MODES
from petard.shared.rules.ruleset import PRESETS

MAPS = ("small", "classic", "battle")
SETTINGS = settings_of(MAPS)
KEYS = {setting.key: setting for setting in SETTINGS}
WORDS = (
    "1",
    "2",
    "20",
    "30",
    "on",
    "off",
    "json",
    "text",
    "bot",
    "none",
    "small",
    "battle",
    "10.0.0.0/8",
    "fd00::/8",
    "3",
    "4",
    "kick:0",
    "remote:5",
    "http://a.example.org:7770",
    "https://b.example.org",
    "203.0.113.7:7800",
    *PRESETS,
    *MODES,
)


def initial(setting: Setting) -> Any:
    """Return the value without any source."""
    return setting.parse(setting.default)


def value_of(config: Config, key: str) -> Any:
    """Return the value of a key in a Config; for the file with a secret, the secret."""
    name = key.removesuffix(FILE).replace("-", "_")
    for part in (config, config.room, config.room.setup):
        if name in [one.name for one in fields(part)]:
            return getattr(part, name)
    raise AssertionError(f"no field for {key}")


def two_texts(setting: Setting, folder: Path) -> list[tuple[str, Any]]:
    """Return two texts with two values; neither is the default if there is a third."""
    if setting.key.endswith(FILE):
        for secret in ("one", "two"):
            (folder / secret).write_text(f"{secret}\nnot this\n")
        return [(str(folder / secret), secret) for secret in ("one", "two")]
    means: dict[str, Any] = {}
    for text in WORDS:
        with suppress(BadValue):
            value = setting.parse(text)
            if value != initial(setting) and value not in means.values():
                means[text] = value
    return [*means.items(), (setting.default, initial(setting))][:2]


@pytest.mark.parametrize("key", [key for key in KEYS if key != MATCH])
def test_a_flag_counts_before_a_variable_that_before_the_file_and_that_before_the_default(
    key: str, tmp_path: Path
) -> None:
    setting = KEYS[key]
    file = tmp_path / "server.toml"
    one, two = two_texts(setting, tmp_path)
    assert one[1] != two[1]
    for weak, strong in ((one, two), (two, one)):
        file.write_text(f'{key} = "{weak[0]}"\n'.replace("\\", "\\\\"), encoding="utf-8")
        bare = {"PETARD_CONFIG": "off"}
        environ = {"PETARD_CONFIG": str(file)}
        said = {**environ, setting.variable: strong[0]}
        flag = [f"--{key}", weak[0]]
        assert value_of(read_config([], MAPS, bare), key) == initial(KEYS[key.removesuffix(FILE)])
        assert value_of(read_config([], MAPS, environ), key) == weak[1]
        assert value_of(read_config([], MAPS, said), key) == strong[1]
        assert value_of(read_config(flag, MAPS, said), key) == weak[1]
        assert value_of(read_config([f"--{key}", strong[0]], MAPS, environ), key) == strong[1]


def test_a_default_of_config_equals_that_of_the_table() -> None:
    """A Config made by a test has the values of a server, but for files on disk."""
    for one in fields(Config):
        setting = KEYS.get(one.name.replace("_", "-"))
        if setting and one.name not in ("console", "record", "results"):
            assert one.default == initial(setting), one.name


def test_every_secret_has_a_setting_that_names_a_file() -> None:
    secrets = [setting.key for setting in SETTINGS if setting.is_secret]
    assert secrets == ["password", "console-password"]
    assert all(key + FILE in KEYS for key in secrets)


def test_keys_are_unique_and_in_lower_case() -> None:
    assert len(KEYS) == len(SETTINGS)
    assert all(key == key.lower().replace("_", "-") for key in KEYS)


@pytest.mark.parametrize("text", ["10.0.0.0/33", "10.0.0.7 10.0.0.8", "10.0.0.7,Ada", "localhost", "127.0.0.010", "/8"])
def test_what_is_no_address_or_network_is_one_sentence(text: str) -> None:
    with pytest.raises(BadValue, match="addresses and networks such as"):
        KEYS["uncounted"].parse(text)


def test_addresses_and_networks_have_commas_between_them() -> None:
    found = KEYS["uncounted"].parse(" 172.17.0.1, 10.0.0.9/24,,::ffff:192.0.2.0/120,fd00::/64 ")
    assert list(map(str, found)) == ["172.17.0.1/32", "10.0.0.0/24", "192.0.2.0/24", "fd00::/64"]
