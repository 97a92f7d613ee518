"""`petard-server status HOST[:PORT]`: asks a server by HTTP how it stands, and prints it for people.

Rule 1: WITHIN seconds for all of it, BYTES_MOST bytes, and one sentence if that is not enough.
Rule 2: whatever comes is a stranger's: it is checked before it is shown, and shown escaped.
"""

import io
import json
import socket
import sys
import time
from collections.abc import Sequence
from http.client import HTTPException, HTTPResponse
from typing import Any

from petard.server.cli.common import CliParser, place, table
from petard.server.config.parsers import Endpoint
from petard.server.http.pages import uptime
from petard.server.runtime.log import shown

PORT = 7780
WITHIN = 5.0  # seconds
BYTES_MOST = 1 << 20
REQUEST = "GET /status.json HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n"


class NoStatus(Exception):
    """There is nothing to print; the sentence says why."""


def main(words: Sequence[str]) -> int:
    """Print; returns the exit status: 0, 1 if nobody answers or the server is not well, 2 for a wrong address."""
    parser = CliParser(prog="petard-server status", description="How a server stands, by HTTP.", allow_abbrev=False)
    about = f"where its page is (this machine, port {PORT}, if nothing is said)"
    parser.add_argument("where", type=place, metavar="HOST[:PORT]", nargs="?", default="localhost", help=about)
    parser.add_argument("--json", action="store_true", help="all that it says, for programs")
    given = parser.parse_args(words)
    host, port = given.where
    try:
        told = checked(fetch(host, port or PORT))
    except NoStatus as problem:
        sys.stderr.write(f"petard-server: {problem}\n")
        return 1
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a name that this terminal cannot show
    sys.stdout.write(json.dumps(told, indent=1) + "\n" if given.json else report(told))
    return 0 if told["health"] == "ok" else 1


def fetch(host: str, port: int) -> str:
    """What /status.json says; raises NoStatus."""
    at = Endpoint(host, port)
    try:
        received = _exchange(host, port, REQUEST.format(at).encode())
        answer = HTTPResponse(_Received(received))  # type: ignore[arg-type]
        answer.begin()
        body = answer.read()
    except HTTPException:
        raise NoStatus(f"what answers at {at} speaks no HTTP.") from None
    except UnicodeError:
        raise NoStatus(f"{host} is no name of a machine.") from None
    except TimeoutError:
        hangs = "it hangs, or a firewall is in between"
        raise NoStatus(f"{at} did not answer within {WITHIN:.0f} seconds: {hangs}.") from None
    except ConnectionRefusedError:
        raise NoStatus(f"nobody answers at {at}; was that server started with --http ADDRESS:{port}?") from None
    except OSError as problem:
        raise NoStatus(f"{at} cannot be asked: {problem.strerror or problem}.") from None
    if answer.status != 200:
        raise NoStatus(
            f"what answers at {at} shows no state of Petard: it says {answer.status} {shown(answer.reason)}."
        )
    return body.decode("utf-8", "replace")


def _exchange(host: str, port: int, request: bytes) -> bytes:
    """Say something, and hear all of the answer, within WITHIN; raises OSError."""
    until, received = time.monotonic() + WITHIN, b""
    with socket.create_connection((host, port), WITHIN) as sock:
        sock.sendall(request)
        while len(received) <= BYTES_MOST:
            sock.settimeout(max(0.001, until - time.monotonic()))
            piece = sock.recv(1 << 16)
            if not piece:
                return received
            received += piece
    raise OSError("it does not come to an end")


class _Received:
    """What has come already, as http.client wants to read it."""

    def __init__(self, received: bytes) -> None:
        self._received = received

    def makefile(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self._received)


def checked(text: str) -> dict[str, Any]:
    """Read what was told; raises NoStatus unless all that is printed is there."""
    try:
        told = json.loads(text)
        report(told)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        raise NoStatus("what answers there is no Petard, or a much newer one.") from None
    return dict(told)


def report(told: dict[str, Any]) -> str:
    """Say it in lines for people."""
    health = "" if told["health"] == "ok" else f", {told['health']}"
    lock = ", with a password" if told["locked"] else ""
    lines = [
        f"{told['name']}: Petard {told['build']}, port {told['port']}, up {uptime(int(told['uptime']))}{health}",
        f"{_now(told)}, on {told['map']} by {told['rules']}{lock}",
    ]
    seats = sorted(told["seats"], key=lambda seat: (-int(seat["wins"]), int(seat["slot"])))
    rows = [
        ("WINS", "NAME", ""),
        *((str(int(one["wins"])), shown(one["name"]), _about(one, told["host"])) for one in seats),
    ]
    lines += table(rows, right=[0]).splitlines() if seats else []
    if told["watchers"]:
        lines.append("Watching: " + ", ".join(told["watchers"]))
    if told["interval"]["p50"]:
        lines.append(
            "ms between ticks: " + ", ".join(f"{word} {told['interval'][word]:.1f}" for word in ("p50", "p99", "max"))
        )
    return "".join(f"{shown(line)}\n" for line in lines)


def _now(told: dict[str, Any]) -> str:
    if told["phase"] == "lobby":
        return f"In the lobby, best of {int(told['rounds'])}"
    left = f", {told['left'] // 60}:{told['left'] % 60:02} left" if told["left"] is not None else ""
    return f"Round {int(told['round'])}, best of {int(told['rounds'])}, {told['phase']}{left}"


def _about(seat: dict[str, Any], host: str) -> str:
    words = [word for word in ("bot", "away") if seat[word]]
    words += ["host"] * (seat["name"] == host and not seat["bot"])
    words += ["out"] * (not seat["alive"])
    words += [f"{int(seat['ping'])} ms"] * bool(seat["ping"] and not seat["bot"])
    return ", ".join(words)
