"""What discovery needs of this computer's network, on every system: its interfaces that are up, and UDP sockets.

Rule 1: what the system does not report (a netmask, the number of an interface) is left out; it is never an error.
Rule 2: reading takes long on some systems, so an InterfaceMonitor reads again in its own thread.
Rule 3: sockets never block, and after `open_udp` they never raise: a network that is down, a host that refuses, a
firewall that blocks is no error here. On Windows a read can report that an earlier datagram was refused; ignored, too.
Rule 4: a ping measures the network, so each datagram says how long it waited in the kernel, if the system knows.
"""

import socket
import struct
import sys
import threading
from collections.abc import Set
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv6Address, IPv6Interface
from typing import Any

import psutil  # type: ignore[import-untyped]

from petard.shared.arrival_time import receive_stamped, stamp_arrivals

AGAIN_AFTER = 5.0  # seconds between two readings of the interfaces; Wi-Fi comes up later, cables are unplugged
_POINT_TO_POINT = 31  # networks with this prefix length or more have no broadcast address
# Link-local and transient (RFC 4291), with "petard" in its last six bytes.
GROUP = "ff12::7065:7461:7264"
EVERYBODY = "255.255.255.255"
EVERY_ADDRESS = {int(socket.AF_INET): "0.0.0.0", int(socket.AF_INET6): "::"}  # of this computer
LARGEST = 2048  # bytes; our datagrams have at most 512
BUFFER = 64 * 1024  # bytes; limits how much of a flood the kernel stores


@dataclass(frozen=True, slots=True)
class Interface:
    """One interface that is up. `index` is its number for IPv6; 0 if the system does not report it."""

    name: str
    index: int
    v4: tuple[IPv4Interface, ...]
    v6: tuple[IPv6Interface, ...]  # without zones

    @property
    def addresses(self) -> tuple[IPv4Interface | IPv6Interface, ...]:
        """All addresses, each with its network."""
        return (*self.v4, *self.v6)

    @property
    def is_loopback(self) -> bool:
        return any(one.ip.is_loopback for one in self.addresses)

    @property
    def broadcasts(self) -> tuple[tuple[str, str], ...]:
        """Pairs of an own address and the broadcast address of its network."""
        wide = [one for one in self.v4 if one.network.prefixlen < _POINT_TO_POINT and not one.ip.is_loopback]
        return tuple((str(one.ip), str(one.network.broadcast_address)) for one in wide)

    @property
    def has_link_local(self) -> bool:
        """True if the interface has a link-local IPv6 address, so that multicasts reach its neighbours."""
        return self.index > 0 and any(one.ip.is_link_local for one in self.v6)


def interfaces() -> tuple[Interface, ...]:
    """Read the interfaces from the system; () if it reports none. May take some milliseconds."""
    try:
        up = {name for name, state in psutil.net_if_stats().items() if state.isup}
        rows = psutil.net_if_addrs()
    except (OSError, RuntimeError):
        return ()
    scopes = _scopes() if sys.platform == "win32" else {}
    found = [_interface(name, rows[name], scopes) for name in sorted(up & rows.keys())]
    return tuple(one for one in found if one.v4 or one.v6)


def _interface(name: str, rows: list[Any], scopes: dict[str, int]) -> Interface:
    found = [_address(row) for row in rows]
    v4 = tuple(one for one in found if isinstance(one, IPv4Interface))
    v6 = tuple(one for one in found if isinstance(one, IPv6Interface))
    index = next((scopes[str(one.ip)] for one in v6 if str(one.ip) in scopes), 0)
    with suppress(OSError, UnicodeError):  # Windows uses other names here than those that it shows to people
        index = index or socket.if_nametoindex(name)
    return Interface(name, index, v4, v6)


def _address(row: Any) -> IPv4Interface | IPv6Interface | None:
    with suppress(ValueError):
        if row.family == socket.AF_INET:
            return IPv4Interface(f"{row.address}/{row.netmask or 32}")
        if row.family == socket.AF_INET6:
            prefix = int(IPv6Address(row.netmask)).bit_count() if row.netmask else 64
            return IPv6Interface(f"{row.address.partition('%')[0]}/{prefix}")
    return None


def _scopes() -> dict[str, int]:
    """Return the interface number of each link-local address of this computer, as Windows reports it."""
    try:
        found = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET6)
    except (OSError, UnicodeError):
        return {}
    scoped = [(str(address[0]).partition("%")[0], int(address[3])) for *_, address in found if len(address) > 3]
    return {host: scope for host, scope in scoped if scope}


