"""The command line of `petard`: parsed into one value, or refused with one sentence.

Rule 1: text in, value out; only the folder of a screenshot and the file of a demo are looked for on the disk. Only
        `arguments_of` may end the program, with one sentence and status 2.
Rule 2: an address is what people write: `10.0.0.5`, `10.0.0.5:7777`, `ada-laptop`, `[::1]:7777`, `::1`, `fe80::1%eth0`,
        or the join code that a lobby shows. A dot behind it makes it the name of a computer.
"""

import argparse
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple, NoReturn

from petard.game.config.directory_url import BadDirectoryUrl, directory_url_of
from petard.game.config.languages import LANGUAGES
from petard.game.net.lag_simulator import LagOptions
from petard.shared.host_port import host_problem, is_ambiguous_ipv4, is_ipv6, join_host_port, split_host_port
from petard.shared.protocol.joincode import decode_join_code
from petard.shared.protocol.messages import BUILD
from petard.shared.protocol.names import NAME_MOST, clean_line, clean_name
from petard.shared.user_folders import BadPath, file_path, new_file

DEFAULT_PORT = 7777
LAG_MOST, JITTER_MOST, LOSS_MOST = 2000, 1000, 50  # ms, ms, per cent
SIZE_LEAST, SIZE_MOST = (160, 90), (7680, 4320)  # pixels of a window
LONGEST_HOST = 253  # characters; what DNS allows
HOST = re.compile(r"[^\W_](?:[\w.-]*\w)?\.?")
SUBCOMMANDS = {  # the line in the help; what each starts is in game/__main__.py
    "doctor": "find out why a server cannot be seen or joined",
    "conform": "check a server or a client of yours against the protocol",
    "lab": "try a wrong way to use sockets, and see what breaks",
    "league": "let programs play against each other",
}
LIKE = "Write it like 192.168.1.20 or 192.168.1.20:7777."


class BadArgument(Exception):  # no ValueError, which argparse would catch and tell in words of its own
    """The game cannot use this argument; the text is one sentence that says why."""


class BadAddress(BadArgument):
    """This is no address."""


class Address(NamedTuple):
    host: str
    port: int

    def __str__(self) -> str:
        """Write it so that `address_of` reads it back; the default port is left out.

        >>> str(Address("::1", 7778)), str(Address("ada", 7777))
        ('[::1]:7778', 'ada')
        """
        if self.port == DEFAULT_PORT:
            return self.host
        return join_host_port(self.host, self.port)


def address_of(text: str) -> Address:
    """Parse an address that a person typed; raises BadAddress with a sentence to show.

    >>> address_of(" [::1]:7778 "), address_of("aaaut")
    (Address(host='::1', port=7778), Address(host='192.168.0.17', port=7777))
    """
    text = text.strip()
    if not text:
        raise BadAddress("Write the join code that the lobby of the host shows, or an address such as 192.168.1.20.")
    if place := decode_join_code(text):
        return Address(*place)
    if "/" in text:
        raise BadAddress(f"{_short(text)} is no address. {LIKE}")
    try:
        host, port = split_host_port(text)
    except ValueError:
        host, port = text, None
    is_bracketed = host != text and text.startswith("[")
    if is_bracketed and not is_ipv6(host):
        raise BadAddress(f"Between the brackets of {_short(text)} there is no IPv6 address.")
    if ":" in host and not is_ipv6(host):
        raise BadAddress(f"{_short(text)} is no address. With a port, an IPv6 address needs brackets: [::1]:7777.")
    if ":" not in host and (not _is_name(host) or is_ambiguous_ipv4(host)):
        raise BadAddress(f"{_short(text)} is no address. {LIKE}")
    if ":" in host and (problem := host_problem(host)):
        raise BadAddress(f"{problem}.")
    return Address(host, DEFAULT_PORT if port is None else _port_of(port, text))


