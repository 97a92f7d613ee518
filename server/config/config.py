"""The command line of petard-server and its subcommands, and the configuration of one server.

Rule 1: every mistake is one sentence that says what would be right, without the usage, and exit status 2.
Rule 2: a setting is a row of the table in server/config/schema.py and a field of the same name here. What exists only
as a flag is for programs and for a single start, and is declared below.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, NoReturn

from petard.server.config.schema import PORT, WEB_PORT, Setting, settings_of
from petard.server.config.sources import CONFIG, OFF, SIMILARITY, BadSettings, settle
from petard.server.config.values import AUTO, BadValue, Endpoint, known_form, number
from petard.server.policy.address_groups import Network
from petard.server.policy.text import did_you_mean
from petard.server.room.settings import RoomSettings
from petard.shared.host_port import split_host_port
from petard.shared.protocol.messages import BUILD, Setup
from petard.shared.user_folders import file_path, new_file

PROGRAM = "petard-server"
SIDECAR_PORT = 9358  # of Agones, where AGONES_SDK_HTTP_PORT names no other
SIDECAR_VARIABLE = "AGONES_SDK_HTTP_PORT"
INTERRUPTED = 130  # exit status after Ctrl-C
SUBCOMMANDS = {  # each a module of server/cli with `main(words) -> exit status`, and its line in the help
    "announce": "let rooms in containers be found in the local network",
    "config": "print each setting, and where it was set",
    "list": "show the servers around",
    "map": "check maps of your own, and write new ones",
    "ping": "measure how far away a server is, by the game's stream or by UDP",
    "relay": "let thousands watch a room, through this machine",
    "replay": "look at recorded matches: run them again, compare, cut, film",
    "status": "ask a server for its state, by HTTP",
    "standby": "keep a copy of a room, and go on with it when its server is lost",
    "results": "print who won how often",
    "web": "serve browsers; a room starts this by itself",
}
_UNKNOWN = "unrecognized arguments: "  # how argparse begins
HELP_WIDTH_MOST = 100  # columns of --help
SOURCES_HELP = """\
All flags before the last two headings may also be given as a variable, PETARD_PORT=7777, or in a
file, port = 7777. `petard-server config` prints what counts, `config --toml` such a file.
"""


def fail(sentence: object, status: int = 2, program: str = PROGRAM) -> int:
    """Print what is wrong; returns the exit status, which is 2 for wrong arguments."""
    sys.stderr.write(f"{program}: {sentence}\n")
    return status


class CliParser(argparse.ArgumentParser):
    """Prints a mistake as one sentence, with a suggestion, and exits with status 2."""

    def __init__(self, name: str, about: str, program: str = PROGRAM, **more: Any) -> None:
        """`name`: the subcommand, "" for the program itself."""
        super().__init__(prog=f"{program} {name}".strip(), description=about, allow_abbrev=False, **more)
        self._program = program
        self._subcommands = SUBCOMMANDS if not name and program == PROGRAM else {}

    def error(self, message: str) -> NoReturn:
        strange = message.partition(_UNKNOWN)[2].partition(" ")[0].partition("=")[0]
        is_word = bool(strange) and not strange.startswith("-")
        names = self._subcommands if is_word else self._option_string_actions
        hint = did_you_mean(strange, names, cutoff=SIMILARITY)
        if is_word and not hint and self._subcommands:
            message = f"{strange[:40]!r} is neither a flag nor a verb; the verbs are {', '.join(self._subcommands)}"
        sys.exit(fail(message + hint, program=self._program))


port = number(1, 65535, "a port")


def host_port(text: str) -> tuple[str, int | None]:
    """Read HOST, HOST:PORT or [IPv6]:PORT from the command line.

    >>> host_port("den.local"), host_port("[fe80::1%eth0]:7777")
    (('den.local', None), ('fe80::1%eth0', 7777))
    """
    try:
        host, digits = split_host_port(text)
    except ValueError as problem:
        raise BadValue(str(problem)) from problem
    if not host:
        raise BadValue(f"there is no host in {text[:60]!r}" if text else "say which host")
    return known_form(host), None if digits is None else port(digits)


@dataclass(frozen=True, slots=True)
class Config:
    """The checked configuration. Times in seconds; None where something is switched off."""

    room: RoomSettings
    password: str = field(default="", repr=False)  # "": no password
    votes: bool = True
    standby: str = "off"  # or ask, or on
    pads: bool = True
    uncounted: tuple[Network, ...] = ()  # without the limits for one address
    host: str = ""  # "": every address of this machine
    port: int = PORT
    discovery: str | None = ""  # the address; "": those where the room listens; None: off
    discovery_port: int = PORT
    directory: str = ""  # a URL
    public: Endpoint | None = None  # where players connect; "" and 0: as the directory sees it
    web: Endpoint | int | None = WEB_PORT  # a port alone: at the addresses of the game
    web_names: tuple[str, ...] = ()
    relay: bool = True  # a process of its own serves those who watch
    proxy_from: tuple[Network, ...] = ()
    console: Endpoint | None = None
    console_password: str = field(default="", repr=False)
    stdin: str = "terminal"  # or on, or off
    record: Path | None = None  # the folder for demos
    resume: Path | str = AUTO  # a demo to go on from, or AUTO, or NEVER
    results: Path | None = None  # the database for results and bans
    log: str = "text"  # or json
    drain: int = 120
    idle_stop: int | None = None  # 0: never; None: as usual
    agones: str = AUTO  # or on, or off
    sidecar: int | None = None  # the port of the sidecar of Agones, if there is one to report to
    seed: int | None = None
    file: Path | None = None  # the settings file in use
    takes_file: bool = False  # a settings file may be used, now or once it exists
    unkept: tuple[str, ...] = ()  # settings whose file would lie in the home folder, which is missing
    links: tuple[str, ...] = ()  # variables that are no settings, though they have their names
    ready: str = ""  # json: print a line once the port is open
    ready_fd: int | None = None
    parent_stdin: bool = False
    take_over: Path | None = None  # a demo in which a player plays on
    at: int = 0  # from this tick of it on
    slot: int = 0  # as this player
    others: str = "bots"  # or recorded: they do what they did
    capture: Path | None = None  # the file for a wire capture

    @property
    def may_have_standbys(self) -> bool:
        """True where members may be asked to keep copies: now, or when the game that started this server says so."""
        return self.standby != "off" or (self.parent_stdin and not self.host)


UNSET = Config(RoomSettings(Setup("", "", 0, 0, 0)))  # before its values are filled in


def parser_of(settings: Sequence[Setting], name: str = "", takes: str = "") -> CliParser:
    """Make the parser of the command line; flags of the table stay text, None where they are missing.

    `name`: the subcommand that takes the same flags, "" for the server itself.
    `takes`: what its usage shows before them.
    """
    width = max(map(len, SUBCOMMANDS)) + 2
    lines = "".join(f"  petard-server {word:{width}}{about}\n" for word, about in SUBCOMMANDS.items())
    usage = "petard-server [--FLAG VALUE ...]\n       petard-server VERB ..."
    columns = min(HELP_WIDTH_MOST, shutil.get_terminal_size().columns)
    parser = CliParser(
        name,
        f"{SUBCOMMANDS[name].capitalize()}." if name else "A room of Petard that others join.",
        usage=f"petard-server {name} {takes}[--FLAG VALUE ...]" if name else usage,
        epilog=f"{SOURCES_HELP}\nsubcommands (each has a --help of its own):\n{lines}",
        formatter_class=partial(argparse.RawDescriptionHelpFormatter, max_help_position=34, width=columns),
    )
    parser.add_argument("--version", action="version", version=f"petard-server {BUILD}")
    place = "read settings from here (default: server.toml in your own settings; off: no file)"
    parser.add_argument("--config", metavar="FILE|off", help=place)
    add_settings(parser, settings)
    _add_flags(parser)
    return parser


def add_settings(parser: argparse.ArgumentParser, settings: Sequence[Setting]) -> None:
    """Let a parser take the flags of settings, as text."""
    for heading, rows in groupby(settings, key=lambda row: row.group):
        add = parser.add_argument_group(heading).add_argument
        for row in rows:
            about = row.about + (f" (default: {row.default})" if row.default else "")
            flags = [f"--{key}" for key in row.keys]
            more: dict[str, Any] = {"nargs": "?", "const": row.alone} if row.alone else {}
            add(*flags, dest=row.field, metavar=row.takes, help=about.replace("%", "%%"), **more)


def _add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of a single start, and those for programs."""
    add = parser.add_argument_group("to play on in a recording").add_argument
    tick, slot = number(0, 2**32 - 1, "a moment"), number(0, 63, "a slot")
    about = "let the first player who joins play on in a recorded match"
    add("--take-over", type=file_path, metavar="FILE", help=about)
    add("--at", type=tick, metavar="TICK", help="from this tick of it on (default: 0)")
    add("--slot", type=slot, metavar="N", help="as this player (default: 0)")
    add("--others", choices=("recorded", "bots"), help="what the others do (default: bots)")
    add = parser.add_argument_group("for programs and debugging").add_argument
    add("--ready", metavar="json", help="print one line of JSON on stdout once the port is open")
    add("--ready-fd", type=number(0, 65535, "a descriptor"), metavar="N", help="the same line there (POSIX)")
    add("--parent-stdin", action="store_true", help="take requests on standard input, stop when it is closed")
    add("--capture", type=new_file, metavar="FILE", help="write all wire traffic to a file, without secrets")


