"""A server of one's own, as a child process: started, waited for without waiting, and never left behind.

Rule 1: nothing here blocks. Pipes are read and written by threads, since Windows cannot poll them.
Rule 2: the child lives as long as its stdin is open. However the game ends, crash and SIGKILL included, the system
        closes that pipe, and the server ends by itself (`--parent-stdin`).
Rule 3: the child finds `petard` where this process has found it, and imports nothing from the folder where the person
        happens to be (-P), so a `server.py` or `petard.py` there is never taken for ours.
Rule 4: while it lives, the same two pipes are the private channel by which the game steers it
        (shared/control_channel.py):         orders go to its stdin, and how time passes there comes from its stdout.
"""

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from petard.assets import path
from petard.game.config.arguments import DEFAULT_PORT
from petard.game.config.settings import Settings
from petard.game.flow.pipe_writer import PipeWriter
from petard.shared.bots.traits import SKILL_NAMES
from petard.shared.control_channel import ControlOrder, Pace, decode_pace, encode_order
from petard.shared.rules.ruleset import PRESETS

PATIENCE = 15.0  # seconds from start to the ready line; a cold disk with a virus scanner takes five
GRACE = 1.0  # seconds for each of: end by yourself, please end
LOG_LINES = 200
AWAY = ("bot", "statue", "none")  # what plays on for somebody whose line is lost
PREFIX = "PETARD_"  # of the variables that a server reads
LINE_SIZE = 4096  # bytes; a longer line is cut
# A group of its own: Ctrl-C in the terminal is for the game, which then ends its server in good order.
# On Windows the server would also open a black window beside the game.
if sys.platform == "win32":
    GROUP = None
    CREATION = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
else:
    GROUP = 0
    CREATION = 0
SERVER = (sys.executable, "-P", "-m", "petard.server")


@dataclass(frozen=True, slots=True)
class Scene:
    """Where somebody plays on in a recorded match: as whom, and whether the others do what they did then."""

    demo: Path
    at: int  # a moment
    slot: int
    echoes: bool


@dataclass(frozen=True, slots=True)
class LocalServerOptions:
    """What the server shall play. Empty text and None: as the server likes it."""

    for_friends: bool = False  # other machines may join
    bots: int = 3
    map: str = ""
    rules: str = ""
    rounds: int = 3
    skill: int = 1
    away: int = 0  # an index of AWAY
    seed: int | None = None
    scene: Scene | None = None  # go on there
    name: str = ""  # what the room is called
    is_found: bool = True  # games in the network find it by themselves
    password: str = field(default="", repr=False)  # that the others are asked for, "" if none


def words_of(options: LocalServerOptions) -> list[str]:
    """Spell the options for the command line of `petard-server`."""
    words = ["--ready", "json", "--parent-stdin"]
    words += [] if options.password else ["--config", "off"]  # else variables_of says so, or no variable would count
    words += ["--console", "off"]
    alone = ["--port", "0", "--host", "127.0.0.1", "--discovery", "off", "--results", "off"]
    friends = ["--port", str(DEFAULT_PORT), "--discovery", "on" if options.is_found else "off"]
    words += friends if options.for_friends else alone
    words += ["--name", options.name] if options.name else []
    words += ["--bots", str(options.bots), "--rounds", str(options.rounds), "--skill", str(options.skill)]
    words += ["--away", AWAY[options.away]]
    words += ["--map", options.map] if options.map else []
    words += ["--rules", options.rules] if options.rules else []
    words += ["--seed", str(options.seed)] if options.seed is not None else []
    if scene := options.scene:
        others = "recorded" if scene.echoes else "bots"
        words += ["--take-over", str(scene.demo.resolve()), "--at", str(scene.at), "--slot", str(scene.slot)]
        words += ["--others", others]
    return words


def variables_of(options: LocalServerOptions, ours: Mapping[str, str]) -> dict[str, str]:
    """The environment of the server; a password is there, where only this person reads it, and in no command line.

    Nothing else is said to the server in this way: what this person has set for other servers is not for this one.
    """
    theirs = {name: text for name, text in ours.items() if not name.startswith(PREFIX)}
    return {**theirs, f"{PREFIX}CONFIG": "off", f"{PREFIX}PASSWORD": options.password} if options.password else {**ours}


