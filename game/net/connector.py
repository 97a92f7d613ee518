"""Finding a way to a server: look the name up, try every address it has, keep the first that answers.

Rule 1: nothing here waits. The look-up runs in a thread of its own, since no system offers one that can be polled;
        connects are non-blocking.
Rule 2: the next address starts when the one before has failed or was silent for HEAD_START; the slow one stays in
        the race ("happy eyeballs", RFC 8305).
Rule 3: whatever goes wrong ends as one sentence for a person.
"""

import errno
import itertools
import queue
import select
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, NamedTuple

TIMEOUT = 8.0  # seconds, for everything here together
HEAD_START = 0.25  # seconds; what RFC 8305 advises
IN_PROGRESS = frozenset({0, errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN})
NO_WAY = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})
WORST_FIRST = (errno.ECONNREFUSED, errno.ETIMEDOUT)  # who said no tells a person more than who has no route


class Place(NamedTuple):
    """One address of a name, as the system wants it."""

    family: int
    address: Any  # two or four items, by family


Resolver = Callable[[str, int], list[Place]]


def places_of(host: str, port: int) -> list[Place]:
    """Ask the system for every address of a name. Blocks, perhaps for long; raises OSError or UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return in_turn(Place(family, address) for family, _, _, _, address in found)


def in_turn(places: Iterable[Place]) -> list[Place]:
    """Let the families take turns, first family first, each address once: a dead IPv6 costs one head start, not ten.

    >>> [place.address for place in in_turn([Place(6, "a"), Place(6, "b"), Place(4, "c")])]
    ['a', 'c', 'b']
    """
    families: dict[int, list[Place]] = {}
    for place in dict.fromkeys(places):
        families.setdefault(place.family, []).append(place)
    rounds = itertools.zip_longest(*families.values())
    return [place for one_each in rounds for place in one_each if place is not None]


class TcpConnector:
    """One attempt to reach a server. Poll it until it answers with a socket, or `problem` says why there is none."""

    def __init__(self, host: str, port: int, now: float, resolve: Resolver = places_of) -> None:
        self.problem = ""
        self.is_resolving = True
        self._where = (host, port)
        self._ends_at = now + TIMEOUT
        self._answer: queue.SimpleQueue[list[Place] | str] = queue.SimpleQueue()
        self._race = _Race(now)
        thread = threading.Thread(target=_look_up, args=(host, port, resolve, self._answer), daemon=True)
        try:
            thread.start()
        except RuntimeError:
            self.problem = "This computer is too busy to look a name up. Try again in a moment."

    def poll(self, now: float) -> socket.socket | None:
        """Answer with the first socket that is connected; it is the caller's from then on."""
        if self.problem:
            return None
        if self.is_resolving:
            self._take_answer()
        winner = None if self.is_resolving or self.problem else self._race.poll(now)
        if winner is None:
            self._judge(now)
        if winner is not None or self.problem:
            self.close()
        return winner

    def close(self) -> None:
        """Give up. A look-up that still runs ends by itself and is not heard."""
        self._race.close()

    def _take_answer(self) -> None:
        with suppress(queue.Empty):
            answer = self._answer.get_nowait()
            self.is_resolving = False
            if isinstance(answer, str):
                self.problem = answer
            else:
                self._race.places = answer

    def _judge(self, now: float) -> None:
        if self.problem:
            return
        if not self.is_resolving and self._race.is_lost:
            self.problem = why_not_reached(*self._where, self._race.failures)
        elif now >= self._ends_at and self.is_resolving:
            self.problem = f"Looking up {self._where[0]} takes too long. Is this computer on the network?"
        elif now >= self._ends_at:
            self.problem = why_not_reached(*self._where, [*self._race.failures, errno.ETIMEDOUT])


class _Race:
    """Non-blocking connects to several places, side by side."""

    def __init__(self, now: float) -> None:
        self.places: list[Place] = []
        self.failures: list[int] = []
        self._running: list[socket.socket] = []
        self._next_at = now

    @property
    def is_lost(self) -> bool:
        return not self.places and not self._running

    def poll(self, now: float) -> socket.socket | None:
        winner = self._look()
        while winner is None and self.places and (now >= self._next_at or not self._running):
            self._start(self.places.pop(0))
            self._next_at = now + HEAD_START
            winner = self._look()
        return winner

    def close(self) -> None:
        for running in self._running:
            running.close()
        self._running.clear()

    def _start(self, place: Place) -> None:
        try:
            fresh = socket.socket(place.family, socket.SOCK_STREAM)
        except OSError as error:
            self.failures.append(error.errno or 0)
            return
        fresh.setblocking(False)
        try:
            code = fresh.connect_ex(place.address)
        except OSError as error:  # an address that the system will not even try
            code = error.errno or errno.EADDRNOTAVAIL
        if code in IN_PROGRESS:
            self._running.append(fresh)
        else:
            fresh.close()
            self.failures.append(code)

    def _look(self) -> socket.socket | None:
        if not self._running:
            return None
        # Windows tells of a failed connect in the exceptional set only, all others in the writable one.
        _, ready, failed = select.select([], self._running, self._running, 0)
        for one in dict.fromkeys(ready + failed):
            self._running.remove(one)
            code = _failure_of(one)
            if code == 0:
                return one
            one.close()
            self.failures.append(code)
        return None


def _failure_of(one: socket.socket) -> int:
    """Tell how a connect ended: 0 when it worked, else the number of the error.

    A connect to a free port of this machine can meet itself, which TCP allows; that is nobody, so: refused.
    """
    try:
        code = one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        return code or (errno.ECONNREFUSED if one.getsockname() == one.getpeername() else 0)
    except OSError as error:
        return error.errno or errno.ENOTCONN


def _look_up(host: str, port: int, resolve: Resolver, answer: "queue.SimpleQueue[list[Place] | str]") -> None:
    try:
        answer.put(resolve(host, port) or f"That name is not known: {host}")
    except socket.gaierror as error:
        away = error.errno == socket.EAI_AGAIN
        answer.put(f"{host} cannot be looked up. Is this computer on the network?" if away else _unknown(host))
    except (OSError, ValueError, OverflowError):  # UnicodeError is a ValueError: the name is no name at all
        answer.put(_unknown(host))


def _unknown(host: str) -> str:
    return f"That name is not known: {host}"


def why_not_reached(host: str, port: int, failures: list[int]) -> str:
    """Make one sentence of all that went wrong.

    >>> why_not_reached("10.0.0.5", 7777, [errno.ENETUNREACH, errno.ECONNREFUSED])
    'Nobody answers at 10.0.0.5 port 7777. Is the server running there?'
    """
    code = next((code for code in WORST_FIRST if code in failures), failures[-1] if failures else 0)
    if host.lower().startswith("fe80:") and "%" not in host and code not in WORST_FIRST:
        # Systems say it with different numbers: EINVAL, EHOSTUNREACH, EADDRNOTAVAIL.
        return f"{host} needs the name of the network behind it, as in {host}%eth0."
    if code == errno.ETIMEDOUT:
        return f"{host} port {port} does not answer. Is the address right, and does a firewall let the game through?"
    if code in NO_WAY:
        return f"There is no way from here to {host}. Is this computer on the same network?"
    if code in FORBIDDEN:
        return f"This computer does not let the game reach {host}. Allow it in the firewall or privacy settings."
    return f"Nobody answers at {host} port {port}. Is the server running there?"
