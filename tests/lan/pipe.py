"""One direction of a connection: bytes go in, and come out when and in the pieces in which a network gives them.

Rule 1: as TCP promises: in order, each byte once, none changed. What it may do is to be late, to stand still, to be
        full, and to end: with a last byte, with a reset, or without a word.
Rule 2: time is an argument and chance a Random of its own, so what one pipe does never changes another.
Rule 3: it is used eight times a tick and more, so the everyday case is short.
"""

from collections import deque
from enum import Enum
from math import inf
from random import Random
from zlib import crc32

from tests.lan.quality import Quality

DRIP = 0.1  # seconds of bytes that arrive together at least


class Ending(Enum):
    """What is behind the last byte."""

    OPEN = "more may follow"
    CLOSED = "nothing follows"
    RESET = "the connection was broken off"


class Pipe:
    """Bytes on their way. `quality` may change at any time.

    `sum`: a number that pipes share through which the same bytes went.
    """

    __slots__ = (
        "_chance",
        "_ending",
        "_ends_at",
        "_held",
        "_last",
        "_lost",
        "_pieces",
        "_shut",
        "_since",
        "quality",
        "sum",
    )

    def __init__(self, quality: Quality, chance: Random) -> None:
        self.sum = 0
        self.quality = quality
        self._chance = chance
        self._pieces: deque[tuple[float, bytes]] = deque()  # with the time from which each can be read
        self._held = 0  # bytes that are written and not read
        self._last = 0.0  # when the newest byte arrives; what is written later arrives later
        self._shut = 0.0  # before this nothing arrives: the cable is out, or a packet was lost
        self._lost = False  # what is written now goes nowhere, and nobody is told
        self._since = inf  # when the oldest byte was written that cannot arrive
        self._ending = Ending.OPEN
        self._ends_at = inf

    @property
    def held(self) -> int:
        """How many bytes are written and not read."""
        return self._held

    # The end that writes

    def write(self, data: bytes, now: float) -> int:
        """Take what there is room for; the number of bytes taken, 0 when the sender's buffer is full."""
        room = self.quality.room - self._held
        if len(data) > room:
            data = data[:room]
            if not data:
                return 0
        count = len(data)
        self._held += count
        self.sum = crc32(data, self.sum)
        if self._lost or now < self._shut:
            self._since = min(self._since, now)
            if self._lost:
                return count
        quality = self.quality
        if quality.splits and count > 1 and self._chance.random() < quality.splits:
            cut = self._chance.randrange(1, count)
            self._pieces.append((self._arrival(cut, now), data[:cut]))
            data = data[cut:]
        while len(data) > quality.bandwidth * DRIP:  # a very slow line brings the bytes of one write bit by bit
            cut = max(1, int(quality.bandwidth * DRIP))
            self._pieces.append((self._arrival(cut, now), data[:cut]))
            data = data[cut:]
        self._pieces.append((self._arrival(len(data), now), data))
        return count

    def _arrival(self, count: int, now: float) -> float:
        """When a piece that is sent now arrives: not before those before it."""
        quality, chance = self.quality, self._chance
        takes = count / quality.bandwidth
        at = now + quality.delay + takes
        if quality.jitter:
            at += quality.jitter * chance.random()
        if quality.loss:
            wait = quality.retry
            while chance.random() < quality.loss:
                at += wait
                wait *= 2
        soonest = self._last + takes
        self._last = at if at > soonest else soonest
        return self._last

    def stuck(self, now: float) -> float:
        """For how many seconds what was written could not arrive, and so is not acknowledged; 0 if it can."""
        return now - self._since if now > self._since else 0.0

    def end(self, ending: Ending, now: float) -> None:
        """Say what is behind the last byte; a reset counts although the end was told already."""
        if self._ending is Ending.OPEN or ending is Ending.RESET:
            self._ending = ending
            self._ends_at = inf if self._lost else self._arrival(0, now)

    # The end that reads

    def read(self, most: int, now: float) -> bytes:
        """What has arrived, glued together; b"" when there is nothing, or nothing more."""
        pieces = self._pieces
        if not pieces or pieces[0][0] > now or now < self._shut:
            return b""
        at, data = pieces.popleft()
        if not self._lost:
            self._since = inf  # what was sent again has arrived
        if pieces and pieces[0][0] <= now:
            parts = [data]
            size = len(data)
            while pieces and pieces[0][0] <= now and size < most:
                at, data = pieces.popleft()
                size += len(data)
                parts.append(data)
            data = b"".join(parts)
        if len(data) > most:
            pieces.appendleft((at, data[most:]))
            data = data[:most]
        self._held -= len(data)
        return data

    def is_readable(self, now: float) -> bool:
        """True when `read` would give something, or `ending` would."""
        if now < self._shut:
            return False
        return self._pieces[0][0] <= now if self._pieces else self._ends_at <= now

    def ending(self, now: float) -> Ending:
        """What the reader finds behind the bytes that have arrived."""
        return Ending.OPEN if now < self._ends_at or self._pieces or now < self._shut else self._ending

    # What a network does to it

    def stall(self, seconds: float, now: float) -> None:
        """Lose the packet that is under way: nothing more arrives before it was sent again. inf: the cable is out."""
        self._shut = max(self._shut, now + seconds)
        if self._held:
            self._since = min(self._since, now)

    def resume(self, seconds: float, now: float) -> None:
        """The cable is in again; after so many seconds the sender tries again, and all that waited comes at once."""
        self._shut = now + seconds
        self._since = inf

    def cut(self, count: int, now: float) -> None:
        """Lose all that is under way but the next `count` bytes, and all that is written from now on."""
        self._lost = True
        self._since = min(self._since, now)
        self._ends_at = inf
        kept: deque[tuple[float, bytes]] = deque()
        for at, data in self._pieces:
            if count > 0:
                kept.append((at, data[:count]))
                count -= len(data)
        self._pieces = kept

    def break_off(self, count: int, now: float) -> None:
        """Let only the next `count` bytes of what is under way arrive, and then a reset."""
        self.cut(count, now)
        self._ending = Ending.RESET
        self._ends_at = self._pieces[-1][0] if self._pieces else now + self.quality.delay
