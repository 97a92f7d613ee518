"""UDP sockets that never block and never raise: what discovery needs of them on every system.

Rule 1: a network that is down, a neighbour that refuses, a firewall that forbids: nothing of it is an error here.
Rule 2: a ping is about the way, so what waits to be read is told how long it did, where the system knows.
Rule 3: Windows tells of an earlier datagram that nobody took when the next one is read; that is not about us.
"""

import contextlib
import socket
import struct
import sys
import time
from dataclasses import dataclass
from typing import Any

# Link-local and transient (RFC 4291), with "petard" in its last six bytes.
GROUP = "ff12::7065:7461:7264"
EVERYBODY = "255.255.255.255"
LARGEST = 2048  # bytes; ours are 512 at the most
_STAMPS = 35  # Linux: SO_TIMESTAMPNS, for which older Pythons have no name
_STAMP = struct.Struct("@ll")  # seconds and nanoseconds
_AGE_MOST = 1.0  # seconds; more than that is a clock that was set meanwhile
BUFFER = 64 * 1024  # bytes that a flood can make the kernel keep


@dataclass(frozen=True, slots=True)
class ReceivedDatagram:
    """One datagram, and where it came from; a link-local host has its zone behind a percent sign."""

    data: bytes
    host: str
    port: int
    age: float  # seconds since it came to this computer; 0.0 where the system does not tell
    address: Any  # both, as the system wants them for an answer


def open_udp(family: int, host: str, port: int, is_shared: bool = False) -> socket.socket:
    """Return a bound socket; raises OSError. `is_shared`: others of this machine may hear the same broadcasts."""
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        if is_shared:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if sys.platform != "linux" and hasattr(socket, "SO_REUSEPORT"):  # BSD and macOS ask for this one
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        elif sys.platform == "win32":  # there anybody could share the port without it
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        else:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
            if sys.platform == "linux":
                sock.setsockopt(socket.SOL_SOCKET, _STAMPS, 1)
        sock.bind((host, port))
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock


def try_udp(family: int, host: str, port: int, is_shared: bool = False) -> socket.socket | None:
    """Return a bound socket, or None where it cannot be had."""
    try:
        return open_udp(family, host, port, is_shared)
    except OSError:
        return None


def join(sock: socket.socket, index: int) -> bool:
    """Hear the group on one more interface; False when it cannot be. To join twice does no harm."""
    member = socket.inet_pton(socket.AF_INET6, GROUP) + struct.pack("@I", index)
    try:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, member)
    except OSError:
        return False
    return True


def leave(sock: socket.socket, index: int) -> None:
    """Hear the group no longer on an interface, be it there or gone."""
    member = socket.inet_pton(socket.AF_INET6, GROUP) + struct.pack("@I", index)
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_LEAVE_GROUP, member)


def receive(sock: socket.socket, most: int) -> list[ReceivedDatagram]:
    """Return what has come, after at most so many reads."""
    arrived = []
    for _ in range(most):
        try:
            arrived.append(_receive(sock))
        except BlockingIOError:
            break
        except OSError:  # news of a datagram of ours that nobody took, or one that is longer than LARGEST
            continue
    return arrived


def _receive(sock: socket.socket) -> ReceivedDatagram:
    if sys.platform != "linux":
        data, address = sock.recvfrom(LARGEST)
        return ReceivedDatagram(data, _host(address), int(address[1]), 0.0, address)
    data, notes, _, address = sock.recvmsg(LARGEST, socket.CMSG_SPACE(_STAMP.size))
    age = 0.0
    for _, kind, stamp in notes:
        if kind == _STAMPS and len(stamp) == _STAMP.size:
            seconds, nanoseconds = _STAMP.unpack(stamp)
            age = time.time() - seconds - nanoseconds / 1e9
    return ReceivedDatagram(data, _host(address), int(address[1]), age if 0.0 < age < _AGE_MOST else 0.0, address)


def _host(address: Any) -> str:
    """The host, with the zone by which it can be dialled: a name, a number where there is none or on Windows."""
    host = str(address[0])
    index = int(address[3]) if len(address) > 3 else 0
    if not index or "%" in host:
        return host
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            return f"{host}%{socket.if_indextoname(index)}"
    return f"{host}%{index}"


def send(sock: socket.socket, data: bytes, address: Any) -> bool:
    """Send one datagram, or not: False when there is no way now."""
    try:
        sock.sendto(data, address)
    except (OSError, UnicodeError, OverflowError):
        return False
    return True


def address_of(host: str, port: int) -> tuple[int, Any]:
    """Return family and address of a host that is an IPv4 or IPv6 address, with a zone or without.

    Raises ValueError for a name, and for a zone that this computer does not have.
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
