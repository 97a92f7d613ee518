"""A server of our own, as a child process.

Rule 1: nothing here waits (petard.game.flow.child_process).
Rule 2: the server runs as long as its stdin is open. However the game ends, crash and SIGKILL included, the system
        closes that pipe, and the server ends by itself (`--parent-stdin`).
Rule 3: the server finds `petard` where this process found it, and imports nothing from the current folder (-P), so that
        a `server.py` or `petard.py` there is never taken for ours.
Rule 4: while it runs, the same pipes are the private channel by which the game controls it (shared/control_channel.py):
        orders go to its stdin, and its pace comes from its stdout.
Rule 5: a server that crashes is started again on the same port, after growing pauses (RestartPlan); it goes on with its
        match by itself. One that ends with status 0 was asked to.
"""

import ipaddress
import json
import math
import os
import socket
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from petard.assets import path
from petard.game.client.server_control import ServerControl
from petard.game.config.arguments import DEFAULT_PORT, Address
from petard.game.config.settings import Settings
from petard.game.flow.child_process import ChildProcess
from petard.game.ui.screen import PlayFromReplay
from petard.shared.bots.traits import SKILL_NAMES
from petard.shared.control_channel import Pace, decode_listing, decode_pace, decode_web_port, encode_order
from petard.shared.discovery.client import may_search
from petard.shared.discovery.network import interfaces
from petard.shared.rules.item_choice import items_text, known_items
from petard.shared.rules.modes.table import MODES
from petard.shared.rules.ruleset import PRESETS
from petard.shared.user_folders import data_folder

RESTART_PAUSES = (0.25, 1.0, 2.0, 4.0)  # seconds before the start after each crash; one more crash ends it
STEADY = 60.0  # seconds for which a server must have run for its crash to count as the first
STARTUP_MOST = 15.0  # seconds from start to the ready line; a cold disk with a virus scanner takes five
AWAY = ("bot", "statue", "none")  # what plays for a disconnected player
PREFIX = "PETARD_"  # of the variables that a server reads
LOCAL = "127.0.0.1"
DEFAULT_SIDES = 2
SERVER = (sys.executable, "-P", "-m", "petard.server")


@dataclass(frozen=True, slots=True)
class LocalServerOptions:
    """What the server shall play. Empty text: the server's default."""

    for_friends: bool = False  # other machines may join
    bots: int = 3
    map: str = ""
    rules: str = ""
    mode: str = ""
    sides: int = DEFAULT_SIDES
    friendly_fire: bool = False
    items: str = ""  # those that differ from the rules
    map_vote: bool = False
    rounds: int = 3
    skill: int = 1
    away: int = 0  # an index of AWAY
    scene: PlayFromReplay | None = None  # where to play on
    name: str = ""  # of the room
    is_found: bool = True  # games in the network find it by themselves
    has_pages: bool = True  # it serves browsers, if other machines may join
    directory: str = ""  # the URL of the directory that lists the room, if other machines may join
    standby: str = "off"  # whether another computer keeps a copy, if others may join (STANDBYS)
    password: str = field(default="", repr=False)  # that the others are asked for, "" for none


@dataclass(slots=True)
class RestartPlan:
    """When the server is started again after a crash. Times in seconds."""

    ends_at: float  # when a start takes too long
    is_ready: bool = False
    due_at: float = math.inf  # of the next start
    crashes: int = 0  # that count
    started_at: float = 0.0

    def start(self, now: float) -> None:
        self.ends_at, self.is_ready, self.due_at, self.started_at = now + STARTUP_MOST, False, math.inf, now

    def crash(self, now: float) -> bool:
        """Plan the next start; False after too many crashes."""
        self.crashes = 1 if now - self.started_at >= STEADY else self.crashes + 1
        if self.crashes > len(RESTART_PAUSES):
            return False
        self.due_at = now + RESTART_PAUSES[self.crashes - 1]
        return True


