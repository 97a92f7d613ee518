"""Splits a byte stream into frames: a length of four bytes (big-endian), then a payload of that many bytes.

TCP keeps the order of bytes and nothing else: two sends may arrive in one read, one send in many reads.

Rule 1: a frame that is too long is refused as soon as its header is complete, before any byte of its body is stored.
Rule 2: the decoder stores at most one incomplete frame between two calls.
Rule 3: each byte is copied a fixed number of times, in however many pieces the stream arrives.
"""

import struct

HEADER = 4  # bytes

LIMIT_PENDING = 512  # payload bytes from a client whose Hello is not accepted yet
LIMIT_CLIENT = 4096  # payload bytes from an admitted client
LIMIT_SERVER = 1 << 20  # payload bytes from a server

_size_at = struct.Struct(">I").unpack_from


class FrameError(ValueError):
    """A header with an illegal length. The rest of the stream cannot be read.

    `payloads`: the complete payloads that the same call found before the bad header.
    """

    def __init__(self, sentence: str, payloads: tuple[bytes, ...] = ()) -> None:
        super().__init__(sentence)
        self.payloads = payloads


def frame(payload: bytes) -> bytes:
    r"""Put the length before a payload of 1 to LIMIT_SERVER bytes; raises ValueError for any other size.

    >>> frame(b"hi")
    b'\x00\x00\x00\x02hi'
    """
    size = len(payload)
    if not 0 < size <= LIMIT_SERVER:
        raise ValueError(f"a payload of {size} bytes does not fit a frame of 1 to {LIMIT_SERVER}")
    return size.to_bytes(HEADER, "big") + payload


class Decoder:
    """Takes a stream in pieces of any size and returns complete payloads. `limit` (bytes) may change between calls."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._buffer = bytearray()  # the start of the one frame that is incomplete
        self._needed = HEADER  # the length of `_buffer` at which the next part is complete
        self._error = ""

    @property
    def buffered(self) -> int:
        """The number of stored bytes of an incomplete frame; 0 at a boundary between two frames."""
        return len(self._buffer)

    def receive_data(self, data: bytes) -> list[bytes]:
        """Return the payloads that `data` completes, in order.

        Raises FrameError for a length of zero or over `limit`, and then again in every later call.
        """
        if self._error:
            raise FrameError(self._error)
        if self._buffer:
            if len(self._buffer) + len(data) < self._needed:
                self._buffer += data
                return []
            data = b"".join((self._buffer, data))
            self._buffer.clear()
        payloads: list[bytes] = []
        at, end, limit = 0, len(data), self.limit
        if self._needed > HEADER:  # its header was checked when it arrived, perhaps against another limit
            payloads.append(data[HEADER : self._needed])
            at, self._needed = self._needed, HEADER
        while (body := at + HEADER) <= end:
            size = _size_at(data, at)[0]
            if not 0 < size <= limit:
                self._error = f"a frame of {size} bytes is over the limit of {limit}" if size else "a frame of no bytes"
                raise FrameError(self._error, tuple(payloads))
            if body + size > end:
                self._needed = HEADER + size
                break
            at = body + size
            payloads.append(data[body:at])
        if at < end:
            self._buffer += data[at:]
        return payloads
