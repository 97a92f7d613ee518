"""Makes new inputs of known ones: by bytes, as text, as msgpack, as frames, and inside the blocks of a recording.

Rule 1: a mutator is a function of an input, a seeded generator, and another input to take pieces from.
Rule 2: the mutators of formats with lengths and checksums keep these right, or nothing behind them would be reached.
"""

import zlib
from collections.abc import Callable
from random import Random
from typing import Any

import msgpack  # type: ignore[import-untyped]

from petard.shared.demo.blocks import MAGIC, BlockEncoder, BlockType, DemoError, blocks_in, digests_in, payloads_in
from petard.shared.demo.capture import CAPTURE_MAGIC
from petard.shared.framing import HEADER, LIMIT_SERVER, frame
from petard.shared.protocol.beacon import MAGIC as DATAGRAM_MAGIC
from petard.shared.protocol.beacon import SIZE

LONGEST = 1 << 16  # bytes of a made input
REPEATED_MOST = 5000  # times that one record is repeated in a block: deflated, that is small
INTEGERS = (0, 1, -1, 2, 63, 64, 127, 128, 255, 256, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, -(2**31))
TEXTS = (
    *("", " ", "\0", "\n", "\r\n", "\t", "\x1b[2J", "'", '"', '"""', "\\", "%s", "{0}", "..", "/", "~", ":", "[", "]"),
    *("=", "#", "-", "--", "+", ".", ",", "%", "*", "@", "//", "[[", "0x", "1e999", "nan", "inf", "true", "null"),
    *("\u202e", "\u200b", "\u0301" * 5, "\u0661", "\u00b2", "\u2028", "\ufeff", "\ufffe", "\U0001f600", "\U000e0041"),
    *("ß", "İ", "ǆ", "\u1e9e", "A" * 300, "9" * 5000, "[" * 2000, "-1", "00", "65536", "99999999999", "1_000", "٣"),
)
Mutator = Callable[[bytes, Random, bytes], bytes]


