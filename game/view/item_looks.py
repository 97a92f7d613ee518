"""How the items of shared/rules/items.py look and sound: one row for each; a test fails if one is missing.

Rule 1: a picture is the name of a file in assets/sprites, and of its drawing in assets/source/icons.py.
Rule 2: each number of a player is listed by one row at most, so that the HUD does not show it twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from petard.game.texts.phrases import Phrase, tr
from petard.shared.rules.items import Illness, Item

TAKEN_SOUND = "take-kick"  # of items without one of their own, and of those that this version does not know


class HudForm(Enum):
    """How the HUD lists what an item has given to a player."""

    NONE = auto()  # not at all
    NUMBER = auto()  # always, with the number
    NUMBER_ABOVE_0 = auto()  # with the number, if there is any
    ON = auto()  # the word "on", if the player has it


@dataclass(frozen=True, slots=True)
class ItemLook:
    """What the game shows of an item. `sound`: played when it is taken; `gain`: what is then read, "" for its name."""

    picture: str
    form: HudForm
    sound: str = TAKEN_SOUND
    gain: str = ""


ITEM_LOOKS: Mapping[int, ItemLook] = {
    Item.BOMB: ItemLook("item-bomb", HudForm.NUMBER, "take-bomb", tr("+1 bomb")),
    Item.FLAME: ItemLook("item-flame", HudForm.NUMBER, "take-flame", tr("+1 flame")),
    Item.SKATE: ItemLook("item-skate", HudForm.NUMBER, "take-skate", tr("faster")),
    Item.KICK: ItemLook("item-kick", HudForm.ON),
    Item.SHIELD: ItemLook("item-shield", HudForm.NUMBER_ABOVE_0, "take-shield"),
    Item.FRUIT: ItemLook("item-fruit", HudForm.NONE, "take-fruit", tr("+1 heart")),  # the heart shows the health
    Item.FULL_FLAME: ItemLook("item-full_flame", HudForm.NONE, "take-flame", tr("full flame")),
    Item.PIERCE: ItemLook("item-pierce", HudForm.ON),
    Item.REMOTE: ItemLook("item-remote", HudForm.ON),
    Item.PUNCH: ItemLook("item-punch", HudForm.ON),
    Item.GLOVE: ItemLook("item-glove", HudForm.ON),
    Item.DISEASE: ItemLook("item-disease", HudForm.NONE, sound="", gain=tr("ill!")),  # the event ILL has a sound
}
ILLNESS_WORDS: Mapping[int, str] = {
    Illness.SLOW: tr("You are slow"),
    Illness.FAST: tr("You cannot walk slowly"),
    Illness.REVERSED: tr("Left is right, up is down"),
    Illness.NO_BOMBS: tr("You can lay no bomb"),
    Illness.DROPS: tr("Bombs drop wherever you walk"),
    Illness.SHORT_FUSE: tr("Your fuses are short"),
    Illness.SMALL_FLAMES: tr("Your flames are small"),
}
# What a player reads who takes an item for the first time in a match.
ITEM_LESSONS: Mapping[int, Phrase] = {
    Item.BOMB: tr("Bomb: one more at the same time"),
    Item.FLAME: tr("Flame: your bombs reach farther"),
    Item.SKATE: tr("Skates: you walk faster"),
    Item.KICK: tr("Boot: walk against a bomb to kick it"),
    Item.SHIELD: tr("Shield: one hit does not hurt"),
    Item.FRUIT: tr("Fruit: it heals you"),
    Item.FULL_FLAME: tr("Full flame: your bombs reach as far as it goes"),
    Item.PIERCE: tr("Pierce: your flames go through bricks"),
    Item.REMOTE: tr("Remote: press the bomb key again to blow up"),
    Item.PUNCH: tr("Punch: the bomb key hits a bomb in front of you"),
    Item.GLOVE: tr("Glove: hold the bomb key on a bomb, let go to throw"),
    Item.DISEASE: tr("Disease: touch another player to pass it on"),
}
