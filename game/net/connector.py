"""Opens a TCP connection: resolves the name, tries each of its addresses, keeps the first that connects.

Rule 1: nothing here waits. The name is resolved in a thread, since no system offers a way to poll for it; connects are
        non-blocking.
Rule 2: the next address is tried when the one before has failed or has not answered for HEAD_START; the slow one stays
        in the race ("happy eyeballs", RFC 8305).
Rule 3: every failure ends as one sentence for a person.
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
    """Alternate between the families, each address once: a dead IPv6 costs one head start, not ten.

    >>> [one.address for one in interleaved([SocketAddress(6, "a"), SocketAddress(6, "b"), SocketAddress(4, "c")])]
    ['a', 'c', 'b']
    """
    families: dict[int, list[SocketAddress]] = {}
    for address in dict.fromkeys(addresses):
        families.setdefault(address.family, []).append(address)
    rounds = itertools.zip_longest(*families.values())
    return [address for one_each in rounds for address in one_each if address is not None]


class TcpConnector:
    """One attempt to reach a server. Poll it until it returns a socket, or `problem` says why there is none."""

    def __init__(self, host: str, port: int, now: float, resolve: Resolver = resolve_host) -> None:
        self.problem = ""
        self.is_resolving = True
        self._host, self._port = host, port
        self._ends_at = now + TIMEOUT
        self._resolved: queue.SimpleQueue[list[SocketAddress] | str] = queue.SimpleQueue()
        self._race = _ConnectRace(now)
        thread = threading.Thread(target=_resolve, args=(host, port, resolve, self._resolved), daemon=True)
        try:
            thread.start()
        except RuntimeError:
            self.problem = "This computer is too busy to look a name up. Try again in a moment."

    def poll(self, now: float) -> socket.socket | None:
        """Return the first socket that is connected; the caller then owns it."""
        if self.problem:
            return None
        if self.is_resolving:
            self._check_resolver()
        winner = None if self.is_resolving or self.problem else self._race.poll(now)
        if winner is None:
            self._check_failure(now)
        if winner is not None or self.problem:
            self.close()
        return winner

    def close(self) -> None:
        """Give up. A resolver that still runs ends by itself; its result is dropped."""
        self._race.close()

    def _check_resolver(self) -> None:
        with suppress(queue.Empty):
            result = self._resolved.get_nowait()
            self.is_resolving = False
            if isinstance(result, str):
                self.problem = result
            else:
                self._race.addresses = result

    def _check_failure(self, now: float) -> None:
        if self.problem:
            return
        if not self.is_resolving and self._race.is_lost:
            self.problem = connect_failure(self._host, self._port, self._race.failures)
        elif now >= self._ends_at and self.is_resolving:
            self.problem = f"Looking up {self._host} takes too long. Is this computer on the network?"
        elif now >= self._ends_at:
            self.problem = connect_failure(self._host, self._port, [*self._race.failures, errno.ETIMEDOUT])


class _ConnectRace:
    """Non-blocking connects to several addresses, side by side."""

    def __init__(self, now: float) -> None:
        self.addresses: list[SocketAddress] = []  # not tried yet
        self.failures: list[int] = []  # error numbers
        self._running: list[socket.socket] = []
        self._next_at = now

    @property
    def is_lost(self) -> bool:
        return not self.addresses and not self._running

    def poll(self, now: float) -> socket.socket | None:
        winner = self._check_running()
        while winner is None and self.addresses and (now >= self._next_at or not self._running):
            self._start(self.addresses.pop(0))
            self._next_at = now + HEAD_START
            winner = self._check_running()
        return winner

    def close(self) -> None:
        for running in self._running:
            running.close()
        self._running.clear()

    def _start(self, address: SocketAddress) -> None:
        try:
            fresh = socket.socket(address.family, socket.SOCK_STREAM)
        except OSError as error:
            self.failures.append(error.errno or 0)
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
            self.failures.append(code)

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
            self.failures.append(code)
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


def _resolve(host: str, port: int, resolve: Resolver, result: "queue.SimpleQueue[list[SocketAddress] | str]") -> None:
    unknown = f"That name is not known: {host}"
    try:
        result.put(resolve(host, port) or unknown)
    except socket.gaierror as error:
        is_offline = error.errno == socket.EAI_AGAIN
        result.put(f"{host} cannot be looked up. Is this computer on the network?" if is_offline else unknown)
    except (OSError, ValueError, OverflowError):  # UnicodeError is a ValueError: this cannot be a name
        result.put(unknown)


def connect_failure(host: str, port: int, failures: list[int]) -> str:
    """Make one sentence of the error numbers of all attempts.

    >>> connect_failure("10.0.0.5", 7777, [errno.ENETUNREACH, errno.ECONNREFUSED])
    'Nobody answers at 10.0.0.5 port 7777. Is the server running there?'
    """
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
