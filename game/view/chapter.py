"""A moment of a recording that a person may jump to."""

from dataclasses import dataclass
from enum import Enum, auto


class ChapterKind(Enum):
    KILL = auto()
    ROUND = auto()
    RESULT = auto()
    MARK = auto()
    CHANCE = auto()  # the last moment from which some keys would have saved a player who died


@dataclass(frozen=True, slots=True)
class Chapter:
    """One moment to jump to. `slot`: who died, or who won; -1: nobody."""

    moment: int
    kind: ChapterKind
    words: str
    slot: int = -1