def read_config(arguments: Sequence[str], maps: Collection[str], environ: Mapping[str, str] = os.environ) -> Config:
    """Parse the arguments after the program's name; exits with status 2 and a sentence when they are wrong."""
    settings = settings_of(maps)
    parser = parser_of(settings)
    given = parser.parse_args(arguments)
    try:
        settled = settle(settings, vars(given), environ)
        _check(given, isinstance(settled.values["resume"], Path))
        sidecar = sidecar_port(settled.values["agones"], environ)
    except BadSettings as problem:
        parser.error(str(problem))
    flags = {name: value for name, value in vars(given).items() if value is not None}
    homeless = [key for key in ("record", "results") if settled.raw[key].text in ("", "on")]
    flags["unkept"] = tuple(key for key in homeless if settled.values[key] is None)
    flags |= {
        "sidecar": sidecar,
        "file": settled.file,
        "links": settled.links,
        "takes_file": (given.config or environ.get(CONFIG)) != OFF,
    }
    return with_values(UNSET, flags | settled.values)


def read_again(
    config: Config, arguments: Sequence[str], settings: Sequence[Setting], environ: Mapping[str, str] = os.environ
) -> Config:
    """Read the settings of a Config again, with the same arguments; raises BadSettings.

    Its file, if it had one, must still exist; else the one in the usual place is read once it exists.
    """
    given = vars(parser_of(settings).parse_args(arguments))
    if config.file:
        given["config"] = str(config.file)  # the same file, wherever it was named
    return with_values(config, settle(settings, given, environ).values)


