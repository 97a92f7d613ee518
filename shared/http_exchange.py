"""One request over HTTP and its answer, within a time and a size, whatever the other end sends.

Rule 1: the time is that of the whole exchange, so that one byte a second does not hold the caller.
Rule 2: what is sent as lengths and headers is not trusted: no more is kept than has arrived, and that is bounded.
Rule 3: a redirect is an answer like any other; nobody is asked but the address that the caller names.
"""

import io
import json
import socket
import time
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from types import SimpleNamespace

from petard.shared.host_port import join_host_port

PIECE = 1 << 16  # bytes


class TooLong(OSError):
    """The answer is longer than allowed."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A whole answer. `reason`: the words after the status, which the other end chooses."""

    status: int
    reason: str
    body: bytes


def request_bytes(method: str, path: str, host: str, port: int, body: object = None) -> bytes:
    r"""Return a request after whose answer the other end closes the connection. `body`: is sent as JSON; None: nothing.

    >>> request_bytes("GET", "/status.json", "localhost", 7780)
    b'GET /status.json HTTP/1.1\r\nHost: localhost:7780\r\nConnection: close\r\n\r\n'
    """
    lines = [f"{method} {path} HTTP/1.1", f"Host: {join_host_port(host, port)}", "Connection: close"]
    content = b"" if body is None else json.dumps(body).encode("ascii")
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    return "\r\n".join([*lines, "", ""]).encode() + content


def exchange(host: str, port: int, request: bytes, within: float, most: int) -> HttpAnswer:
    """Send a request and return the answer. `within`: seconds; `most`: bytes of the answer, headers included.

    Raises HTTPException if it is no HTTP or ends too early, TooLong, and OSError (TimeoutError after `within` seconds).
    """
    return answer_of(_all_that_comes(host, port, request, within, most))


def answer_of(received: bytes) -> HttpAnswer:
    """Read a whole answer; raises HTTPException."""
    stream = io.BytesIO(received)
    answer = HTTPResponse(SimpleNamespace(makefile=lambda _: stream))  # type: ignore[arg-type]
    try:
        answer.begin()
        return HttpAnswer(answer.status, answer.reason, answer.read())
    except OverflowError as problem:  # the length of the body or of a chunk has 64 bits or more
        raise HTTPException(str(problem)) from problem


def _all_that_comes(host: str, port: int, request: bytes, within: float, most: int) -> bytes:
    until, pieces, size = time.monotonic() + within, list[bytes](), 0
    with socket.create_connection((host, port), within) as sock:
        sock.settimeout(max(0.001, until - time.monotonic()))
        sock.sendall(request)
        while size <= most:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            sock.settimeout(left)
            piece = sock.recv(PIECE)
            if not piece:
                return b"".join(pieces)
            pieces.append(piece)
            size += len(piece)
    raise TooLong(f"the answer has more than {most} bytes")
