"""Parses the head of an HTTP request, and says which host names it may use.

Pure, and fed as the bytes arrive: `head_of` says whether the head is complete, `parse` reads it. Everything wrong with
it raises `BadRequest`. It replaces the parser of http.server, which accepts HTTP/0.9, lines of 64 KiB and a hundred
headers of that length, parsed as mail.

Rule 1: an empty line ends the head; nothing after it is read, since no request here has a body.
Rule 2: what two parsers could read differently is refused: folded lines, two Hosts, a space before a colon.
Rule 3: no web page may read this one by DNS rebinding. The owner of a public name can make it resolve to an address in
        another person's network, so a host name must be one that nobody can own: an address, a name without a dot, a
        name with an ending that only a LAN has, or the name of this machine.
"""

import re
from dataclasses import dataclass

from petard.server.policy.address_groups import Own, plain

LINE_MOST = 8192  # bytes of the request line
HEAD_MOST = 16384  # bytes of all of it
HEADERS_MOST = 64
METHODS = ("GET", "HEAD")
ENDINGS = (".local", ".localhost", ".lan", ".home", ".internal", ".home.arpa")
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\x21-\x7e]+) HTTP/1\.[01]")
_WHOLE = re.compile(rb"https?://([^/?#]*)([^#]*)", re.IGNORECASE)
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_END = re.compile(rb"\r?\n\r?\n")
_BEGUN_END = re.compile(rb"(\r?\n\r?|\r|)\Z")  # so much of it as may have arrived


class BadRequest(ValueError):
    """A request that gets no page. `status`: of HTTP, 4xx; the text is a sentence for people."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request. `host`: the host name that the client used, without its port; "" if it sent none."""

    method: str
    path: str
    host: str


def head_of(received: bytes) -> bytes | None:
    """Return the head without its end, None while it is incomplete; raises BadRequest once it cannot become valid."""
    if received == b"\r":
        return None
    data = received.removeprefix(b"\r\n")
    line, newline, _ = data.partition(b"\n")
    if len(line) > LINE_MOST:
        raise BadRequest(414, "That request line is too long.")
    if data and not _TOKEN.match(data[:1]):
        tls = " This is http, not https." if data.startswith(b"\x16\x03") else ""
        raise BadRequest(400, f"That is no request of HTTP.{tls}")
    if newline:
        _check_line(line.removesuffix(b"\r"))
    end = _END.search(data)
    begun = end or _BEGUN_END.search(data)
    if begun and begun.start() > HEAD_MOST:
        raise BadRequest(431, "Those headers are too long.")
    return data[: end.start()] if end else None


def _check_line(line: bytes) -> "re.Match[bytes]":
    found = _LINE.fullmatch(line)
    if not found:
        raise BadRequest(400, "That is no request of HTTP/1.1, such as GET / HTTP/1.1.")
    return found


def parse(head: bytes) -> HttpRequest:
    """Parse a complete head; raises BadRequest."""
    line, *rest = re.split(rb"\r?\n", head)
    found = _check_line(line)
    method, target = found[1].decode(), found[2]
    headers = _headers(rest)
    if method not in METHODS:
        raise BadRequest(405, "Here one can only look: GET and HEAD.")
    _refuse_body(headers)
    hosts = headers.get(b"host", [])
    if len(hosts) > 1 or (not hosts and line.endswith(b"1.1")):
        raise BadRequest(400, "A request of HTTP/1.1 has one Host.")
    host = hosts[0] if hosts else b""
    if whole := _WHOLE.fullmatch(target):
        host, target = whole[1], whole[2] or b"/"
    path = target.partition(b"?")[0].decode()
    return HttpRequest(method, path, host_name_in(host.decode("ascii", "replace")))


def _headers(lines: list[bytes]) -> dict[bytes, list[bytes]]:
    if len(lines) > HEADERS_MOST:
        raise BadRequest(431, "Those are too many headers.")
    headers: dict[bytes, list[bytes]] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or not _TOKEN.fullmatch(name) or _FORBIDDEN.search(value):
            raise BadRequest(400, "One of those headers is none.")
        headers.setdefault(name.lower(), []).append(value.strip(b" \t"))
    return headers


def _refuse_body(headers: dict[bytes, list[bytes]]) -> None:
    lengths = headers.get(b"content-length", [])
    if any(not length.isdigit() for length in lengths) or len(set(lengths)) > 1:
        raise BadRequest(400, "That length of a body is no number.")
    if b"transfer-encoding" in headers or any(length.strip(b"0") for length in lengths):
        raise BadRequest(413, "Nothing that is sent along is read here.")


def host_name_in(host: str) -> str:
    """Return the name in a Host header, without the port.

    >>> host_name_in("[::1]:80"), host_name_in("Petard.local:7780"), host_name_in("::1")
    ('::1', 'petard.local', '::1')
    """
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    name, _, port = host.rpartition(":")
    return (name if port.isdigit() and ":" not in name else host).rstrip(".") if name else host.rstrip(".")


def check_host_name(host: str, is_local: bool, own: str, client: str, networks: Own) -> None:
    """Raise BadRequest for a name that may not be used.

    `is_local`: only this machine can connect, so only the names that every machine has for itself are accepted. `own`:
    the name of this machine. `client`: a public address outside of our networks may use any name.
    """
    ip, sender = plain(host), plain(client)
    is_loopback = host == "localhost" or host.endswith(".localhost") or (ip is not None and ip.is_loopback)
    if is_local and host and not is_loopback:
        names = "localhost, 127.0.0.1 or [::1]"
        raise BadRequest(421, f"This is asked for by another name than this machine's own: {names}.")
    is_near = "." not in host or host.endswith(ENDINGS) or host == own.lower() or ip is not None
    is_public = sender is not None and sender.is_global and not any(sender in one.network for one in networks)
    if not is_near and not is_public:
        by_address = "Ask by the address of this machine."
        raise BadRequest(421, f"This is asked for by a name that anybody could own. {by_address}")
