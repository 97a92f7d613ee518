"""The items: one row for each. How they look and sound is in game/view/item_looks.py, one row for each as well.

Rule 1: numbers begin at 1 and have no gaps; they are sent and stored, so a number is never reused.
Rule 2: an effect is a record, and pickups.py carries it out. So an item that raises a number of the player is nothing
        but its row here, its row there, and its picture (docs/items.md shows how to add one).
Rule 3: at most one item that scatters counts each number of the player.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum


@dataclass(frozen=True, slots=True)
class Raises:
    """The effect of an item that raises a number of the player who takes it.

    `field`: the number, a field of Player. `most`: its highest value. `step`: how much an item adds. `start`: what all
    players have without items. The last three are numbers, or name one of RuleSet.
    """

    field: str
    most: int | str = 1
    step: int | str = 1
    start: int | str = 0


@dataclass(frozen=True, slots=True)
class FallsIll:
    """The effect of an item that makes ill: illness.py says how."""


Effect = Raises | FallsIll


@dataclass(frozen=True, slots=True)
class ItemRow:
    """What the rules know of an item.

    `weight`: its relative chance in `last-one-standing`. `worth`: to a bot that can use it; 30 justifies a walk of some
    tiles. `scatters`: it comes back to the board when its owner dies. `does`: a sentence for people (docs/rules.md).
    """

    effect: Effect
    weight: int
    worth: int
    does: str
    scatters: bool = True


class Illness(IntEnum):
    """The illnesses; the numbers are sent, so they are never reused. `does`: for people."""

    does: str

    def __new__(cls, number: int, does: str) -> "Illness":
        """Make an illness with this number."""
        illness = int.__new__(cls, number)
        illness._value_, illness.does = number, does
        return illness

    SLOW = 1, "you walk at half the speed of one without skates"
    FAST = 2, "you walk at one and a half times the top speed"
    REVERSED = 3, "left is right, and up is down"
    NO_BOMBS = 4, "you can lay no bomb"
    DROPS = 5, "you lay a bomb wherever you can"
    SHORT_FUSE = 6, "the fuses of the bombs that you lay have 40 % of their length"
    SMALL_FLAMES = 7, "the flames of the bombs that you lay reach one tile"


ILLNESSES: Mapping[int, Illness] = {illness.value: illness for illness in Illness}


class Item(IntEnum):
    """The kinds of items. The number is also the index into `RuleSet.weights`."""

    row: ItemRow

    def __new__(cls, number: int, row: ItemRow) -> "Item":
        """Make an item with this number."""
        item = int.__new__(cls, number)
        item._value_, item.row = number, row
        return item

    BOMB = 1, ItemRow(Raises("bombs", "bombs_most", start="bombs"), 10, 34, "one bomb more at once")
    FLAME = 2, ItemRow(Raises("range", "range_most", start="range"), 10, 30, "your blasts reach one tile farther")
    SKATE = 3, ItemRow(Raises("skates", "skates_most"), 8, 28, "you walk faster")
    KICK = (
        4,
        ItemRow(
            Raises("kick"),
            weight=4,
            worth=18,
            does="walk against a bomb and it rolls until a wall, a brick, a bomb, an item or a body is in the way; it "
            "stops in the middle of a tile, holds the tile it rolls to, and explodes wherever it is",
        ),
    )
    SHIELD = (
        5,
        ItemRow(
            Raises("shields"),
            weight=2,
            worth=36,
            does="absorbs one hit, and nothing hurts you for a moment after it; you can wear one",
        ),
    )
    FRUIT = (
        6,
        ItemRow(
            Raises("health", "health_most", step="fruit"),
            weight=0,
            worth=40,
            does="health (only in rule sets with health)",
            scatters=False,
        ),
    )
    FULL_FLAME = (
        7,
        ItemRow(
            Raises("range", "range_most", step="range_most"),
            weight=1,
            worth=38,
            does="your blasts reach as far as any can; what scatters are flames",
            scatters=False,
        ),
    )
    PIERCE = (
        8,
        ItemRow(
            Raises("pierce"),
            weight=0,
            worth=24,
            does="the flames of the bombs that you lay from now on break all bricks in their way, not only the first",
        ),
    )
    REMOTE = (
        9,
        ItemRow(
            Raises("remote"),
            weight=0,
            worth=12,
            does="the bombs that you lay from now on wait for ten seconds; a press of the bomb key that can lay none "
            "(all are out, or you stand on one) fires the oldest one that is not on your own tile",
        ),
    )
    PUNCH = (
        10,
        ItemRow(
            Raises("punch"),
            weight=2,
            worth=18,
            does="press the bomb key in front of a bomb, and it flies three tiles, over whatever is there",
        ),
    )
    GLOVE = (
        11,
        ItemRow(
            Raises("glove"),
            weight=2,
            worth=16,
            does="press the bomb key on a bomb and keep it pressed: you hold the bomb, whose fuse burns on, and throw "
            "it four tiles ahead when you release the key",
        ),
    )
    DISEASE = (
        12,
        ItemRow(
            FallsIll(),
            weight=3,
            worth=-40,
            does="you fall ill for ten seconds, unless you pass it on: touch a healthy player, and the illness is "
            "theirs",
            scatters=False,
        ),
    )


ITEM_MOST = 31  # the highest number that an item may have in this or a later version
ITEM_NUMBERS: Mapping[int, Item] = {item.value: item for item in Item}
DEFAULT_WEIGHTS = (0, *[item.row.weight for item in Item])


def weights_of(chances: Mapping[Item, int]) -> tuple[int, ...]:
    """Return the weights of a RuleSet with these items and no others.

    >>> weights_of({Item.BOMB: 3, Item.KICK: 1})[:6]
    (0, 3, 0, 0, 1, 0)
    """
    return (0, *[chances.get(item, 0) for item in Item])
