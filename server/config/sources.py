"""Where the settings are said: in flags, in the environment, in a file; and which of them counts.

Rule 1: a flag counts before the environment, that before the file, that before the default.
Rule 2: whatever is said has to be right, also where something else counts. A mistake is found when it is made.
Rule 3: what is wrong is one sentence that names the flag, the variable, or the file and its line.
Rule 4: an empty variable says nothing; that is how compose files spell "not set".
Rule 5: no file is waited for and none is read without an end, since files are read again while the server runs.
"""

import errno
import io
import os
import re
import stat
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import platformdirs

from petard.server.config.parsers import BadValue
from petard.server.config.schema import FILE, Setting
from petard.server.policy.text import nearest

NEAR = 0.75  # a flag or key that is less like another is somebody else's
OFF = "off"
CONFIG = "PETARD_CONFIG"
LONGEST, SECRET_LONGEST = 1 << 20, 1 << 12  # bytes of a file of settings, and of one with a secret
TOO_LONG = "there is a number that is too long"
_AT_LINE = re.compile(r"(.*) \(at line (\d+), column (\d+)\)")


class BadSettings(ValueError):
    """Something that was said is wrong; one sentence tells what, and where."""


@dataclass(frozen=True, slots=True)
class RawSetting:
    """The text of one setting. `where` it stands, short; and how a sentence about a mistake in it begins."""

    text: str = field(repr=False)  # may be a secret
    where: str
    begins: str


Layer = dict[str, RawSetting]  # what one source says, by key


def defaults(settings: Iterable[Setting]) -> Layer:
    """Return what counts if nothing is said."""
    return {setting.key: RawSetting(setting.default, "default", setting.key) for setting in settings}


def said_in_flags(settings: Iterable[Setting], given: Mapping[str, str | None]) -> Layer:
    """Return what the command line says; `given` by field, None where nothing was said."""
    texts = {setting.key: given.get(setting.field) for setting in settings}
    return {key: RawSetting(text, "flag", f"argument --{key}") for key, text in texts.items() if text is not None}


def said_in_environment(settings: Iterable[Setting], environ: Mapping[str, str]) -> Layer:
    """Return what the environment says; raises BadSettings for what is nearly the name of a setting."""
    keys = {setting.variable: setting.key for setting in settings}
    for name in environ:
        if (
            name.startswith("PETARD_")
            and name not in keys
            and name != CONFIG
            and (near := nearest(name, [*keys, CONFIG], NEAR))
        ):
            raise BadSettings(f"{name} in the environment is no setting; did you mean {near}?")
    return {
        key: RawSetting(environ[name], "environment", f"{name} in the environment")
        for name, key in keys.items()
        if environ.get(name)
    }


def file_in_force(flag: str | None, environ: Mapping[str, str]) -> Path | None:
    """Say which file of settings counts, if any: the one that is named, or server.toml in the user's own folder."""
    named = flag or environ.get(CONFIG)
    if named:
        return None if named == OFF else Path(named)
    usual = usual_file()
    try:
        return usual if usual.exists() else None
    except OSError:  # a home that is locked away, as services often have it
        return None


def usual_file() -> Path:
    """Where the file is if nobody says where."""
    return platformdirs.user_config_path("petard", appauthor=False) / "server.toml"


