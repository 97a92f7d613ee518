"""Makes our own connection worse on purpose: `petard --lag 100 --jitter 20 --loss 2`.

Rule 1: it stays a stream: every byte once, in order. A late piece delays all pieces behind it.
Rule 2: TCP loses nothing. A lost piece arrives by retransmission, RETRANSMIT and one lag later.
Rule 3: random numbers come from one seed and time from `poll`, so the same polls give the same delays.
Rule 4: last messages are not held back: those of the server arrive before the state becomes CLOSED, and ours leave when
        we close, early rather than never, since nobody polls a transport after that.
"""

from collections import deque
from dataclasses import dataclass
from random import Random

from petard.game.net.transport import Transport, TransportFactory, TransportState

RETRANSMIT = 0.2  # seconds until a sender repeats what was not acknowledged; the least that Linux waits
# Seconds. Transports are polled once a picture; what is due within half a picture is due now, or every direction would
# take half a picture longer than was asked for.
HALF_PICTURE = 1 / 120
HELD_MOST = 1 << 20  # bytes on the way to us; the server waits with the rest, as behind a full TCP window


@dataclass(frozen=True, slots=True)
class LagOptions:
    lag: int = 0  # ms, both directions together
    jitter: int = 0  # ms, at most so much more or less, both directions together
    loss: int = 0  # per cent of the pieces, each direction
    seed: int = 1

    def __str__(self) -> str:
        """What the screen shows; parts that are 0 are left out.

        >>> str(LagOptions(100, 20, 2)), str(LagOptions(loss=5))
        ('simulated: +100 ms ±20 ms, 2 % loss', 'simulated: 5 % loss')
        """
        times = f"+{self.lag} ms" * (self.lag > 0), f"±{self.jitter} ms" * (self.jitter > 0)
        parts = " ".join(filter(None, times)), f"{self.loss} % loss" * (self.loss > 0)
        return f"simulated: {', '.join(filter(None, parts))}"


def with_lag(connect: TransportFactory, options: LagOptions) -> TransportFactory:
    return lambda host, port, now: LaggedTransport(connect(host, port, now), options, now)


class LaggedTransport:
    def __init__(self, inner: Transport, options: LagOptions, now: float) -> None:
        """`inner` belongs to this transport from now on."""
        self.state = inner.state
        self.problem = inner.problem
        self._inner = inner
        self._now = now  # of the last poll, since `send` has no time argument
        random = Random(options.seed)
        self._inbound = _DelayQueue(options, Random(random.random()))
        self._outbound = _DelayQueue(options, Random(random.random()))

    @property
    def was_open(self) -> bool:
        return self._inner.was_open

    def poll(self, now: float) -> bytes:
        """Release what is due in both directions; return the bytes that are due here."""
        if self.state is TransportState.CLOSED:
            return b""
        self._now = now
        if self._inbound.held < HELD_MOST:
            self._inbound.add(self._inner.poll(now), now)
        if due := self._outbound.release(now):
            self._inner.send(due)
        arrived = self._inbound.release(now)
        if self._inner.state is not TransportState.CLOSED or not self._inbound.held:
            self.state, self.problem = self._inner.state, self._inner.problem
        return arrived

    def send(self, data: bytes) -> None:
        if self.state is not TransportState.CLOSED:
            self._outbound.add(data, self._now)

    def close(self) -> None:
        """Close the connection. What was sent leaves now; what is still on its way here is dropped."""
        if self.state is TransportState.CLOSED:
            return
        self._inner.send(self._outbound.release(float("inf")))
        self._inner.close()
        self._inbound.release(float("inf"))
        self.state, self.problem = TransportState.CLOSED, ""


class _DelayQueue:
    """One direction: pieces, each with the time from which it may leave; the first one holds up the others."""

    def __init__(self, options: LagOptions, random: Random) -> None:
        self.held = 0  # bytes
        self._options = options
        self._random = random
        self._pieces: deque[tuple[float, bytes]] = deque()

    def add(self, data: bytes, now: float) -> None:
        if data:
            lag, jitter = self._options.lag, self._options.jitter
            delay = max(0.0, lag + self._random.uniform(-jitter, jitter)) / 2000  # seconds
            if self._random.random() * 100 < self._options.loss:
                delay += RETRANSMIT + lag / 1000
            self._pieces.append((now + delay, data))
            self.held += len(data)

    def release(self, now: float) -> bytes:
        due = bytearray()
        while self._pieces and self._pieces[0][0] <= now + HALF_PICTURE:
            due += self._pieces.popleft()[1]
        self.held -= len(due)
        return bytes(due)
