"""`petard-server status HOST[:PORT]`: asks a server for its state by HTTP, and prints it for people.

Rule 1: it takes at most WITHIN seconds and BYTES_MOST bytes; if that is not enough, it prints one sentence.
Rule 2: the answer is not trusted: it is checked and escaped before it is printed.
"""

import json
import sys
from collections.abc import Sequence
from http.client import HTTPException
from typing import Any

from petard.server.config.config import CliParser, fail, host_port
from petard.server.config.values import Endpoint
from petard.server.policy.log import shown
from petard.server.policy.text import table_text
from petard.shared.http_exchange import TooLong, exchange, request_bytes

PORT = 7780
WITHIN = 5.0  # seconds
BYTES_MOST = 1 << 20


class StatusError(Exception):
    """The state could not be read; the sentence says why."""


def main(words: Sequence[str]) -> int:
    """Print; returns the exit status: 0, 1 if no server answers or it is not well, 2 for a wrong address."""
    parser = CliParser("status", "How a server stands, by HTTP.")
    about = f"where its page is (this machine, port {PORT}, if nothing is said)"
    parser.add_argument("where", type=host_port, metavar="HOST[:PORT]", nargs="?", default="localhost", help=about)
    parser.add_argument("--json", action="store_true", help="all that it says, for programs")
    given = parser.parse_args(words)
    host, port = given.where
    try:
        status = checked(fetch(host, port or PORT))
    except StatusError as problem:
        return fail(problem, 1)
    sys.stdout.write(json.dumps(status, indent=1) + "\n" if given.json else status_text(status))
    return 0 if status["health"] == "ok" else 1


def fetch(host: str, port: int) -> str:
    """Return the text of /status.json; raises StatusError."""
    at = Endpoint(host, port)
    try:
        answer = exchange(host, port, request_bytes("GET", "/status.json", host, port), WITHIN, BYTES_MOST)
    except HTTPException:
        raise StatusError(f"what answers at {at} speaks no HTTP.") from None
    except UnicodeError:
        raise StatusError(f"{host} is no name of a machine.") from None
    except TimeoutError:
        hangs = "it hangs, or a firewall is in between"
        raise StatusError(f"{at} did not answer within {WITHIN:.0f} seconds: {hangs}.") from None
    except ConnectionRefusedError:
        raise StatusError(f"nobody answers at {at}; was that server started with --web {port}?") from None
    except TooLong:
        raise StatusError(f"{at} cannot be asked: it does not come to an end.") from None
    except OSError as problem:
        raise StatusError(f"{at} cannot be asked: {problem.strerror or problem}.") from None
    if answer.status != 200:
        says = f"{answer.status} {shown(answer.reason)}"
        raise StatusError(f"what answers at {at} shows no state of Petard: it says {says}.")
    return answer.body.decode("utf-8", "replace")


def checked(text: str) -> dict[str, Any]:
    """Parse the answer; raises StatusError unless everything that is printed is there."""
    try:
        status = json.loads(text)
        status_text(status)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        raise StatusError("what answers there is no Petard, or a much newer one.") from None
    return dict(status)


def status_text(status: dict[str, Any]) -> str:
    """Return the state as lines for people."""
    health = "" if status["health"] == "ok" else f", {status['health']}"
    lock = ", with a password" if status["locked"] else ""
    up = uptime(int(status["uptime"]))
    lines = [
        f"{status['name']}: Petard {status['build']}, port {status['port']}, up {up}{health}",
        f"{_now(status)}, on {status['map']} by {status['rules']}{lock}",
    ]
    seats = sorted(status["seats"], key=lambda seat: (-int(seat["wins"]), int(seat["slot"])))
    lines += [f"Agones: {status['agones']}"] if status.get("agones") else []
    rows = [(str(int(one["wins"])), shown(one["name"]), _about(one, status["host"])) for one in seats]
    lines += table_text([("WINS", "NAME", ""), *rows], right=[0]).splitlines() if seats else []
    if status["watchers"]:
        lines.append("Watching: " + ", ".join(status["watchers"]))
    if status["interval"]["p50"]:
        times = (f"{word} {status['interval'][word]:.1f}" for word in ("p50", "p99", "max"))
        lines.append(f"ms between ticks: {', '.join(times)}")
    return "".join(f"{shown(line)}\n" for line in lines)


def uptime(seconds: int) -> str:
    """Return a duration in its two largest units.

    >>> uptime(59), uptime(3 * 3600 + 5 * 60), uptime(15 * 86400 + 4 * 3600)
    ('59 s', '3 h 5 min', '15 d 4 h')
    """
    units = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))
    parts = []
    for word, length in units:
        if seconds >= length:
            parts.append(f"{seconds // length} {word}")
            seconds %= length
    return " ".join(parts[:2]) or "0 s"


def _now(status: dict[str, Any]) -> str:
    if status["phase"] == "lobby":
        return f"In the lobby, best of {int(status['rounds'])}"
    left = f", {status['left'] // 60}:{status['left'] % 60:02} left" if status["left"] is not None else ""
    return f"Round {int(status['round'])}, best of {int(status['rounds'])}, {status['phase']}{left}"


def _about(seat: dict[str, Any], host: str) -> str:
    words = [word for word in ("bot", "away") if seat[word]]
    words += ["host"] * (seat["name"] == host and not seat["bot"])
    words += ["out"] * (not seat["alive"])
    words += [f"{int(seat['ping'])} ms"] * bool(seat["ping"] and not seat["bot"])
    return ", ".join(words)