def sidecar_port(agones: str, environ: Mapping[str, str]) -> int | None:
    """Return the port of the sidecar of Agones, None if nothing is reported to it; raises BadSettings.

    >>> sidecar_port("auto", {}), sidecar_port("on", {}), sidecar_port("auto", {"AGONES_SDK_HTTP_PORT": "9400"})
    (None, 9358, 9400)
    """
    text = environ.get(SIDECAR_VARIABLE, "")
    if agones == OFF or not (text or agones == "on"):
        return None
    try:
        return port(text) if text else SIDECAR_PORT
    except BadValue as problem:
        raise BadSettings(f"{SIDECAR_VARIABLE} in the environment: {problem}") from problem


def _check(given: argparse.Namespace, resumes: bool) -> None:
    """Raise BadSettings if the flags of a single start do not go together. `resumes`: a FILE that is named."""
    takes_over = given.take_over is not None
    lonely = [name for name in ("at", "slot", "others") if getattr(given, name) is not None and not takes_over]
    if given.ready not in (None, "json"):
        raise BadSettings(f"the ready line comes as json only, not as {given.ready[:40]!r}")
    if given.ready_fd is not None and sys.platform == "win32":
        raise BadSettings("--ready-fd works on POSIX systems only; use --ready json")
    if given.capture and (resumes or takes_over):
        raise BadSettings("a capture begins with an empty room, so it goes with neither --resume nor --take-over")
    if resumes and takes_over:
        raise BadSettings("a match is resumed or taken over, not both")
    if lonely:
        raise BadSettings(f"--{lonely[0]} says something about --take-over FILE, which is missing")


def with_values(config: Config, values: Mapping[str, Any]) -> Config:
    """Return a Config with these values, by key, in the fields of the same name, of the room and its setup too."""
    named = {key.replace("-", "_"): value for key, value in values.items()}
    room = _filled(config.room, named | {"setup": _filled(config.room.setup, named)})
    whole: Config = _filled(config, named | {"room": room})
    return whole


def _filled(part: Any, named: Mapping[str, Any]) -> Any:
    return replace(part, **{one.name: named[one.name] for one in fields(part) if one.name in named})


def value_of(config: Config, key: str) -> Any:
    """Return the value of a setting that has a field, by its key."""
    name = key.replace("-", "_")
    return next(getattr(part, name) for part in (config, config.room, config.room.setup) if hasattr(part, name))
