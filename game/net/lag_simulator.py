"""One's own line made worse on purpose: `petard --lag 100 --jitter 20 --loss 2`.

Rule 1: a stream stays a stream: every byte once, in order. What is late holds up all that is behind it.
Rule 2: TCP loses nothing. A lost piece comes by the retransmission, RETRANSMIT and a lag later.
Rule 3: chance comes from one seed and time from `poll`, so the same polls bend the same way.
Rule 4: the last words are never bent away: those of the server arrive before the line counts as closed, and ours leave
        when we hang up, early rather than never, since nobody polls a line after that.
"""

from collections import deque
from dataclasses import dataclass
from random import Random

from petard.game.net.connection import State
from petard.game.net.transport import Dial, Transport

RETRANSMIT = 0.2  # seconds until a sender repeats what nobody confirmed; the least that Linux waits
# Seconds. A line is polled once a picture; what is due within half a picture is due now, or every way would take half
# a picture longer than was asked for.
HALF_PICTURE = 1 / 120
HELD_MOST = 1 << 20  # bytes on the way to us; the server waits with the rest, as behind a full window


@dataclass(frozen=True, slots=True)
class LagOptions:
    """What is wrong with a line."""

    lag: int = 0  # ms, there and back together
    jitter: int = 0  # ms, up to so much more or less there and back together
    loss: int = 0  # per cent of the pieces, each way
    seed: int = 1

    def __str__(self) -> str:
        """What a person is shown; what is 0 goes without saying.

        >>> str(LagOptions(100, 20, 2)), str(LagOptions(loss=5))
        ('line bent: +100 ms ±20 ms, 2 % loss', 'line bent: 5 % loss')
        """
        times = f"+{self.lag} ms" * (self.lag > 0), f"±{self.jitter} ms" * (self.jitter > 0)
        parts = " ".join(filter(None, times)), f"{self.loss} % loss" * (self.loss > 0)
        return f"line bent: {', '.join(filter(None, parts))}"


def with_lag(dial: Dial, bend: LagOptions) -> Dial:
    """Let every line that `dial` makes be bent."""
    return lambda host, port, now: LaggedTransport(dial(host, port, now), bend, now)


class LaggedTransport:
    """A line that holds back what passes over another one. The same interface, and polled in the same way."""

    def __init__(self, line: Transport, bend: LagOptions, now: float) -> None:
        """`line` belongs to this one from now on."""
        self.state = line.state
        self.problem = line.problem
        self._line = line
        self._now = now  # of the last poll, since `send` is told no time
        chance = Random(bend.seed)
        self._inward = _Way(bend, Random(chance.random()))
        self._outward = _Way(bend, Random(chance.random()))

    def poll(self, now: float) -> bytes:
        """Let go of what is due, both ways; answer with the bytes that are due here."""
        if self.state is State.CLOSED:
            return b""
        self._now = now
        if self._inward.held < HELD_MOST:
            self._inward.put(self._line.poll(now), now)
        due = self._outward.take(now)
        if due:
            self._line.send(due)
        arrived = self._inward.take(now)
        if self._line.state is not State.CLOSED or not self._inward.held:
            self.state, self.problem = self._line.state, self._line.problem
        return arrived

    def send(self, data: bytes) -> None:
        """Send it, later. Works before the line is open, too; what is sent to a closed line is dropped."""
        if self.state is not State.CLOSED:
            self._outward.put(data, self._now)

    def close(self) -> None:
        """Hang up; no failure. What was sent leaves now; what is still on its way here is dropped."""
        if self.state is State.CLOSED:
            return
        self._line.send(self._outward.take(float("inf")))
        self._line.close()
        self._inward.take(float("inf"))
        self.state, self.problem = State.CLOSED, ""


class _Way:
    """One direction: pieces, each with the time from which it may come out; the first of them holds up the others."""

    def __init__(self, bend: LagOptions, chance: Random) -> None:
        self.held = 0  # bytes
        self._bend = bend
        self._chance = chance
        self._pieces: deque[tuple[float, bytes]] = deque()

    def put(self, data: bytes, now: float) -> None:
        if data:
            self._pieces.append((now + self._delay(), data))
            self.held += len(data)

    def take(self, now: float) -> bytes:
        due = bytearray()
        while self._pieces and self._pieces[0][0] <= now + HALF_PICTURE:
            due += self._pieces.popleft()[1]
        self.held -= len(due)
        return bytes(due)

    def _delay(self) -> float:
        """Seconds that the next piece takes."""
        bend = self._bend
        late = max(0.0, bend.lag + self._chance.uniform(-bend.jitter, bend.jitter)) / 2000
        lost = self._chance.random() * 100 < bend.loss
        return late + (RETRANSMIT + bend.lag / 1000 if lost else 0.0)
