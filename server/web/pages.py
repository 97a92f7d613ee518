"""The pages and what belongs to them: files of assets/web, sprites and sounds, and a plain table without JavaScript.

Rule 1: only what a list made at the start names is served, so no path leaves the folders. A file is read once.
Rule 2: nothing is loaded from elsewhere, and POLICY forbids it.
Rule 3: all text that a person could have typed goes through `escape`.
Rule 4: comments of modules, which are a fifth of them, are not sent.
"""

import gzip
import re
from collections.abc import Collection
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from zlib import crc32

from petard.assets import path
from petard.server.policy.address_groups import plain
from petard.shared.host_port import split_host_port

KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".ogg": "audio/ogg",
    ".wav": "audio/wav",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
}
PACKED = (".html", ".js", ".css", ".json")  # a third of their size on the way
FOLDERS = {"s": "web", "sprites": "sprites", "sounds": "sounds"}  # the first word of a path, and the folder in assets/
PAGES = {"watch": "watch.html", "pad": "pad.html"}  # files of assets/web
# A page may follow its room to another machine, so it may connect to others.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self' ws: wss:; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FINDER = "/s/finder.js"  # the worker that looks for the room at its standbys
TABLE_POLICY = POLICY.replace("style-src 'self'", "style-src 'unsafe-inline'")  # our own; it shows no text as HTML
COMMENT = re.compile(rb"/\*\*.*?\*/|^\s*//[^\n]*$", re.MULTILINE | re.DOTALL)  # of JSDoc, and lines of their own
PLACES_MOST = 8  # addresses of standbys
RENEW = 2  # seconds, of the table


@dataclass(frozen=True, slots=True)
class Content:
    """What a path returns. `packed`: by gzip, b"" for pictures and sounds; `tag`: as an HTTP ETag, of the content."""

    kind: str
    data: bytes
    packed: bytes = b""

    @property
    def tag(self) -> str:
        return f'"{crc32(self.data):08x}"'


class Files:
    """The files that may be asked for, by path."""

    def __init__(self) -> None:
        self._files: dict[str, Path] = {}
        self._read: dict[str, Content] = {}
        for word, folder in FOLDERS.items():
            root = path(folder)
            for file in sorted(root.rglob("*")):
                if file.suffix in KINDS and file.is_file():
                    self._files[f"/{word}/{file.relative_to(root).as_posix()}"] = file

    def content(self, url: str) -> Content | None:
        """Return what is at a path; None if there is nothing."""
        if url not in self._files:
            return None
        if url not in self._read:
            file = self._files[url]
            data = file.read_bytes()
            if file.suffix == ".js":
                data = COMMENT.sub(b"", data)
            packed = gzip.compress(data, mtime=0) if file.suffix in PACKED else b""
            self._read[url] = Content(KINDS[file.suffix], data, packed)
        return self._read[url]

    def page(self, name: str) -> Content | None:
        """Return a page of PAGES; None if it is not installed."""
        return self.content(f"/s/{PAGES[name]}")


def finder_policy(places: Collection[str]) -> str:
    """The policy of the worker: it may ask these addresses (HOST:PORT, at most PLACES_MOST), and nobody else.

    >>> finder_policy(["10.0.0.6:7801", "[::1]:7801", "evil.example:80", "10.0.0.6:1 *"])
    "default-src 'none'; connect-src http://10.0.0.6:7801 http://[::1]:7801"
    """
    asked = " ".join(f"http://{place}" for place in list(places)[:PLACES_MOST] if _is_place(place))
    return "default-src 'none'; connect-src " + (asked or "'none'")


def _is_place(text: str) -> bool:
    try:
        host, port = split_host_port(text)
    except ValueError:
        return False
    is_port = port is not None and port.isascii() and port.isdigit() and 0 < int(port[:6]) < 1 << 16
    return plain(host) is not None and "%" not in host and is_port


STYLE = (
    "body{margin:1rem;background:#14121f;color:#f4ecd8;font:1.1rem/1.4 system-ui,sans-serif}"
    "td,th{padding:.2rem .8rem;text-align:left}"
)


def table_page(status: dict[str, Any]) -> str:
    """Return the room as a plain page: for browsers without JavaScript or canvas, and for screen readers."""
    name = escape(status["name"])
    health = "" if status["health"] == "ok" else f"<p><strong>The server is {escape(status['health'])}.</strong></p>"
    seats = sorted(status["seats"], key=lambda seat: (-seat["wins"], seat["slot"]))
    rows = "".join(
        f"<tr><td>{seat['wins']}<td>{escape(seat['name'])}<td>{escape(seat['colour'])}<td>{_about(seat)}"
        for seat in seats
    )
    heads = "<tr><th>Wins<th>Name<th>Colour<th>"
    return (
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="{RENEW}">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{name}</title><style>{STYLE}</style><main><h1>{name}</h1>{health}<p>{_now(status)}"
        f"<table>{heads}{rows}</table></main></html>\n"
    )


def _now(status: dict[str, Any]) -> str:
    where = f"on {escape(status['map'])} by {escape(status['rules'])}"
    if status["phase"] == "lobby":
        return f"In the lobby, best of {status['rounds']}, {where}"
    left = f", {status['left'] // 60}:{status['left'] % 60:02} left" if status["left"] is not None else ""
    return f"Round {status['round']}, best of {status['rounds']}, {escape(status['phase'])}{left}, {where}"


def _about(seat: dict[str, Any]) -> str:
    words = [word for word in ("bot", "away") if seat[word]] + ["out"] * (not seat["alive"])
    return ", ".join(words + [f"{seat['ping']} ms"] * bool(seat["ping"] and not seat["bot"]))
