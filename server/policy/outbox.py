"""The frames that wait to be sent to one peer, in order, with an offset: a socket may accept any part of them.

There are two kinds of frames. *State* (Delta, Keyframe, and what goes with them: Events, Digest, Pings) is out of date
as soon as the next one exists: what has waited for too long is dropped, and the peer is sent another state later. All
other messages are never dropped.

Rule 1: a frame is in whole or not at all, so the stream stays a stream of frames.
Rule 2: after one dropped state all that build on it are dropped, and `pace` says when states go on.
Rule 3: no socket, no clock: `sent` reports what the socket accepted, `now` comes in, in seconds.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from petard.server.policy.state_pace import StatePace
from petard.shared.protocol.state import State

STATE_AGE_MOST = 0.25  # seconds that a state waits here
CAP = 256 * 1024  # bytes unsent; over this the connection is closed
STUCK = 10.0  # seconds in which the socket accepted nothing
_PIECE = 64 * 1024  # bytes offered to the socket at once: more than it accepts, so that a copy stays small


@dataclass(frozen=True, slots=True)
class OutgoingFrame:
    """One frame. `is_state`: it may be dropped; `states`: how many states the client counts in it, 0 or 1.

    `is_single`: it does not build on the state sent before it, but on `base`; None: on nothing, as a Keyframe.
    """

    data: bytes
    is_state: bool = False
    states: int = 0
    is_single: bool = False
    base: State | None = None


class Outbox:
    """The frames for one peer, and the `pace` of the states among them."""

    __slots__ = ("_frames", "_offset", "_since", "pace", "unsent")

    def __init__(self) -> None:
        self.pace = StatePace()
        self.unsent = 0  # bytes
        self._frames: deque[tuple[OutgoingFrame, float]] = deque()  # with the time at which each was put here
        self._offset = 0  # how many bytes of the first frame are sent
        self._since = 0.0  # when the socket accepted something last, or when the outbox was last empty

    def put(self, frames: Iterable[OutgoingFrame], now: float, offset: int = 0) -> None:
        """Add frames. `offset`: so many bytes of the first ones are sent already; only if the outbox is empty."""
        for frame in frames:
            if offset >= len(frame.data):
                offset -= len(frame.data)
                continue
            if not self._frames:
                self._since, self._offset = now, offset
            self._frames.append((frame, now))
            self.unsent += len(frame.data) - offset
            offset = 0

    def piece(self) -> bytes:
        """What to offer to the socket next; b"" when all is sent."""
        if len(self._frames) == 1:
            return self._frames[0][0].data[self._offset : self._offset + _PIECE]
        pieces, size = [], 0
        for frame, _ in self._frames:
            pieces.append(frame.data)
            size += len(frame.data)
            if size - self._offset >= _PIECE:
                break
        return b"".join(pieces)[self._offset : self._offset + _PIECE]

    def sent(self, count: int, now: float) -> None:
        """Note that the socket accepted the first `count` bytes of the last piece."""
        if not count:
            return
        self._since = now
        self.unsent -= count
        self._offset += count
        while self._frames and self._offset >= len(self._frames[0][0].data):
            self._offset -= len(self._frames.popleft()[0].data)

    def drop_old_states(self, now: float) -> list[OutgoingFrame]:
        """Drop all states if one has waited for too long, but for one that is sent in part; return those that count."""
        waiting = [at for frame, at in self._frames if frame.is_state]
        if not waiting or now - waiting[0] <= STATE_AGE_MOST:
            return []
        begun = self._frames[0][0] if self._offset else None
        frames, self._frames = self._frames, deque()
        dropped: list[OutgoingFrame] = []
        for frame, at in frames:
            if not frame.is_state or frame is begun:
                self._frames.append((frame, at))
            elif frame.states:
                dropped.append(frame)
        self.unsent = sum(len(frame.data) for frame, _ in self._frames) - self._offset
        return dropped

    def forgive(self, seconds: float) -> None:
        """Do not count a time in which the server stood still."""
        self._since += seconds
        self._frames = deque([(frame, at + seconds) for frame, at in self._frames])

    def trouble(self, now: float) -> str:
        """Why the connection has to be closed, or ""."""
        if self.unsent > CAP:
            return f"left more than {CAP // 1024} KiB unread"
        if self._frames and now - self._since > STUCK:
            return f"read nothing for {STUCK:.0f} seconds"
        return ""
