"""Our frame decoder beside the usual ways to cut frames, and beside C: frames of 64 bytes in pieces of three kinds."""

import asyncio
import ctypes
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from importlib.util import find_spec
from random import Random

import msgpack  # type: ignore[import-untyped]

from petard.shared.framing import HEADER, LIMIT_SERVER, Decoder, frame
from petard.shared.lazy import lazy
from tests.bench.compiler import compiled
from tests.bench.model import Figure, Missing, Probe, Source
from tests.bench.timing import Act, call_probe

PAYLOAD = msgpack.packb(list(range(1000, 1019)))  # 60 bytes
FRAMES = 2048
Feed = Callable[[bytes], object]


def whole_reads(stream: bytes) -> Iterator[bytes]:
    """A frame in each, as from a peer that sends now and then."""
    size = len(frame(PAYLOAD))
    yield from (stream[at : at + size] for at in range(0, len(stream), size))


def odd_reads(stream: bytes) -> Iterator[bytes]:
    """Pieces of 1 to 1,500 bytes, as from a network."""
    chance, at = Random(7), 0
    while at < len(stream):
        size = chance.randint(1, 1500)
        yield stream[at : at + size]
        at += size


def bulk_reads(stream: bytes) -> Iterator[bytes]:
    """Pieces of 64 KiB, as after a pause."""
    yield from (stream[at : at + 65536] for at in range(0, len(stream), 65536))


READS: dict[str, tuple[str, Callable[[bytes], Iterator[bytes]]]] = {
    "single": ("one frame a read", whole_reads),
    "odd": ("1 to 1,500 bytes a read", odd_reads),
    "bulk": ("64 KiB a read", bulk_reads),
}


@cache
def pieces(name: str) -> Sequence[bytes]:
    return list(READS[name][1](frame(PAYLOAD) * FRAMES))


def ours(name: str) -> Act:
    parts, decoder = pieces(name), Decoder(LIMIT_SERVER)
    return lambda: [decoder.receive_data(part) for part in parts]


def naive(name: str) -> Act:
    """What tutorials write: the buffer is copied for each piece and for each frame."""
    parts = pieces(name)

    def act() -> None:
        buffer = b""
        for part in parts:
            buffer = buffer + part
            while len(buffer) >= HEADER:
                size = int.from_bytes(buffer[:HEADER], "big")
                if len(buffer) < HEADER + size:
                    break
                _payload, buffer = buffer[HEADER : HEADER + size], buffer[HEADER + size :]

    return act


def readexactly(name: str) -> Act:
    """asyncio's StreamReader: four bytes, then so many."""
    parts = pieces(name)

    async def read() -> None:
        reader = asyncio.StreamReader(limit=1 << 20)
        for part in parts:
            reader.feed_data(part)
        for _ in range(FRAMES):
            await reader.readexactly(int.from_bytes(await reader.readexactly(HEADER), "big"))

    return lambda: asyncio.run(read())


def twisted(name: str) -> Act:
    if find_spec("twisted") is None:
        raise Missing("Twisted is not installed")
    receiver = lazy("twisted.protocols.basic").Int32StringReceiver()
    receiver.stringReceived = lambda payload: None
    parts = pieces(name)
    return lambda: [receiver.dataReceived(part) for part in parts]


def unpacker(name: str) -> Act:
    """msgpack's own stream decoder; it needs no frames, and decodes as well."""
    parts = list(READS[name][1](msgpack.packb([*range(1000, 1020), 7]) * FRAMES))

    def act() -> None:
        stream = msgpack.Unpacker()
        for part in parts:
            stream.feed(part)
            for _ in stream:
                pass

    return act


def in_c(name: str) -> Act:
    """All in one call: what memory allows."""
    walk = ctypes.CDLL(str(compiled("walk.c", "-shared", "-fPIC"))).walk
    walk.argtypes, walk.restype = [ctypes.c_char_p, ctypes.c_long, ctypes.c_char_p], ctypes.c_long
    stream = frame(PAYLOAD) * FRAMES
    out = ctypes.create_string_buffer(len(stream))
    return lambda: walk(stream, len(stream), out)


WAYS: dict[str, tuple[str, Callable[[str], Act]]] = {
    "ours": ("ours", ours),
    "naive": ("slices of bytes", naive),
    "readexactly": ("asyncio readexactly", readexactly),
    "twisted": ("Twisted Int32StringReceiver", twisted),
    "unpacker": ("msgpack Unpacker, which decodes too", unpacker),
    "c": ("C, memcpy of each payload", in_c),
}
PAIRS = [(reads, way) for reads in READS for way in WAYS]

PROBES: tuple[Probe, ...] = tuple(
    call_probe(f"framing.{way}-{reads}", "framing", partial(WAYS[way][1], reads), FRAMES, 5) for reads, way in PAIRS
)
FIGURES = tuple(
    Figure(
        f"framing.{way}-{reads}",
        f"{WAYS[way][0]}, {READS[reads][0]}",
        "µs",
        "framing",
        Source(f"framing.{way}-{reads}"),
        None if way == "c" else Source(f"framing.c-{reads}"),
    )
    for reads, way in PAIRS
)
