"""What petard-server was asked for: by flags, by the environment, by a file of settings.

Rule 1: whatever is wrong is one sentence that says what would be right, and exit status 2.
Rule 2: a setting is a row of the table in server/config/schema.py and a field of the same name in here. What is a flag
only is for programs and for one single start, and is declared below.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from petard.server.config.command_line import SUBCOMMANDS, CliParser
from petard.server.config.parsers import BadValue, Endpoint, number
from petard.server.config.schema import PORT, Setting, settings_of
from petard.server.config.sources import (
    CONFIG,
    OFF,
    BadSettings,
    Layer,
    defaults,
    file_in_force,
    said_in_environment,
    said_in_file,
    said_in_flags,
    values_of,
)
from petard.server.room.room import RoomSettings
from petard.shared.protocol.messages import BUILD, Setup

WIDEST = 100  # columns of --help
ELSEWHERE = """\
Whatever stands before the last two headings may also be said as a variable, PETARD_PORT=7777, or in
a file, port = 7777. `petard-server config` prints what counts, `config --toml` such a file.
"""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Whom a person takes over: in which demo, at which moment, which slot. `echoes`: the others do what they did."""

    demo: Path
    at: int
    slot: int
    echoes: bool


@dataclass(frozen=True, slots=True)
class Config:
    """What was asked for, checked. Seconds where nothing else is said; None where something is switched off."""

    room: RoomSettings
    password: str = field(default="", repr=False)  # "": everybody may come in
    votes: bool = True
    host: str = ""  # "": every address of this machine
    port: int = PORT
    discovery: str | None = ""  # on which address; "": on those where the room listens; None: not at all
    discovery_port: int = PORT
    console: Endpoint | None = None
    console_password: str = field(default="", repr=False)
    stdin: str = "terminal"  # if it is one; or on, or off
    http: Endpoint | None = None
    record: Path | None = None  # the folder for demos
    results: Path | None = None  # the database for results and bans
    log: str = "text"  # or json
    drain: int = 120
    seed: int | None = None
    file: Path | None = None  # the file of settings that counts
    takes_file: bool = False  # there is one, or if one comes to the usual place, it may be read while the server runs
    ready_json: bool = False
    ready_fd: int | None = None
    parent_stdin: bool = False
    resume: Path | None = None  # a demo to go on from
    take_over: TakeOver | None = None
    capture: Path | None = None  # a file for all that goes over the wire


@dataclass(frozen=True, slots=True)
class Settled:
    """All settings as they count: what was said where, what it means, and the file that was read, if any."""

    said: Layer
    values: dict[str, Any]
    file: Path | None


def _flag(read: Callable[[str], T]) -> Callable[[str], T]:
    def typed(text: str) -> T:
        try:
            return read(text)
        except BadValue as problem:
            raise argparse.ArgumentTypeError(str(problem)) from problem

    return typed


def _epilog() -> str:
    """What else there is: other places for settings, and the verbs."""
    wide = max(map(len, SUBCOMMANDS)) + 2
    verbs = "".join(f"  petard-server {verb:{wide}}{about}\n" for verb, about in SUBCOMMANDS.items())
    return f"{ELSEWHERE}\nbeside serving (each has a --help of its own):\n{verbs}"


def _layout(prog: str) -> argparse.HelpFormatter:
    width = min(WIDEST, shutil.get_terminal_size().columns)
    return argparse.RawDescriptionHelpFormatter(prog, max_help_position=34, width=width)


def parser_of(settings: Sequence[Setting], name: str = "") -> CliParser:
    """Make the parser of the command line; flags of the table are texts, or None where nothing was said.

    `name`: the subcommand that takes the same flags, "" for the server itself.
    """
    usage = (
        f"petard-server {name} [--FLAG VALUE ...]"
        if name
        else "petard-server [--FLAG VALUE ...]\n       petard-server VERB ..."
    )
    about = "A room of Petard that others join."
    parser = CliParser(name, about, usage=usage, epilog=_epilog(), formatter_class=_layout)
    parser.add_argument("--version", action="version", version=f"petard-server {BUILD}")
    place = "read settings from here (default: server.toml in your own settings; off: flags alone count)"
    parser.add_argument("--config", metavar="FILE|off", help=place)
    groups: dict[str, Any] = {}
    for row in settings:
        group = groups.get(row.group) or groups.setdefault(row.group, parser.add_argument_group(row.group))
        about = row.about + (f" (default: {row.default})" if row.default else "")
        group.add_argument(f"--{row.key}", metavar=row.takes, help=about.replace("%", "%%"))
    _add_single(parser)
    return parser


