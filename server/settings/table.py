"""Every setting of petard-server, in one table.

From a row come the flag `--key`, the environment variable PETARD_KEY (in capitals, `_` for `-`), the key in
server.toml, the line in `--help` and the row in docs/hosting.md; the value becomes the field of the same name of
Config, of its RoomSettings or of their Setup. To add a setting is to add a row here and a field there.

Rule 1: a default is text, read as what a person says is.
Rule 2: beside each secret there is a row that names a file with it, for secrets in a command line are seen by all.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from server.settings.values import (
    NAME_MOST,
    Reads,
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
from shared.bots.traits import SKILL_NAMES
from shared.protocol.messages import Away
from shared.rules.ruleset import PRESETS

PORT = 7777
MINUTES = 3600  # seconds; the longest of the short times below
FILE = "-file"  # ends the key that names a file with a secret
AWAY = {mode.name.lower(): mode for mode in Away}
SNAPSHOTS = {"60": 60, "30": 30, "20": 20}
FORMATS = {"text": "text", "json": "json"}
ON_OFF = "on|off"


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
    def initial(self) -> Any:
        """The value if nobody says anything."""
        return self.reads(self.default)


def settings_of(maps: Collection[str]) -> tuple[Setting, ...]:
    """Return the table of a server that has these maps."""
    return (*_matches(maps), *_room(), *_network(), *_host())


def _matches(maps: Collection[str]) -> tuple[Setting, ...]:
    group = "the first match (the host may choose another in the lobby)"
    first = "classic" if "classic" in maps else next(iter(maps))
    rounds = number(1, 9, "the number of rounds")
    bots = number(0, 63, "the number of bots")
    skill = numbered(SKILL_NAMES, "the skill of bots is")
    away = one_of(AWAY, "for who is away there is one of")
    seed = perhaps(number(0, 2**32 - 1, "a seed"))
    return (
        Setting(group, "map", known(maps, "is no map"), first, "NAME", "one of " + ", ".join(maps), is_live=True),
        Setting(
            group,
            "rules",
            known(PRESETS, "are no rules"),
            next(iter(PRESETS)),
            "NAME",
            "one of " + ", ".join(PRESETS),
            True,
        ),
        Setting(group, "rounds", rounds, "3", "N", "a match is best of so many, 1 to 9", is_live=True),
        Setting(group, "bots", bots, "0", "N", "how many bots, 0 to 63; they leave seats to people", is_live=True),
        Setting(group, "skill", skill, "normal", "NAME", "how good bots are: " + ", ".join(SKILL_NAMES), is_live=True),
        Setting(group, "away", away, "bot", "|".join(AWAY), "what plays on for who lost the line", is_live=True),
        Setting(group, "seed", seed, "", "N", "the same seed gives the same boards (default: by chance)"),
    )


def _room() -> tuple[Setting, ...]:
    group = "the room"
    name = line_of(NAME_MOST, "the name of the server")
    idle = number(0, MINUTES, "the time until a bot plays for who is idle, in seconds,")
    asked = "asked of who comes in; better not said by the flag, which everybody on the machine can see"
    return (
        Setting(group, "name", name, "Petard", "TEXT", "shown to who joins", is_live=True),
        *_secret(group, "password", asked),
        Setting(group, "votes", switch, "on", ON_OFF, "people may vote on map, restart and kick", is_live=True),
        Setting(
            group, "idle-to-bot", idle, "60", "SECONDS", "a bot plays for who presses nothing so long; 0: never", True
        ),
    )


def _network() -> tuple[Setting, ...]:
    group = "the network"
    snapshots = one_of(SNAPSHOTS, "snapshots a second are one of")
    every = "listen on this address only (default: all of this machine)"
    ask = number(1, 65535, "a port")
    return (
        Setting(group, "host", text_as_it_is, "", "ADDRESS", every),
        Setting(group, "port", number(0, 65535, "a port"), str(PORT), "N", "TCP port of the game; 0: any free one"),
        Setting(group, "snapshots", snapshots, "60", "|".join(SNAPSHOTS), "how often a second the state is sent"),
        Setting(group, "discovery", switch, "on", ON_OFF, "let the machines around find this room by themselves"),
        Setting(group, "discovery-port", ask, str(PORT), "N", "UDP port where they ask"),
    )


def _host() -> tuple[Setting, ...]:
    group = "for who looks after it"
    drain = number(0, MINUTES, "the time to finish a match in, in seconds,")
    asked = "asked by a console that other machines can reach"
    return (
        Setting(
            group, "console", endpoint, "127.0.0.1:7776", "ADDRESS:PORT|off", "lines of text, for netcat and scripts"
        ),
        *_secret(group, "console-password", asked),
        Setting(
            group, "http", endpoint, "off", "ADDRESS:PORT|off", "a page with the state of the room, and its figures"
        ),
        Setting(
            group,
            "record",
            place("demos"),
            "on",
            "DIR|on|off",
            "where recordings are kept; on: in your own data folder",
        ),
        Setting(
            group,
            "results",
            place("room.sqlite"),
            "on",
            "FILE|on|off",
            "where results and bans are kept; on: in your own data folder",
        ),
        Setting(
            group,
            "log",
            one_of(FORMATS, "the log is"),
            "text",
            "text|json",
            "how the lines on standard error are written",
            True,
        ),
        Setting(
            group,
            "drain",
            drain,
            "120",
            "SECONDS",
            "how long the last round may go on when the server is to stop",
            True,
        ),
    )


def _secret(group: str, key: str, about: str) -> tuple[Setting, Setting]:
    file = f"the first line of this file is the {key.replace('-', ' ')}"
    return (
        Setting(group, key, password, "", "TEXT", about, is_live=True, is_secret=True),
        Setting(group, key + FILE, text_as_it_is, "", "FILE", file, is_live=True),
    )