def said_in_file(settings: Iterable[Setting], file: Path) -> Layer:
    """Return what a file says; raises BadSettings if it cannot be read, is no TOML, or has a key that is none."""
    text = _text_of(file)
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.fullmatch(str(error))
        what, where = (found[1], f", line {found[2]}, column {found[3]}") if found else (str(error), "")
        raise BadSettings(f"{file}{where}: {what[:1].lower()}{what[1:]}") from error
    except (ValueError, RecursionError) as error:  # Python reads no number of 5000 digits, and nothing 1000 deep
        what = "something in it is nested too deeply" if isinstance(error, RecursionError) else TOO_LONG
        raise BadSettings(f"{file}: {what}") from error
    takes = {setting.key: setting.takes for setting in settings}
    layer = {}
    for key, value in told.items():
        line = _line_of(key, text)
        begins = f"{file}, line {line}" if line else str(file)
        if key not in takes:
            near = nearest(key.replace("_", "-").lower(), takes, NEAR)
            raise BadSettings(f"{begins}: {key[:40]!r} is no setting{f'; did you mean {near}?' if near else ''}")
        layer[key] = RawSetting(_plain(value, takes[key], f"{begins}: {key}"), f"{file}:{line}", f"{begins}: {key}")
    return layer


def _text_of(file: Path) -> str:
    try:
        raw = _start_of(file, LONGEST + 1)
        if len(raw) > LONGEST:
            raise BadSettings(f"{file} is too long for a file of settings")
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise BadSettings(f"{file} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise BadSettings(f"{file} is not written in UTF-8") from error


def _start_of(file: Path, most: int) -> bytes:
    """Read so many bytes of a file at the most, and only what is there at once; raises OSError."""
    try:
        with io.BufferedReader(io.FileIO(file, opener=_open_at_once)) as stream:
            if stat.S_ISFIFO(os.fstat(stream.fileno()).st_mode):
                raise OSError(errno.ESPIPE, "it is a pipe, and settings may be read more than once")
            return stream.read(most) or b""
    except ValueError as error:  # a NUL in its name, or half a character
        raise OSError(errno.EINVAL, "no file can have that name") from error


def _open_at_once(file: str, flags: int) -> int:
    return os.open(file, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


def _line_of(key: str, text: str) -> int:
    """Find the line of a key at the top, which tomllib does not tell; 0 if it is written in an odd way."""
    found = re.search(rf"^[ \t]*\[{{0,2}}[ \t]*([\"']?){re.escape(key)}\1[ \t]*[\].=]", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 0


def _plain(value: Any, takes: str, begins: str) -> str:
    if isinstance(value, bool) and takes.endswith(OFF):
        return "on" if value else OFF
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int, float)):
        try:
            return str(value)
        except ValueError as error:  # hexadecimal ones can be read, but not written down
            raise BadSettings(f"{begins}: {TOO_LONG}") from error
    raise BadSettings(f"{begins} takes a text, a number, true or false")


def with_secrets(settings: Iterable[Setting], layer: Layer) -> Layer:
    """Put what stands in the files of secrets beside them; raises BadSettings."""
    whole = dict(layer)
    for key in (setting.key for setting in settings if setting.is_secret):
        named = layer.get(key + FILE)
        if not named or not named.text:
            continue
        if key in layer:
            raise BadSettings(f"{named.begins}: there is a {key} as well; one of them is enough")
        try:
            first, _, _ = _start_of(Path(named.text), SECRET_LONGEST).partition(b"\n")
            secret = first.decode("utf-8").rstrip("\r")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not written in UTF-8"
            raise BadSettings(f"{named.begins}: {named.text[:200]!r} cannot be read: {why}") from error
        if not secret:
            raise BadSettings(f"{named.begins}: the first line of {named.text[:200]!r} is empty")
        whole[key] = replace(named, text=secret, where=f"{named.where}, in {named.text}")
    return whole


def values_of(settings: Iterable[Setting], layers: Iterable[Layer]) -> tuple[Layer, dict[str, Any]]:
    """Return what counts, said and read, of layers that go from the weakest to the strongest; raises BadSettings."""
    counts: Layer = {}
    values: dict[str, Any] = {}
    by_key = {setting.key: setting for setting in settings}
    for layer in layers:
        for key, said in with_secrets(by_key.values(), layer).items():
            try:
                values[key] = by_key[key].reads(said.text)
            except BadValue as problem:
                raise BadSettings(f"{said.begins}: {problem}") from problem
            counts[key] = said
    return counts, values