class LocalServer:
    """One server process. Poll it until `port` is there, or `problem` says why there will be none."""

    def __init__(self, options: LocalServerOptions, now: float, command: Sequence[str] = SERVER) -> None:
        self.options = options
        self.port: int | None = None
        self.problem = ""
        self.log: deque[str] = deque(maxlen=LOG_LINES)  # what the server said on stderr, newest last
        self._ends_at = now + PATIENCE
        self.pace = Pace.NORMAL  # how time passes there, as it said last
        self._ready: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._paces: queue.SimpleQueue[Pace] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._child: subprocess.Popen[bytes] | None = None
        self._writer: PipeWriter | None = None
        try:
            self._child = _started([*command, *words_of(options)], variables_of(options, os.environ))
        except OSError as error:
            self.problem = f"The server could not be started ({error.strerror or type(error).__name__})."
        else:
            self._writer = PipeWriter(self._child.stdin) if self._child.stdin else None
            self._read(self._child.stdout, self._hear_line)
            self._read(self._child.stderr, self.log.append)

    def poll(self, now: float) -> int | None:
        """Answer with the port once the server is ready. Never waits; keep polling to learn of its end."""
        if self._child is None or self.problem:
            return self.port
        with contextlib.suppress(queue.Empty):
            self.port = self._ready.get_nowait()
        with contextlib.suppress(queue.Empty):
            self.pace = self._paces.get_nowait()
        if self._child.poll() is not None and not any(thread.is_alive() for thread in self._threads):
            # Once it ran, its log tells of players and not of why it ended.
            ran = self.port is not None
            self.problem = "The server has ended." if ran else f"The server could not start{self._last_words()}"
            self.end()
        elif self.port is None and now >= self._ends_at:
            self.problem = f"The server takes too long to start{self._last_words()}"
            self.end()
        return self.port

    def end(self) -> None:
        """End the server. Comes back at once; a thread sees to it that the process is gone within three seconds."""
        child, self._child = self._child, None
        if child is not None:
            if self._writer:
                self._writer.close()
            # No daemon: the game leaves the screen at once, but its process stays until the child is surely gone.
            try:
                threading.Thread(name="see off", target=_see_off, args=(child, self._threads)).start()
            except RuntimeError:  # the whole program ends, and has no more threads to give
                _see_off(child, self._threads)

    def order(self, order: ControlOrder) -> None:
        """Send an order; the server decides whether it counts. Never waits."""
        if self._writer:
            self._writer.put(encode_order(order))

    def _read(self, pipe: IO[bytes] | None, take: Callable[[str], None]) -> None:
        thread = threading.Thread(target=_read_lines, args=(pipe, take), daemon=True)
        thread.start()
        self._threads.append(thread)

    def _hear_line(self, line: str) -> None:
        if pace := decode_pace(line):
            self._paces.put(pace)
            return
        with contextlib.suppress(ValueError, RecursionError):
            told = json.loads(line)
            if isinstance(told, dict) and told.get("ready") is True and type(told.get("port")) is int:
                self._ready.put(told["port"])

    def _last_words(self) -> str:
        said = next((line for line in reversed(self.log) if line.strip()), "")
        return f": {said.strip()[:200]}" if said else "."


def _started(words: list[str], variables: dict[str, str]) -> "subprocess.Popen[bytes]":
    pipe = subprocess.PIPE
    return subprocess.Popen(
        words,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        env=variables,
        process_group=GROUP,
        creationflags=CREATION,
    )


def _read_lines(pipe: IO[bytes], take: Callable[[str], None]) -> None:
    with pipe, contextlib.suppress(OSError, ValueError):
        while line := pipe.readline(LINE_SIZE):
            take(line.decode("utf-8", "replace").rstrip("\r\n"))


def _see_off(child: "subprocess.Popen[bytes]", threads: list[threading.Thread]) -> None:
    steps: tuple[Callable[[], object], ...] = (child.poll, child.terminate, child.kill)
    for step in steps:
        with contextlib.suppress(OSError):
            step()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(GRACE)
            break
    for thread in threads:
        thread.join(GRACE)


def hosted_server(settings: Settings) -> LocalServerOptions:
    """What a server for friends plays: what was hosted last, as far as it is to be had here."""
    board = settings.map if path("maps", f"{settings.map}.txt").is_file() else ""
    rules = settings.rules if settings.rules in PRESETS else ""
    chosen = (settings.bots, board, rules, settings.rounds, settings.skill, settings.away)
    name = f"{settings.name}'s game" if settings.name else ""
    return LocalServerOptions(True, *chosen, name=name, is_found=os.environ.get("PETARD_DISCOVERY") != "off")


def solo_server() -> LocalServerOptions:
    """What *Play* starts, whatever was hosted before: three easy bots, and what a server plays if nobody chooses."""
    return LocalServerOptions(
        bots=3, map="classic", rules="last-one-standing", rounds=3, skill=SKILL_NAMES.index("easy")
    )
