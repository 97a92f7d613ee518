"""All numbers of the rules in one value, and the presets that people choose from.

Rule 1: presets differ only in these numbers; the same code runs all of them.
Rule 2: times are ticks (60 a second), lengths are sub-units (256 per tile), speeds are sub-units a second.
Rule 3: all values are plain (int, str, tuple of int), because a RuleSet is sent and stored.
Rule 4: the marks in the types hold the limits for a received RuleSet: the protocol reads and checks them, the rules do
        not. `fault` checks how the numbers must fit together.
"""

from dataclasses import astuple, dataclass, fields, replace
from typing import Annotated, Any

from petard.shared.rules.items import DEFAULT_WEIGHTS, Illness, Item, weights_of

RULES_VERSION = 3  # increases when equal inputs can give another world; demos of other versions can only be watched
TICK_RATE = 60  # ticks a second
TILE = 256  # sub-units per tile
HALF = TILE // 2


@dataclass(frozen=True, slots=True)
class Range:
    """A mark for a type hint: a whole number from `low` to `high`, both included."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Length:
    """A mark for a type hint: a tuple of `least` to `most` items."""

    least: int
    most: int


# fmt: off
Ticks = Annotated[int, Range(0, 60 * 60 * TICK_RATE)]  # an hour
SomeTicks = Annotated[int, Range(1, 60 * 60 * TICK_RATE)]
Within = Annotated[int, Range(1, HALF - 1)]  # sub-units
Speed = Annotated[int, Range(0, HALF * TICK_RATE)]  # at most half a tile per tick: nobody can jump over a wall
SpeedMore = Annotated[int, Range(TILE // 16, HALF * TICK_RATE)]  # not 0: the number of skates is divided by it
Health = Annotated[int, Range(1, 10_000)]
Change = Annotated[int, Range(0, 10_000)]  # of health
SomeTiles = Annotated[int, Range(1, 64)]
Few = Annotated[int, Range(0, 64)]  # bombs, items per player, or tiles: no board is longer
Loose = Annotated[int, Range(0, 4096)]  # items; the largest board has as many tiles
Percent = Annotated[int, Range(0, 100)]
CartRule = Annotated[int, Range(0, 2)]
SideCount = Annotated[int, Range(2, 4)]
Switch = Annotated[int, Range(0, 1)]
ModeNumber = Annotated[int, Range(0, 63)]
Weights = Annotated[tuple[Annotated[int, Range(0, 1000)], ...], Length(len(Item) + 1, len(Item) + 1)]
# fmt: on

# In each pair the first number is at most the second.
ORDERED = (
    ("hurry", "round"),
    ("closing_pause", "closing"),
    ("speed", "speed_most"),
    ("health", "health_most"),
    ("bombs", "bombs_most"),
    ("range", "range_most"),
    ("hidden_share", "hidden_most"),
    ("cart_least", "cart_most"),
)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The numbers of one kind of game. The defaults are `last-one-standing` without carts and pause."""

    name: str = "last-one-standing"
    # time
    countdown: Ticks = 3 * TICK_RATE  # nobody moves
    round: SomeTicks = 76 * TICK_RATE  # from the end of the countdown
    hurry: Ticks = 38 * TICK_RATE  # sudden death: the walls start to close this long before the end
    closing: SomeTicks = 34 * TICK_RATE  # from the first closing wall to the last (143 tiles on 15 x 13)
    closing_core: Few = 0  # the walls stop when the shorter side of the rest is this many tiles
    # body
    speed: Speed = 4 * TILE
    speed_more: SpeedMore = TILE // 2  # per skate
    speed_most: Speed = 15 * TILE // 2
    body: Within = 3 * TILE // 8  # half the side of the box that walls stop: it is 0.75 tiles wide
    assist: Within = 2 * TILE // 5  # a body slides into an opening from at most this far from its middle
    keep_bomb: Ticks = 7  # how long a press of the bomb key without effect is remembered: 120 ms
    keep_turn: Ticks = 6  # how long a blocked turn is remembered: 100 ms
    # life
    health: Health = 1
    health_most: Health = 1
    damage: Change = 1  # health that one hit takes
    immunity: Ticks = 90  # after a survived hit
    spawn_shield: Ticks = 2 * TICK_RATE  # from the end of the countdown
    # bombs
    fuse: SomeTicks = 150
    flame: SomeTicks = 30
    bombs: Few = 1
    bombs_most: Few = 8
    range: Few = 2
    range_most: Few = 8
    bomb_pause: Ticks = 0  # the least time between two bombs of a player
    roll: Speed = 5 * TILE  # speed of a kicked bomb
    # board and items
    bricks: Percent = 72  # of the free tiles that are no spawn and not beside one
    hidden_share: Percent = 35  # of the bricks hide an item, at least
    hidden_each: Few = 4  # hidden items per player, at least
    hidden_most: Percent = 60  # of the bricks hide an item, at most
    loose: Loose = 0  # items on the board from the start
    scatter: Percent = 60  # of the items of a dead player come back to the board
    fruit: Change = 10  # health in one fruit
    weights: Weights = DEFAULT_WEIGHTS  # relative chance of each Item, by its number
    # What follows may be missing in old recordings: then it has its default.
    punch: SomeTiles = 3  # tiles that a punched bomb flies
    throw: SomeTiles = 4  # tiles that a thrown bomb flies
    hop: SomeTicks = 8  # in which a bomb in the air flies one tile
    waits: SomeTicks = 10 * TICK_RATE  # the fuse of the bombs of a player with the remote
    ill: SomeTicks = 10 * TICK_RATE  # how long an illness lasts
    immune: Ticks = TICK_RATE  # after passing an illness on, a player catches none
    # What follows is neither sent nor recorded where the last numbers of all have their defaults.
    carts: CartRule = 0  # 0: none, 1: dead players ride the rim and throw bombs, 2: and a kill brings them back
    cart_after: Ticks = 3 * TICK_RATE  # from a death to the cart
    cart_speed: Speed = 6 * TILE
    cart_least: SomeTiles = 2  # a throw goes so far, counted from the innermost closed wall
    cart_most: SomeTiles = 6
    cart_charge: SomeTicks = 10  # in which a throw gets one tile longer
    cart_pause: Ticks = 4 * TICK_RATE  # between two bombs of a rider
    cart_range: Few = 2
    cart_flight: SomeTicks = 24  # how long its bomb is in the air
    mode: ModeNumber = 0  # how a round is won: the number of a Mode (petard.shared.rules.modes)
    sides: SideCount = 2  # of teams, at most
    friendly_fire: Switch = 0  # 1: flames hurt players of the same side, too
    closing_pause: Ticks = 0  # of `closing`: the walls rest so long while the shorter side of the rest is 5 tiles
    crown_hold: SomeTicks = 20 * TICK_RATE  # who has held the crown for so long in all has won
    crown_speed: Percent = 75  # of the speed of others, for the one who carries it
    back_after: SomeTicks = 3 * TICK_RATE  # from a death to the return, in modes in which the dead come back
    paint_time: SomeTicks = 90 * TICK_RATE  # a round of the mode paint
    zombie_time: SomeTicks = 60 * TICK_RATE  # a round of the mode zombie
    zombie_speed: Percent = 85  # of the speed of others, for a zombie

    @property
    def skates_most(self) -> int:
        """With so many skates a player is as fast as can be."""
        return (self.speed_most - self.speed) // self.speed_more

    def speed_with(self, skates: int, ill: int = 0) -> int:
        """Return the walking speed in sub-units a second. `ill`: an Illness, or 0."""
        if ill == Illness.SLOW:
            return self.speed // 2
        if ill == Illness.FAST:
            return min(self.speed_most * 3 // 2, HALF * TICK_RATE)
        return min(self.speed + skates * self.speed_more, self.speed_most)

    def fault(self) -> str:
        """Return which numbers do not fit together, or "" if all fit; limits of single numbers are in the types."""
        for less, more in ORDERED:
            if getattr(self, less) > getattr(self, more):
                return f"has more {less} than {more}"
        if self.weights[0] or not any(self.weights):
            return "has weights that give no item"
        return ""


def stored_numbers(rules: RuleSet) -> tuple[Any, ...]:
    """Return the values of the fields in declared order, without the last ones that are at their defaults.

    Only fields after `immune` are left out, so that rules without those equal what older builds store.
    """
    values = astuple(rules)
    end = len(values)
    while end > STORED_LEAST and values[end - 1] == _DEFAULTS[end - 1]:
        end -= 1
    return values[:end]


def distance_in_tick(tick: int, speed: int) -> int:
    """Return the sub-units to move in a tick; the remainders of the division are added in later ticks."""
    return speed * (tick + 1) // TICK_RATE - speed * tick // TICK_RATE


_NAMES = tuple(field.name for field in fields(RuleSet))
_DEFAULTS = astuple(RuleSet())
STORED_LEAST = _NAMES.index("immune") + 1
LATER_RULES = frozenset(_NAMES[STORED_LEAST:])

# Items that no player has to learn.
PLAIN = {item: item.row.weight for item in (Item.BOMB, Item.FLAME, Item.SKATE, Item.KICK, Item.SHIELD)}

# fmt: off
LAST_ONE_STANDING = RuleSet(hurry=44 * TICK_RATE, closing=42 * TICK_RATE, carts=1, closing_pause=18 * TICK_RATE)

# Like the game that many students build in their first networking course: no bricks, health instead of sudden death,
# and fruits. Unlike that game it has a time limit, so that every round ends.
CLASSIC_COURSE = RuleSet(
    name="classic-course", round=80 * TICK_RATE, hurry=60 * TICK_RATE, closing=26 * TICK_RATE, closing_core=5,
    health=50, health_most=100, damage=10,
    fuse=5 * TICK_RATE, bombs=8, range=5, bomb_pause=2 * TICK_RATE, bricks=0, loose=10, scatter=0,
    weights=weights_of({Item.FRUIT: 1}),
)

# A minute at most: no bricks, no items, and walls that close the whole board.
DUEL = RuleSet(
    name="duel", round=45 * TICK_RATE, hurry=30 * TICK_RATE, closing=25 * TICK_RATE, speed=5 * TILE, bombs=4, range=5,
    bricks=0, scatter=0, weights=weights_of(PLAIN), carts=1,
)
# fmt: on

# As last one standing, but for what becomes of the dead.
NO_CARTS = replace(LAST_ONE_STANDING, name="no-carts", carts=0)
SUPER_CARTS = replace(LAST_ONE_STANDING, name="super-carts", carts=2)

PRESETS: dict[str, RuleSet] = {
    rules.name: rules for rules in (LAST_ONE_STANDING, CLASSIC_COURSE, DUEL, NO_CARTS, SUPER_CARTS)
}
