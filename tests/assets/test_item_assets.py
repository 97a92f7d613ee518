"""Each look of an item has its drawing, its file and its sound."""

import pytest

from petard.assets import path
from petard.assets.source import icons
from petard.assets.source.make_sprites import PICTURES
from petard.game.view.item_looks import ITEM_LOOKS
from petard.shared.rules.items import Item


@pytest.mark.parametrize("item", Item, ids=[item.name for item in Item])
def test_the_picture_is_drawn_by_a_script_and_its_file_and_its_sound_are_there(item: Item) -> None:
    look = ITEM_LOOKS[item]
    assert look.picture in PICTURES
    assert (path("sprites") / f"{look.picture}.png").is_file()
    assert list(path("sounds").glob(f"{look.sound}*")), look.sound


def test_no_card_is_drawn_for_which_there_is_no_item() -> None:
    assert {f"item-{kind}" for kind in icons.ITEMS} == {look.picture for look in ITEM_LOOKS.values()}
