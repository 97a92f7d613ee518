"""Events: what happened in a tick. Sounds, effects, scores and recordings are made from them.

An event never changes anything: a client that misses one still has the right world.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated

from petard.shared.rules.ruleset import Range


class EventType(IntEnum):
    """The kinds of events. The numbers are sent, so they are never reused."""

    DROPPED = 1  # slot put a bomb on tile
    KICKED = 2  # slot set the bomb on tile rolling
    BLAST = 3  # the bomb of slot exploded on tile; other: its range in tiles
    BRICK = 4  # the brick on tile starts to break
    TAKEN = 5  # slot took the item on tile; other: the item
    BURNT = 6  # the item on tile burnt; other: the item
    HURT = 7  # slot was hit on tile and survived; other: the owner of the flame
    DIED = 8  # slot died on tile; other: the killer (may be slot itself), -1 for a wall
    ASSIST = 9  # slot helped to kill other
    CLOSED = 10  # a wall closed on tile
    HURRY = 11  # the walls start to close
    GO = 12  # the countdown is over
    OVER = 13  # the round is over; slot: the winner, -1 for a draw
    PUNCHED = 14  # slot punched the bomb on tile
    LIFTED = 15  # slot lifted the bomb on tile
    THROWN = 16  # slot threw a bomb from tile
    LANDED = 17  # a bomb of slot landed on tile
    FIRED = 18  # slot fired the bomb on tile by the remote
    ILL = 19  # slot fell ill on tile; other: the illness
    RIDES = 20  # slot got a cart, on tile of the rim
    RETURNED = 21  # slot, who rode a cart, lives again, on tile
    TELEPORTED = 22  # slot (-1: a bomb) came out of the teleport on tile
    FELL = 23  # the bomb of slot fell into the pit on tile
    SWITCHED = 24  # a flame of slot threw all switches; tile: the one that it came to


@dataclass(frozen=True, slots=True)
class Event:
    """One event. A number that does not apply is -1."""

    what: EventType
    slot: Annotated[int, Range(-1, 63)] = -1
    tile: Annotated[int, Range(-1, 64 * 64 - 1)] = -1
    other: Annotated[int, Range(-1, 64)] = -1
