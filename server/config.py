"""The command line of petard-server.

Rule: whatever is wrong is one sentence that says what would be right, and exit status 2.
"""

import argparse
import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import platformdirs

from server.room import RoomSettings
from shared.bots.traits import SKILL_NAMES
from shared.protocol.messages import BUILD, Away, Setup
from shared.protocol.names import clean_line
from shared.rules.ruleset import PRESETS

PORT = 7777
NAME_MOST = 32  # code points, as Welcome allows
AWAY = {mode.name.lower(): mode for mode in Away}


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Whom a person takes over: in which demo, at which moment, which slot. `echoes`: the others do what they did."""

    demo: Path
    at: int
    slot: int
    echoes: bool


@dataclass(frozen=True, slots=True)
class Config:
    """What was asked for, checked."""

    room: RoomSettings
    host: str = ""  # "": every address of this machine
    port: int = PORT
    seed: int | None = None
    ready_json: bool = False
    ready_fd: int | None = None
    parent_stdin: bool = False
    record: Path | None = None  # the folder for demos
    resume: Path | None = None  # a demo to go on from
    take_over: TakeOver | None = None
    capture: Path | None = None  # a file for all that goes over the wire


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line, no usage: the sentence is what helps."""
        sys.exit(fail(message))


def fail(sentence: str) -> int:
    """Say why the arguments are no good; returns the exit status for that."""
    sys.stderr.write(f"petard-server: {sentence}\n")
    return 2


def _number(least: int, most: int, what: str) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text[:12]) <= most:
            raise argparse.ArgumentTypeError(f"{what} is a number from {least} to {most}, not {text[:40]!r}")
        return int(text)

    return read


def _skill(text: str) -> int:
    if text in SKILL_NAMES:
        return SKILL_NAMES.index(text)
    if text.isascii() and text.isdigit() and int(text[:9]) < len(SKILL_NAMES):
        return int(text)
    raise argparse.ArgumentTypeError(f"the skill of bots is {', '.join(SKILL_NAMES)} or 0 to 3, not {text[:40]!r}")


def _away(text: str) -> Away:
    if text in AWAY:
        return AWAY[text]
    raise argparse.ArgumentTypeError(f"for who is away there is one of {', '.join(AWAY)}, not {text[:40]!r}")


def _server_name(text: str) -> str:
    if text and text == clean_line(text).strip() and len(text) <= NAME_MOST:
        return text
    raise argparse.ArgumentTypeError(
        f"the name of the server is one line of 1 to {NAME_MOST} characters that can be shown"
    )


def _folder(text: str) -> Path | None:
    if text == "off":
        return None
    return Path(text) if text else platformdirs.user_data_path("petard", appauthor=False) / "demos"


def _parser(maps: Collection[str]) -> _Parser:
    parser = _Parser(prog="petard-server", description="A room of Petard that others join.", allow_abbrev=False)
    add = parser.add_argument
    add("--version", action="version", version=f"petard-server {BUILD}")
    add("--host", default="", metavar="ADDRESS", help="listen on this address only (default: all of this machine)")
    add("--port", type=_number(0, 65535, "a port"), default=PORT, help=f"default {PORT}; 0: any free one")
    add("--map", default="classic" if "classic" in maps else next(iter(maps)), help=", ".join(maps))
    add("--rules", default=next(iter(PRESETS)), help=", ".join(PRESETS))
    add("--rounds", type=_number(1, 9, "the number of rounds"), default=3, help="a match is best of so many, 1 to 9")
    add("--bots", type=_number(0, 63, "the number of bots"), default=0, help="0 to 63; they leave seats to people")
    add("--skill", type=_skill, default=2, help="of the bots: " + ", ".join(SKILL_NAMES))
    add("--away", type=_away, default=Away.BOT, metavar="|".join(AWAY), help="what is there for who lost the line")
    add("--snapshots", type=_number(20, 60, "snapshots a second"), default=60, metavar="60|30|20", help="sent a second")
    add("--name", type=_server_name, default="Petard", help="shown to who joins")
    add("--seed", type=_number(0, 2**32 - 1, "a seed"), default=None, help="the same seed gives the same boards")
    add("--record", default="", metavar="DIR|off", help="where recordings are kept (default: in your own data)")
    add("--capture", type=Path, metavar="FILE", help="write down all that goes over the wire, but no tokens")
    add("--resume", type=Path, metavar="FILE", help="go on with the match that a killed server was recording")
    add("--take-over", type=Path, metavar="FILE", help="let the first who comes play on in a recorded match")
    add("--at", type=_number(0, 2**32 - 1, "a moment"), default=0, metavar="TICK", help="from this moment of it on")
    add("--slot", type=_number(0, 63, "a slot"), default=0, help="as this player")
    add("--others", choices=("recorded", "bots"), default="bots", help="what the others do")
    add("--ready", metavar="json", help="print one line of JSON on stdout once the port is open")
    add(
        "--ready-fd",
        type=_number(0, 65535, "a descriptor"),
        default=None,
        metavar="N",
        help="the same line there (POSIX)",
    )
    add("--parent-stdin", action="store_true", help="end when standard input is closed")
    return parser


def _taken(given: argparse.Namespace) -> TakeOver | None:
    if given.take_over is None:
        return None
    return TakeOver(given.take_over, given.at, given.slot, given.others == "recorded")


def read_config(arguments: Sequence[str], maps: Collection[str]) -> Config:
    """Read the arguments after the program's name; leaves with status 2 and a sentence when they make no sense."""
    parser = _parser(maps)
    given = parser.parse_args(arguments)
    if given.map not in maps:
        parser.error(f"there is no map {given.map[:40]!r}; there are {', '.join(maps)}")
    if given.rules not in PRESETS:
        parser.error(f"there are no rules {given.rules[:40]!r}; there are {', '.join(PRESETS)}")
    if given.snapshots not in (20, 30, 60):
        parser.error(f"snapshots a second are 60, 30 or 20, not {given.snapshots}")
    if given.ready not in (None, "json"):
        parser.error(f"the ready line comes as json only, not as {given.ready[:40]!r}")
    if given.ready_fd is not None and sys.platform == "win32":
        parser.error("--ready-fd works on POSIX systems only; use --ready json")
    if given.capture and (given.resume is not None or given.take_over is not None):
        parser.error("a capture begins with an empty room, so it goes with neither --resume nor --take-over")
    if given.resume is not None and given.take_over is not None:
        parser.error("a match is resumed or taken over, not both")
    setup = Setup(given.map, given.rules, given.rounds, given.bots, given.skill, given.away)
    return Config(
        room=RoomSettings(setup, given.name, given.snapshots),
        host=given.host,
        port=given.port,
        seed=given.seed,
        ready_json=given.ready is not None,
        ready_fd=given.ready_fd,
        parent_stdin=given.parent_stdin,
        record=_folder(given.record),
        resume=given.resume,
        take_over=_taken(given),
        capture=given.capture,
    )
