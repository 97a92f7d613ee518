"""Writes a wire capture as pcapng, for Wireshark and tshark: `petard-server replay wire FILE --pcapng OUT`.

A capture knows what `recv` and `send` returned, and neither packets nor addresses. So the IP and TCP headers are made
up: one packet for each call, nothing is lost, and each packet acknowledges all that came before it.

Rule 1: an address is made from the number of an address group; group 0 is 127.0.0.1, and the server is SERVER.
Rule 2: times are exact (units of 2^-20 s) and count from the wall clock at which the capture began; 1970 if unknown.
Rule 3: each packet has a comment: the turn of the server's loop, and which call it was.
"""

import struct
from collections.abc import Iterator
from ipaddress import IPv4Address

from petard.shared.demo.capture import (
    UNITS_PER_SECOND,
    Accepted,
    Capture,
    Closed,
    FaultKind,
    Received,
    Sent,
    SocketFault,
    SocketRecord,
)

SERVER, SERVER_PORT = IPv4Address("10.255.0.1").packed, 7777
FIRST_PORT, PORTS = 20_000, 40_000  # of clients
DATA_MOST = 65_535 - 40  # bytes in one IPv4 packet
SECTION, INTERFACE, PACKET = 0x0A0D0D0A, 1, 6  # block types of pcapng
RAW_IP = 101  # a link type: packets begin with their IP header
COMMENT, APPLICATION, RESOLUTION = 1, 4, 9  # options
POWER_OF_TWO = 0x80 | (UNITS_PER_SECOND.bit_length() - 1)  # the unit of time, as if_tsresol writes it
WINDOW_SCALE = bytes([1, 3, 3, 14])  # an option of SYN: windows of 1 GiB are never full
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
TIME_MOST = 2**64 - 1  # of a packet; some 557,000 years


class PacketStream:
    """One TCP connection: from what happened at the server's socket to the packets that would do the same."""

    def __init__(self, connection: int, group: int) -> None:
        self._address = IPv4Address(0x0A000000 | group % 0xFF0000 if group else "127.0.0.1").packed
        self._port = FIRST_PORT + connection % PORTS
        self._next = {True: 1000, False: 500_000}  # sequence numbers, of the client (True) and of the server
        self._has_ended = {True: False, False: False}  # a FIN was sent

    def packets(self, record: SocketRecord) -> Iterator[bytes]:
        match record:
            case Accepted():
                yield self._packet(True, SYN)
                yield self._packet(False, SYN | ACK)
                yield self._packet(True, ACK)
            case Received(_, b""):
                yield from self._end(True)
            case Received(_, data) | Sent(_, data):
                is_up = isinstance(record, Received)
                for at in range(0, len(data), DATA_MOST):
                    yield self._packet(is_up, PSH | ACK, data[at : at + DATA_MOST])
            case SocketFault(_, _, FaultKind.RESET | FaultKind.PIPE):
                yield self._packet(True, RST | ACK)
            case Closed():
                yield from self._end(False)

    def _end(self, is_up: bool) -> Iterator[bytes]:
        if not self._has_ended[is_up]:
            self._has_ended[is_up] = True
            yield self._packet(is_up, FIN | ACK)

    def _packet(self, is_up: bool, flags: int, data: bytes = b"") -> bytes:
        source, target = (self._address, self._port), (SERVER, SERVER_PORT)
        if not is_up:
            source, target = target, source
        options = WINDOW_SCALE if flags & SYN else b""
        acknowledged = self._next[not is_up] if flags & ACK else 0
        head = (source[1], target[1], self._next[is_up] % 2**32, acknowledged % 2**32)
        tcp = struct.pack("!HHIIBBHHH", *head, (20 + len(options)) << 2, flags, 65_535, 0, 0) + options + data
        pseudo = source[0] + target[0] + struct.pack("!BBH", 0, 6, len(tcp))
        tcp = tcp[:16] + _checksum(pseudo + tcp) + tcp[18:]
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, 6, 0, source[0], target[0])
        self._next[is_up] += len(data) + bool(flags & (SYN | FIN))
        return ip[:10] + _checksum(ip) + ip[12:] + tcp


def _checksum(data: bytes) -> bytes:
    """The checksum of IP and TCP (RFC 1071)."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)


def pcapng_of(capture: Capture) -> Iterator[bytes]:
    """Yield the blocks of the file, as in draft-ietf-opsawg-pcapng."""
    name = _option(APPLICATION, f"Petard {capture.start.build}: {capture.start.name}".encode()) + _option(0, b"")
    yield _block(SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + name)
    yield _block(INTERFACE, struct.pack("<HHI", RAW_IP, 0, 0) + _option(RESOLUTION, bytes([POWER_OF_TWO])) + bytes(4))
    streams: dict[int, PacketStream] = {}
    for turn, step in enumerate(capture.steps):
        at = capture.start.started * UNITS_PER_SECOND + step.at
        for record in step.records:
            if isinstance(record, Accepted):
                streams[record.connection] = PacketStream(record.connection, record.group)
            if stream := streams.get(record.connection):
                comment = f"turn {turn}: {call_text(record)}, connection {record.connection}"
                for packet in stream.packets(record):
                    yield _packet_block(at, packet, comment)


def call_text(record: SocketRecord) -> str:
    """Say which call a record is of, and what it did.

    >>> call_text(Received(1, b"abc"))
    'recv returned 3 bytes'
    """
    match record:
        case Accepted(_, group):
            return f"accepted from address group {group}"
        case Received(_, data):
            return f"recv returned {len(data)} bytes" if data else "recv returned the end"
        case Sent(_, data):
            return f"send took {len(data)} bytes" if data else "send took no more for now"
        case SocketFault(_, call, kind):
            return f"{call.name.lower()} failed: {kind.name.lower()}"
        case Closed(_, is_half):
            return "the server ended its half" if is_half else "the server closed the connection"


def _block(kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size


def _option(code: int, data: bytes) -> bytes:
    return struct.pack("<HH", code, len(data)) + data + bytes(-len(data) % 4)


def _packet_block(at: int, packet: bytes, comment: str) -> bytes:
    at = min(at, TIME_MOST)  # a damaged capture may name a later day
    head = struct.pack("<IIIII", 0, at >> 32, at % 2**32, len(packet), len(packet))
    options = _option(COMMENT, comment.encode()) + _option(0, b"")
    return _block(PACKET, head + packet + bytes(-len(packet) % 4) + options)
