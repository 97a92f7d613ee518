"""The table of items: what must hold for each row, whatever is in it."""

from collections import Counter
from dataclasses import fields

import pytest

from petard.game.view.item_looks import ITEM_LOOKS, HudForm
from petard.game.view.view import PlayerView
from petard.shared.rules.items import DEFAULT_WEIGHTS, ITEM_MOST, ITEM_NUMBERS, FallsIll, Item, Raises, weights_of
from petard.shared.rules.ruleset import LAST_ONE_STANDING, PRESETS, RuleSet
from petard.shared.rules.world import Player

PLAYER = Player(0, 0, 0)


def test_numbers_begin_at_1_and_have_no_gaps_and_fit_what_is_sent() -> None:
    assert [item.value for item in Item] == list(range(1, len(Item) + 1))
    assert max(Item) <= ITEM_MOST
    assert {int(item): item for item in Item} == ITEM_NUMBERS


@pytest.mark.parametrize("item", Item, ids=[item.name for item in Item])
def test_each_row_names_numbers_that_there_are(item: Item) -> None:
    effect = item.row.effect
    assert isinstance(effect, FallsIll) == (item.row.worth < 0), "bots keep away from what makes ill"
    assert item.row.does[0].islower()
    assert item.row.does[-1].isalpha() or item.row.does[-1] == ")"
    if not isinstance(effect, Raises):
        return
    assert effect.field in {field.name for field in fields(Player)} - {"slot", "x", "y"}
    for number in (effect.most, effect.step, effect.start):
        assert isinstance(number, int) or isinstance(getattr(LAST_ONE_STANDING, number), int)


def test_at_most_one_item_that_scatters_counts_a_number() -> None:
    counted = Counter(
        effect.field for item in Item if item.row.scatters and isinstance(effect := item.row.effect, Raises)
    )
    assert max(counted.values()) == 1


@pytest.mark.parametrize("rules", PRESETS.values(), ids=list(PRESETS))
def test_what_scatters_is_what_a_player_has_more_than_at_the_start(rules: RuleSet) -> None:
    player = Player(0, 0, 0, health=rules.health, bombs=rules.bombs, range=rules.range)
    for item in Item:
        effect = item.row.effect
        if item.row.scatters and isinstance(effect, Raises):
            start = effect.start
            at_start = getattr(rules, start) if isinstance(start, str) else start
            assert getattr(player, effect.field) == at_start


def test_weights_are_given_by_item() -> None:
    assert weights_of({item: item.row.weight for item in Item}) == DEFAULT_WEIGHTS == LAST_ONE_STANDING.weights
    assert weights_of({Item.FRUIT: 1}) == PRESETS["classic-course"].weights


# --- how they look ----------------------------------------------------------------------------------------------------


def test_each_item_has_a_look_and_no_two_have_one_picture() -> None:
    assert list(ITEM_LOOKS) == list(Item)
    assert len({look.picture for look in ITEM_LOOKS.values()}) == len(Item)


def test_the_hud_lists_each_number_once_and_knows_it() -> None:
    shown = [item.row.effect for item in Item if ITEM_LOOKS[item].form != HudForm.NONE]
    listed = [effect.field for effect in shown if isinstance(effect, Raises)]
    assert len(listed) == len(shown)
    assert len(listed) == len(set(listed))
    assert set(listed) <= {field.name for field in fields(PlayerView)}
