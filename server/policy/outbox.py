"""The bytes that wait to be sent to one peer, in order, with an offset: a socket may accept any part of them.

There are two kinds of frames. *State* (Delta, Keyframe) is out of date as soon as the next one exists: a slow reader is
not sent it, and gets a keyframe later. All other messages (Roster, Chat, Events) are never dropped.

Rule 1: a frame is in whole or not at all, so the stream stays a stream of frames.
Rule 2: after one skipped Delta all that build on it are skipped, until the outbox is empty and a keyframe can follow.
Rule 3: no socket, no clock: `sent` reports what the socket accepted, `now` comes in.
"""

STATE_MOST = 64 * 1024  # bytes unsent; over this state is skipped
CAP = 256 * 1024  # bytes unsent; over this the connection is closed
STUCK = 10.0  # seconds in which the socket accepted nothing
_PIECE = 64 * 1024  # bytes offered to the socket at once: more than it accepts, so that a copy stays small


class Outbox:
    """The bytes for one peer. `skips_state`: from the first state that was skipped until `resume_state`."""

    __slots__ = ("_bytes", "_offset", "_since", "is_clear", "skips_state")

    def __init__(self) -> None:
        self.is_clear = True  # nothing is unsent and no state skipped; an attribute, read for each peer in each tick
        self.skips_state = False
        self._bytes = bytearray()
        self._offset = 0  # how many of `_bytes` are sent
        self._since = 0.0  # when the socket accepted something last, or when the outbox was last empty

    @property
    def unsent(self) -> int:
        return len(self._bytes) - self._offset

    def put(self, frames: bytes, now: float) -> None:
        """Add whole frames, or the rest of one of which the socket accepted a part."""
        if not self._bytes:
            self._since = now
        self._bytes += frames
        self.is_clear = False

    def put_state(self, frame: bytes, is_keyframe: bool, now: float) -> None:
        if self.unsent > STATE_MOST or (self.skips_state and not is_keyframe):
            self.skips_state, self.is_clear = True, False
            return
        self.skips_state = False
        self.put(frame, now)

    @property
    def wants_keyframe(self) -> bool:
        """True when state was skipped and all the rest is sent."""
        return self.skips_state and not self._bytes

    def resume_state(self, keyframe: bytes, now: float) -> None:
        """Add the current keyframe, with which state goes on; b"" while no round runs."""
        self.skips_state, self.is_clear = False, not self._bytes
        if keyframe:
            self.put(keyframe, now)

    def piece(self) -> bytes:
        """What to offer to the socket next; b"" when all is sent."""
        return bytes(self._bytes[self._offset : self._offset + _PIECE])

    def sent(self, count: int, now: float) -> None:
        """Note that the socket accepted the first `count` bytes of the last piece."""
        if not count:
            return
        self._since = now
        self._offset += count
        if self._offset == len(self._bytes):
            self._bytes.clear()
            self._offset, self.is_clear = 0, not self.skips_state
        elif self._offset >= _PIECE:  # not at every call: the rest would be copied over and over
            del self._bytes[: self._offset]
            self._offset = 0

    def forgive(self, seconds: float) -> None:
        """Do not count a time in which the server stood still."""
        self._since += seconds

    def trouble(self, now: float) -> str:
        """Why the connection has to be closed, or ""."""
        if self.unsent > CAP:
            return f"left more than {CAP // 1024} KiB unread"
        if self._bytes and now - self._since > STUCK:
            return f"read nothing for {STUCK:.0f} seconds"
        return ""
