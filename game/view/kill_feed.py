"""The newest deaths, killer and victim: the last KILLS_MOST, each for KILL_TIME seconds.

Rule: `now` is an argument, in seconds; slots are looked up in the seats when a line is drawn.
"""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto

KILLS_MOST = 4
KILL_TIME = 4.0  # seconds


class Cause(Enum):
    """What killed."""

    OTHER = auto()  # the bomb of another player
    OWN = auto()
    WALL = auto()


@dataclass(frozen=True, slots=True)
class Kill:
    """One line. `by`: the slot of the killer, that of the victim for an own bomb, -1 for a wall."""

    slot: int
    by: int

    @property
    def cause(self) -> Cause:
        return Cause.WALL if self.by < 0 else Cause.OWN if self.by == self.slot else Cause.OTHER

    def concerns(self, slots: Collection[int]) -> bool:
        """True if a player in one of these slots killed or was killed."""
        return self.slot in slots or self.by in slots


class KillFeed:
    """The lines of one match."""

    def __init__(self) -> None:
        self._kills: deque[tuple[float, Kill]] = deque(maxlen=KILLS_MOST)

    def add(self, slot: int, by: int, now: float) -> None:
        self._kills.append((now, Kill(slot, by)))

    def shown(self, now: float) -> list[Kill]:
        """The lines, oldest first."""
        return [kill for since, kill in self._kills if now - since < KILL_TIME]
