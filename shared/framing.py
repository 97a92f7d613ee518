"""A byte stream cut into frames: four bytes of length (big-endian), then that many bytes of payload.

TCP keeps bytes in order and nothing else: two sends may arrive as one read, one send as many reads.

Rule 1: the header alone decides: what is too long is refused before one byte of its body is kept.
Rule 2: at most one frame's worth of bytes is kept between calls.
Rule 3: each byte is copied a fixed number of times, however the stream is cut.
"""

HEADER = 4  # bytes

LIMIT_STRANGER = 512  # payload bytes, before a Hello was accepted
LIMIT_CLIENT = 4096  # payload bytes, from a client
LIMIT_SERVER = 1 << 20  # payload bytes, from a server


class FrameError(ValueError):
    """A header that announces no legal frame; the stream cannot be read any further.

    `payloads` holds what arrived whole in the same call, before the bad header.
    """

    def __init__(self, sentence: str, payloads: tuple[bytes, ...] = ()) -> None:
        super().__init__(sentence)
        self.payloads = payloads


def frame(payload: bytes) -> bytes:
    r"""Prefix one payload of 1 to LIMIT_SERVER bytes with its length; ValueError for any other.

    >>> frame(b"hi")
    b'\x00\x00\x00\x02hi'
    """
    size = len(payload)
    if not 0 < size <= LIMIT_SERVER:
        raise ValueError(f"a payload of {size} bytes does not fit a frame of 1 to {LIMIT_SERVER}")
    return size.to_bytes(HEADER, "big") + payload


class Decoder:
    """Takes a stream in any pieces, gives whole payloads. `limit` (bytes) may be raised between calls."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._kept = bytearray()  # the start of the one frame that is not whole yet
        self._wanted = HEADER  # how long `_kept` has to grow before there is something to do
        self._broken = ""

    @property
    def kept(self) -> int:
        """How many bytes of an unfinished frame are held; 0 when the stream stands between two frames."""
        return len(self._kept)

    def receive_data(self, data: bytes) -> list[bytes]:
        """Return the payloads that `data` completes, in order.

        Raises FrameError for a length of zero or over `limit`, and at every later call.
        """
        if not self._kept and not self._broken and len(data) > HEADER:
            size = int.from_bytes(data[:HEADER], "big")
            if size == len(data) - HEADER and size <= self.limit:
                return [data[HEADER:]]  # the everyday case: one read, one frame
        return self._receive_pieces(data)

    def _receive_pieces(self, data: bytes) -> list[bytes]:
        if self._broken:
            raise FrameError(self._broken)
        payloads: list[bytes] = []
        at = 0
        while at < len(data):
            piece = data[at : at + self._wanted - len(self._kept)]
            self._kept += piece
            at += len(piece)
            if len(self._kept) < self._wanted:
                break
            if self._wanted == HEADER:
                self._wanted = HEADER + self._body_size(payloads)
            else:
                payloads.append(bytes(self._kept[HEADER:]))
                self._kept.clear()
                self._wanted = HEADER
        return payloads

    def _body_size(self, payloads: list[bytes]) -> int:
        size = int.from_bytes(self._kept, "big")
        if 0 < size <= self.limit:
            return size
        self._kept.clear()
        self._broken = f"a frame of {size} bytes is over the limit of {self.limit}" if size else "a frame of no bytes"
        raise FrameError(self._broken, tuple(payloads))
