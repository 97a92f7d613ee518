"""How the text of a setting becomes a value, the same for a flag, the environment and a file.

Rule: what is wrong is a BadValue, whose sentence says what would be right.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import platformdirs

from petard.server.policy.numbers import whole
from petard.server.policy.scram_keys import BadPassword, check
from petard.shared.protocol.names import clean_line

NAME_MOST = 32  # code points, as Welcome allows
LOOPBACK = "127.0.0.1"
_SWITCH = {"on": True, "off": False, "true": True, "false": False}
_ENDPOINT = re.compile(
    r"(?:(?:\[(?P<six>[0-9A-Fa-f:.]+(?:%\w+)?)\]|(?P<host>[\w.-]+|\*)):)?(?P<port>\d{1,5})", re.ASCII
)

Reads = Callable[[str], Any]


class BadValue(ValueError):
    """A text that is no such value; says what would be one."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a service listens; host "" is every address of this machine, port 0 any free one."""

    host: str
    port: int

    def __str__(self) -> str:
        """Write it as it is read.

        >>> str(Endpoint("::1", 80)), str(Endpoint("", 80))
        ('[::1]:80', '*:80')
        """
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host or '*'}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """True if only this machine gets there. Of a name nobody knows, whatever it begins with, but of localhost."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def number(least: int, most: int, what: str) -> Callable[[str], int]:
    """Make the reader of a whole number from `least` to `most`."""

    def read(text: str) -> int:
        found = whole(text, most)
        if found is None or found < least:
            raise BadValue(f"{what} is a number from {least} to {most}, not {text[:40]!r}")
        return found

    return read


def perhaps(read: Reads) -> Reads:
    """Make a reader to which no text is None."""
    return lambda text: read(text) if text else None


def one_of(words: Mapping[str, Any], what: str) -> Reads:
    """Make the reader of a few words, each with its value."""

    def read(text: str) -> Any:
        if text not in words:
            raise BadValue(f"{what} {', '.join(words)}, not {text[:40]!r}")
        return words[text]

    return read


def known(names: Collection[str], what: str) -> Callable[[str], str]:
    """Make the reader of a name that has to be among `names`."""

    def read(text: str) -> str:
        if text not in names:
            raise BadValue(f"there {what} {text[:40]!r}; there are {', '.join(names)}")
        return text

    return read


def numbered(names: Collection[str], what: str) -> Callable[[str], int]:
    """Make the reader of a name or its place among `names`."""
    order = list(names)

    def read(text: str) -> int:
        if text in order:
            return order.index(text)
        found = whole(text, len(order) - 1)
        if found is not None:
            return found
        raise BadValue(f"{what} {', '.join(order)} or 0 to {len(order) - 1}, not {text[:40]!r}")

    return read


def switch(text: str) -> bool:
    """Read on or off; raises BadValue."""
    if text not in _SWITCH:
        raise BadValue(f"it is on or off, not {text[:40]!r}")
    return _SWITCH[text]


def address_or_switch(text: str) -> str | None:
    """Read on ("": every address), off (None), or an address of this machine; raises BadValue.

    >>> address_or_switch("on"), address_or_switch("off"), address_or_switch("192.168.0.17")
    ('', None, '192.168.0.17')
    """
    if text in _SWITCH:
        return "" if _SWITCH[text] else None
    try:
        return str(ip_address(text))
    except ValueError:
        raise BadValue(f"it is on, off or an address in numbers, not {text[:60]!r}") from None


def text_as_it_is(text: str) -> str:
    """Read any text."""
    return text


def line_of(most: int, what: str) -> Callable[[str], str]:
    """Make the reader of one line of 1 to `most` characters."""

    def read(text: str) -> str:
        if text and text == clean_line(text).strip() and len(text) <= most:
            return text
        raise BadValue(f"{what} is one line of 1 to {most} characters that can be shown")

    return read


def password(text: str) -> str:
    """Read a password, "" being none; raises BadValue, which never shows it."""
    try:
        if text:
            check(text)
    except BadPassword as problem:
        raise BadValue(str(problem)) from problem
    return text


def place(file: str) -> Callable[[str], Path | None]:
    """Make the reader of DIR|on|off; `on` is `file` in the user's own data folder of Petard."""

    def read(text: str) -> Path | None:
        if text == "off":
            return None
        if "\0" in text:
            raise BadValue(f"no file can have the name {text[:60]!r}")
        return platformdirs.user_data_path("petard", appauthor=False) / file if text in ("", "on") else Path(text)

    return read


def endpoint(text: str) -> Endpoint | None:
    """Read ADDRESS:PORT, a port alone (on loopback), `*:PORT` (every address) or off; raises BadValue.

    >>> endpoint("7776"), endpoint("[::1]:80"), endpoint("off")
    (Endpoint(host='127.0.0.1', port=7776), Endpoint(host='::1', port=80), None)
    """
    if text == "off":
        return None
    found = _ENDPOINT.fullmatch(text)
    if not found or int(found["port"]) > 65535:
        raise BadValue(f"it is an address and a port such as {LOOPBACK}:8080, a port alone, or off, not {text[:60]!r}")
    host = found["six"] or found["host"] or LOOPBACK
    return Endpoint("" if host == "*" else host, int(found["port"]))
