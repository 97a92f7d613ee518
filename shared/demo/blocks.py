"""The file format of a demo: a magic word, then blocks of about one second, each with a checksum.

A block is one frame of petard.shared.framing. Its payload (numbers are big-endian): block type (1 byte), the moment at
which the block begins (4), number of digests (1), CRC-32 of everything else in the payload (4), the digests (4 each),
then deflated records, one after the other. (In captures, and in the first demos, each record is itself a frame: a frame
begins with a zero byte and a record never does.)

Rule 1: blocks of one type come in groups of 5 or 10 s that share one deflate window. A group can be read without the
        groups before it, and each block of it as soon as it is written.
Rule 2: a truncated or changed block is detected, and all blocks before it stay readable.
Rule 3: no block inflates to more than INFLATED_MOST bytes.
"""

import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from itertools import accumulate, pairwise
from struct import Struct, pack, unpack
from typing import NamedTuple

from petard.shared.framing import HEADER, LIMIT_SERVER, Decoder, FrameError, frame
from petard.shared.protocol.codec import RemoteProtocolError, payload_bounds

MAGIC = b"PETARD\x00\x01"
INFLATED_MOST = 2 << 20  # bytes of one block
RECORDS_MOST = 2**16  # in one block
BLOCKS_MOST, BLOCK_LEAST = 1024, 64  # of a file: so many blocks, and one more for each so many bytes; a second has more
TOO_MUCH = "This file has more in it than any match."
# Units of work (budget.py): to check a block, to inflate a byte of it, and for each byte and record that comes out.
BLOCK, DEFLATED, BYTE, RECORD = 2000, 4, 3, 200
_HEAD = Struct(">cIBI")
_SUMMED = 6  # bytes of the head before the checksum
_NO_SUM = bytes(4)
_CONTINUES = 0x20  # bit of the type byte: a small letter continues the group of the last block of that type
_RAW = -15  # zlib: deflate without a header
_FLUSH = b"\x00\x00\xff\xff"  # every flush ends with these bytes, so they are not stored (as in RFC 7692, 7.2.1)
TORN = "The file ends in the middle of a block."  # as a process that is killed while it writes leaves it


class DemoError(ValueError):
    """The file is no demo, or it does not hold what was asked for; the text is one sentence."""


class BlockType(Enum):
    """What a block holds."""

    PLAY = b"P"  # records that are needed to run the match again
    WATCH = b"W"  # records of what the clients were sent, to watch the match by any rules


class Block(NamedTuple):
    """`data` is still deflated."""

    kind: BlockType
    starts: bool  # it begins a group
    moment: int  # ticks that were played before it
    digests: bytes  # of the worlds after each of its ticks, four bytes each
    data: bytes


_LETTERS = {kind.value[0] | bit: (kind, not bit) for kind in BlockType for bit in (0, _CONTINUES)}


class BlockEncoder:
    """Encodes the blocks of one group in order. `moment`: where the group begins."""

    def __init__(self, kind: BlockType, moment: int) -> None:
        self.moment = moment
        self._letter = kind.value
        self._deflate = zlib.compressobj(9, zlib.DEFLATED, _RAW)

    def encode(self, moment: int, digests: Sequence[int], records: bytes) -> bytes:
        """Return the next block of the group, as it is written to the file."""
        letter, self._letter = self._letter, bytes([self._letter[0] | _CONTINUES])
        return self._block(letter, moment, digests, records, self._deflate)

    def preview(self, moment: int, digests: Sequence[int], records: bytes) -> bytes:
        """Return the next block as `encode` does, but the group stays as it is: another next block may come."""
        return self._block(self._letter, moment, digests, records, self._deflate.copy())

    @staticmethod
    def _block(letter: bytes, moment: int, digests: Sequence[int], records: bytes, deflate: "zlib._Compress") -> bytes:
        body = pack(f">{len(digests)}I", *digests) + deflate.compress(records)
        body += deflate.flush(zlib.Z_SYNC_FLUSH).removesuffix(_FLUSH)
        checksum = zlib.crc32(body, zlib.crc32(_HEAD.pack(letter, moment, len(digests), 0)))
        return frame(_HEAD.pack(letter, moment, len(digests), checksum) + body)


