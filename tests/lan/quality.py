"""How good a line is: the numbers of one direction, and the named lines that tests ask for."""

from dataclasses import dataclass, replace
from math import inf

KERNEL = 96 * 1024  # bytes; what the two buffers of a connection hold, by server/net/listeners.py


@dataclass(frozen=True, slots=True)
class Quality:
    """One direction of a line; a round trip takes both. Times are seconds, sizes are bytes."""

    delay: float = 0.0  # the least that a byte takes
    jitter: float = 0.0  # so much more, at the most
    loss: float = 0.0  # chance that a packet is lost; then it and all behind it wait for the next try
    retry: float = 0.2  # the wait for it, at the least; each further loss doubles it
    bandwidth: float = inf  # bytes a second
    room: int = KERNEL  # bytes that may be written and not yet read; then the sender's buffer is full
    splits: float = 0.0  # chance that what is written at once comes out in two pieces, cut at any byte


LINES: dict[str, Quality] = {
    "perfect": Quality(),
    "lan": Quality(delay=0.0002, jitter=0.0003, bandwidth=12.5e6),
    "wifi": Quality(delay=0.0015, jitter=0.006, loss=0.0005, bandwidth=2.5e6, splits=0.02),
    "far": Quality(delay=0.050, jitter=0.002, bandwidth=1.25e6, splits=0.01),  # 100 ms there and back
    "bad": Quality(delay=0.0125, jitter=0.015, loss=0.02, bandwidth=250e3, splits=0.1),  # 40 +- 15 ms there and back
}


def line(name: str, **changed: float) -> Quality:
    """A named line, with some of its numbers changed."""
    return replace(LINES[name], **changed)  # type: ignore[arg-type]
