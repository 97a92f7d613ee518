"""Opens a TCP connection: resolves the name, tries each of its addresses, keeps the first that connects.

Rule 1: nothing here waits. The name is resolved in a thread, since no system offers a way to poll for it; connects are
        non-blocking.
Rule 2: the next address is tried when the one before has failed or has not answered for HEAD_START; the slow one stays
        in the race ("happy eyeballs", RFC 8305).
Rule 3: every failure ends as one sentence for a person.
"""

import errno
import itertools
import select
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

TIMEOUT = 8.0  # seconds, for resolving and connecting together
HEAD_START = 0.25  # seconds; as RFC 8305 advises
IN_PROGRESS = frozenset({0, errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN})
NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})
MOST_TELLING = (errno.ECONNREFUSED, errno.ETIMEDOUT)  # a refusal tells a person more than a missing route


class SocketAddress(NamedTuple):
    """One address of a host, as `socket` wants it."""

    family: int
    address: Any  # two or four items, by family


Resolver = Callable[[str, int], list[SocketAddress]]


def resolve_host(host: str, port: int) -> list[SocketAddress]:
    """Ask the system for every address of a name. Blocks, perhaps for long; raises OSError or UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return interleaved(SocketAddress(family, address) for family, _, _, _, address in found)


def interleaved(addresses: Iterable[SocketAddress]) -> list[SocketAddress]:
    """Alternate between the families, each address once: a dead IPv6 costs one head start, not ten."""
    families: dict[int, list[SocketAddress]] = {}
    for address in dict.fromkeys(addresses):
        families.setdefault(address.family, []).append(address)
    rounds = itertools.zip_longest(*families.values())
    return [address for one_each in rounds for address in one_each if address is not None]


class TcpConnector:
    """One attempt to reach a server. Poll it until it returns a socket, or `problem` says why there is none."""

    def __init__(self, host: str, port: int, now: float, resolve: Resolver = resolve_host) -> None:
        self.problem = ""
        self.resolved: list[SocketAddress] | str | None = None  # not tried yet; or why there are none; None: not known
        self._target = host, port
        self._ends_at = now + TIMEOUT
        self._next_at = now  # when the next address is tried
        self._running: list[socket.socket] = []  # connects that go on, side by side
        self._failures: list[int] = []  # error numbers

        def look_up() -> None:
            self.resolved = _resolve(host, port, resolve)

        try:
            threading.Thread(target=look_up, daemon=True).start()
        except RuntimeError:
            self.problem = "This computer is too busy to look a name up. Try again in a moment."

    def poll(self, now: float) -> socket.socket | None:
        """Return the first socket that is connected; the caller then owns it."""
        if self.problem:
            return None
        winner = None
        is_late = now >= self._ends_at
        if isinstance(self.resolved, str):
            self.problem = self.resolved
        elif self.resolved is not None:
            winner = self._race(self.resolved, now)
            if winner is None and not (self.resolved or self._running):
                self.problem = connect_failure(*self._target, self._failures)
            elif winner is None and is_late:
                self.problem = connect_failure(*self._target, [*self._failures, errno.ETIMEDOUT])
        elif is_late:
            self.problem = f"Looking up {self._target[0]} takes too long. Is this computer on the network?"
        if winner is not None or self.problem:
            self.close()
        return winner

    def close(self) -> None:
        """Give up. A resolver that still runs ends by itself; its result is dropped."""
        for running in self._running:
            running.close()
        self._running.clear()

    def _race(self, untried: list[SocketAddress], now: float) -> socket.socket | None:
        winner = self._check_running()
        while winner is None and untried and (now >= self._next_at or not self._running):
            self._start(untried.pop(0))
            self._next_at = now + HEAD_START
            winner = self._check_running()
        return winner

    def _start(self, address: SocketAddress) -> None:
        try:
            fresh = socket.socket(address.family, socket.SOCK_STREAM)
        except OSError as error:
            self._failures.append(error.errno or 0)
            return
        fresh.setblocking(False)
        try:
            code = fresh.connect_ex(address.address)
        except OSError as error:  # an address that the system does not even try
            code = error.errno or errno.EADDRNOTAVAIL
        if code in IN_PROGRESS:
            self._running.append(fresh)
        else:
            fresh.close()
            self._failures.append(code)

    def _check_running(self) -> socket.socket | None:
        if not self._running:
            return None
        # Windows reports a failed connect in the exceptional set only, other systems in the writable one.
        _, ready, failed = select.select([], self._running, self._running, 0)
        for one in dict.fromkeys(ready + failed):
            self._running.remove(one)
            code = _error_of(one)
            if code == 0:
                return one
            one.close()
            self._failures.append(code)
        return None


def _error_of(one: socket.socket) -> int:
    """The error number of a finished connect; 0 if it is connected.

    A connect to a free port of this machine can connect to itself, which TCP allows. No server is there: refused.
    """
    try:
        code = one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        return code or (errno.ECONNREFUSED if one.getsockname() == one.getpeername() else 0)
    except OSError as error:
        return error.errno or errno.ENOTCONN


def _resolve(host: str, port: int, resolve: Resolver) -> list[SocketAddress] | str:
    """The addresses of a name, or one sentence that says why there are none."""
    try:
        if addresses := resolve(host, port):
            return addresses
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            return f"{host} cannot be looked up. Is this computer on the network?"
    except (OSError, ValueError, OverflowError):  # UnicodeError is a ValueError: this cannot be a name
        pass
    return f"That name is not known: {host}"


def connect_failure(host: str, port: int, failures: list[int]) -> str:
    """Make one sentence of the error numbers of all attempts."""
    code = next((code for code in MOST_TELLING if code in failures), failures[-1] if failures else 0)
    if host.lower().startswith("fe80:") and "%" not in host and code not in MOST_TELLING:
        # Systems use different numbers here: EINVAL, EHOSTUNREACH, EADDRNOTAVAIL.
        return f"{host} needs the name of the network behind it, as in {host}%eth0."
    if code == errno.ETIMEDOUT:
        return f"{host} port {port} does not answer. Is the address right, and does a firewall let the game through?"
    if code in NO_ROUTE:
        return f"There is no way from here to {host}. Is this computer on the same network?"
    if code in FORBIDDEN:
        return f"This computer does not let the game reach {host}. Allow it in the firewall or privacy settings."
    return f"Nobody answers at {host} port {port}. Is the server running there?"
