"""What standbys are sent of the match that runs: its recording, and the ticks since the last whole block. Pure.

Rule 1: the recording counts as settled a moment after it was passed to the file, so that the file is never behind it: a
        promoted standby begins its own recording where the settled part ends, and plays the rest again.
Rule 2: a standby has WINDOW parts unacknowledged at most; it never makes the server keep more for it than that.
Rule 3: the room record comes first, since without it nothing else is of use.
"""

from base64 import b64encode
from collections import deque

from petard.server.room.match_recorder import DemoChunk
from petard.shared.protocol.field_types import COPY_PART
from petard.shared.protocol.later_messages import CopyKind, CopyPart

WINDOW = 4  # parts of up to 44 KB
PUMP_EVERY = 0.1  # seconds


class CopyLog:
    """The recording of the match that runs. `match`: its number, 0 in the lobby."""

    def __init__(self) -> None:
        self.match = 0
        self.settled = bytearray()
        self._waits = self._new = b""  # whole blocks that were there at the last `settle`, and those after it

    @property
    def unsettled(self) -> bytes:
        """The whole blocks that are not settled yet."""
        return self._waits + self._new

    def add(self, chunk: DemoChunk) -> None:
        """Take a chunk that was passed to the file."""
        if chunk.number != self.match:
            self._begin(chunk.number)
        self._new += chunk.data
        if chunk.is_last:
            self._begin(0)

    def _begin(self, match: int) -> None:
        self.match, self.settled, self._waits, self._new = match, bytearray(), b"", b""

    def settle(self) -> None:
        """Call it every PUMP_EVERY, before the parts are made."""
        self.settled += self._waits
        self._waits, self._new = self._new, b""


class CopyFeed:
    """What one standby has been sent and has acknowledged."""

    def __init__(self) -> None:
        self.acked = 0
        self._sent = 0
        self._whole_at: int | None = None  # so many parts were sent when the first whole copy was
        self._queue: deque[CopyPart] = deque()
        self._room = self._newest = b""
        self._match = self._at = 0

    @property
    def is_whole(self) -> bool:
        """True once it has had a whole copy; from then on it is only brought up to date."""
        return self._whole_at is not None and self.acked >= self._whole_at

    def acknowledge(self, parts: int) -> None:
        self.acked = max(self.acked, min(parts, self._sent))

    def next_parts(self, log: CopyLog, room: bytes, newest: bytes) -> list[CopyPart]:
        """Return what may be sent now. `newest`: what follows the settled part of the recording."""
        parts: list[CopyPart] = []
        while self._sent - self.acked < WINDOW:
            if not self._queue:
                self._fill(log, room, newest)
            if not self._queue:
                self._whole_at = self._sent if self._whole_at is None else self._whole_at
                break
            parts.append(self._queue.popleft())
            self._sent += 1
        return parts

    def _fill(self, log: CopyLog, room: bytes, newest: bytes) -> None:
        if log.match != self._match:
            self._match, self._at, self._newest = log.match, 0, b""
        if room != self._room:
            self._room = room
            self._enqueue(CopyKind.ROOM, 0, room)
        elif self._match and self._at < len(log.settled):
            data = bytes(log.settled[self._at : self._at + COPY_PART])
            self._enqueue(CopyKind.RECORDING, self._at, data)
            self._at += len(data)
            self._newest = b""
        elif self._match and newest != self._newest:
            self._newest = newest
            self._enqueue(CopyKind.NEWEST, 0, newest)

    def _enqueue(self, kind: CopyKind, start: int, data: bytes) -> None:
        for at in range(0, len(data), COPY_PART) or [0]:
            piece, is_last = b64encode(data[at : at + COPY_PART]).decode(), at + COPY_PART >= len(data)
            self._queue.append(CopyPart(kind, self._match, start + at, piece, is_last))
