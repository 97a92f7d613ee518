"""Cuts what a stream delivered into frames: how `recv` or `send` cut the bytes, against where messages begin and end.

TCP promises the order of the bytes and nothing else. So one read may hold several messages (it is glued), or a part of
one (it is torn), or both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Flag

from petard.shared.framing import HEADER, LIMIT_SERVER
from petard.shared.protocol.codec import RemoteProtocolError, decode
from petard.shared.protocol.messages import Message


class PieceKind(Flag):
    """How the ends of a piece lie to the ends of frames. No flag: it is exactly one frame."""

    EXACT = 0
    GLUED = 1  # parts of more than one frame are in it
    TORN = 2  # it begins or ends in the middle of a frame


@dataclass(frozen=True, slots=True)
class FramePart:
    """The bytes of one frame that lie in one piece.

    `before`: bytes of this frame in earlier pieces; `size`: bytes here; `needed`: bytes of the whole frame, its header
    included, or 0 while the header is not complete, or if it can be none. `message`: once the frame is complete, the
    message, or one sentence that says why it is none.
    """

    before: int
    size: int
    needed: int
    message: Message | str | None = None

    @property
    def is_torn(self) -> bool:
        return self.before > 0 or self.before + self.size != self.needed


@dataclass(frozen=True, slots=True)
class Piece:
    """What one call of `recv` returned, or what one call of `send` took. `at`: in seconds."""

    at: float
    data: bytes
    parts: tuple[FramePart, ...]

    @property
    def kind(self) -> PieceKind:
        torn = PieceKind.TORN if any(part.is_torn for part in self.parts) else PieceKind.EXACT
        return torn | (PieceKind.GLUED if len(self.parts) > 1 else PieceKind.EXACT)

    @property
    def messages(self) -> list[Message | str]:
        """The messages that became complete in it."""
        return [part.message for part in self.parts if part.message is not None]


class StreamCutter:
    """Cuts one direction of one connection."""

    def __init__(self) -> None:
        self._frame = bytearray()  # the beginning of a frame that is not complete
        self._is_broken = False  # a header that can be none: nothing that follows is a frame

    def cut(self, at: float, data: bytes) -> Piece:
        """Return the next piece of the stream with its frames."""
        return Piece(at, data, tuple(self._parts(data)))

    def _parts(self, data: bytes) -> Iterator[FramePart]:
        while data:
            before = len(self._frame)
            self._frame += data[: max(0, HEADER - before)]
            needed = self._needed()
            if self._is_broken:
                self._frame.clear()
                yield FramePart(before, len(data), 0, "no frame: the length before it is impossible")
                return
            taken = min(len(data), needed - before) if needed else len(data)
            self._frame += data[len(self._frame) - before : taken]
            data = data[taken:]
            if needed and len(self._frame) == needed:
                payload = bytes(self._frame[HEADER:])
                self._frame.clear()
                yield FramePart(before, taken, needed, _message_in(payload))
            else:
                yield FramePart(before, taken, needed)

    def _needed(self) -> int:
        """Return the size of the frame that has begun; 0 while its header is not complete."""
        if len(self._frame) < HEADER or self._is_broken:
            return 0
        size = int.from_bytes(self._frame[:HEADER], "big")
        self._is_broken = not 0 < size <= LIMIT_SERVER
        return HEADER + size


def _message_in(payload: bytes) -> Message | str:
    try:
        return decode(payload)
    except RemoteProtocolError as problem:
        return f"no message: {problem}"


@dataclass(slots=True)
class PieceCount:
    """How many pieces of a stream there were, and how many of them were glued or torn (or both)."""

    pieces: int = 0
    glued: int = 0
    torn: int = 0
    messages: int = 0

    def add(self, piece: Piece) -> None:
        kind = piece.kind
        self.pieces += 1
        self.glued += PieceKind.GLUED in kind
        self.torn += PieceKind.TORN in kind
        self.messages += len(piece.messages)

    def __str__(self) -> str:
        """
        >>> str(PieceCount(8, 2, 1, 9))
        '8 pieces, 9 messages: 25 % glued, 12 % torn'
        """
        most = max(1, self.pieces)
        shares = f"{100 * self.glued // most} % glued, {100 * self.torn // most} % torn"
        return f"{self.pieces} pieces, {self.messages} messages: {shares}"