class InterfaceMonitor:
    """Reads the interfaces again every few seconds. `current` is the last result."""

    def __init__(self, now: float, may_wait: bool) -> None:
        """`may_wait`: read now; otherwise a later poll brings the first result, because reading can take long."""
        self.current = self._latest = interfaces() if may_wait else ()
        self._next_at = now + AGAIN_AFTER if may_wait else now

    def poll(self, now: float) -> bool:
        """Return whether the interfaces have changed. Never blocks."""
        if now >= self._next_at:
            self._next_at = now + AGAIN_AFTER
            with suppress(RuntimeError):  # no thread is left: try again later
                threading.Thread(name="interfaces", target=self._read, daemon=True).start()
        before, self.current = self.current, self._latest
        return self.current != before

    def _read(self) -> None:
        self._latest = interfaces()


@dataclass(frozen=True, slots=True)
class ReceivedDatagram:
    """One datagram and its sender; a link-local host has its zone after a percent sign."""

    data: bytes
    host: str
    port: int
    age: float  # seconds since it arrived at this computer; 0.0 if unknown
    address: Any  # host and port in the form that `send` needs


def open_udp(family: int, host: str, port: int, is_shared: bool = False) -> socket.socket:
    """Return a bound socket; raises OSError. `is_shared`: other processes may receive the same broadcasts."""
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        if is_shared:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if sys.platform != "linux" and hasattr(socket, "SO_REUSEPORT"):  # BSD and macOS need this one
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        elif sys.platform == "win32":  # without it, any process could share the port
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        else:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        stamp_arrivals(sock)
        sock.bind((host, port))
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock


def try_udp(family: int, host: str, port: int, is_shared: bool = False) -> socket.socket | None:
    with suppress(OSError):
        return open_udp(family, host, port, is_shared)
    return None


def join_group(sock: socket.socket, index: int, how: int = socket.IPV6_JOIN_GROUP) -> None:
    """Join the multicast group on one more interface, if the system lets us. To join twice does no harm."""
    with suppress(OSError):
        sock.setsockopt(socket.IPPROTO_IPV6, how, socket.inet_pton(socket.AF_INET6, GROUP) + struct.pack("@I", index))


def move_groups(sock: socket.socket, before: Set[int], after: Set[int]) -> None:
    """Be in the multicast group on the interfaces `after` instead of those `before`, some of which may be gone."""
    for index in before - after:
        join_group(sock, index, socket.IPV6_LEAVE_GROUP)
    for index in after - before:
        join_group(sock, index)


def receive(sock: socket.socket, most: int) -> list[ReceivedDatagram]:
    """Return the datagrams that have arrived, after at most `most` reads."""
    arrived = []
    for _ in range(most):
        try:
            arrived.append(_receive(sock))
        except BlockingIOError:
            break
        except OSError:  # an earlier datagram was refused (rule 3), or this one is longer than LARGEST
            continue
    return arrived


def _receive(sock: socket.socket) -> ReceivedDatagram:
    data, address, age = receive_stamped(sock, LARGEST)
    return ReceivedDatagram(data, host_of(address), int(address[1]), age, address)


def host_of(address: Any) -> str:
    """Return the host with its zone, as needed to connect to it: a name, or a number if there is none or on Windows."""
    host = str(address[0])
    index = int(address[3]) if len(address) > 3 else 0
    if not index or "%" in host:
        return host
    if sys.platform != "win32":
        with suppress(OSError):
            return f"{host}%{socket.if_indextoname(index)}"
    return f"{host}%{index}"


def send(sock: socket.socket, data: bytes, address: Any) -> None:
    """Send one datagram if the system accepts it."""
    with suppress(OSError, UnicodeError, OverflowError):
        sock.sendto(data, address)


def address_of(host: str, port: int) -> tuple[int, Any]:
    """Return address family and socket address of an IPv4 or IPv6 address, with or without a zone.

    Raises ValueError for a name, and for a zone that does not exist on this computer.
    """
    if ":" not in host:
        try:
            return socket.AF_INET, (socket.inet_ntop(socket.AF_INET, socket.inet_pton(socket.AF_INET, host)), port)
        except OSError:
            raise ValueError(host) from None
    plain, _, zone = host.partition("%")
    try:
        socket.inet_pton(socket.AF_INET6, plain)
        index = int(zone) if zone.isdigit() else socket.if_nametoindex(zone) if zone else 0
    except OSError:
        raise ValueError(host) from None
    return socket.AF_INET6, (plain, port, 0, index)
