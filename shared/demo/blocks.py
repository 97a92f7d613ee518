"""A demo as a file: a magic word, then blocks of about a second, each with a checksum.

A block is a frame of petard.shared.framing. Its payload: what it is (1 byte), the moment at which it begins (4), the
number of digests (1), a CRC-32 over all else of it (4), the digests (4 each), deflated records, one behind the other
(in captures of the wire, and in the first demos ever made, each in a frame: a zero byte begins a frame and never a
record).
Numbers are big-endian.

Rule 1: blocks of one kind come in groups of 5 or 10 s that share one deflate window; a group can be read without
        the ones before it, and each block as soon as it is there.
Rule 2: what was cut off or changed is noticed, and everything before it counts.
Rule 3: nothing is inflated to more than INFLATED_MOST.
"""

import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from struct import Struct, pack, unpack
from typing import NamedTuple

from petard.shared.framing import HEADER, LIMIT_SERVER, Decoder, FrameError, frame
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.codec import split_payloads as cut

MAGIC = b"PETARD\x00\x01"
INFLATED_MOST = 2 << 20  # bytes of one block
RECORDS_MOST = 2**16  # in one block
_HEAD = Struct(">cIBI")
_SUMMED = 6  # bytes of the head before the sum
_NO_SUM = bytes(4)
_GOES_ON = 0x20  # of the kind byte: a small letter goes on with the group of the last block of that kind
_RAW = -15  # deflate without a header of its own
_FLUSH = b"\x00\x00\xff\xff"  # with this each flush ends, so it need not be written (as RFC 7692, 7.2.1, does)


class NoDemo(ValueError):
    """This file is no demo, or what was asked of it cannot be had; one sentence."""


class BlockType(Enum):
    """What a block holds."""

    PLAY = b"P"  # records: what it takes to run the match again
    WATCH = b"W"  # records: what the clients were told, for whoever only watches


class Block(NamedTuple):
    """One block as it was found. `data` is still deflated."""

    kind: BlockType
    starts: bool  # a group
    moment: int  # the ticks that were played before it
    digests: bytes  # of the worlds after each of its ticks, four each
    data: bytes


_LETTERS = {
    **{kind.value[0]: (kind, True) for kind in BlockType},
    **{kind.value[0] | _GOES_ON: (kind, False) for kind in BlockType},
}


class Squeeze:
    """Deflates the blocks of one group, one after the other. `moment`: where it begins."""

    def __init__(self, kind: BlockType, moment: int) -> None:
        self.moment = moment
        self._kind = kind
        self._deflate = zlib.compressobj(9, zlib.DEFLATED, _RAW)
        self._starts = True

    def block(self, moment: int, digests: Sequence[int], records: bytes) -> bytes:
        """The next block of the group, as it goes into the file."""
        letter = self._kind.value if self._starts else bytes([self._kind.value[0] | _GOES_ON])
        self._starts = False
        body = pack(f">{len(digests)}I", *digests) + self._deflate.compress(records)
        body += self._deflate.flush(zlib.Z_SYNC_FLUSH).removesuffix(_FLUSH)
        sum_ = zlib.crc32(body, zlib.crc32(_HEAD.pack(letter, moment, len(digests), 0)))
        return frame(_HEAD.pack(letter, moment, len(digests), sum_) + body)


def blocks_in(data: bytes) -> tuple[list[Block], str]:
    """All blocks of a file up to the first that is not whole, and a sentence about that one or ""; raises NoDemo."""
    if data[: len(MAGIC)] != MAGIC:
        raise NoDemo("This file is no demo of Petard, or one of a version that this Petard does not know.")
    blocks: list[Block] = []
    at = len(MAGIC)
    while at < len(data):
        size = int.from_bytes(data[at : at + HEADER], "big")
        payload = data[at + HEADER : at + HEADER + size]
        if at + HEADER > len(data) or len(payload) < size:
            return blocks, "The file ends in the middle of a block."
        block = _block_in(payload)
        if block is None:
            return blocks, f"The block at byte {at} is damaged."
        blocks.append(block)
        at += HEADER + size
    return blocks, ""


def _block_in(payload: bytes) -> Block | None:
    if len(payload) < _HEAD.size or payload[0] not in _LETTERS:
        return None
    _, moment, count, sum_ = _HEAD.unpack_from(payload)
    body, start = payload[_HEAD.size :], 4 * count
    if len(body) < start or zlib.crc32(body, zlib.crc32(payload[:_SUMMED] + _NO_SUM)) != sum_:
        return None
    return Block(*_LETTERS[payload[0]], moment, body[:start], body[start:])


def digests_in(blocks: Iterable[Block]) -> "array[int]":
    """The digests of all blocks, one number for each tick."""
    packed = b"".join(block.digests for block in blocks)
    return array("I", unpack(f">{len(packed) // 4}I", packed))


def split_payloads(group: list[Block]) -> Iterator[tuple[Block, list[bytes]]]:
    """The payloads of the records in each block of a group; raises NoDemo for what does not inflate to records."""
    inflate = zlib.decompressobj(_RAW)
    for block in group:
        try:
            records = inflate.decompress(block.data + _FLUSH, INFLATED_MOST)
            if inflate.unconsumed_tail:
                raise NoDemo(f"The block at moment {block.moment} is larger than any that Petard writes.")
            yield block, _framed(records) if records[:1] == b"\0" else cut(records, RECORDS_MOST)
        except RemoteProtocolError as problem:
            raise NoDemo(f"The block at moment {block.moment} makes no sense ({problem}).") from None
        except (zlib.error, FrameError):
            raise NoDemo(f"The block at moment {block.moment} holds no records.") from None


def _framed(frames: bytes) -> list[bytes]:
    decoder = Decoder(LIMIT_SERVER)
    payloads = decoder.receive_data(frames)
    if decoder.buffered:
        raise FrameError("it ends in the middle of a frame")
    return payloads