def command_line_of(options: LocalServerOptions, port: int | None = None) -> list[str]:
    """The arguments for `petard-server`. `port`: that of the server that has crashed, whose match goes on."""
    words = ["--ready", "json", "--parent-stdin", "--config", "off", "--console", "off"]
    words += ["--resume", "auto" if port else "off"]
    alone = ["--port", str(port or 0), "--host", LOCAL, "--discovery", "off", "--results", "off"]
    friends = ["--port", str(port or DEFAULT_PORT), "--discovery", "on" if options.is_found else "off"]
    words += friends if options.for_friends else alone
    words += ["--directory", options.directory, "--public", "on"] if options.for_friends and options.directory else []
    words += [] if options.for_friends and options.has_pages else ["--web", "off"]
    words += ["--bots", str(options.bots), "--rounds", str(options.rounds), "--skill", str(options.skill)]
    words += ["--away", AWAY[options.away]]
    words += ["--sides", str(options.sides)] if options.sides != DEFAULT_SIDES else []
    words += ["--friendly-fire", "on"] if options.friendly_fire else []
    words += ["--map-vote", "on"] if options.map_vote else []
    for flag, text in (
        ("--map", options.map),
        ("--rules", options.rules),
        ("--mode", options.mode),
        ("--items", options.items),
        ("--name", options.name),
    ):
        words += [flag, text] if text else []
    if (scene := options.scene) and not port:
        words += ["--take-over", str(Path(scene.source).resolve()), "--at", str(scene.tick), "--slot", str(scene.slot)]
        words += ["--others", "recorded" if scene.others_recorded else "bots"]
    return words


def variables_of(options: LocalServerOptions, ours: Mapping[str, str]) -> dict[str, str]:
    """The environment of the server. The password is there, where other users cannot read it, unlike command lines.

    Our own PETARD_ variables are left out: they are meant for other servers.
    """
    return child_variables(ours) | ({f"{PREFIX}PASSWORD": options.password} if options.password else {})


def child_variables(ours: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in ours.items() if not name.startswith(PREFIX)}


def serves_pages(ours: Mapping[str, str]) -> bool:
    """True if a server that this game starts for friends shall serve browsers."""
    return ours.get(f"{PREFIX}WEB") != "off"


class LocalServer:
    """One server process. Poll it until `port` is there, or `problem` says why there will be none."""

    def __init__(self, options: LocalServerOptions, now: float, command: Sequence[str] = SERVER) -> None:
        self.options = options
        self.port: int | None = None
        self.problem = ""
        self.control = ServerControl(options.standby if options.for_friends else "off")
        self.invitation = ""  # the address for friends, once the server is ready for them
        self.child: ChildProcess | None = None  # while it runs
        self._command = command
        self._plan = RestartPlan(now)
        self._start(now)

    def _start(self, now: float) -> None:
        self._plan.start(now)
        self.control.web_port = self.control.listing = None
        command = [*self._command, *command_line_of(self.options, self.port)]
        command += [] if self.control.choices.takes_pads else ["--pads", "off"]
        command += ["--standby", self.control.choices.standby] if self.control.choices.standby != "off" else []
        try:
            self.child = ChildProcess(command, variables_of(self.options, os.environ))
        except OSError as error:
            self.problem = f"The server could not be started ({error.strerror or type(error).__name__})."

    def poll(self, now: float) -> int | None:
        """Return the port once the server was ready. Keep polling to learn of its pace and its end."""
        if self.problem:
            return self.port
        if self.child is None:
            if now >= self._plan.due_at:
                self._start(now)
            return self.port
        for _ in range(self.child.lines.qsize()):
            self._handle_line(self.child.lines.get_nowait())
        if self.child.has_ended:
            self._note_end(self.child.process.returncode, now)
        elif not self._plan.is_ready and now >= self._plan.ends_at:
            self.problem = f"The server takes too long to start{self._last_words()}"
            self.end()
        return self.port

    def _note_end(self, status: int, now: float) -> None:
        """Once it was ready, its log shows what players did, and not why it ended."""
        if self.port is None:
            self.problem = f"The server could not start{self._last_words()}"
        elif not status:
            self.problem = "The server has ended."
        elif not self._plan.crash(now):
            self.problem = f"The server has crashed {self._plan.crashes} times."
        self._end_child()
        self.control.set_pace(Pace.NORMAL)

    def _handle_line(self, line: str) -> None:
        if pace := decode_pace(line):
            if pace is not self.control.pace:
                self.control.set_pace(pace)
            return
        self.control.web_port = decode_web_port(line) or self.control.web_port
        self.control.listing = decode_listing(line) or self.control.listing
        with suppress(ValueError, RecursionError):
            match json.loads(line):
                case {"ready": True, "port": int(port)}:
                    self.port, self._plan.is_ready = port, True
                    if self.options.for_friends:
                        ours = [str(one.ip) for link in interfaces() for one in link.addresses]
                        self.invitation = str(Address(own_address(ours) or LOCAL, port))

    def _last_words(self) -> str:
        lines = reversed(self.child.log) if self.child else ()
        last = next((line for line in lines if line.strip()), "")
        return f": {last.strip()[:200]}" if last else "."

    def send_orders(self) -> None:
        """Send what `control` orders; the server decides whether it counts."""
        for order in self.control.take_orders():
            if self.child:
                self.child.orders.put(encode_order(order))

    def end(self) -> None:
        """End the server, and do not start it again. Returns at once."""
        self._plan.due_at = math.inf
        self._end_child()

    def _end_child(self) -> None:
        child, self.child = self.child, None
        if child is not None:
            child.end()


