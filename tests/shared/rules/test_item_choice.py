"""The items that a host wants, and the rules with them."""

import pytest

from petard.shared.rules.item_choice import BadItems, is_item_choice, items_of, known_items, read_items, with_items
from petard.shared.rules.items import Item
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING, PRESETS
from tests.ends import boards


def items_in(wanted: dict[Item, int]) -> set[int]:
    """The items that a round with these weights holds."""
    world = new_world(with_items(LAST_ONE_STANDING, wanted), boards()["classic"], (0, 1), seed=7)
    return {*world.hidden.values(), *world.items.values()}


def test_a_round_holds_no_item_that_is_switched_off_and_those_that_are_switched_on() -> None:
    off: dict[Item, int] = {item: 0 for item in Item if item is not Item.KICK}
    assert items_in(off) == {Item.KICK}
    assert Item.REMOTE in items_in({Item.REMOTE: 100})


def test_a_round_with_all_items_off_has_none() -> None:
    assert items_in(dict.fromkeys(Item, 0)) == set()


def test_rules_without_changes_stay_as_they_are() -> None:
    assert all(with_items(rules, {}) == rules and not rules.fault() for rules in PRESETS.values())


@pytest.mark.parametrize("wanted", [{}, {Item.KICK: 0}, {Item.REMOTE: 7, Item.BOMB: 1}, dict.fromkeys(Item, 0)])
def test_what_was_changed_can_be_read_from_the_rules_of_a_recording(wanted: dict[Item, int]) -> None:
    changed = with_items(LAST_ONE_STANDING, wanted)
    assert with_items(LAST_ONE_STANDING, items_of(changed, LAST_ONE_STANDING)) == changed


def test_an_item_of_a_later_version_is_legal_on_the_wire_and_is_not_chosen_here() -> None:
    text = "kick:0,rocket:3"
    assert is_item_choice(text)
    assert known_items(text) == {Item.KICK: 0}
    with pytest.raises(BadItems, match="no item rocket"):
        read_items(text)


@pytest.mark.parametrize(
    "text", ["kick", "kick:", "kick:-1", "kick:101", "kick:01", "kick:1,", "kick:1,kick:1", " kick:1", "k:1," * 60]
)
def test_other_texts_are_no_choice_of_items(text: str) -> None:
    assert not is_item_choice(text)
