"""What waits to be sent to one peer: bytes in order, with an offset, since a socket may take any part of them.

Two kinds of frames go in. *State* (deltas, keyframes) is old as soon as the next one exists: a slow reader is spared it
and gets a keyframe later. *Messages* (roster, chat, events) are said once and are never dropped.

Rule 1: a frame is in whole or not at all, so the stream stays a stream of frames.
Rule 2: who was spared one Delta is spared all that build on it, until everything is out and a keyframe can follow.
Rule 3: no socket, no clock: `sent` says what the socket took, `now` comes in.
"""

STATE_MOST = 64 * 1024  # bytes unsent; over this a reader is spared state
CAP = 256 * 1024  # bytes unsent; over this a reader is given up
STUCK = 10.0  # seconds in which nothing was taken
_PIECE = 64 * 1024  # bytes offered to the socket at once: more than it takes, so that a copy stays small


class Outbox:
    """The bytes for one peer. `is_spared` is True from the first state that was skipped until `catch_up`."""

    __slots__ = ("_bytes", "_offset", "_since", "is_spared")

    def __init__(self) -> None:
        self.is_spared = False
        self._bytes = bytearray()
        self._offset = 0  # how many of `_bytes` are sent already
        self._since = 0.0  # when the peer took something last, or when there was something to take again

    @property
    def unsent(self) -> int:
        """How many bytes wait."""
        return len(self._bytes) - self._offset

    def put(self, frames: bytes, now: float) -> None:
        """Add whole frames, or the rest of one that the socket took a part of."""
        if not self._bytes:
            self._since = now
        self._bytes += frames

    def put_state(self, frame: bytes, is_whole: bool, now: float) -> None:
        """Add state, or spare the reader it. `is_whole` tells a keyframe, which builds on nothing before it."""
        if self.unsent > STATE_MOST or (self.is_spared and not is_whole):
            self.is_spared = True
            return
        self.is_spared = False
        self.put(frame, now)

    @property
    def wants_keyframe(self) -> bool:
        """True when a spared reader has taken all that there was."""
        return self.is_spared and not self._bytes

    def catch_up(self, keyframe: bytes, now: float) -> None:
        """Give a spared reader the keyframe of now; b"" where there is nothing to see."""
        self.is_spared = False
        if keyframe:
            self.put(keyframe, now)

    def piece(self) -> bytes:
        """What to offer to the socket next; b"" when all is out."""
        return bytes(self._bytes[self._offset : self._offset + _PIECE])

    def sent(self, count: int, now: float) -> None:
        """Note that the socket took the first `count` bytes of the last piece."""
        if not count:
            return
        self._since = now
        self._offset += count
        if self._offset == len(self._bytes):
            self._bytes.clear()
            self._offset = 0
        elif self._offset >= _PIECE:  # not at every call: what stays would be copied over and over
            del self._bytes[: self._offset]
            self._offset = 0

    def forgive(self, seconds: float) -> None:
        """Leave so much time out of account."""
        self._since += seconds

    def trouble(self, now: float) -> str:
        """Why this reader has to be given up, or ""."""
        if self.unsent > CAP:
            return f"left more than {CAP // 1024} KiB unread"
        if self._bytes and now - self._since > STUCK:
            return f"took nothing for {STUCK:.0f} seconds"
        return ""
