"""Redacts captures: tokens become sequence numbers, password proofs become dashes; lengths stay.

Rule 1: the k-th token that the server issued becomes k in 32 hexadecimal digits, wherever it appears. So a member who
        rejoins in a capture is recognised when it is played, by a server that issues the tokens 1, 2, 3….
Rule 2: nothing of the handshake (Hello, Auth, Ping, Pong, and the first frame after them) is written before the frame
        is complete, since the secrets are there; however many fields the messages have. Tokens that the server never
        issued are replaced there too, by numbers from FOREIGN on, and of an Auth nothing is left that would help to
        guess the password offline.
Rule 3: the length never changes, so all that follows stays where it was.
Rule 4: what waits is released when the server closes the connection, so half a Hello delays a capture only for as long
        as a server waits for the other half. What arrives later on that connection counts for nothing: it is blanked.
"""

import re

from petard.shared.demo.capture import CaptureRecord, Closed, Received, Sent
from petard.shared.framing import HEADER, LIMIT_PENDING
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Auth, Hello, Ping, Pong

FOREIGN = 1 << 127
FOREIGN_MOST = 1000  # foreign tokens that get a number of their own
_TOKEN = re.compile(rb"[0-9a-f]{32}")
_ANY_TOKEN = re.compile(rb"[0-9a-fA-F]{32}")
_HEAD = 2  # bytes of a payload: how many items it has, and the number of its message type
_TYPE = slice(HEADER + 1, HEADER + _HEAD)  # of a frame; the number of items differs between builds
_HANDSHAKE = [encode(message)[1:_HEAD] for message in (Auth(""), Hello(0, "", "x", 1, ""), Ping(1), Pong(1))]
_AUTH = _HANDSHAKE[0]
_BEFORE_TEXT = {0xD9: _HEAD + 2, 0xDA: _HEAD + 3}  # bytes of an Auth before its text, by the first byte of the text
_HALF_TOKEN = re.compile(rb"[0-9a-fA-F]{4,31}\Z")


def placeholder(number: int) -> str:
    """Return the token that replaces the token with this number.

    >>> placeholder(10)
    '0000000000000000000000000000000a'
    """
    return f"{number:032x}"


class Redactor:
    """All records of one capture pass through it in order: `add` them, `take` those that may be written."""

    def __init__(self) -> None:
        self._issued = 0
        self._placeholders: dict[bytes, bytes] = {}  # by token
        self._foreign = 0
        # Of each direction of a connection: what waits, from the begin of a frame on; None: it is past its handshake.
        self._pending: dict[tuple[type, int], list[Received | Sent] | None] = {}
        self._closed: set[int] = set()  # connections that were closed before their handshake was over
        self._records: list[CaptureRecord] = []
        self._held: set[int] = set()  # the ids of records that may not be written yet

    def add_token(self, token: str) -> None:
        self._issued += 1
        self._placeholders[token.encode()] = placeholder(self._issued).encode()

    def add(self, record: CaptureRecord) -> None:
        """Add a record; its data may be changed."""
        self._records.append(record)
        if isinstance(record, Closed):
            self._close(record)
        if not isinstance(record, Received | Sent):
            return
        if record.connection in self._closed and isinstance(record, Received):
            record.data = b"-" * len(record.data)
            return
        direction = type(record), record.connection
        pending = self._pending.setdefault(direction, [])
        if pending is None:
            record.data = _TOKEN.sub(lambda found: self._placeholders.get(found[0], found[0]), record.data)
            return
        pending.append(record)
        self._held.add(id(record))
        frames = _frames(pending)
        is_past_handshake = any(one[_TYPE] not in _HANDSHAKE for one in frames if _is_whole(one))
        is_over = type(record) is Received and not record.data
        if is_over or is_past_handshake or _is_whole(frames[-1]):
            self._release(pending)
        if is_past_handshake:
            self._pending[direction] = None

    def _close(self, closed: Closed) -> None:
        """Release what waits of a connection that the server closes."""
        directions = (Received, closed.connection), (Sent, closed.connection)
        for direction in directions:
            self._release(self._pending.get(direction) or [])
        if self._pending.get(directions[0], []) is not None:
            self._closed.add(closed.connection)
        if not closed.is_half:  # nothing follows
            self._closed.discard(closed.connection)
            for direction in directions:
                self._pending.pop(direction, None)

    def take(self) -> list[CaptureRecord]:
        """Return the records that may be written, in order, each once."""
        held = (place for place, record in enumerate(self._records) if id(record) in self._held)
        count = next(held, len(self._records))
        taken, self._records = self._records[:count], self._records[count:]
        return taken

    def finish(self) -> list[CaptureRecord]:
        """Return all that is left, at the end of the capture."""
        for pending in self._pending.values():
            self._release(pending or [])
        return self.take()

    def _release(self, pending: list[Received | Sent]) -> None:
        """Replace everything that looks like a secret in the pending records, and release them."""
        frames = _frames(pending)
        whole = _ANY_TOKEN.sub(self._placeholder_of, b"".join(map(_blank, frames)))
        if not _is_whole(frames[-1]):
            whole = _HALF_TOKEN.sub(lambda found: b"0" * len(found[0]), whole)
        at = 0
        for part in pending:
            part.data, at = whole[at : at + len(part.data)], at + len(part.data)
            self._held.discard(id(part))
        pending.clear()

    def _placeholder_of(self, found: "re.Match[bytes]") -> bytes:
        token = found[0]
        if token in self._placeholders:
            return self._placeholders[token]
        replacement = placeholder(FOREIGN + self._foreign).encode()
        if self._foreign < FOREIGN_MOST:
            self._foreign += 1
            self._placeholders[token] = replacement
        return replacement


def _frames(parts: list[Received | Sent]) -> list[bytes]:
    """Cut a stream into frames; the last may be incomplete, or all that is left from a frame that cannot be one."""
    frames = [b"".join(part.data for part in parts)]
    while len(last := frames.pop()) > HEADER:
        size = HEADER + int.from_bytes(last[:HEADER], "big")
        if not HEADER < size <= HEADER + LIMIT_PENDING or len(last) <= size:
            break
        frames += [last[:size], last[size:]]
    return [*frames, last]


def _blank(frame: bytes) -> bytes:
    """Replace the text of an Auth by dashes; other frames stay."""
    start = HEADER + _BEFORE_TEXT.get(frame[HEADER + _HEAD], _HEAD + 1) if len(frame) > HEADER + _HEAD else len(frame)
    return frame if frame[_TYPE] != _AUTH else frame[:start] + b"-" * len(frame[start:])


def _is_whole(stream: bytes) -> bool:
    """True once the first frame is complete, or cannot be a frame."""
    size = int.from_bytes(stream[:HEADER], "big")
    return len(stream) >= HEADER and (not 0 < size <= LIMIT_PENDING or len(stream) >= HEADER + size)