def _add_single(parser: argparse.ArgumentParser) -> None:
    """Add what counts for one start only, and what only programs say."""
    add = parser.add_argument_group("to go on from a recording").add_argument
    moment, slot = _flag(number(0, 2**32 - 1, "a moment")), _flag(number(0, 63, "a slot"))
    add("--resume", type=Path, metavar="FILE", help="go on with the match that a killed server was recording")
    add("--take-over", type=Path, metavar="FILE", help="let the first who comes play on in a recorded match")
    add("--at", type=moment, metavar="TICK", help="from this moment of it on (default: 0)")
    add("--slot", type=slot, metavar="N", help="as this player (default: 0)")
    add("--others", choices=("recorded", "bots"), help="what the others do (default: bots)")
    add = parser.add_argument_group("for programs, and to find out what went wrong").add_argument
    add("--ready", metavar="json", help="print one line of JSON on stdout once the port is open")
    add("--ready-fd", type=_flag(number(0, 65535, "a descriptor")), metavar="N", help="the same line there (POSIX)")
    add(
        "--parent-stdin",
        action="store_true",
        help="take orders on standard input, end when it is closed",
    )
    add("--capture", type=Path, metavar="FILE", help="write down all that goes over the wire, but no secrets")


def settle(settings: Sequence[Setting], given: argparse.Namespace, environ: Mapping[str, str]) -> Settled:
    """Find out what counts; raises BadSettings."""
    layers = [defaults(settings)]
    if given.config == OFF:
        file = None
    else:
        file = file_in_force(given.config, environ)
        layers += [said_in_file(settings, file)] if file else []
        layers += [said_in_environment(settings, environ)]
    said, values = values_of(settings, [*layers, said_in_flags(settings, vars(given))])
    console: Endpoint | None = values["console"]
    if console and not console.is_loopback and not values["console-password"]:
        reached = f"others could reach a console at {console}, so it needs a console-password"
        raise BadSettings(f"{said['console'].begins}: {reached}")
    return Settled(said, values, file)


def read_config(arguments: Sequence[str], maps: Collection[str], environ: Mapping[str, str] = os.environ) -> Config:
    """Read the arguments after the program's name; leaves with status 2 and a sentence when they make no sense."""
    settings = settings_of(maps)
    parser = parser_of(settings)
    given = parser.parse_args(arguments)
    try:
        settled = settle(settings, given, environ)
    except BadSettings as problem:
        parser.error(str(problem))
    if wrong := _wrong(given):
        parser.error(wrong)
    takes_file = (given.config or environ.get(CONFIG)) != OFF
    return with_values(replace(_single(given, settled.file), takes_file=takes_file), settled.values)


def read_again(
    config: Config, arguments: Sequence[str], settings: Sequence[Setting], environ: Mapping[str, str] = os.environ
) -> Config:
    """Read the settings of a Config that was read from the same arguments once more; raises BadSettings.

    If it had a file, that has to be there; if not, the one in the usual place counts once it is there.
    """
    given = parser_of(settings).parse_args(arguments)
    given.config = str(config.file) if config.file else given.config  # the same one, wherever it was named
    return with_values(config, settle(settings, given, environ).values)


def _wrong(given: argparse.Namespace) -> str:
    """Say what is wrong with the flags that are no settings, or ""."""
    goes_on = given.resume is not None or given.take_over is not None
    if given.ready not in (None, "json"):
        return f"the ready line comes as json only, not as {given.ready[:40]!r}"
    if given.ready_fd is not None and sys.platform == "win32":
        return "--ready-fd works on POSIX systems only; use --ready json"
    if given.capture and goes_on:
        return "a capture begins with an empty room, so it goes with neither --resume nor --take-over"
    if given.resume is not None and given.take_over is not None:
        return "a match is resumed or taken over, not both"
    lonely = [name for name in ("at", "slot", "others") if getattr(given, name) is not None]
    if lonely and given.take_over is None:
        return f"--{lonely[0]} says something about --take-over FILE, which is missing"
    return ""


def _single(given: argparse.Namespace, file: Path | None) -> Config:
    taken = given.take_over and TakeOver(given.take_over, given.at or 0, given.slot or 0, given.others == "recorded")
    return Config(
        room=RoomSettings(Setup("", "", 0, 0, 0)),
        file=file,
        ready_json=given.ready is not None,
        ready_fd=given.ready_fd,
        parent_stdin=given.parent_stdin,
        resume=given.resume,
        take_over=taken,
        capture=given.capture,
    )


def with_values(config: Config, values: Mapping[str, Any]) -> Config:
    """Put the values of settings, by key, into the fields of the same name, however deep they are."""
    named = {key.replace("-", "_"): value for key, value in values.items()}
    setup = _filled(config.room.setup, named)
    whole: Config = _filled(replace(config, room=replace(_filled(config.room, named), setup=setup)), named)
    return whole


def value_of(config: Config, key: str) -> Any:
    """Look up the value of a setting by its key; raises KeyError if there is no such field."""
    name = key.replace("-", "_")
    for part in (config, config.room, config.room.setup):
        if any(one.name == name for one in fields(part)):
            return getattr(part, name)
    raise KeyError(key)


def _filled(part: Any, named: Mapping[str, Any]) -> Any:
    return replace(part, **{one.name: named[one.name] for one in fields(part) if one.name in named})
