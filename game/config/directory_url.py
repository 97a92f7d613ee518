"""The URL of a directory, a list of rooms on the Internet (docs/directory.md): checked before anything is asked."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from petard.shared.host_port import host_problem, join_host_port

LONGEST_URL = 200  # characters
DEFAULT_PORTS = {"http": 80, "https": 443}
_NAME, _PATH = re.compile(r"[a-z0-9](?:[\w.-]*\w)?\.?", re.ASCII), re.compile(r"[\w.~%/-]*", re.ASCII)
LIKE_URL = "Write it like https://example.org or http://192.168.1.20:7770."


class BadDirectoryUrl(ValueError):
    """This is no URL of a directory; the text is one sentence."""


class DirectoryUrl(NamedTuple):
    """`host`: a name, or an address without brackets. `prefix`: the path before `/rooms`, "" for none."""

    scheme: str  # http or https
    host: str
    port: int
    prefix: str

    @property
    def place(self) -> str:
        """What a person knows it by.

        >>> directory_url_of("http://Example.org:7770/games/").place
        'example.org:7770/games'
        """
        if self.port != DEFAULT_PORTS[self.scheme]:
            return join_host_port(self.host, self.port) + self.prefix
        return (f"[{self.host}]" if ":" in self.host else self.host) + self.prefix

    def __str__(self) -> str:
        """Write it so that `directory_url_of` reads it back."""
        return f"{self.scheme}://{self.place}"


def directory_url_of(text: str) -> DirectoryUrl:
    """Parse what a person wrote; raises BadDirectoryUrl.

    >>> directory_url_of("https://example.org")
    DirectoryUrl(scheme='https', host='example.org', port=443, prefix='')
    """
    shown = repr(text if len(text) <= 60 else text[:57] + "...")
    wrong = BadDirectoryUrl(f"{shown} is no URL of a directory. {LIKE_URL}")
    if len(text) > LONGEST_URL or not text.isascii() or not text.isprintable():
        raise wrong
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in DEFAULT_PORTS or port == 0 or host_problem(host) or "%" in host:
        raise wrong
    if not (":" in host or _NAME.fullmatch(host)) or ".." in host or not _PATH.fullmatch(parts.path):
        raise wrong
    if set(text) & set("@?#"):
        raise BadDirectoryUrl(f"{shown} has more than a host, a port and a path. {LIKE_URL}")
    return DirectoryUrl(parts.scheme, host, port or DEFAULT_PORTS[parts.scheme], parts.path.rstrip("/"))


def is_directory_url(text: str) -> bool:
    """True for "" (none) and for a URL.

    >>> is_directory_url(""), is_directory_url("http://example.org:7770"), is_directory_url("example.org:7770")
    (True, True, False)
    """
    try:
        return not text or bool(directory_url_of(text))
    except BadDirectoryUrl:
        return False
