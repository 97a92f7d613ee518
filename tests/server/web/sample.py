"""Figures to show, and one honest request."""

import http.client
from typing import Any

from petard.server.room.status import SeatStatus, Status
from petard.server.web.figures import ServerFigures, TurnIntervals, report_of
from petard.shared.protocol.messages import Phase

ADA = SeatStatus(0, "Ada", 0, False, False, True, 2, 12)
FIZZ = SeatStatus(1, "Fizz", 1, True, False, False, 1, 0)
STATUS = Status("Den", Phase.PLAYING, "small", "duel", 3, 5, 60, 4, 2, "Ada", (ADA, FIZZ), ("Zoë",))
LIMITS = {"per_address": 8, "uncounted": [], "own": []}


def figures(status: Status = STATUS, draining: bool = False, at: float = 0.0) -> ServerFigures:
    """A room in its third round."""
    intervals = TurnIntervals((0.016, 0.017, 0.03), (0,) * 4 + (2,) + (0,) * 4 + (1,) + (0,) * 5, 0.063)
    happened = (3, 1, 1, 1, 2, 0, 5, 6, 7, 8, 9)  # in the order of COUNTED
    clock = 1_795_000_000.5 + at
    return ServerFigures(at, -3600.5, clock, 7777, True, draining, status, 99, intervals, happened)


def report(status: Status = STATUS, draining: bool = False) -> dict[str, Any]:
    """What the room tells of it."""
    return report_of(figures(status, draining), 1) | {"limits": LIMITS, "pads": True}


def status_json() -> dict[str, Any]:
    """Return what /status.json shows of it."""
    return dict(report()["status"]) | {"health": "ok"}


def ask(
    port: int, path: str = "/", method: str = "GET", host: str = "127.0.0.1", patience: float = 10.0, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """One honest request: status, headers, body."""
    line = http.client.HTTPConnection(host, port, timeout=patience)
    try:
        line.request(method, path, headers=headers)
        answer = line.getresponse()
        return answer.status, {name.lower(): text for name, text in answer.getheaders()}, answer.read()
    finally:
        line.close()
