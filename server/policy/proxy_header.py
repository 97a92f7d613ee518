"""The header of the PROXY protocol, version 2: with it a proxy tells for which client it has opened a connection.

Source: https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt, section 2.2. A header is 12 bytes of signature, one
of version and command, one of family, two of length; then the addresses, then options (TLV) of a type, a length of two
bytes, and a value.

Rule 1: pure. `missing` says how many bytes to read next, never more than the header has, as the stream follows.
Rule 2: only TCP over IPv4 and IPv6, and LOCAL, which stands for the proxy itself; all else is a BadProxyHeader.
Rule 3: options that are not ours are skipped. Ours, SECRET and PURPOSE, count on the private connection only.
"""

import struct
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv6Address, ip_address

from petard.server.policy.address_groups import Address, plain, plain_address

SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
START = 16  # bytes up to the addresses
REST_MOST = 1024  # bytes of addresses and options; a proxy with TLS may add a certificate's name and more
_LOCAL, _PROXY = 0x20, 0x21
_IPV4, _IPV6 = 0x11, 0x21  # TCP
_SIZES = {_IPV4: 4, _IPV6: 16}  # bytes of an address
_SECRET, _PURPOSE = 0xE0, 0xE1  # types that the specification leaves to applications

SocketAddress = tuple[str, int]


class Purpose(Enum):
    """What a private connection is for."""

    STATUS = b"status"  # figures of the room for the web process, and its answers
    RELAY_STATUS = b"relay-status"  # the same for the relay
    PAD = b"pad"  # a client of its own
    RELAY = b"relay"  # the stream for all watchers


class BadProxyHeader(ValueError):
    """It is no header that is accepted here; one sentence says why."""


@dataclass(frozen=True, slots=True)
class ProxyHeader:
    """What a header says. `address`: of the client; "" if the connection is for the proxy itself."""

    address: str
    secret: bytes = b""
    purpose: Purpose | None = None


def encode_header(
    client: SocketAddress | None, server: SocketAddress = ("", 0), secret: bytes = b"", purpose: Purpose | None = None
) -> bytes:
    """Return the header of a connection for a client, or with None for the proxy itself; raises ValueError.

    >>> encode_header(("10.0.0.7", 4000), ("10.0.0.1", 80)).hex(" ", -4)
    '0d0a0d0a 000d0a51 5549540a 2111000c 0a000007 0a000001 0fa00050'
    """
    family, body = 0, b""
    if client:
        ours, theirs = (_plain(one[0]) for one in (client, server))
        if ours.version != theirs.version:  # a client over IPv4 at a socket for both
            ours, theirs = (_as_ipv6(one) for one in (ours, theirs))
        family = _IPV4 if ours.version == 4 else _IPV6
        body = ours.packed + theirs.packed + struct.pack("!HH", client[1], server[1])
    for kind, value in ((_SECRET, secret), (_PURPOSE, purpose.value if purpose else b"")):
        body += struct.pack("!BH", kind, len(value)) + value if value else b""
    command = _PROXY if client else _LOCAL
    return SIGNATURE + struct.pack("!BBH", command, family, len(body)) + body


def _plain(host: str) -> Address:
    ip = plain(host)
    if ip is None:
        raise ValueError(f"{host[:60]!r} is no address")
    return ip


def _as_ipv6(ip: Address) -> IPv6Address:
    return ip if isinstance(ip, IPv6Address) else IPv6Address(f"::ffff:{ip}")


class ProxyHeaderReader:
    """Reads one header, however it is cut."""

    def __init__(self) -> None:
        self._received = b""

    @property
    def missing(self) -> int:
        """How many bytes are needed at least; 0 once the header is complete."""
        end = START
        if len(self._received) >= START:
            end += int.from_bytes(self._received[START - 2 : START], "big")
        return end - len(self._received)

    def receive_data(self, data: bytes) -> ProxyHeader | None:
        """Add up to `missing` bytes; return the header once it is complete. Raises BadProxyHeader."""
        self._received += data
        begun = self._received[: len(SIGNATURE)]
        if not SIGNATURE.startswith(begun):
            raise BadProxyHeader("it does not begin with the signature of PROXY version 2")
        if len(self._received) >= START and self.missing + len(self._received) > START + REST_MOST:
            raise BadProxyHeader(f"it has more than {REST_MOST} bytes after the first {START}")
        return None if self.missing else _decoded(self._received)


def _decoded(header: bytes) -> ProxyHeader:
    command, family = header[12], header[13]
    if command not in (_LOCAL, _PROXY):
        raise BadProxyHeader(f"its version and command are {command:#04x}, not 0x20 or 0x21")
    size = _SIZES.get(family, 0)
    if command == _PROXY and not size:
        raise BadProxyHeader(f"its family is {family:#04x}, and only TCP over IPv4 or IPv6 is accepted")
    body = header[START:]
    end = 2 * size + 4 if size else 0
    if len(body) < end:
        raise BadProxyHeader("it is too short for its addresses")
    options = _options(body[end:] if size or command == _LOCAL else b"")
    address = plain_address(str(ip_address(body[:size]))) if command == _PROXY else ""
    purpose = options.get(_PURPOSE)
    try:
        return ProxyHeader(address, options.get(_SECRET, b""), Purpose(purpose) if purpose else None)
    except ValueError:
        raise BadProxyHeader("its purpose is unknown") from None


def _options(data: bytes) -> dict[int, bytes]:
    """The values by type; of two of one type the first."""
    found: dict[int, bytes] = {}
    while data:
        if len(data) < 3:
            raise BadProxyHeader("its last option has no length")
        kind, length = struct.unpack_from("!BH", data)
        if len(data) < 3 + length:
            raise BadProxyHeader("its last option is cut off")
        found.setdefault(kind, data[3 : 3 + length])
        data = data[3 + length :]
    return found