def changed_bytes(data: bytes, chance: Random, other: bytes) -> bytes:
    """Flip, replace, delete, double or insert some bytes."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4, 8))):
        at = chance.randrange(len(out) + 1)
        size = chance.choice((1, 1, 2, 4, 8, chance.randrange(1, 64)))
        match chance.randrange(7):
            case 0 if at < len(out):
                out[at] ^= 1 << chance.randrange(8)
            case 1:
                out[at : at + size] = chance.randbytes(min(size, max(1, len(out) - at)))
            case 2:
                del out[at : at + size]
            case 3:
                out[at:at] = out[at : at + size] * chance.choice((1, 1, 2, 100))
            case 4:
                number = chance.choice(INTEGERS) & 0xFFFFFFFF
                width = chance.choice((1, 2, 4))
                out[at : at + width] = (number & (256**width - 1)).to_bytes(width, "big")
            case 5 if other:
                start = chance.randrange(len(other))
                out[at : at + chance.choice((0, size))] = other[start : start + chance.randrange(1, 64)]
            case _:
                del out[at:]
    return bytes(out[:LONGEST])


def changed_text(data: bytes, chance: Random, other: bytes) -> bytes:
    """Insert and replace odd pieces of text; sometimes change single bytes, so that the text is none."""
    if chance.random() < 0.3:
        return changed_bytes(data, chance, other)
    text, more = data.decode("utf-8", "replace"), other.decode("utf-8", "replace")
    for _ in range(chance.choice((1, 1, 2, 3))):
        at = chance.randrange(len(text) + 1)
        end = at + chance.choice((0, 0, 1, 2, chance.randrange(1, 30)))
        start = chance.randrange(len(more) + 1)
        pieces = (chance.choice(TEXTS), str(chance.choice(INTEGERS)), more[start : start + chance.randrange(1, 30)])
        text = text[:at] + chance.choice((*pieces, chr(chance.randrange(0xD800)))) + text[end:]
    return text.encode()[:LONGEST]


def changed_message(payload: bytes, chance: Random, other: bytes) -> bytes:
    """Change one value of a msgpack payload; bytes, where it is none."""
    try:
        row = msgpack.unpackb(payload, use_list=True, strict_map_key=False)
        if chance.random() < 0.2 or not isinstance(row, list):
            return changed_bytes(payload, chance, other)
        packed = msgpack.packb(_changed_value(row, chance))
    except (ValueError, OverflowError, TypeError, RecursionError, msgpack.UnpackException):
        return changed_bytes(payload, chance, other)
    return bytes(packed)


def _changed_value(value: Any, chance: Random) -> Any:
    if isinstance(value, list) and value and chance.random() < 0.85:
        at = chance.randrange(len(value))
        if chance.random() < 0.15:
            return value[:at] + value[at : at + 1] * chance.choice((0, 2, 2, 70)) + value[at + 1 :]
        return [*value[:at], _changed_value(value[at], chance), *value[at + 1 :]]
    if isinstance(value, int) and chance.random() < 0.5:
        return value + chance.choice((-1, 1, -64, 64, 2**16))
    if isinstance(value, str) and chance.random() < 0.7:
        return changed_text(value.encode(), chance, b"").decode("utf-8", "replace")
    return chance.choice((chance.choice(INTEGERS), chance.choice(TEXTS), True, None, [], 1.5, b"bytes", {1: 2}))


def split_frames(data: bytes) -> tuple[list[bytes], bytes]:
    """Return the payloads of whole frames, and what is behind them."""
    payloads, at = [], 0
    while at + HEADER <= len(data):
        end = at + HEADER + int.from_bytes(data[at : at + HEADER], "big")
        if end > len(data) or end == at + HEADER:
            break
        payloads.append(data[at + HEADER : end])
        at = end
    return payloads, data[at:]


def changed_frames(data: bytes, chance: Random, other: bytes) -> bytes:
    """Change, drop, double or reorder messages in a stream of frames."""
    payloads, rest = split_frames(data)
    if not payloads or chance.random() < 0.1:
        return changed_bytes(data, chance, other)
    payloads = changed_payloads(payloads, split_frames(other)[0], chance)
    return b"".join(frame(payload) for payload in payloads if 0 < len(payload) <= LIMIT_SERVER)[:LONGEST] + rest


def changed_payloads(payloads: list[bytes], others: list[bytes], chance: Random, most: int = 30) -> list[bytes]:
    """Change some of many payloads, and sometimes their order. `most`: how often one may be repeated."""
    out = list(payloads)
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.randrange(len(out)) if out else 0
        match chance.randrange(8):
            case 0:
                del out[at : at + chance.choice((1, 1, 5))]
            case 1:
                out[at:at] = out[at : at + 1] * chance.choice((1, 1, 30, most))
            case 2 if others:
                out.insert(at, chance.choice(others))
            case 3 if out:
                out.insert(chance.randrange(len(out)), out.pop(at))
            case _ if out:
                out[at] = changed_message(out[at], chance, chance.choice(others or [b""]))
    return out


def changed_after_first(mutate: Mutator) -> Mutator:
    """Make a mutator for inputs whose first byte chooses what the target does with the rest."""

    def changed(data: bytes, chance: Random, other: bytes) -> bytes:
        first = chance.randbytes(1) if chance.random() < 0.1 else data[:1]
        return first + mutate(data[1:], chance, other[1:])

    return changed


def changed_datagram(data: bytes, chance: Random, other: bytes) -> bytes:
    """Change the message in a datagram of discovery, with the right length and padding."""
    if chance.random() < 0.2 or not data.startswith(DATAGRAM_MAGIC):
        return changed_bytes(data, chance, other)
    payloads, _ = split_frames(data[len(DATAGRAM_MAGIC) :])
    if not payloads:
        return changed_bytes(data, chance, other)
    out = DATAGRAM_MAGIC + frame(changed_message(payloads[0], chance, b"") or b"0")
    return out.ljust(SIZE, b"\0") if len(data) == SIZE else out


def changed_datagrams(data: bytes, chance: Random, other: bytes) -> bytes:
    """Change one of several datagrams, each behind a byte for its sender and two for its length."""
    parts, rest = [], data
    while rest:
        size = int.from_bytes(rest[1:3], "big")
        parts.append(rest[: 3 + size])
        rest = rest[3 + size :]
    if not parts or chance.random() < 0.1:
        return changed_bytes(data, chance, other)
    at = chance.randrange(len(parts))
    datagram = changed_datagram(parts[at][3:], chance, other)[: SIZE + 1]
    sender = parts[at][:1] if chance.random() < 0.7 else chance.randbytes(1)
    parts[at : at + 1] = [sender + len(datagram).to_bytes(2, "big") + datagram] * chance.choice((1, 1, 1, 2, 40))
    return b"".join(parts)[:LONGEST]


def changed_demo(data: bytes, chance: Random, other: bytes) -> bytes:
    """Change records in the blocks of a demo, with right checksums; sometimes bytes, so that they are wrong."""
    if chance.random() < 0.15:
        return changed_bytes(data, chance, other)
    try:
        blocks, _ = blocks_in(data)
    except DemoError:
        return changed_bytes(data, chance, other)
    out = MAGIC
    for kind in BlockType:
        encoder = BlockEncoder(kind, 0)
        for block in [block for block in blocks if block.kind is kind]:
            encoder = BlockEncoder(kind, block.moment) if block.starts else encoder
            records = block.data
            moment, digests = block.moment, list(digests_in([block]))
            payloads = _records_of([one for one in blocks if one.kind is kind], block)
            if payloads is None:
                return changed_bytes(data, chance, other)
            is_framed = records[:1] == b"\0"
            if chance.random() < 0.4:
                payloads = changed_payloads(payloads, payloads, chance, chance.choice((30, REPEATED_MOST)))
            if chance.random() < 0.03:
                moment = min(max(0, moment + chance.choice((-60, 1, 300, 2**31))), 2**32 - 1)
            if chance.random() < 0.03:
                digests = digests[: chance.randrange(len(digests) + 1)] + digests[:3]
            out += encoder.encode(moment, digests[:255], b"".join(map(frame, payloads) if is_framed else payloads))
    return out[:LONGEST]


def _records_of(blocks: list[Any], block: Any) -> list[bytes] | None:
    """The payloads in a block; None if it cannot be inflated."""
    group: list[Any] = []
    for one in blocks:
        group = [one] if one.starts else [*group, one]
        if one is block:
            break
    try:
        return [payload for payload in list(payloads_in(group, int))[-1][1] if payload]
    except (DemoError, zlib.error):
        return None


def changed_capture(data: bytes, chance: Random, other: bytes) -> bytes:
    """Change records in the blocks of a capture, with right checksums."""
    if data[: len(CAPTURE_MAGIC)] != CAPTURE_MAGIC or chance.random() < 0.15:
        return changed_bytes(data, chance, other)
    try:
        blocks, _ = blocks_in(MAGIC + data[len(CAPTURE_MAGIC) :])
    except DemoError:
        return changed_bytes(data, chance, other)
    out, encoder = CAPTURE_MAGIC, BlockEncoder(BlockType.PLAY, 0)
    for block in blocks:
        payloads = _records_of(blocks, block)
        if payloads is None:
            return changed_bytes(data, chance, other)
        if chance.random() < 0.8:
            payloads = _changed_captured(payloads, chance)
        out += encoder.encode(block.moment, [], b"".join(frame(payload) for payload in payloads if payload))
    return out[:LONGEST]


def _changed_captured(payloads: list[bytes], chance: Random) -> list[bytes]:
    """Change the records of a capture: mostly the bytes that a socket gave or took, of which each may be frames."""
    out = list(payloads)
    for _ in range(chance.choice((1, 1, 3))):
        at = chance.randrange(len(out))
        record = out[at]
        if record[:1] in (b"R", b"W") and chance.random() < 0.8:
            out[at] = record[:5] + changed_frames(record[5:], chance, b"")
        else:
            out[at : at + 1] = changed_payloads(out[at : at + 1], out[:20], chance)
        if not out:
            return payloads
    return out
