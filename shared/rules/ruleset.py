"""Every number that a game is played by, in one value, and the presets that people choose from.

Rule 1: presets differ in these numbers only; there is one code for all of them.
Rule 2: times are ticks (60 a second), lengths are sub-units (256 to a tile), speeds are sub-units a second.
Rule 3: what is not plain (int, str, tuple of int) has no place here: a RuleSet travels and is stored.
Rule 4: the types carry the limits that a RuleSet from a stranger must keep, and `fault` says how numbers must fit.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated

from petard.shared.rules.limits import Length, Range

RULES_VERSION = 2  # grows when the same inputs may lead to another world; demos of other versions can only be watched
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


# fmt: off
Ticks = Annotated[int, Range(0, 60 * 60 * TICK_RATE)]  # an hour
SomeTicks = Annotated[int, Range(1, 60 * 60 * TICK_RATE)]
Within = Annotated[int, Range(1, HALF - 1)]  # sub-units
Speed = Annotated[int, Range(0, HALF * TICK_RATE)]  # half a tile a tick: nobody jumps over a wall
SpeedMore = Annotated[int, Range(TILE // 16, HALF * TICK_RATE)]  # skates are counted by dividing by it
Health = Annotated[int, Range(1, 10_000)]
Change = Annotated[int, Range(0, 10_000)]  # of health
Few = Annotated[int, Range(0, 64)]  # bombs, items for each player, or tiles: no board is longer
Loose = Annotated[int, Range(0, 4096)]  # items; as many as the largest board has tiles
Percent = Annotated[int, Range(0, 100)]
Weights = Annotated[tuple[Annotated[int, Range(0, 1000)], ...], Length(len(Item) + 1, len(Item) + 1)]
# fmt: on

# Of each two numbers the first is at most the second.
ORDERED = (
    ("hurry", "round"),
    ("speed", "speed_most"),
    ("health", "health_most"),
    ("bombs", "bombs_most"),
    ("range", "range_most"),
    ("hidden_share", "hidden_most"),
)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The numbers of one way to play. The defaults are `last-one-standing`."""

    name: str = "last-one-standing"
    # time
    countdown: Ticks = 3 * TICK_RATE  # nobody moves
    round: SomeTicks = 76 * TICK_RATE  # from the end of the countdown
    hurry: Ticks = 38 * TICK_RATE  # so long before the end the walls start to close
    closing: SomeTicks = 34 * TICK_RATE  # from the first closing wall to the last: 143 cells, two at a time, on 15 x 13
    closing_core: Few = 0  # the rings close until the shorter side of what is left has so many tiles
    # body
    speed: Speed = 4 * TILE
    speed_more: SpeedMore = TILE // 2  # for each skate
    speed_most: Speed = 15 * TILE // 2
    body: Within = 3 * TILE // 8  # half the side of the box that walls hold: 0.75 tile in all
    assist: Within = 2 * TILE // 5  # how far from the middle of an opening a body still slides into it
    keep_bomb: Ticks = 7  # a bomb key that could not act is remembered so long: 120 ms
    keep_turn: Ticks = 6  # and a turn so long: 100 ms
    # life
    health: Health = 1
    health_most: Health = 1
    damage: Change = 1  # what one blast takes
    immunity: Ticks = 90  # after a hit that was survived
    spawn_shield: Ticks = 2 * TICK_RATE  # from the end of the countdown
    # bombs
    fuse: SomeTicks = 150
    flame: SomeTicks = 30
    bombs: Few = 1
    bombs_most: Few = 8
    range: Few = 2
    range_most: Few = 8
    bomb_pause: Ticks = 0  # no bomb for so long after a bomb
    roll: Speed = 5 * TILE  # speed of a kicked bomb
    # board and items
    bricks: Percent = 72  # per cent of the free cells that are no spawn and not next to one
    hidden_share: Percent = 35  # per cent of the bricks that hide an item, at least
    hidden_each: Few = 4  # items for each player, at least
    hidden_most: Percent = 60  # per cent of the bricks that hide an item, at most
    loose: Loose = 0  # items that lie about from the start
    scatter: Percent = 60  # per cent of the items of the dead that come back to the board
    fruit: Change = 10  # health in one fruit
    weights: Weights = (0, 10, 10, 8, 4, 2, 0)  # chance of each Item, by its number

    def fault(self) -> str:
        """Say what does not fit together, or "" if everything does; limits of single numbers are in the types."""
        for less, more in ORDERED:
            if getattr(self, less) > getattr(self, more):
                return f"has more {less} than {more}"
        if self.weights[0] or not any(self.weights):
            return "has weights that give no item"
        return ""


LAST_ONE_STANDING = RuleSet()

# Plays like the course game that many students build in their first networking class: no bricks, health instead of
# sudden death, and fruits. What that game does not have (a clock) is here so that every round ends.
CLASSIC_COURSE = RuleSet(
    name="classic-course",
    round=80 * TICK_RATE,
    closing_core=5,
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