class BlockSection:
    """The blocks of one type: `group`, which is being written, and the `records` of its next block."""

    def __init__(self, kind: BlockType) -> None:
        self._kind = kind
        self.records = bytearray()
        self.begin_group(0)

    def begin_group(self, moment: int) -> None:
        self.group = BlockEncoder(self._kind, moment)

    def close_block(self, moment: int, digests: Sequence[int] = ()) -> bytes:
        """Return the block, or b"" if there is nothing for it."""
        block = self.group.encode(moment, digests, bytes(self.records)) if self.records or digests else b""
        self.records.clear()
        return block


def blocks_in(data: bytes) -> tuple[list[Block], str]:
    """Return all blocks before the first incomplete or damaged one, and a sentence about that one, or "".

    Raises DemoError if the file does not begin as a demo, or has more blocks than a match of its size.
    """
    if data[: len(MAGIC)] != MAGIC:
        raise DemoError("This file is no demo of Petard, or one of a version that this Petard does not know.")
    blocks: list[Block] = []
    at = len(MAGIC)
    while at < len(data):
        size = int.from_bytes(data[at : at + HEADER], "big")
        payload = data[at + HEADER : at + HEADER + size]
        if at + HEADER > len(data) or len(payload) < size:
            return blocks, TORN
        block = _decode_block(payload)
        if block is None:
            return blocks, f"The block at byte {at} is damaged."
        blocks.append(block)
        if len(blocks) > BLOCKS_MOST + len(data) // BLOCK_LEAST:
            raise DemoError(TOO_MUCH)
        at += HEADER + size
    return blocks, ""


def _decode_block(payload: bytes) -> Block | None:
    if len(payload) < _HEAD.size or payload[0] not in _LETTERS:
        return None
    _, moment, count, checksum = _HEAD.unpack_from(payload)
    body, start = payload[_HEAD.size :], 4 * count
    if len(body) < start or zlib.crc32(body, zlib.crc32(payload[:_SUMMED] + _NO_SUM)) != checksum:
        return None
    return Block(*_LETTERS[payload[0]], moment, body[:start], body[start:])


def digests_in(blocks: Iterable[Block]) -> "array[int]":
    """Return the digests of all blocks, one number for each tick."""
    packed = b"".join(block.digests for block in blocks)
    return array("I", unpack(f">{len(packed) // 4}I", packed))


def payloads_in(group: list[Block], spend: Callable[[int], object]) -> Iterator[tuple[Block, list[bytes]]]:
    """Yield each block of a group with the payloads of its records; raises DemoError if they cannot be inflated.

    `spend` is called with the units of work that each block costs, see `Budget`.
    """
    for block, records, bounds in records_in(group, spend):
        yield block, [records[start:end] for start, end in pairwise(bounds)]


def records_in(group: list[Block], spend: Callable[[int], object]) -> Iterator[tuple[Block, bytes, list[int]]]:
    """The same, but all payloads in one piece, with the places where each begins and where the last one ends."""
    inflate = zlib.decompressobj(_RAW)
    for block in group:
        try:
            spend(DEFLATED * len(block.data))
            records = inflate.decompress(block.data + _FLUSH, INFLATED_MOST)
            if inflate.unconsumed_tail:
                raise DemoError(f"The block at moment {block.moment} is larger than any that Petard writes.")
            spend(BYTE * len(records))
            if records[:1] == b"\0":
                payloads = _split_frames(records)
                records, bounds = b"".join(payloads), list(accumulate(map(len, payloads), initial=0))
            else:
                bounds = payload_bounds(records, RECORDS_MOST)
            spend(RECORD * (len(bounds) - 1))
            yield block, records, bounds
        except RemoteProtocolError as problem:
            raise DemoError(f"The block at moment {block.moment} makes no sense ({problem}).") from None
        except (zlib.error, FrameError):
            raise DemoError(f"The block at moment {block.moment} holds no records.") from None


def _split_frames(frames: bytes) -> list[bytes]:
    decoder = Decoder(LIMIT_SERVER)
    payloads = decoder.receive_data(frames)
    if decoder.buffered:
        raise FrameError("it ends in the middle of a frame")
    return payloads
