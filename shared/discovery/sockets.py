"""UDP sockets for discovery, on every system: they never block, and after `open_udp` they never raise.

Rule 1: a network that is down, a host that refuses, a firewall that blocks: none of it is an error here.
Rule 2: a ping measures the network, so each datagram says how long it waited in the kernel, if the system knows.
Rule 3: on Windows a read can report that an earlier datagram was refused; that is ignored.
"""

import contextlib
import socket
import struct
import sys
import time
from collections.abc import Set
from dataclasses import dataclass
from typing import Any

# Link-local and transient (RFC 4291), with "petard" in its last six bytes.
GROUP = "ff12::7065:7461:7264"
EVERYBODY = "255.255.255.255"
EVERY_ADDRESS = {int(socket.AF_INET): "0.0.0.0", int(socket.AF_INET6): "::"}  # of this computer
LARGEST = 2048  # bytes; our datagrams have at most 512
_STAMPS = 35  # Linux: SO_TIMESTAMPNS, for which older Pythons have no name
_STAMP = struct.Struct("@ll")  # seconds and nanoseconds
_AGE_MOST = 1.0  # seconds; more means that the clock was changed meanwhile
BUFFER = 64 * 1024  # bytes; limits how much of a flood the kernel stores


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
    with contextlib.suppress(OSError):
        return open_udp(family, host, port, is_shared)
    return None


def join_group(sock: socket.socket, index: int, how: int = socket.IPV6_JOIN_GROUP) -> None:
    """Join the multicast group on one more interface, if the system lets us. To join twice does no harm."""
    with contextlib.suppress(OSError):
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
    age = 0.0
    if sys.platform != "linux":
        data, address = sock.recvfrom(LARGEST)
    else:
        data, notes, _, address = sock.recvmsg(LARGEST, socket.CMSG_SPACE(_STAMP.size))
        for _, kind, stamp in notes:
            if kind == _STAMPS and len(stamp) == _STAMP.size:
                seconds, nanoseconds = _STAMP.unpack(stamp)
                age = time.time() - seconds - nanoseconds / 1e9
    return ReceivedDatagram(data, host_of(address), int(address[1]), age if 0.0 < age < _AGE_MOST else 0.0, address)


def host_of(address: Any) -> str:
    """Return the host with its zone, as needed to connect to it: a name, or a number if there is none or on Windows."""
    host = str(address[0])
    index = int(address[3]) if len(address) > 3 else 0
    if not index or "%" in host:
        return host
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            return f"{host}%{socket.if_indextoname(index)}"
    return f"{host}%{index}"


def send(sock: socket.socket, data: bytes, address: Any) -> None:
    """Send one datagram if the system accepts it."""
    with contextlib.suppress(OSError, UnicodeError, OverflowError):
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
