"""Listening sockets, and the options of each new connection.

Rule 1: IPv6 and IPv4 are both listened on where the system has them, on the same port.
Rule 2: what a system does not have (keepalive times, TCP_USER_TIMEOUT, IPv6) is left out, never an error.
Rule 3: with no descriptor left a client is refused with a reason, or its connection would wake the server for ever.
"""

import contextlib
import errno
import os
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from petard.server.net.proxied import ProxyAddresses
from petard.shared.arrival_time import stamp_arrivals
from petard.shared.framing import frame
from petard.shared.host_port import is_ambiguous_ipv4
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import RefusalCode, Refused

PORTS_TRIED = 10
BACKLOG = 128
SEND_BUFFER = 32 * 1024  # bytes; in the default, megabytes of old state would wait, and the outbox could not skip them
READ_BUFFER = 64 * 1024  # bytes of a flood that the kernel stores
NOTSENT_MOST = 8 * 1024  # bytes that the kernel takes before it can send them; the outbox drops what is old
USER_TIMEOUT = 8000  # ms until unacknowledged bytes end a connection
KEEPALIVE = {"TCP_KEEPIDLE": 2, "TCP_KEEPALIVE": 2, "TCP_KEEPINTVL": 1, "TCP_KEEPCNT": 3}  # seconds, seconds, tries
NO_ROOM = "The server has no room for more connections now. Try again later."

_OUT_OF_DESCRIPTORS = frozenset(
    {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, getattr(errno, "WSAEMFILE", errno.EMFILE)}
)
_TAKEN = frozenset({errno.EADDRINUSE, errno.EACCES, getattr(errno, "WSAEADDRINUSE", 0), getattr(errno, "WSAEACCES", 0)})


class CannotListen(Exception):
    """No port could be opened; the sentence says why."""


class Listeners:
    """Open listening sockets on one port."""

    def __init__(self, sockets: list[socket.socket]) -> None:
        self.sockets = sockets
        self.port: int = sockets[0].getsockname()[1]
        self.is_out_of_descriptors = False  # in the last `accept`
        self.proxies = ProxyAddresses()
        self._reserve: int | None = os.open(os.devnull, os.O_RDONLY)

    @property
    def addresses(self) -> list[tuple[int, str, int]]:
        """Family, address and port of the sockets; "0.0.0.0" and "::" stand for every address."""
        found = {(int(sock.family), *sock.getsockname()[:2]) for sock in self.sockets}
        for sock in self.sockets:
            if sock.family == socket.AF_INET6 and not sock.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY):
                found.add((int(socket.AF_INET), "0.0.0.0", self.port))
        return sorted(found)

    def accept(self, listener: socket.socket, most: int) -> Iterator[tuple[socket.socket, str]]:
        """Yield new connections and their addresses; those of proxies go to `proxies`."""
        for sock, address in new_connections(listener, most, self._refuse_one):
            if not self.proxies.take(sock, address):
                yield sock, address

    def _refuse_one(self, listener: socket.socket) -> None:
        """Use the reserved descriptor to accept one client and tell it why it is refused."""
        self.is_out_of_descriptors = True
        if self._reserve is not None:
            os.close(self._reserve)
            self._reserve = None
            with contextlib.suppress(OSError), listener.accept()[0] as sock:
                sock.send(frame(encode(Refused(RefusalCode.FULL, NO_ROOM))))
        with contextlib.suppress(OSError):  # another thread may have taken the descriptor: try again next time
            self._reserve = os.open(os.devnull, os.O_RDONLY)

    def close(self) -> None:
        for sock in self.sockets:
            sock.close()
        if self._reserve is not None:
            os.close(self._reserve)
            self._reserve = None


def new_connections(
    listener: socket.socket, most: int, refuse: Callable[[socket.socket], object]
) -> Iterator[tuple[socket.socket, str]]:
    """Yield up to `most` tuned connections and their addresses; calls `refuse` when no descriptor is left."""
    for _ in range(most):
        try:
            sock, address = listener.accept()
        except BlockingIOError:
            return
        except OSError as problem:
            if problem.errno in _OUT_OF_DESCRIPTORS:
                refuse(listener)
                return
            continue  # this connection has ended already
        try:
            tune(sock)
        except OSError:
            sock.close()  # the other end has reset it
            continue
        yield sock, str(address[0])


def tune(sock: socket.socket) -> None:
    """Set the options of a connection: no delay, small buffers, and a quick error when the other end is gone."""
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    stamp_arrivals(sock)
    for name, value in {**KEEPALIVE, "TCP_USER_TIMEOUT": USER_TIMEOUT, "TCP_NOTSENT_LOWAT": NOTSENT_MOST}.items():
        if hasattr(socket, name):
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def open_listeners(host: str, port: int, tries: int = PORTS_TRIED) -> Listeners:
    """Listen on `port` (0: any) or the next free of `tries`; host "": all addresses. Raises CannotListen."""
    last = "no port is free"
    for candidate in range(port, min(port + tries, 65536)) if port else [0]:
        try:
            return Listeners(listen(host, candidate))
        except socket.gaierror:
            raise CannotListen(f"There is no address {host!r} to listen on.") from None
        except OSError as problem:
            if problem.errno not in _TAKEN:
                raise CannotListen(f"Cannot listen on {host or 'any address'}: {problem.strerror}.") from None
            last = problem.strerror or last
    last_port = min(port + tries - 1, 65535)
    tried = f"port {port}" if not port or port == last_port else f"any port from {port} to {last_port}"
    raise CannotListen(f"Cannot listen on {tried}: {last}.")


def listen(host: str, port: int) -> list[socket.socket]:
    """Open non-blocking listening sockets for every address of `host`, all on one port. Raises OSError."""
    if not host:
        if socket.has_dualstack_ipv6():
            with contextlib.suppress(OSError):
                return [_listener(socket.AF_INET6, "::", port, both=True)]
        return _listen_on([(socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")], port)
    try:
        if is_ambiguous_ipv4(host):
            raise ValueError(host)
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except ValueError:  # an empty label, a lone surrogate, a NUL: the resolver cannot be asked
        raise socket.gaierror(socket.EAI_NONAME, "there is no such address") from None
    # The rest of an IPv6 address is its scope, without which a link-local one has no network.
    addresses = list(dict.fromkeys((family, str(address[0]), *address[3:]) for family, _, _, _, address in found))
    return _listen_on(addresses, port)


def _listen_on(addresses: Sequence[tuple[Any, ...]], port: int) -> list[socket.socket]:
    """Listen on those addresses (with the scope, if any) whose family this machine has; a port in use is an error."""
    sockets: list[socket.socket] = []
    problem: OSError | None = None
    for family, host, *scope in addresses:
        try:
            sockets.append(_listener(family, host, sockets[0].getsockname()[1] if sockets else port, scope=scope))
        except OSError as this:
            problem = this
            if this.errno in _TAKEN:
                break
    if problem and (not sockets or problem.errno in _TAKEN):
        for sock in sockets:
            sock.close()
        raise problem
    return sockets


def _listener(family: int, host: str, port: int, both: bool = False, scope: Sequence[int] = ()) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":  # there SO_REUSEADDR would let two servers share a port
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if both else 1)
        # Before listen(): the receive window is agreed in the first packet.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, READ_BUFFER)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        sock.bind((host, port, 0, *scope) if scope else (host, port))
        sock.listen(BACKLOG)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock
