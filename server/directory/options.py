"""The command line of petard-directory.

Rule 1: a mistake is one sentence and exit status 2.
Rule 2: the URL of Redis, which can hold a password, may come from the environment instead.
"""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from petard.server.config.config import CliParser, fail
from petard.server.config.values import BadValue, known_form, networks, number
from petard.server.directory.allocator import Fleet
from petard.server.directory.rooms.announced_rooms import PER_ADDRESS, ROOMS_MOST
from petard.server.policy.address_groups import Network
from petard.shared.protocol.messages import BUILD
from petard.shared.user_folders import file_path

PROGRAM = "petard-directory"
PORT = 7770
REDIS_VARIABLE = "PETARD_DIRECTORY_REDIS"
REDIS_SCHEMES = ("redis", "rediss", "unix")


@dataclass(frozen=True, slots=True)
class Options:
    """What the owner has set; docs/directory.md says what each means."""

    host: str = ""
    port: int = PORT
    redis: str = field(default="", repr=False)  # can hold a password
    allow_private: bool = False
    any_address_from: tuple[Network, ...] = ()
    proxy_from: tuple[Network, ...] = ()
    uncounted: tuple[Network, ...] = ()
    per_address: int = PER_ADDRESS
    rooms: int = ROOMS_MOST
    fleet: Fleet | None = None
    log: str = "text"
    ready: str = ""


def refuse(sentence: object, status: int = 2) -> int:
    """Print what is wrong; returns the exit status."""
    return fail(sentence, status, PROGRAM)


def read_options(words: Sequence[str], environ: Mapping[str, str] = os.environ) -> Options:
    """Parse the arguments after the program's name; exits with status 2 and a sentence when they are wrong."""
    parser = _parser()
    given = vars(parser.parse_args(words))
    given["redis"] = given["redis"] if given["redis"] is not None else _redis_of(environ, parser)
    fleet = _fleet(given, parser)
    return Options(**given, fleet=fleet)


def _parser() -> CliParser:
    parser = CliParser("", "A list of public Petard rooms, by HTTP (docs/directory.md).", PROGRAM)
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {BUILD}")
    add = parser.add_argument
    add("--host", type=known_form, default="", metavar="ADDRESS", help="listen on this address only (default: all)")
    add("--port", type=number(0, 65535, "a port"), default=PORT, metavar="N", help=f"0: any free one (default: {PORT})")
    about = f"share the list with other directories through Redis; also by the variable {REDIS_VARIABLE}"
    add("--redis", type=_redis_url, metavar="URL", help=about)
    about = "list rooms at addresses that are not on the Internet, too: for a network of your own"
    add("--allow-private", action="store_true", help=about)
    about = "rooms that announce themselves from there may name another address for players"
    add("--any-address-from", type=networks, default=(), metavar="ADDRESS,...", help=about)
    about = "proxies whose X-Forwarded-For is believed"
    add("--proxy-from", type=networks, default=(), metavar="ADDRESS,...", help=about)
    about = "addresses and networks without the limits for one address"
    add("--uncounted", type=networks, default=(), metavar="ADDRESS,...", help=about)
    most = number(1, ROOMS_MOST, "the number of rooms")
    about = f"how many rooms there may be from one address (IPv6: one /64) (default: {PER_ADDRESS})"
    add("--per-address", type=most, default=PER_ADDRESS, metavar="N", help=about)
    add("--rooms", type=most, default=ROOMS_MOST, metavar="N", help=f"how many rooms in all (default: {ROOMS_MOST})")
    add("--log", choices=("text", "json"), default="text", help="the format of the log on standard error")
    add("--ready", choices=("json",), default="", help="print one line of JSON on stdout once the port is open")
    _add_allocator(parser)
    return parser


def _add_allocator(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("to start rooms by Agones").add_argument
    add(
        "--allocator", type=_http_url, metavar="URL", help="its allocator service, such as https://agones-allocator:443"
    )
    add(
        "--allocator-namespace", default="default", metavar="NAME", help="the namespace of the fleet (default: default)"
    )
    add("--allocator-fleet", default="petard", metavar="NAME", help="the fleet of the rooms (default: petard)")
    add(
        "--allocator-cert", type=file_path, metavar="FILE", help="the certificate that this directory shows to it (PEM)"
    )
    add("--allocator-key", type=file_path, metavar="FILE", help="the private key of that certificate (PEM)")
    add(
        "--allocator-ca",
        type=file_path,
        metavar="FILE",
        help="the authority that signed the allocator's certificate (PEM)",
    )


def _fleet(given: dict[str, object], parser: CliParser) -> Fleet | None:
    """Take the values for the allocator out of `given`."""
    names = ("", "-namespace", "-fleet", "-cert", "-key", "-ca")
    url, namespace, fleet, certificate, key, authority = (
        given.pop(f"allocator{name}".replace("-", "_")) for name in names
    )
    files = [file if isinstance(file, Path) else None for file in (certificate, key, authority)]
    if not url:
        if any(files):
            parser.error("the files of the allocator are for --allocator URL, which is missing")
        return None
    if (files[0] is None) != (files[1] is None):
        parser.error("a certificate and its key belong together: --allocator-cert and --allocator-key")
    return Fleet(str(url), str(namespace), str(fleet), *files)


def _redis_of(environ: Mapping[str, str], parser: CliParser) -> str:
    try:
        return _redis_url(environ.get(REDIS_VARIABLE, ""))
    except BadValue as problem:
        parser.error(f"{REDIS_VARIABLE}: {problem}")


def _redis_url(text: str) -> str:
    if text and _scheme_of(text) not in REDIS_SCHEMES:
        raise BadValue("the URL of Redis is such as redis://localhost:6379/0")
    return text


def _http_url(text: str) -> str:
    if _scheme_of(text) not in ("http", "https") or not urlsplit(text).netloc:
        raise BadValue(f"it is a URL such as https://agones-allocator:443, not {text[:60]!r}")
    return text


def _scheme_of(text: str) -> str:
    try:
        return urlsplit(text).scheme if "://" in text else ""
    except ValueError:
        return ""
