"""Tells the service manager that started us (systemd) that we are ready, that we are alive, and that we stop.

Rule 1: "alive" is said in the turn that runs the ticks, never by a thread: a loop that hangs falls silent, and is ended
and started anew.
Rule 2: where nobody wants to know (no NOTIFY_SOCKET, or Windows) there is none of this, and no turn is wanted.
Rule 3: nothing here waits. What cannot be sent now is sent in a later turn.
"""

import contextlib
import math
import socket
from collections.abc import Mapping, Sequence

from petard.server.room.events import Happening
from petard.server.room.room import Room
from petard.server.runtime.drain import Drain
from petard.shared.protocol.messages import Phase

AGAIN = 0.1  # seconds until what could not be sent is tried again
STATUS_EVERY = 1.0  # seconds between two lines about the room


class Watchdog:
    """A service. `address`: of a datagram socket of the manager's; `every`: seconds between two signs of life."""

    def __init__(self, room: Room, drain: Drain, address: str, every: float, now: float) -> None:
        self._room, self._drain, self._address, self._every = room, drain, address, every
        self._sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._sock.setblocking(False)
        self._is_ready = False  # that was said
        self._sent = self._due = now

    def turn(self, now: float) -> None:
        """Say what is due."""
        if now < self._due:
            return
        words = ([] if self._is_ready else ["READY=1"]) + (["WATCHDOG=1"] if self._every < math.inf else [])
        if self._send([*words, f"STATUS={self._status()}"]):
            self._is_ready = True
            self._sent, self._due = now, now + self._every
        else:
            self._due = now + AGAIN

    def heard(self, happenings: Sequence[Happening], now: float) -> None:
        """Something has changed: say so soon."""
        self._due = min(self._due, max(now, self._sent + STATUS_EVERY))

    def next_at(self, now: float) -> float:
        """A server where nobody is has to look alive too."""
        return self._due

    def close(self) -> None:
        """Say that we stop."""
        self._send(["STOPPING=1", "STATUS=stopped"])
        self._sock.close()

    def _status(self) -> str:
        """The room in one line; the name of a map is the name of a file, and so has no line end in it."""
        status = self._room.status()
        where = f"round {status.round} of {status.rounds}" if status.phase is not Phase.LOBBY else "lobby"
        last = ", stops after this round" if self._drain.is_draining else ""
        return f"{status.people} connected, {status.map}, {where}{last}"

    def _send(self, words: Sequence[str]) -> bool:
        try:
            self._sock.sendto("\n".join(words).encode("utf-8"), self._address)
        except OSError:
            return False  # it takes none now, or is being started anew itself
        return True


def open_watchdog(room: Room, drain: Drain, environ: Mapping[str, str], pid: int, now: float) -> Watchdog | None:
    """Start to tell whoever the environment names; None if it names nobody. `pid` is our own."""
    address = environ.get("NOTIFY_SOCKET", "")
    if address[:1] not in ("/", "@") or not hasattr(socket, "AF_UNIX"):
        return None
    if address.startswith("@"):
        address = "\0" + address[1:]  # one without a file, as Linux has them
    return Watchdog(room, drain, address, _every(environ, pid), now)


def _every(environ: Mapping[str, str], pid: int) -> float:
    """Twice in the time after which the manager would give us up; for ever if it never does."""
    if environ.get("WATCHDOG_PID", str(pid)) != str(pid):
        return math.inf  # that is for the process that started us
    with contextlib.suppress(ValueError):
        limit = int(environ.get("WATCHDOG_USEC", "0"))
        return limit / 2_000_000 if limit > 0 else math.inf
    return math.inf