def _port_of(port: str, text: str) -> int:
    """Parse the port in the text of an address; raises BadAddress."""
    if not port:
        raise BadAddress(f"After the colon of {_short(text)} a port is missing.")
    if not _is_whole(port, 1, 65535):
        raise BadAddress(f"{_short(port)} is no port. A port is a number from 1 to 65535.")
    return int(port)


def _is_whole(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5 and least <= int(text) <= most


def _is_name(text: str) -> bool:
    return len(text) <= LONGEST_HOST and bool(HOST.fullmatch(text)) and ".." not in text


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


@dataclass(frozen=True, slots=True)
class Arguments:
    """What this run of the game shall do. None: as the settings say."""

    address: Address | None = None  # join this server at once
    demo: Path | None = None  # watch this recording
    play: bool = False  # start a match against bots at once
    bot: bool = False  # a bot plays the seat of this person
    seconds: float | None = None  # stop after so many
    screenshot: Path | None = None  # save the last picture here
    name: str | None = None
    full_screen: bool | None = None
    reduced_motion: bool | None = None
    language: str | None = None  # its code
    directory: str | None = None  # the URL of a list of rooms on the Internet, "" for none
    timedemo: Path | None = None  # draw this recording as fast as possible, and print how fast
    size: tuple[int, int] | None = None  # of the window as it opens, in pixels
    lag: LagOptions | None = None  # makes our own connection worse


class SentenceParser(argparse.ArgumentParser):
    """Prints a mistake as one sentence, without the usage, and exits with status 2."""

    def error(self, message: str) -> NoReturn:
        program = self.prog.partition(" ")[0]
        self.exit(2, f"{program}: {message[:1].upper()}{message[1:]}{'' if message.endswith('.') else '.'}\n")


def arguments_of(words: Sequence[str]) -> Arguments:
    """Parse the command line; a mistake is one sentence on stderr and SystemExit(2)."""
    parser = _parser()
    try:
        given = vars(parser.parse_args(words))
        target = given.pop("target")
        if target and given["play"]:
            raise BadArgument("--play starts a server of its own, so it goes with no address.")
        if given["timedemo"] and (target or given["play"] or given["bot"]):
            raise BadArgument("--timedemo plays a recording and nothing else.")
    except BadArgument as error:
        parser.exit(2, f"petard: {error}\n")
    given["play"] = given["play"] or (given["bot"] and not target)
    lag = LagOptions(given.pop("lag"), given.pop("jitter"), given.pop("loss"))
    given["lag"] = None if lag == LagOptions() else lag
    given["address"], given["demo"] = (None, target) if isinstance(target, Path) else (target, None)
    return Arguments(**given)


def _parser() -> SentenceParser:
    lines = "".join(f"  petard {word:<9}{about}\n" for word, about in SUBCOMMANDS.items())
    parser = SentenceParser(
        prog="petard",
        description="A bomb party for people in one room. Without an address the title screen opens.",
        epilog=f"subcommands (each has a --help of its own):\n{lines}\n"
        "A server without a screen is started with petard-server.\n"
        "The password of a room may be given by the variable PETARD_PASSWORD.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    where = "join the server at this address at once, or watch the recording in this file"
    add("target", nargs="?", type=_target_of, metavar="HOST[:PORT]|FILE.petard", help=where)
    add("--play", action="store_true", help="start a match against bots at once")
    add("--name", type=_name_of, help="what others call you, 1 to 16 characters")
    screen = parser.add_mutually_exclusive_group()
    screen.add_argument("--full-screen", dest="full_screen", action="store_true", default=None, help="fill the screen")
    screen.add_argument("--windowed", dest="full_screen", action="store_false", default=None, help="open a window")
    add("--size", type=_size_of, metavar="WIDTHxHEIGHT", help="open a window of that size, such as 1920x1080")
    calm = "no shake, flashes, slow motion and sparks"
    add("--reduced-motion", dest="reduced_motion", action="store_true", default=None, help=calm)
    add("--language", type=_language_of, metavar="|".join(LANGUAGES), help="of the window; this help stays English")
    what = "list of rooms on the Internet, which Join a game then shows, too (docs/directory.md); off: none"
    add("--directory", type=_directory_of, metavar="URL|off", help=what)
    add("--bot", action="store_true", help="let a bot play your seat (and, without an address, a match of its own)")
    add("--seconds", type=_seconds_of, metavar="N", help="stop after N seconds")
    add("--screenshot", type=_picture_of, metavar="FILE", help="save the last picture as a PNG file")
    about = "draw a recording as fast as it goes, and say how fast that was"
    add("--timedemo", type=_file_of, metavar="FILE", help=about)
    add("--version", action="version", version=f"petard {BUILD}")
    add = parser.add_argument_group("simulate a worse connection, in both directions; the screen says so").add_argument
    for option, most, metavar, unit, about in (
        ("--lag", LAG_MOST, "MS", "milliseconds", f"delay there and back, up to {LAG_MOST} ms"),
        ("--jitter", JITTER_MOST, "MS", "milliseconds", f"up to so much more or less, up to {JITTER_MOST} ms"),
        ("--loss", LOSS_MOST, "PERCENT", "per cent", f"pieces that are lost and come late, up to {LOSS_MOST}"),
    ):
        add(option, type=partial(_whole, option, most, unit), metavar=metavar, default=0, help=about)
    return parser


def _file_of(text: str, parse: Callable[[str], Path] = file_path) -> Path:
    try:
        return parse(text)
    except BadPath as problem:
        raise BadArgument(f"{str(problem)[:1].upper()}{str(problem)[1:]}.") from problem


def _target_of(text: str) -> Address | Path:
    """The file, if the text names a file (whether it can be read or not); else the address."""
    if text.startswith("~"):
        return _file_of(text)
    file = Path(text)
    with suppress(OSError, ValueError):  # this cannot be a file name
        if file.suffix.lower() == ".petard" or (file.exists() and not file.is_dir()):
            return file
    return address_of(text)


def _name_of(text: str) -> str:
    name = clean_name(text)
    if not name:
        raise BadArgument("A name needs at least one letter that can be shown.")
    if (length := len(" ".join(clean_line(text).split()))) > NAME_MOST:
        raise BadArgument(f"A name has at most {NAME_MOST} characters, and {_short(text.strip())} has {length}.")
    return name


def _language_of(text: str) -> str:
    if text.lower() in LANGUAGES:
        return text.lower()
    known = " or ".join(f"{code} ({name})" for code, name in LANGUAGES.items())
    raise BadArgument(f"--language takes {known}, and {_short(text)} is none of these.")


def _directory_of(text: str) -> str:
    try:
        return "" if text == "off" else str(directory_url_of(text))
    except BadDirectoryUrl as problem:
        raise BadArgument(str(problem)) from problem


def _picture_of(text: str) -> Path:
    file = _file_of(text, new_file)
    if file.suffix.lower() != ".png":
        raise BadArgument(f"The picture is a PNG file, so its name ends in .png; {_short(str(file))} does not.")
    with suppress(OSError):  # a name that is too long, or a folder without permission
        if file.parent.is_dir():
            return file
    raise BadArgument(f"For the picture there is no folder {_short(str(file.parent))}.")


def _seconds_of(text: str) -> float:
    if re.fullmatch(r"\d{1,6}(\.\d{1,3})?", text, re.ASCII) and float(text) > 0:
        return float(text)
    raise BadArgument(f"{_short(text)} is no number of seconds.")


def _size_of(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{3,4})x(\d{2,4})", text, re.ASCII)
    size = (int(found[1]), int(found[2])) if found else (0, 0)
    if not all(least <= side <= most for least, side, most in zip(SIZE_LEAST, size, SIZE_MOST, strict=True)):
        raise BadArgument(f"--size takes a size from 160x90 to 7680x4320, and {_short(text)} is none.")
    return size


def _whole(option: str, most: int, what: str, text: str) -> int:
    if _is_whole(text, 0, most):
        return int(text)
    raise BadArgument(f"{option} takes a whole number of {what} from 0 to {most}, and {_short(text)} is none.")
