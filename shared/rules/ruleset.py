"""Every number that a game is played by, in one value, and the presets that people choose from.

Rule 1: presets differ in these numbers only; there is one code for all of them.
Rule 2: times are ticks (60 a second), lengths are sub-units (256 to a tile), speeds are sub-units a second.
Rule 3: what is not plain (int, str, tuple of int) has no place here: a RuleSet travels and is stored.
"""

from dataclasses import dataclass
from enum import IntEnum

TICK_RATE = 60  # ticks a second
TILE = 256  # sub-units to a tile
HALF = TILE // 2


class Item(IntEnum):
    """What lies on a tile. The number is also the index into `RuleSet.weights`."""

    BOMB = 1
    FLAME = 2
    SKATE = 3
    KICK = 4
    SHIELD = 5
    FRUIT = 6


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The numbers of one way to play. The defaults are `last-one-standing`."""

    name: str = "last-one-standing"
    # time
    countdown: int = 3 * TICK_RATE  # nobody moves
    round: int = 120 * TICK_RATE  # from the end of the countdown
    hurry: int = 45 * TICK_RATE  # so long before the end the walls start to close
    closing: int = 2592  # ticks from the first closing wall to the last: 108 cells x 0.40 s on 15 x 13
    closing_core: int = 5  # the rings close until the shorter side of what is left has so many tiles
    # body
    speed: int = 4 * TILE
    speed_more: int = TILE // 2  # for each skate
    speed_most: int = 15 * TILE // 2
    body: int = 3 * TILE // 8  # half the side of the box that walls hold: 0.75 tile in all
    assist: int = 2 * TILE // 5  # how far from the middle of an opening a body still slides into it
    keep_bomb: int = 7  # a bomb key that could not act is remembered so long: 120 ms
    keep_turn: int = 6  # and a turn so long: 100 ms
    # life
    health: int = 1
    health_most: int = 1
    damage: int = 1  # what one blast takes
    immunity: int = 90  # after a hit that was survived
    spawn_shield: int = 2 * TICK_RATE  # from the end of the countdown
    # bombs
    fuse: int = 150
    flame: int = 30
    bombs: int = 1
    bombs_most: int = 8
    range: int = 2
    range_most: int = 8
    bomb_pause: int = 0  # no bomb for so long after a bomb
    roll: int = 5 * TILE  # speed of a kicked bomb
    # board and items
    bricks: int = 72  # per cent of the free cells that are no spawn and not next to one
    hidden_share: int = 35  # per cent of the bricks that hide an item, at least
    hidden_each: int = 4  # items for each player, at least
    hidden_most: int = 60  # per cent of the bricks that hide an item, at most
    loose: int = 0  # items that lie about from the start
    scatter: int = 60  # per cent of the items of the dead that come back to the board
    fruit: int = 10  # health in one fruit
    weights: tuple[int, ...] = (0, 10, 10, 8, 4, 2, 0)  # chance of each Item, by its number


LAST_ONE_STANDING = RuleSet()

# Plays like the course game that many students build in their first networking class: no bricks, health instead of
# sudden death, and fruits. What that game does not have (a clock) is here so that every round ends.
CLASSIC_COURSE = RuleSet(
    name="classic-course",
    round=180 * TICK_RATE,
    health=50,
    health_most=100,
    damage=10,
    immunity=90,
    fuse=5 * TICK_RATE,
    bombs=8,
    range=5,
    bomb_pause=2 * TICK_RATE,
    bricks=0,
    loose=10,
    scatter=0,
    weights=(0, 0, 0, 0, 0, 0, 1),
)

# A minute at most: no bricks to dig through, no items to look for, and walls that leave nobody a place.
DUEL = RuleSet(
    name="duel",
    round=45 * TICK_RATE,
    hurry=30 * TICK_RATE,
    closing=25 * TICK_RATE,
    closing_core=0,
    speed=5 * TILE,
    bombs=4,
    range=5,
    bricks=0,
    scatter=0,
)

PRESETS: dict[str, RuleSet] = {rules.name: rules for rules in (LAST_ONE_STANDING, CLASSIC_COURSE, DUEL)}
