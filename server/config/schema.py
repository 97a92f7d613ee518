"""Every setting of petard-server, in one table; and the maps, whose names are values of a setting.

From a row come the flag `--key`, the environment variable PETARD_KEY (in capitals, `_` for `-`), the key in
server.toml, the line in `--help` and the row in docs/hosting.md; the value becomes the field of the same name of
Config, of its RoomSettings or of their Setup. To add a setting, add a row here and a field there.

Rule 1: a default is text, parsed like the text that a person types.
Rule 2: each secret has a second row that names a file with it, because a command line can be read by everybody.
Rule 3: a map is named like its file; a file that is not a map stops the server with a sentence.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any

from petard.assets import path
from petard.server.config.parsers import (
    NAME_MOST,
    Parse,
    address_or_switch,
    endpoint,
    line_of,
    number,
    numbered,
    one_of,
    optional,
    password,
    path_or_switch,
    switch,
)
from petard.shared.bots.traits import SKILL_NAMES
from petard.shared.protocol.messages import Away
from petard.shared.rules.maps import BadMap, Board, parse_map
from petard.shared.rules.ruleset import PRESETS

PORT = 7777
HOUR = 3600  # seconds
FILE = "-file"  # ends the key that names a file with a secret
AWAY = {mode.name.lower(): mode for mode in Away}
SNAPSHOTS = ("60", "30", "20")
STDIN = ("terminal", "on", "off")
FORMATS = ("text", "json")
ON_OFF = "on|off"
WHERE = "ADDRESS:PORT|off"


@dataclass(frozen=True, slots=True)
class Setting:
    """One row. `parse` turns text into the value, or raises BadValue with a sentence."""

    group: str  # the heading in --help
    key: str
    parse: Parse
    default: str
    takes: str  # the argument of the flag in --help
    about: str
    is_live: bool = False  # may change while the server runs
    is_secret: bool = False  # never shown

    @property
    def variable(self) -> str:
        """The environment variable."""
        return "PETARD_" + self.field.upper()

    @property
    def field(self) -> str:
        """The field of Config."""
        return self.key.replace("-", "_")

    @property
    def has_field(self) -> bool:
        """False for a row that only names a file with the value of another."""
        return not self.key.endswith(FILE)

    @property
    def initial(self) -> Any:
        """The value without any source."""
        return self.parse(self.default)


class BadMapFiles(Exception):
    """The maps cannot be read; the sentence says which and why."""


def read_maps() -> dict[str, Board]:
    """Read all maps, small ones first; raises BadMapFiles if there are none, or one is wrong."""
    boards = []
    try:
        for file in sorted(path("maps").glob("*.txt")):
            boards.append(parse_map(file.read_text("utf-8"), file.stem))
    except (OSError, UnicodeDecodeError, BadMap) as problem:
        raise BadMapFiles(f"The maps cannot be read: {problem}") from problem
    if not boards:
        raise BadMapFiles(f"There are no maps in {path('maps')}.")
    return {board.name: board for board in sorted(boards, key=lambda board: (len(board.spawns), board.name))}


Row = Callable[..., Setting]


def settings_of(maps: Collection[str]) -> tuple[Setting, ...]:
    """Return the table for a server with these maps."""
    return (*_matches(maps), *_room(), *_network(), *_administration())


def _matches(maps: Collection[str]) -> tuple[Setting, ...]:
    once, live = _rows("the first match (the host may choose another in the lobby)")
    map_name = _name(maps, "there is no map {text}; there are {words}")
    rules = _name(PRESETS, "there are no rules {text}; there are {words}")
    first = "classic" if "classic" in maps else next(iter(maps))
    rounds, bots = number(1, 9, "the number of rounds"), number(0, 63, "the number of bots")
    skill = numbered(SKILL_NAMES, "the skill of bots is")
    away = one_of(AWAY, "away is one of {words}, not {text}")
    seed = optional(number(0, 2**32 - 1, "a seed"))
    return (
        live("map", map_name, first, "NAME", f"one of {', '.join(maps)}"),
        live("rules", rules, next(iter(PRESETS)), "NAME", f"one of {', '.join(PRESETS)}"),
        live("rounds", rounds, "3", "N", "a match is best of N rounds, 1 to 9"),
        live("bots", bots, "0", "N", "how many bots, 0 to 63; they leave seats to people"),
        live("skill", skill, "normal", "NAME", f"how good bots are: {', '.join(SKILL_NAMES)}"),
        live("away", away, "bot", "|".join(AWAY), "what controls the body of a disconnected player"),
        once("seed", seed, "", "N", "the same seed gives the same boards (default: random)"),
    )


def _room() -> tuple[Setting, ...]:
    _, live = _rows("the room")
    name = line_of(NAME_MOST, "the name of the server")
    idle = number(0, HOUR, "the time until a bot takes over, in seconds,")
    secret = "needed to join; everybody on this machine can read it in a flag"
    takes_over = "a bot takes over from a player who presses nothing for so long; 0: never"
    return (
        live("name", name, "Petard", "TEXT", "the name that players see"),
        *_secret(live, "password", secret),
        live("votes", switch, "on", ON_OFF, "players may vote on map, restart and kick"),
        live("idle-to-bot", idle, "60", "SECONDS", takes_over),
    )


def _network() -> tuple[Setting, ...]:
    once, _ = _rows("the network")
    address = "listen on this address only (default: all addresses of this machine)"
    snapshots = _name(SNAPSHOTS, "snapshots a second are one of {words}, not {text}", int)
    discovery = "let machines in the local network find this room; an address: only those of its network"
    port, query_port = number(0, 65535, "a port"), number(1, 65535, "a port")
    return (
        once("host", str, "", "ADDRESS", address),
        once("port", port, str(PORT), "N", "TCP port of the game; 0: any free one"),
        once("snapshots", snapshots, "60", "|".join(SNAPSHOTS), "how often per second the state is sent"),
        once("discovery", address_or_switch, "on", f"ADDRESS|{ON_OFF}", discovery),
        once("discovery-port", query_port, str(PORT), "N", "UDP port of discovery"),
    )


def _administration() -> tuple[Setting, ...]:
    once, live = _rows("administration")
    drain = number(0, HOUR, "the time to finish a round in, in seconds,")
    stdin = _name(STDIN, "standard input is one of {words}, not {text}")
    commands = "read console commands from standard input, too; terminal: only if it is one"
    formats = _name(FORMATS, "the log is one of {words}, not {text}")
    demos, results = path_or_switch("demos"), path_or_switch("room.sqlite")
    return (
        once("console", endpoint, "127.0.0.1:7776", WHERE, "the admin console over TCP, for netcat and scripts"),
        *_secret(live, "console-password", "the password of the console; needed if other machines can reach it"),
        once("stdin", stdin, "terminal", "|".join(STDIN), commands),
        once("http", endpoint, "off", WHERE, "a web page with the state of the room, and metrics"),
        once("record", demos, "on", "DIR|on|off", "where recordings go; on: your own data folder"),
        once("results", results, "on", "FILE|on|off", "where results and bans are kept; on: your own data folder"),
        live("log", formats, "text", "text|json", "the format of the log on standard error"),
        live("drain", drain, "120", "SECONDS", "how long the last round may go on after a stop request"),
    )


def _name(names: Collection[str], sentence: str, value: Callable[[str], Any] = str) -> Parse:
    """Make a parser of one of `names`, whose value is the name itself."""
    return one_of({name: value(name) for name in names}, sentence)


def _rows(group: str) -> tuple[Row, Row]:
    """Return two constructors for rows under one heading: for settings fixed at the start, and for live ones."""
    return partial(Setting, group), partial(Setting, group, is_live=True)


def _secret(row: Row, key: str, about: str) -> tuple[Setting, Setting]:
    file = f"the first line of this file is the {key.replace('-', ' ')}"
    return (
        row(key, password, "", "TEXT", about, is_secret=True),
        row(key + FILE, str, "", "FILE", file),
    )
