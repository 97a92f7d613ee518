"""What a tick tells: small facts that sounds, sparks, scores and recordings are made of.

An event never changes anything: who misses one still holds the right world.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated

from petard.shared.rules.limits import Range


class EventType(IntEnum):
    """Each thing that can happen in a tick. Numbers travel, so they are never used again."""

    DROPPED = 1  # slot put a bomb on tile
    KICKED = 2  # slot set the bomb on tile rolling
    BLAST = 3  # slot's bomb went off on tile; other: its range in tiles
    BRICK = 4  # the brick on tile starts to break
    TAKEN = 5  # slot took the item on tile; other: the item
    BURNT = 6  # the item on tile is lost; other: the item
    HURT = 7  # slot was hit on tile and lives; other: whose flame
    DIED = 8  # slot is out on tile; other: who did it, its own slot or -1 for a wall
    ASSIST = 9  # slot helped; other: who died
    CLOSED = 10  # a wall fell on tile
    HURRY = 11  # the walls start to close
    GO = 12  # the countdown is over
    OVER = 13  # the round is over; slot: who won, -1 for a draw


@dataclass(frozen=True, slots=True)
class Event:
    """One fact. A number that does not apply is -1."""

    what: EventType
    slot: Annotated[int, Range(-1, 63)] = -1
    tile: Annotated[int, Range(-1, 64 * 64 - 1)] = -1
    other: Annotated[int, Range(-1, 64)] = -1
