"""Reports to the service manager that started us (systemd): ready, alive, stopping.

Rule 1: "alive" is sent in the turn that runs the ticks, never by a thread: a loop that hangs falls silent, and systemd
kills and restarts it.
Rule 2: without a service manager (no NOTIFY_SOCKET, or Windows) there is no watchdog.
Rule 3: nothing waits. What cannot be sent now is sent in a later turn.
"""

import contextlib
import math
import socket
from collections.abc import Mapping, Sequence

from petard.server.room.room import Room
from petard.server.room.status import RoomEvent
from petard.server.runtime.drain import Drain
from petard.server.runtime.service import Service
from petard.shared.protocol.messages import Phase

AGAIN = 0.1  # seconds until a failed send is repeated
STATUS_EVERY = 1.0  # seconds between two status lines


class Watchdog(Service):
    """A service. `address`: the manager's datagram socket; `every`: seconds between two signs of life."""

    def __init__(self, room: Room, drain: Drain, address: str, every: float, now: float) -> None:
        self._room, self._drain, self._address, self._every = room, drain, address, every
        self._sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._sock.setblocking(False)
        self._is_ready = False  # READY was sent
        self._sent = self._due = now

    def update(self, now: float) -> None:
        if now < self._due:
            return
        words = ([] if self._is_ready else ["READY=1"]) + (["WATCHDOG=1"] if self._every < math.inf else [])
        if self._send([*words, f"STATUS={self._status()}"]):
            self._is_ready = True
            self._sent, self._due = now, now + self._every
        else:
            self._due = now + AGAIN

    def handle_events(self, events: Sequence[RoomEvent], now: float) -> None:
        self._due = min(self._due, max(now, self._sent + STATUS_EVERY))

    def next_due(self, now: float) -> float:
        """An empty server has to look alive too."""
        return self._due

    def close(self) -> None:
        self._send(["STOPPING=1", "STATUS=stopped"])
        self._sock.close()

    def _status(self) -> str:
        """The room in one line; a map is named like its file, so the line has no line end in it."""
        status = self._room.status()
        where = f"round {status.round} of {status.rounds}" if status.phase is not Phase.LOBBY else "lobby"
        last = ", stops after this round" if self._drain.is_draining else ""
        return f"{status.people} connected, {status.map}, {where}{last}"

    def _send(self, words: Sequence[str]) -> bool:
        try:
            self._sock.sendto("\n".join(words).encode("utf-8"), self._address)
        except OSError:
            return False  # it takes nothing now, or is itself restarting
        return True


def open_watchdog(room: Room, drain: Drain, environ: Mapping[str, str], pid: int, now: float) -> Watchdog | None:
    """Return a watchdog for the manager that the environment names, or None. `pid` is our own."""
    address = environ.get("NOTIFY_SOCKET", "")
    if address[:1] not in ("/", "@") or not hasattr(socket, "AF_UNIX"):
        return None
    if address.startswith("@"):
        address = "\0" + address[1:]  # an abstract socket of Linux
    return Watchdog(room, drain, address, alive_interval(environ, pid), now)


def alive_interval(environ: Mapping[str, str], pid: int) -> float:
    """Return the seconds between two signs of life: half the manager's limit; math.inf where it has none."""
    is_ours = environ.get("WATCHDOG_PID", str(pid)) == str(pid)  # else it is meant for the process that started us
    with contextlib.suppress(ValueError):
        limit = int(environ.get("WATCHDOG_USEC", "0"))
        return limit / 2_000_000 if is_ours and limit > 0 else math.inf
    return math.inf
