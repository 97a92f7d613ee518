"""Every setting of petard-server, in one table; and the maps, whose names are values of one.

From a row come the flag `--key`, the environment variable PETARD_KEY (in capitals, `_` for `-`), the key in
server.toml, the line in `--help` and the row in docs/hosting.md; the value becomes the field of the same name of
Config, of its RoomSettings or of their Setup. To add a setting, add a row here and a field there.

Rule 1: a default is text like what a person types; text is parsed (values.py) the same way from a flag, the environment
        and a file.
Rule 2: every mistake is a BadValue, or a BadPath, whose sentence says what would be right.
Rule 3: each secret has a second row that names a file with it, because a command line can be read by everybody.
Rule 4: a map is named like its file; a file that is not a map stops the server with a sentence.
"""

import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from petard.assets import path
from petard.server.config.own_maps import read_own_maps
from petard.server.config.values import (
    AUTO,
    Parse,
    address_or_switch,
    auto_or,
    directory_url,
    endpoint,
    host_names,
    item_choice,
    known_form,
    match_choice,
    name_of,
    networks,
    number,
    numbered,
    one_of,
    password,
    path_or_switch,
    public_place,
    resume_choice,
    server_name,
    switch,
    web_place,
)
from petard.server.room.member import MEMBERS_MOST
from petard.shared.bots.traits import SKILL_NAMES
from petard.shared.protocol.messages import Away
from petard.shared.rules.item_choice import WEIGHT_MOST
from petard.shared.rules.maps import BadMap, Board, parse_map
from petard.shared.rules.modes.table import MODES
from petard.shared.rules.ruleset import PRESETS
from petard.shared.user_folders import file_path

PORT = 7777
WEB_PORT = 7780
HOUR = 3600  # seconds
FILE = "-file"  # ends the key that names a file with a secret
MATCH = "match"  # the key of the text that stands for several settings
AWAY = {mode.name.lower(): mode for mode in Away}
SNAPSHOTS = {"60": 60, "30": 30, "20": 20}
STDIN = ("terminal", "on", "off")
FORMATS = ("text", "json")
ON_OFF = "on|off"
STANDBY = ("off", "ask", "on")
WHERE = "ADDRESS:PORT|off"
WINDOWS_MOST = 128  # members: Windows can select 512 sockets, of which others use up to 384


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
    other_key: str = ""  # its name in earlier versions, which still works everywhere
    alone: str = ""  # the value of a flag without one

    @property
    def variable(self) -> str:
        return variable_of(self.key)

    @property
    def keys(self) -> tuple[str, ...]:
        """Its names, the usual one first."""
        return (self.key, self.other_key) if self.other_key else (self.key,)

    @property
    def field(self) -> str:
        return self.key.replace("-", "_")

    @property
    def has_field(self) -> bool:
        """False for a row that only says the values of others: a file with one, or the text of a match."""
        return not self.key.endswith(FILE) and self.key != MATCH


def variable_of(key: str) -> str:
    """Return the environment variable of a key."""
    return "PETARD_" + key.replace("-", "_").upper()


class BadMapFiles(Exception):
    """The maps cannot be read; the sentence says which and why."""


def read_maps(own: Path | None = None) -> dict[str, Board]:
    """Read all maps, small ones first; raises BadMapFiles if there are none, or one is wrong.

    `own`: a folder with more maps, which come after those of the game.
    """
    boards = []
    try:
        for file in sorted(path("maps").glob("*.txt")):
            boards.append(parse_map(file.read_text("utf-8"), file.stem))
        more = read_own_maps(own, [board.name for board in boards])
    except (OSError, UnicodeDecodeError, BadMap) as problem:
        raise BadMapFiles(f"The maps cannot be read: {problem}") from problem
    if not boards:
        raise BadMapFiles(f"There are no maps in {path('maps')}.")
    boards.sort(key=lambda board: (len(board.spawns), board.name))
    return {board.name: board for board in (*boards, *more)}


def settings_of(maps: Collection[str]) -> tuple[Setting, ...]:
    """Return the table for a server with these maps."""
    first = "classic" if "classic" in maps else next(iter(maps))
    map_name = name_of(maps, "there is no map {text}; there are {words}")
    return (_match("map", map_name, first, "NAME", f"one of {', '.join(maps)}"), *SETTINGS)


def _rows(group: str) -> tuple[Callable[..., Setting], Callable[..., Setting]]:
    """Return two constructors for rows under one heading: for settings fixed at the start, and for live ones."""
    return partial(Setting, group), partial(Setting, group, is_live=True)


def _secret(row: Callable[..., Setting], key: str, about: str) -> tuple[Setting, Setting]:
    file = f"the first line of this file is the {key.replace('-', ' ')}"
    secret = row(key, password, "", "TEXT", about, is_secret=True)
    return secret, row(key + FILE, lambda text: file_path(text) if text else None, "", "FILE", file)


