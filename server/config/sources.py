"""Reads the settings from their sources: defaults, file, environment, flags; and decides which of them count.

Rule 1: a flag counts before the environment, that before the file, that before the default; `--config off` leaves out
the file and nothing else.
Rule 2: every value must be right, also where another source overrides it: a mistake is found when it is made.
Rule 3: an error is one sentence that names the flag, the variable, or the file and its line.
Rule 4: an empty variable counts as not set, because compose files write it so.
Rule 5: Kubernetes and Docker name variables after a service or container called petard; those are no settings.
Rule 6: reading a file never waits and is bounded, because files are read again while the server runs.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from petard.server.config.schema import FILE, MATCH, Setting, variable_of
from petard.server.config.values import BadValue, match_choice
from petard.server.policy.text import did_you_mean
from petard.shared.files import FileProblem, read_start, read_text, shown_path
from petard.shared.user_folders import BadPath, config_folder, file_path

SIMILARITY = 0.75  # a flag or key that is less similar belongs to something else
OFF = "off"
CONFIG = "PETARD_CONFIG"
LONGEST, SECRET_LONGEST = 1 << 20, 1 << 12  # bytes of a settings file, and of a file with a secret
TOO_LONG = "there is a number that is too long"
# NAME=TEXT of links to a service: https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
_LINK = re.compile(
    r"PETARD_(\w+_)?(PORT=(tcp|udp|sctp)://\S+|SERVICE_HOST=.*|SERVICE_PORT(_\w+)?=\d+"
    r"|PORT_\d+_(TCP|UDP|SCTP)(_(ADDR|PORT|PROTO))?=.*)"
)
_ALIAS = re.compile(r"(PETARD(?:_\w+)?)_NAME=/[^/]+/([^/]+)")  # all that there is for a container without open ports
_LINK_OF_DOCKER = re.compile(r"PETARD_(\w+_)?(NAME=/[^/]+/[^/]+|ENV_\w+=.*)")  # beside the others
_AT_LINE = re.compile(r"(.*) \(at line (\d+), column (\d+)\)")


class BadSettings(ValueError):
    """A wrong setting; one sentence says what and where."""


@dataclass(frozen=True, slots=True)
class RawSetting:
    """The text of one setting. `where`: its source, in short. `begins`: the beginning of an error about it."""

    text: str = field(repr=False)  # may be a secret
    where: str
    begins: str


Layer = dict[str, RawSetting]  # the settings of one source, by key


@dataclass(frozen=True, slots=True)
class Settled:
    """All settings that count: their sources, their values, and the file that was read, if any.

    `links`: the variables that are left alone, because Kubernetes or Docker has set them.
    """

    raw: Layer
    values: dict[str, Any]
    file: Path | None
    links: tuple[str, ...]


def settle(settings: Sequence[Setting], flags: Mapping[str, Any], environ: Mapping[str, str]) -> Settled:
    """Read all sources, from the weakest to the strongest; raises BadSettings. `flags`: by field, and `config`."""
    layers: list[Layer] = [{row.key: RawSetting(row.default, "default", row.key) for row in settings}]
    file, links = _file_in_use(flags["config"], environ), service_links(environ)
    layers += [_read_file(settings, file)] if file else []
    layers += [_read_environment(settings, {name: environ[name] for name in environ if name not in links})]
    texts = {row.key: flags.get(row.field) for row in settings}
    layers += [{key: RawSetting(text, "flag", f"argument --{key}") for key, text in texts.items() if text is not None}]
    settled = Settled({}, {}, file, links)
    parsers = {row.key: row.parse for row in settings}
    for layer in layers:
        for key, found in _with_match(_with_secrets(settings, layer)).items():
            try:
                settled.values[key] = parsers[key](found.text)
            except (BadValue, BadPath) as problem:
                raise BadSettings(f"{found.begins}: {problem}") from problem
            settled.raw[key] = found
    console = settled.values.get("console")
    if console and not console.is_loopback and not settled.values["console-password"]:
        reached = f"others could reach a console at {console}, so it needs a console-password"
        raise BadSettings(f"{settled.raw['console'].begins}: {reached}")
    return settled


def service_links(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the variables that Kubernetes or Docker has set for services whose names begin with petard.

    >>> service_links({"PETARD_PORT": "tcp://10.96.0.1:7777", "PETARD_SERVICE_HOST": "10.96.0.1", "PETARD_BOTS": "3"})
    ('PETARD_PORT', 'PETARD_SERVICE_HOST')
    """
    ours = {name: text for name, text in environ.items() if name.startswith("PETARD_")}
    links = [name for name, text in ours.items() if _LINK.fullmatch(f"{name}={text}") or _is_alias(f"{name}={text}")]
    names = [name for name, text in ours.items() if links and _LINK_OF_DOCKER.fullmatch(f"{name}={text}")]
    return tuple(name for name in ours if name in (*links, *names))


def _is_alias(line: str) -> bool:
    """Return True if Docker names a container so: PETARD_1_NAME=/web/petard-1."""
    found = _ALIAS.fullmatch(line)
    return found is not None and found[1] == re.sub(r"\W", "_", found[2]).upper()


def links_text(links: Sequence[str]) -> str:
    """Return one line about the variables that are left alone."""
    more = f" and {len(links) - 1} more" if len(links) > 1 else ""
    return (
        f"{links[0]}{more} in the environment: set by Kubernetes or Docker for a service, so no setting is read there"
    )


