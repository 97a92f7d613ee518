"""How a stream of bytes is cut into messages.

Rule: a framing never raises for what a server sends. Bytes that make no sense are a frame, or wait for more.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

from tcpcut.capture import TcpcutError

Split = Callable[[bytes], tuple[list[bytes], bytes]]


class Framing(NamedTuple):
    """Cuts a stream into frames.

    `split` takes bytes and returns the complete frames at their beginning, and the rest. `make` puts a payload into a
    frame, and `payload` takes it out again; with them, failing frames are made shorter and empty frames are tried.
    """

    split: Split
    make: Callable[[bytes], bytes] | None = None
    payload: Callable[[bytes], bytes] | None = None


class Protocol(NamedTuple):
    """The framing of clients and of the server, what is compared of an answer, and may clients send on unanswered?"""

    framing: Framing
    answers: Framing
    keep: Callable[[bytes], object] = bytes
    pipelining: bool = True


def prefixed(size: int, byteorder: Literal["big", "little"] = "big") -> Framing:
    r"""Frames that begin with the length of their payload, as a number of `size` bytes.

    >>> prefixed(2).split(b"\x00\x01a\x00\x02b")
    ([b'\x00\x01a'], b'\x00\x02b')
    """

    def split(stream: bytes) -> tuple[list[bytes], bytes]:
        frames, at = [], 0
        while len(stream) >= at + size:
            end = at + size + int.from_bytes(stream[at : at + size], byteorder)
            if len(stream) < end:
                break
            frames.append(stream[at:end])
            at = end
        return frames, stream[at:]

    return Framing(split, lambda data: len(data).to_bytes(size, byteorder) + data, lambda frame: frame[size:])


def lines(end: bytes = b"\n") -> Framing:
    r"""Frames that end with `end`, such as lines of text.

    >>> lines().split(b"one\ntwo\nth")
    ([b'one\n', b'two\n'], b'th')
    """

    def split(stream: bytes) -> tuple[list[bytes], bytes]:
        *whole, rest = stream.split(end)
        return [line + end for line in whole], rest

    return Framing(split, lambda data: data.replace(end, b"") + end, lambda frame: frame.removesuffix(end))


def _resp_length(stream: bytes, at: int) -> int:
    """The length of a RESP value (redis.io/docs/latest/develop/reference/protocol-spec); 0 while it is incomplete."""
    begin, missing = at, 1
    while missing:
        end = stream.find(b"\r\n", at)
        if end < 0:
            return 0
        kind, digits = stream[at : at + 1], stream[at + 1 : end]
        count = int(digits) if digits.isdigit() and len(digits) < 12 else 0  # -1 is no value
        at = end + 2 + (count + 2 if kind in (b"$", b"=", b"!") and digits.isdigit() else 0)
        missing += {b"*": 1, b"~": 1, b">": 1, b"%": 2}.get(kind, 0) * count - 1
        if max(at, missing) > len(stream):
            return 0
    return at - begin


def _resp(stream: bytes) -> tuple[list[bytes], bytes]:
    frames, at = [], 0
    while at < len(stream) and (length := _resp_length(stream, at)):
        frames.append(stream[at : at + length])
        at += length
    return frames, stream[at:]


RAW = Framing(lambda stream: ([bytes([byte]) for byte in stream], b""))  # as answers: compared byte by byte
FRAMINGS = {
    "raw": RAW,
    "u16": prefixed(2),
    "u16le": prefixed(2, "little"),
    "u32": prefixed(4),
    "u32le": prefixed(4, "little"),
    "lines": lines(),
    "crlf": lines(b"\r\n"),
    "resp": Framing(_resp),
}


def framing_of(given: str | Split | Framing) -> Framing:
    """The framing of a name in FRAMINGS, of a function that splits, or itself. Raises TcpcutError."""
    if isinstance(given, str):
        if given not in FRAMINGS:
            raise TcpcutError(f"no framing {given!r}: it is one of {', '.join(FRAMINGS)}, or a function")
        return FRAMINGS[given]
    return given if isinstance(given, Framing) else Framing(given)
