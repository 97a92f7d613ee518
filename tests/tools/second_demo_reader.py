"""A reader of demos written from docs/recordings.md alone, in 60 lines. If it has to be mended, mend the page."""

import zlib
from typing import Any

NAMES = {1: "Header", 2: "Began", 3: "WorldState", 4: "Inputs", 5: "Seated", 6: "Said", 7: "Scored", 8: "Mark",
         9: "Ended", 16: "Opened", 17: "DeltaSent", 18: "Happened"}  # fmt: skip


def read(data: bytes) -> tuple[list[tuple[str, list[Any]]], list[int], list[tuple[str, list[Any]]]]:
    """What it takes to run the match again, the digest of each tick, and what was told."""
    found: dict[bytes, list[tuple[str, list[Any]]]] = {b"P": [], b"W": []}
    digests: list[int] = []
    inflate: dict[bytes, Any] = {}
    at = 8 if data[:8] == b"PETARD\x00\x01" else len(data)
    while at + 4 <= len(data):
        block = data[at + 4 : at + 4 + int.from_bytes(data[at : at + 4], "big")]
        at += 4 + int.from_bytes(data[at : at + 4], "big")
        if at > len(data) or zlib.crc32(block[10:], zlib.crc32(block[:6] + bytes(4))) != int.from_bytes(
            block[6:10], "big"
        ):
            break
        kind, end = block[:1].upper(), 10 + 4 * block[5]
        if block[:1].isupper():
            inflate[kind] = zlib.decompressobj(-15)
        digests += [int.from_bytes(block[place : place + 4], "big") for place in range(10, end, 4)]
        records, place = inflate[kind].decompress(block[end:] + b"\x00\x00\xff\xff"), 0
        while place < len(records):
            (number, *fields), place = value(records, place + 4 * (records[0] == 0))
            found[kind].append((NAMES[number], fields))
    return found[b"P"], digests, found[b"W"]


def keys(inputs: list[Any]) -> Any:
    """(moment, slot, keys) for each change in the fields of an Inputs."""
    moment, flat = inputs
    while flat:
        moment, count = moment + flat[0], flat[1]
        yield from ((moment, flat[2 + 2 * n], flat[3 + 2 * n]) for n in range(count))
        flat = flat[2 + 2 * count :]


def value(data: bytes, at: int) -> tuple[Any, int]:
    """A value of msgpack, and where the next one starts."""
    first, at = data[at], at + 1
    if first < 0x80 or first >= 0xE0 or first in (0xC2, 0xC3):
        return first == 0xC3 if first in (0xC2, 0xC3) else first - 256 * (first >= 0xE0), at
    width = 1 << (first & 3) if 0xCC <= first <= 0xD3 else {0xD9: 1, 0xDA: 2, 0xDC: 2, 0xDD: 4}.get(first, 0)
    size = int.from_bytes(data[at : at + width], "big", signed=0xD0 <= first <= 0xD3)
    if 0xCC <= first <= 0xD3:
        return size, at + width
    size, at = size if width else first & (31 if first >= 0xA0 else 15), at + width
    if 0xA0 <= first <= 0xBF or first in (0xD9, 0xDA):
        return data[at : at + size].decode(), at + size
    items: list[Any] = [None] * size
    for place in range(size):
        items[place], at = value(data, at)
    return items, at
