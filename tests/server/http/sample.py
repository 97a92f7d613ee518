"""Figures to show, and a Site behind real sockets, without a server around it."""

import contextlib
import http.client
import socket
from collections.abc import Iterator

from petard.server.http.figures import ServerFigures, SharedFigures, TurnIntervals
from petard.server.http.server import HttpServers
from petard.server.http.site import Site
from petard.server.net.listeners import listen
from petard.server.room.status import SeatStatus, Status
from petard.shared.protocol.messages import Phase
from petard.shared.protocol.snapshot import snapshot_of
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import PRESETS
from petard.shared.rules.world import Bomb, Flame, Shape, World
from tests.ends import boards

ADA = SeatStatus(0, "Ada", 0, False, False, True, 2, 12)
FIZZ = SeatStatus(1, "Fizz", 1, True, False, False, 1, 0)
STATUS = Status("Den", Phase.PLAYING, "small", "duel", 3, 5, 60, 4, 2, "Ada", (ADA, FIZZ), ("Zoë",))


def world() -> World:
    """A round with everything in it that can be drawn."""
    made = new_world(PRESETS["last-one-standing"], boards()["small"], [0, 1], 1)
    tile = made.tiles.index(0)
    made.bombs[1] = Bomb(1, 0, 384, 384, 200, 2)
    for shape in range(Shape.END_LEFT + 1):
        made.flames[tile + shape] = Flame(300, 0, -1, shape)
    made.items.update({tile + kind: kind for kind in range(1, 7)})
    return made


def figures(status: Status = STATUS, draining: bool = False, at: float = 0.0) -> ServerFigures:
    """A room in its third round."""
    intervals = TurnIntervals((0.016, 0.017, 0.03), (0,) * 4 + (2,) + (0,) * 4 + (1,) + (0,) * 5, 0.063)
    happened = (3, 1, 1, 1, 2, 0)  # in the order of COUNTED
    seen = snapshot_of(world(), {})
    clock = 1_795_000_000.5 + at
    return ServerFigures(
        at, -3600.5, clock, 7777, True, draining, status, boards()["small"], seen, 99, intervals, happened
    )


@contextlib.contextmanager
def open_site(
    host: str = "127.0.0.1", shared: SharedFigures | None = None, is_local: bool = True
) -> Iterator[tuple[int, HttpServers]]:
    """A site that answers; yields its port."""
    site = Site(
        shared or SharedFigures(figures(), 1e12), is_local
    )  # the pulse is far in the future, so the loop counts as alive
    answering = HttpServers(listen(host, 0), site)
    try:
        yield answering.port, answering
    finally:
        answering.stop()


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


def say(port: int, words: bytes, host: str = "127.0.0.1", ends: bool = False) -> bytes:
    """Any bytes, and all that comes back; b"" if only an end comes. `ends`: nothing will follow."""
    with socket.create_connection((host, port), 10.0) as sock:
        received = b""
        with contextlib.suppress(ConnectionError):
            sock.sendall(words)
            if ends:
                sock.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError):
            while piece := sock.recv(1 << 16):
                received += piece
        return received