_match_once, _match = _rows("the first match (the host may choose another in the lobby)")
_room_once, _room = _rows("the room")
_network, _ = _rows("the network")
_admin_once, _admin = _rows("administration")
# fmt: off
SETTINGS = (  # all but the map
    _match("rules", name_of(PRESETS, "there are no rules {text}; there are {words}"),
           next(iter(PRESETS)), "NAME", f"one of {', '.join(PRESETS)}"),
    _match("mode", name_of(MODES, "there is no mode {text}; there are {words}"),
           next(iter(MODES)), "NAME", f"one of {', '.join(MODES)}"),
    _match("sides", number(2, 4, "the number of sides"), "2", "N", "in the mode teams: 2 to 4 sides"),
    _match("friendly-fire", switch, "off", ON_OFF, "in the mode teams: flames hurt players of the same side"),
    _match("items", item_choice, "", "NAME:WEIGHT,...",
           f"items that are not as in the rules, with weights from 0 (off) to {WEIGHT_MOST}: kick:0,remote:5"),
    _match("map-vote", switch, "off", ON_OFF, "members vote on the map in the lobby"),
    _match("rounds", number(1, 9, "the number of rounds"), "3", "N", "a match is best of N rounds, 1 to 9"),
    _match("bots", number(0, 63, "the number of bots"), "0", "N", "how many bots, 0 to 63; they leave seats to people"),
    _match("skill", numbered(SKILL_NAMES, "the skill of bots is"), "normal", "NAME",
           f"how good bots are: {', '.join(SKILL_NAMES)}"),
    _match("away", one_of(AWAY, "away is one of {words}, not {text}"), "bot", "|".join(AWAY),
           "what controls the body of a disconnected player"),
    _match_once(MATCH, match_choice, "", "TEXT",
                "the text of a match, which a host has copied; settings beside it in the same place count before it"),
    _match_once("seed", lambda text: number(0, 2**32 - 1, "a seed")(text) if text else None, "", "N",
                "the same seed gives the same boards (default: random)"),
    _room("name", server_name, "Petard", "TEXT", "the name that players see"),
    *_secret(_room, "password", "needed to join; everybody on this machine can read it in a flag"),
    _room("votes", switch, "on", ON_OFF, "players may vote on map, restart and kick"),
    _room_once("members", number(1, WINDOWS_MOST if sys.platform == "win32" else MEMBERS_MOST, "the number of members"),
               "128", "N", "how many players and spectators may be here, with those that are away"),
    _room("per-address", number(1, MEMBERS_MOST, "the number of players from one address"), "8", "N",
          "how many players may be here from one address (IPv6: one /64), each local player counted"),
    _room("uncounted", networks, "", "ADDRESS,...", "addresses and networks without the limits for one address"),
    _room("standby", one_of({word: word for word in STANDBY}, "standby is one of {words}, not {text}"), "off",
               "|".join(STANDBY),
               "let the room outlive this server, by a copy at a player's computer: on, or ask that player first"),
    _room("pads", switch, "on", ON_OFF, "phones and other browsers may join"),
    _room("idle-to-bot", number(0, HOUR, "the time until a bot takes over, in seconds,"), "60", "SECONDS",
          "a bot takes over from a player who presses nothing for so long; 0: never"),
    _network("host", known_form, "", "ADDRESS", "listen on this address only (default: all addresses of this machine)"),
    _network("port", number(0, 65535, "a port"), str(PORT), "N", "TCP port of the game; 0: any free one"),
    _network("snapshots", one_of(SNAPSHOTS, "snapshots a second are one of {words}, not {text}"), "60",
             "|".join(SNAPSHOTS), "how often per second the state is sent"),
    _network("discovery", address_or_switch, "on", f"ADDRESS|{ON_OFF}",
             "let machines in the local network find this room; an address: only those of its network"),
    _network("discovery-port", number(1, 65535, "a port"), str(PORT), "N", "UDP port of discovery"),
    _network("directory", directory_url, "", "URL",
             "a directory of public rooms, as http://HOST:7770; nothing is sent there unless the room is public"),
    _network("public", public_place, "off", f"ADDRESS[:PORT]|{ON_OFF}",
             "announce this room at the directory; an address: where players connect, if it is another one",
             alone="on"),
    _network("web", web_place, str(WEB_PORT), "PORT|ADDRESS:PORT|off",
             "pages for phones, browsers and monitors, at the addresses of the game; the port, or the next free one",
             other_key="http"),
    _network("web-names", host_names, "", "NAME,...", "names by which browsers may ask for the pages, as at a proxy"),
    _network("relay", one_of({"auto": True, "off": False}, "relay is one of {words}, not {text}"), "auto", "auto|off",
             "auto: while browsers watch, a process of its own serves them; off: the web process does"),
    _network("proxy-from", networks, "", "ADDRESS,...",
             "proxies on other machines: of the game, with PROXY headers of version 2, and of the pages"),
    _admin_once("console", endpoint, "127.0.0.1:7776", WHERE, "the admin console over TCP, for netcat and scripts"),
    *_secret(_admin, "console-password", "the password of the console; needed if other machines can reach it"),
    _admin_once("stdin", name_of(STDIN, "standard input is one of {words}, not {text}"), "terminal", "|".join(STDIN),
                "read console commands from standard input, too; terminal: only if it is one"),
    _admin_once("record", path_or_switch("demos"), "on", "DIR|on|off",
                "where recordings go; on: your own data folder"),
    _admin_once("resume", resume_choice, AUTO, "FILE|auto|off",
                "the match of a killed server to go on with; auto: one of this folder, port, map and version, "
                "up to 90 s old"),
    _admin_once("results", path_or_switch("room.sqlite"), "on", "FILE|on|off",
                "where results and bans are kept; on: your own data folder"),
    _admin("log", name_of(FORMATS, "the log is one of {words}, not {text}"), "text", "text|json",
           "the format of the log on standard error"),
    _admin("drain", number(0, HOUR, "the time to finish a round in, in seconds,"), "120", "SECONDS",
           "how long the last round may go on after a stop request"),
    _admin("idle-stop", auto_or(number(0, HOUR, "beside auto, the time until an empty server stops, in seconds,")),
           AUTO, "auto|SECONDS",
           "stop when the last person has been gone for so long; 0: never; auto: 60 at Agones, elsewhere never"),
    _admin_once("agones", name_of((AUTO, "on", "off"), "agones is one of {words}, not {text}"), AUTO, "auto|on|off",
                "report to the sidecar of Agones; auto: if AGONES_SDK_HTTP_PORT is set; on: else at its port 9358"),
)
# fmt: on
