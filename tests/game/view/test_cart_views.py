"""What is seen of carts: where they are between two ticks, the way of the throw, the bomb in the air, and the words."""

from dataclasses import replace

import pytest

from petard.game.view.bomb_views import bomb_views
from petard.game.view.cart_views import CartView, cart_view
from petard.game.view.cart_words import cart_line
from petard.game.view.cues import Cues, Sound
from petard.game.view.feats import BACK, RIDE, Feats, Rising
from petard.game.view.view import PlayerView
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.world import Direction, Tile
from tests.game.scenes import view_of
from tests.shared.rules.boards import BOMB, R, run
from tests.shared.rules.test_carts import throw, with_rider


def test_a_cart_is_seen_between_two_ticks_and_only_while_there_is_one() -> None:
    world = with_rider()
    run(world, 1, {3: R})
    rider = world.players[3]
    seen = cart_view(world, rider, world.tick + 5.0)
    assert seen
    assert (seen.x, seen.y, seen.facing, seen.rolls) == (6.0, 0.5, Direction.DOWN, True)
    assert cart_view(world, world.players[0], 700.0) is None
    rider.rim = -1
    assert cart_view(world, rider, 700.0) is None


def test_while_the_key_is_held_it_shows_the_way_and_where_the_bomb_comes_down() -> None:
    world = with_rider()
    run(world, 11, {3: BOMB})
    seen = cart_view(world, world.players[3], world.tick)
    assert seen
    assert (seen.tiles, seen.target) == (3, (5.5, 3.5))
    assert seen.way == ((5.5, 1.5), (5.5, 2.5))
    for row in range(1, 7):
        world.tiles[row * 11 + 5] = Tile.WALL
    seen = cart_view(world, world.players[3], world.tick)
    assert seen
    assert (seen.tiles, seen.target, seen.way) == (3, None, ())


def test_the_bomb_flies_from_the_rim_to_its_tile_in_one_curve() -> None:
    world = with_rider()
    throw(world, 25)
    places = {key: (bomb.x, bomb.y) for key, bomb in world.bombs.items()}
    flights = [bomb_views(world, places, world.tick + ticks, {})[0] for ticks in range(0, 25, 4)]
    assert [round(one.y, 2) for one in flights] == [0.5, 1.17, 1.83, 2.5, 3.17, 3.83, 4.5]
    assert {one.x for one in flights} == {5.5}
    assert {one.lands for one in flights} == {(5.5, 4.5)}
    assert max(one.lift for one in flights) == flights[3].lift > 1


CART = CartView(5.5, 0.5)


@pytest.mark.parametrize(
    ("cart", "words"),
    [
        (None, "You are out, but not for long: a cart is coming."),
        (CART, "Roll: arrows     Hold Space, let go to throw"),
        (replace(CART, ready_in=61.0), "Roll: arrows     Next bomb in 2 s"),
        (replace(CART, tiles=3, target=(5.5, 3.5)), "Let go to throw 3 tiles"),
        (replace(CART, tiles=3), "No free tile in this line: roll on"),
    ],
)
def test_the_line_says_what_to_press(cart: CartView | None, words: str) -> None:
    assert cart_line([PlayerView(0, 1.5, 1.5, alive=False, cart=cart)], "arrows", "Space") == words


def test_a_kill_from_a_cart_is_no_feat_but_the_return_is_one() -> None:
    view = view_of(
        "######### #.......# #########", players=(PlayerView(1, 1.5, 1.5, alive=False, cart=CART),), tick=50.0
    )
    deaths = [(50, Event(EventType.DIED, slot, 10, 1)) for slot in (0, 2)]
    feats = Feats({1})
    assert feats.cues_of(deaths, view) == []
    assert len(Feats({1}).cues_of(deaths, replace(view, players=()))) == 1, "it would be a double"
    told = feats.cues_of([(50, Event(EventType.RIDES, 1, 4)), (50, Event(EventType.RETURNED, 1, 12))], view)
    assert [one.text for one in told if isinstance(one, Rising)] == [RIDE, BACK]


def test_a_new_cart_is_heard() -> None:
    view = view_of("######### #.......# #########", tick=50.0)
    cues = Cues({1}).cues_of([(50, Event(EventType.RIDES, 1, 4))], view)
    assert [cue.name for cue in cues if isinstance(cue, Sound)] == ["take-skate"]
