"""How the text of a setting becomes a value: numbers, words, addresses, names, passwords and paths.

Every mistake is a BadValue, or a BadPath, whose sentence says what would be right.
"""

import argparse
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from petard.server.net.scram_keys import BadPassword, check
from petard.server.policy.address_groups import Network, parse_network
from petard.server.policy.text import parse_int
from petard.shared.host_port import host_problem, join_host_port, split_host_port
from petard.shared.protocol.match_text import BadMatchText, read_match_text
from petard.shared.protocol.names import clean_line
from petard.shared.rules.item_choice import BadItems, items_text, read_items
from petard.shared.user_folders import data_folder, file_path

NAME_MOST = 32  # code points, as Welcome allows
LOOPBACK = "127.0.0.1"
AUTO, NEVER = "auto", "off"  # choices of `resume`, and more
_SWITCH = {"on": True, "off": False, "true": True, "false": False}
_ENDPOINT = re.compile(
    r"(?:(?:\[(?P<six>[0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|(?P<host>[\w.-]+|\*)):)?(?P<port>\d{1,5})", re.ASCII
)
_HOST_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}(\.[a-z0-9-]{1,63}){0,39}\.?", re.ASCII)

Parse = Callable[[str], Any]


class BadValue(argparse.ArgumentTypeError):
    """A text that is no such value; the sentence says what would be one. A parser of the command line shows it."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a service listens; host "" means every address of this machine, port 0 any free port."""

    host: str
    port: int

    def __str__(self) -> str:
        """Return it as it is typed.

        >>> str(Endpoint("::1", 80)), str(Endpoint("", 80))
        ('[::1]:80', '*:80')
        """
        return join_host_port(self.host or "*", self.port)

    @property
    def is_loopback(self) -> bool:
        """True if only this machine can connect; False for any name but localhost, whatever the name begins with."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def number(least: int, most: int, what: str) -> Callable[[str], int]:
    """Make a parser of whole numbers from `least` to `most`."""

    def parse(text: str) -> int:
        found = parse_int(text, most)
        if found is None or found < least:
            raise BadValue(f"{what} is a number from {least} to {most}, not {text[:40]!r}")
        return found

    return parse


def one_of(words: Mapping[str, Any], sentence: str) -> Parse:
    """Make a parser of a few words, each with its value. `sentence`: the error, with {text} and {words}."""

    def parse(text: str) -> Any:
        if text not in words:
            raise BadValue(sentence.format(text=repr(text[:40]), words=", ".join(words)))
        return words[text]

    return parse


def name_of(names: Iterable[str], sentence: str) -> Parse:
    """Make a parser of one of `names`, whose value is the name itself. `sentence`: as in `one_of`."""
    return one_of({name: name for name in names}, sentence)


def auto_or(parse: Parse) -> Parse:
    """Make a parser of auto, which is None, or of what another parser reads."""
    return lambda text: None if text == AUTO else parse(text)


def numbered(names: Collection[str], what: str) -> Callable[[str], int]:
    """Make a parser of one of `names`, or of its position."""
    order = list(names)

    def parse(text: str) -> int:
        found = order.index(text) if text in order else parse_int(text, len(order) - 1)
        if found is None:
            raise BadValue(f"{what} {', '.join(order)} or 0 to {len(order) - 1}, not {text[:40]!r}")
        return found

    return parse


switch = one_of(_SWITCH, "it is on or off, not {text}")


def known_form(host: str) -> str:
    """Return a host whose form every system reads alike; raises BadValue."""
    if problem := host_problem(host):
        raise BadValue(problem)
    return host


def address_or_switch(text: str) -> str | None:
    """Parse on ("": every address), off (None), or an address of this machine; raises BadValue.

    >>> address_or_switch("on"), address_or_switch("off"), address_or_switch("192.168.0.17")
    ('', None, '192.168.0.17')
    """
    if text in _SWITCH:
        return "" if _SWITCH[text] else None
    try:
        return known_form(str(ip_address(text)))
    except ValueError:
        raise BadValue(f"it is on, off or an address in numbers, not {text[:60]!r}") from None


def networks(text: str) -> tuple[Network, ...]:
    """Parse addresses and networks, with commas between them; raises BadValue."""
    found = {word.strip(): parse_network(word.strip()) for word in text.split(",") if word.strip()}
    if wrong := [word for word, network in found.items() if network is None]:
        raise BadValue(f"it is addresses and networks such as 172.17.0.1, 10.0.0.0/24, not {wrong[0][:60]!r}")
    return tuple(filter(None, found.values()))


def server_name(text: str) -> str:
    """Parse the name of the server; raises BadValue."""
    if text and text == clean_line(text).strip() and len(text) <= NAME_MOST:
        return text
    raise BadValue(f"the name of the server is one line of 1 to {NAME_MOST} characters that can be shown")


def item_choice(text: str) -> str:
    """Parse items with weights; returns them in the order of their numbers. Raises BadValue."""
    try:
        return items_text(read_items(text))
    except BadItems as problem:
        raise BadValue(str(problem)) from problem


def match_choice(text: str) -> dict[str, str]:
    """Parse the text of a match: the texts of other settings, by key; raises BadValue."""
    try:
        return read_match_text(text) if text else {}
    except BadMatchText as problem:
        raise BadValue(str(problem)) from problem


def password(text: str) -> str:
    """Parse a password; "" means none. Raises BadValue, which never contains it."""
    try:
        if text:
            check(text)
    except BadPassword as problem:
        raise BadValue(str(problem)) from problem
    return text


def path_or_switch(file: str) -> Callable[[str], Path | None]:
    """Make a parser of PATH|on|off; `on` means `file` in the user's data folder, None without a home."""

    def parse(text: str) -> Path | None:
        if text == "off":
            return None
        if text not in ("", "on"):
            return file_path(text)
        folder = data_folder()
        return folder / file if folder else None

    return parse


