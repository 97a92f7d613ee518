"""Every setting of petard-server, in one table.

From a row come the flag `--key`, the environment variable PETARD_KEY (in capitals, `_` for `-`), the key in
server.toml, the line in `--help` and the row in docs/hosting.md; the value becomes the field of the same name of
Config, of its RoomSettings or of their Setup. To add a setting is to add a row here and a field there.

Rule 1: a default is text, read as what a person says is.
Rule 2: beside each secret there is a row that names a file with it, for secrets in a command line are seen by all.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any

from petard.server.config.parsers import (
    NAME_MOST,
    Reads,
    address_or_switch,
    endpoint,
    known,
    line_of,
    number,
    numbered,
    one_of,
    password,
    perhaps,
    place,
    switch,
    text_as_it_is,
)
from petard.shared.bots.traits import SKILL_NAMES
from petard.shared.protocol.messages import Away
from petard.shared.rules.ruleset import PRESETS

PORT = 7777
HOUR = 3600  # seconds
FILE = "-file"  # ends the key that names a file with a secret
AWAY = {mode.name.lower(): mode for mode in Away}
SNAPSHOTS = {"60": 60, "30": 30, "20": 20}
STDIN = {word: word for word in ("terminal", "on", "off")}
FORMATS = {"text": "text", "json": "json"}
ON_OFF = "on|off"
FOUND = "let the machines around find this room by themselves; an address: those of its network only"
WHERE = "ADDRESS:PORT|off"


@dataclass(frozen=True, slots=True)
class Setting:
    """One row. `reads` makes a value of text, or raises BadValue with a sentence."""

    group: str  # the heading in --help
    key: str
    reads: Reads
    default: str
    takes: str  # what stands behind the flag in --help
    about: str
    is_live: bool = False  # may change while the server runs
    is_secret: bool = False  # is never shown

    @property
    def variable(self) -> str:
        """The name in the environment."""
        return "PETARD_" + self.field.upper()

    @property
    def field(self) -> str:
        """The name in Config."""
        return self.key.replace("-", "_")

    @property
    def has_field(self) -> bool:
        """False for what only names a file with the value of another."""
        return not self.key.endswith(FILE)

    @property
    def initial(self) -> Any:
        """The value if nobody says anything."""
        return self.reads(self.default)


Row = Callable[..., Setting]


def settings_of(maps: Collection[str]) -> tuple[Setting, ...]:
    """Return the table of a server that has these maps."""
    return (*_matches(maps), *_room(), *_network(), *_host())


def _matches(maps: Collection[str]) -> tuple[Setting, ...]:
    once, live = _rows("the first match (the host may choose another in the lobby)")
    first = "classic" if "classic" in maps else next(iter(maps))
    rounds = number(1, 9, "the number of rounds")
    bots = number(0, 63, "the number of bots")
    skill = numbered(SKILL_NAMES, "the skill of bots is")
    away = one_of(AWAY, "for who is away there is one of")
    seed = perhaps(number(0, 2**32 - 1, "a seed"))
    return (
        live("map", known(maps, "is no map"), first, "NAME", f"one of {', '.join(maps)}"),
        live("rules", known(PRESETS, "are no rules"), next(iter(PRESETS)), "NAME", f"one of {', '.join(PRESETS)}"),
        live("rounds", rounds, "3", "N", "a match is best of so many, 1 to 9"),
        live("bots", bots, "0", "N", "how many bots, 0 to 63; they leave seats to people"),
        live("skill", skill, "normal", "NAME", f"how good bots are: {', '.join(SKILL_NAMES)}"),
        live("away", away, "bot", "|".join(AWAY), "what plays on for who lost the line"),
        once("seed", seed, "", "N", "the same seed gives the same boards (default: by chance)"),
    )


def _room() -> tuple[Setting, ...]:
    _, live = _rows("the room")
    name = line_of(NAME_MOST, "the name of the server")
    idle = number(0, HOUR, "the time until a bot plays for who is idle, in seconds,")
    return (
        live("name", name, "Petard", "TEXT", "shown to who joins"),
        *_secret(live, "password", "asked of who comes in; in a flag, everybody on this machine can read it"),
        live("votes", switch, "on", ON_OFF, "people may vote on map, restart and kick"),
        live("idle-to-bot", idle, "60", "SECONDS", "a bot plays for who presses nothing so long; 0: never"),
    )


def _network() -> tuple[Setting, ...]:
    once, _ = _rows("the network")
    snapshots = one_of(SNAPSHOTS, "snapshots a second are one of")
    ask = number(1, 65535, "a port")
    return (
        once("host", text_as_it_is, "", "ADDRESS", "listen on this address only (default: all of this machine)"),
        once("port", number(0, 65535, "a port"), str(PORT), "N", "TCP port of the game; 0: any free one"),
        once("snapshots", snapshots, "60", "|".join(SNAPSHOTS), "how often a second the state is sent"),
        once("discovery", address_or_switch, "on", f"ADDRESS|{ON_OFF}", FOUND),
        once("discovery-port", ask, str(PORT), "N", "UDP port where they ask"),
    )


def _host() -> tuple[Setting, ...]:
    once, live = _rows("for who looks after it")
    drain = number(0, HOUR, "the time to finish a round in, in seconds,")
    about = "the lines of the console on standard input, too; terminal: if it is one"
    logs = one_of(FORMATS, "the log is one of")
    return (
        once("console", endpoint, "127.0.0.1:7776", WHERE, "lines of text, for netcat and scripts"),
        *_secret(live, "console-password", "asked by a console that other machines can reach"),
        once("stdin", one_of(STDIN, "standard input is one of"), "terminal", "|".join(STDIN), about),
        once("http", endpoint, "off", WHERE, "a page with the state of the room, and its figures"),
        once("record", place("demos"), "on", "DIR|on|off", "recordings; on: in your own data folder"),
        once("results", place("room.sqlite"), "on", "FILE|on|off", "results and bans; on: in your own data folder"),
        live("log", logs, "text", "text|json", "how the lines on standard error are written"),
        live("drain", drain, "120", "SECONDS", "how long the last round may go on when the server is to stop"),
    )


def _rows(group: str) -> tuple[Row, Row]:
    """What makes rows under one heading: of settings that count from start to end, and of such that are live."""
    return partial(Setting, group), partial(Setting, group, is_live=True)


def _secret(row: Row, key: str, about: str) -> tuple[Setting, Setting]:
    file = f"the first line of this file is the {key.replace('-', ' ')}"
    return (
        row(key, password, "", "TEXT", about, is_secret=True),
        row(key + FILE, text_as_it_is, "", "FILE", file),
    )