def _read_environment(settings: Iterable[Setting], environ: Mapping[str, str]) -> Layer:
    """Raises BadSettings for a variable that is nearly the name of a setting."""
    keys = {variable_of(key): setting.key for setting in settings for key in reversed(setting.keys)}
    names = [*keys, CONFIG]
    for name in environ:
        hint = name.startswith("PETARD_") and name not in names and did_you_mean(name, names, cutoff=SIMILARITY)
        if hint:
            raise BadSettings(f"{name} in the environment is no setting{hint}")
    return {
        key: RawSetting(environ[name], "environment", f"{name} in the environment")
        for name, key in keys.items()
        if environ.get(name)
    }


def _file_in_use(flag: str | None, environ: Mapping[str, str]) -> Path | None:
    """Return the settings file: the one that is named, or server.toml in the user's own folder, if it exists."""
    if named := flag or environ.get(CONFIG):
        return None if named == OFF else _named_file(named)
    with suppress(OSError):  # a home folder without access, as services often have it
        usual = usual_file()
        return usual if usual and usual.exists() else None
    return None


def _named_file(text: str) -> Path:
    """Raises BadSettings."""
    try:
        return file_path(text)
    except BadPath as problem:
        raise BadSettings(str(problem)) from problem


def usual_file() -> Path | None:
    """Return where the settings file is if nothing names another; None if this user has no home folder."""
    folder = config_folder()
    return folder / "server.toml" if folder else None


def _read_file(settings: Iterable[Setting], file: Path) -> Layer:
    """Raises BadSettings if it cannot be read, is no TOML, or has an unknown key."""
    text = _text_of(file)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.fullmatch(str(error))
        what, where = (at[1], f", line {at[2]}, column {at[3]}") if at else (str(error), "")
        raise BadSettings(f"{shown_path(file)}{where}: {what[:1].lower()}{what[1:]}") from error
    except (ValueError, RecursionError) as error:  # Python reads no number of 5000 digits, and nothing 1000 deep
        what = "something in it is nested too deeply" if isinstance(error, RecursionError) else TOO_LONG
        raise BadSettings(f"{shown_path(file)}: {what}") from error
    takes = {setting.key: setting.takes for setting in settings}
    usual = {key: setting.key for setting in settings for key in setting.keys}
    layer: Layer = {}
    for written, value in found.items():
        key = usual.get(written, written)
        line = _line_of(written, text)
        begins = f"{shown_path(file)}, line {line}" if line else shown_path(file)
        if key not in takes:
            hint = did_you_mean(key.replace("_", "-").lower(), takes, cutoff=SIMILARITY)
            raise BadSettings(f"{begins}: {key[:40]!r} is no setting{hint}")
        if key in layer:
            raise BadSettings(f"{begins}: {written} is another name of a setting that is there already")
        layer[key] = RawSetting(
            _as_text(value, takes[key], f"{begins}: {written}"), f"{shown_path(file)}:{line}", f"{begins}: {written}"
        )
    return layer


def _text_of(file: Path) -> str:
    try:
        return read_text(file, LONGEST)
    except FileProblem as problem:
        raise BadSettings(str(problem)) from problem
    except UnicodeDecodeError as error:
        raise BadSettings(f"{shown_path(file)} is not written in UTF-8") from error


def _line_of(key: str, text: str) -> int:
    """Find the line of a top-level key, which tomllib does not report; 0 if it is written in an unusual way."""
    found = re.search(rf"^[ \t]*\[{{0,2}}[ \t]*([\"']?){re.escape(key)}\1[ \t]*[\].=]", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 0


def _as_text(value: Any, takes: str, begins: str) -> str:
    if isinstance(value, bool):
        return ("on" if value else OFF) if takes.endswith(OFF) else str(value).lower()
    if isinstance(value, (str, int, float)):
        try:
            return str(value)
        except ValueError as error:  # Python parses long hexadecimal numbers, but does not print them
            raise BadSettings(f"{begins}: {TOO_LONG}") from error
    raise BadSettings(f"{begins} takes a text, a number, true or false")


def _with_match(layer: Layer) -> Layer:
    """Add the settings that the text of a match stands for, but for those that the same source has singly."""
    named = layer.get(MATCH)
    if not named or not named.text:
        return layer
    try:
        found = match_choice(named.text)
    except BadValue as problem:
        raise BadSettings(f"{named.begins}: {problem}") from problem
    texts = {key: text for key, text in found.items() if key not in layer}
    return layer | {key: RawSetting(text, f"{named.where}, {MATCH}", named.begins) for key, text in texts.items()}


def _with_secrets(settings: Iterable[Setting], layer: Layer) -> Layer:
    """Add the secrets that stand in files; raises BadSettings."""
    whole = dict(layer)
    for key in (setting.key for setting in settings if setting.is_secret):
        named = layer.get(key + FILE)
        if not named or not named.text:
            continue
        if key in layer:
            raise BadSettings(f"{named.begins}: there is a {key} as well; one of them is enough")
        try:
            first, _, _ = read_start(file_path(named.text), SECRET_LONGEST).partition(b"\n")
            secret = first.decode("utf-8").rstrip("\r")
        except BadPath as error:
            raise BadSettings(f"{named.begins}: {error}") from error
        except (FileProblem, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, FileProblem) else "it is not written in UTF-8"
            raise BadSettings(f"{named.begins}: {named.text[:200]!r} cannot be read: {why}") from error
        if not secret:
            raise BadSettings(f"{named.begins}: the first line of {named.text[:200]!r} is empty")
        whole[key] = replace(named, text=secret, where=f"{named.where}, in {named.text}")
    return whole