def resume_choice(text: str) -> Path | str:
    """Parse auto, off, or the file of a recording; raises BadPath. An `on` of a settings file is auto."""
    if text in (AUTO, "on"):
        return AUTO
    return NEVER if text == NEVER else file_path(text)


def endpoint(text: str) -> Endpoint | None:
    """Parse ADDRESS:PORT, a port alone (on loopback), `*:PORT` (every address) or off; raises BadValue.

    >>> endpoint("7776"), endpoint("[::1]:80"), endpoint("off")
    (Endpoint(host='127.0.0.1', port=7776), Endpoint(host='::1', port=80), None)
    """
    if text == "off":
        return None
    found = _ENDPOINT.fullmatch(text)
    if not found or int(found["port"]) > 65535:
        raise BadValue(f"it is an address and a port such as {LOOPBACK}:8080, a port alone, or off, not {text[:60]!r}")
    host = known_form(found["six"] or found["host"] or LOOPBACK)
    return Endpoint("" if host == "*" else host, int(found["port"]))


def web_place(text: str) -> Endpoint | int | None:
    """Parse a port alone (at the addresses of the game), ADDRESS:PORT, `*:PORT` or off; raises BadValue.

    >>> web_place("7780"), web_place("127.0.0.1:80"), web_place("off")
    (7780, Endpoint(host='127.0.0.1', port=80), None)
    """
    found = endpoint(text)
    return found.port if found and text.isdigit() else found


def directory_url(text: str) -> str:
    """Parse the URL of a directory, or nothing; raises BadValue.

    >>> directory_url("https://example.org/petard/"), directory_url("")
    ('https://example.org/petard', '')
    """
    try:
        parts = urlsplit(text)
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_url = False
    is_plain = text.isascii() and text.isprintable() and " " not in text
    if text and not (is_url and is_plain and parts.username is None and not (parts.query or parts.fragment)):
        raise BadValue(f"it is a URL such as http://example.org:7770, not {text[:60]!r}")
    return text.rstrip("/")


def public_place(text: str) -> Endpoint | None:
    """Parse on, off (None), or the address at which players connect, with or without a port; raises BadValue.

    >>> public_place("on"), public_place("203.0.113.7"), public_place("[2001:db8::1]:7800")
    (Endpoint(host='', port=0), Endpoint(host='203.0.113.7', port=0), Endpoint(host='2001:db8::1', port=7800))
    """
    if text in _SWITCH:
        return Endpoint("", 0) if _SWITCH[text] else None
    try:
        host, digits = split_host_port(text)
        return Endpoint(str(ip_address(host)), 0 if digits is None else number(1024, 65535, "a port")(digits))
    except ValueError:
        raise BadValue(f"it is on, off, or an address in numbers with or without a port, not {text[:60]!r}") from None


def host_names(text: str) -> tuple[str, ...]:
    """Parse names of this machine, with commas between them; raises BadValue.

    >>> host_names("petard.example.org, den.lan")
    ('petard.example.org', 'den.lan')
    """
    names = tuple(word.strip().lower() for word in text.split(",") if word.strip())
    if wrong := [name for name in names if not _HOST_NAME.fullmatch(name)]:
        raise BadValue(f"it is names such as petard.example.org, without a port, not {wrong[0][:60]!r}")
    return names
