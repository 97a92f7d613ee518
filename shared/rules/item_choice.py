"""Which items a host wants, and how often: a text such as `kick:0,remote:5`, and the rules with these items.

Rule 1: an item that is not named has the weight of the rules; the weight 0 switches it off.
Rule 2: where all items are switched off, there are none on the board.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from petard.shared.rules.items import Item, weights_of
from petard.shared.rules.ruleset import RuleSet

WEIGHT_MOST = 100
TEXT_MOST = 200  # characters
_PAIR = re.compile(r"([a-z0-9][a-z0-9_]{0,31}):(0|[1-9][0-9]{0,2})")
_ITEMS = {item.name.lower(): item for item in Item}


class BadItems(ValueError):
    """The text names no items and weights; the sentence says what would be right."""


def read_items(text: str) -> dict[Item, int]:
    """Return the items that are named, with their weights; raises BadItems.

    >>> read_items("kick:0,remote:5") == {Item.KICK: 0, Item.REMOTE: 5}, read_items("")
    (True, {})
    """
    pairs = _pairs(text)
    if strange := [name for name in pairs if name not in _ITEMS]:
        raise BadItems(f"there is no item {strange[0]}; there are {', '.join(_ITEMS)}")
    return {_ITEMS[name]: weight for name, weight in pairs.items()}


def known_items(text: str) -> dict[Item, int]:
    """Return the items of a legal text that this version knows."""
    return {_ITEMS[name]: weight for name, weight in _pairs(text).items() if name in _ITEMS}


def is_item_choice(text: str) -> bool:
    """True for a legal text, also one with items of a later version."""
    try:
        _pairs(text)
    except BadItems:
        return False
    return True


def _pairs(text: str) -> dict[str, int]:
    pairs: dict[str, int] = {}
    if len(text) > TEXT_MOST:
        raise BadItems(f"items take {TEXT_MOST} characters at most")
    for part in text.split(",") if text else ():
        found = _PAIR.fullmatch(part)
        if not found:
            raise BadItems(f"items are written like kick:0,remote:5, not {part[:40]!r}")
        name, weight = found[1], int(found[2])
        if weight > WEIGHT_MOST:
            raise BadItems(f"the weight of {name} is 0 (off) to {WEIGHT_MOST}")
        if name in pairs:
            raise BadItems(f"the item {name} is named twice")
        pairs[name] = weight
    return pairs


def items_text(weights: Mapping[Item, int]) -> str:
    """Return the text that names these items.

    >>> items_text({Item.REMOTE: 5, Item.KICK: 0})
    'kick:0,remote:5'
    """
    return ",".join(f"{item.name.lower()}:{weights[item]}" for item in sorted(weights))


def weights_with(rules: RuleSet, wanted: Mapping[Item, int]) -> dict[Item, int]:
    """Return the weight of every item in these rules with the wanted changes."""
    return {item: wanted.get(item, rules.weights[item] if rules.hidden_most or rules.loose else 0) for item in Item}


def with_items(rules: RuleSet, wanted: Mapping[Item, int]) -> RuleSet:
    """Return the rules with these weights.

    >>> from petard.shared.rules.ruleset import LAST_ONE_STANDING
    >>> with_items(LAST_ONE_STANDING, dict.fromkeys(Item, 0)).hidden_most
    0
    """
    weights = weights_with(rules, wanted)
    if any(weights.values()):
        return replace(rules, weights=weights_of(weights))
    return replace(rules, hidden_share=0, hidden_each=0, hidden_most=0, loose=0)


def items_of(rules: RuleSet, usual: RuleSet) -> dict[Item, int]:
    """Return what was changed in `rules`, which were made by `with_items` from the `usual` ones."""
    before, after = weights_with(usual, {}), weights_with(rules, {})
    return {item: min(weight, WEIGHT_MOST) for item, weight in after.items() if weight != before[item]}