def own_address(others: Iterable[str] = ()) -> str:
    """The first address of this machine that others can reach, IPv4 before IPv6; "" when there is no network.

    No packet is sent; the system only tells which of its addresses it would send from. `others`: all addresses of this
    machine, for a network without a route out of it.
    """
    addresses: list[str] = []
    # Documentation addresses, which no host has; "connecting" a UDP socket to them only looks up the route.
    for family, target in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        with suppress(OSError), closing(socket.socket(family, socket.SOCK_DGRAM)) as probe:
            probe.connect((target, 9))
            addresses.append(probe.getsockname()[0])
    return next(filter(is_reachable, [*addresses, *others]), "")


def is_reachable(address: str) -> bool:
    """True if other machines can reach this machine at the address.

    >>> is_reachable("192.168.1.20"), is_reachable("127.0.0.1"), is_reachable("fe80::1"), is_reachable("0.0.0.0")
    (True, False, False, False)
    """
    parsed = ipaddress.ip_address(address)
    link_local = parsed.version == 6 and parsed.is_link_local  # needs a zone, which nobody can type
    return not (parsed.is_loopback or parsed.is_unspecified or link_local)


def hosted_server(settings: Settings) -> LocalServerOptions:
    """What a server for friends plays: what was hosted last, as far as this version has it."""
    own = data_folder()
    files = (path("maps", f"{settings.map}.txt"), *([own / "maps" / f"{settings.map}.txt"] if own else []))
    map_name = settings.map if settings.map and any(file.is_file() for file in files) else ""
    rules = settings.rules if settings.rules in PRESETS else ""
    mode = settings.mode if settings.mode in MODES else ""
    chosen = (
        settings.bots,
        map_name,
        rules,
        mode,
        settings.sides,
        settings.friendly_fire,
        items_text(known_items(settings.items)),
        settings.map_vote,
        settings.rounds,
        settings.skill,
        settings.away,
    )
    name = f"{settings.name}'s game" if settings.name else ""
    found, pages = may_search(os.environ), serves_pages(os.environ)
    standby = settings.standby
    return LocalServerOptions(True, *chosen, name=name, is_found=found, has_pages=pages, standby=standby)


def solo_server() -> LocalServerOptions:
    """What *Play* starts, whatever was hosted before: three easy bots, and the defaults of a server."""
    return LocalServerOptions(
        map="classic", rules="last-one-standing", mode="last-one-standing", skill=SKILL_NAMES.index("easy")
    )
