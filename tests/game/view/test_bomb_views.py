"""Where bombs in the air and in hands are seen."""

import pytest

from petard.game.view.bomb_views import HELD, bomb_views
from petard.game.view.sprites import upper_sprites
from petard.game.view.view import BombView, PlayerView
from petard.shared.rules.throwing import launch
from petard.shared.rules.world import Direction
from tests.game.scenes import view_of
from tests.shared.rules.boards import scene

ROOM = "########### #.........# #.........# ###########"


def seen(text: str, direction: int, tick: float) -> BombView:
    """The bomb of a board that was punched at tick 0, as it is seen at a later one."""
    world = scene(text)
    bomb = world.bombs[1]
    launch(world, bomb, bomb.y // 256 * world.width + bomb.x // 256, direction, 3)
    (view,) = bomb_views(world, {1: (bomb.x, bomb.y)}, tick, {})
    return view


@pytest.mark.parametrize(("tick", "x"), [(0, 2.5), (8, 3.5), (12, 4.0), (24, 5.5), (30, 5.5)])
def test_it_flies_evenly_to_where_it_comes_down(tick: float, x: float) -> None:
    view = seen("########### #.o.......# #.........# ###########", Direction.RIGHT, tick)
    assert (view.x, view.y, view.lands) == (x, 1.5, (5.5, 1.5))


def test_it_is_highest_in_the_middle_of_three_tiles_and_never_on_the_ground() -> None:
    heights = [
        seen("########### #.o.......# #.........# ###########", Direction.RIGHT, tick).lift for tick in range(24)
    ]
    assert max(heights) == heights[12] > 1
    assert min(heights) > 0


def test_over_the_edge_it_goes_on_at_the_other_side() -> None:
    places = [
        seen("########### #.......o.# #.........# ###########", Direction.RIGHT, tick).x for tick in (0, 4, 12, 16)
    ]
    assert places == [8.5, 9.0, 1.0, 1.5]


def test_a_bomb_in_hands_is_over_the_head() -> None:
    world = scene("##### #Ao.# #####")
    world.bombs[1].held_by = 0
    (view,) = bomb_views(world, {1: (0, 0)}, 1.0, {0: PlayerView(0, 1.25, 1.5)})
    assert (view.x, view.y, view.lift, view.lands) == (1.25, 1.5, HELD, None)


def test_what_is_off_the_ground_is_drawn_over_the_bodies_with_its_shade_and_a_mark_where_it_lands() -> None:
    bombs = (BombView(4.0, 1.5, 0, 60, 2, lift=1.0, lands=(5.5, 1.5)), BombView(2.5, 2.5, 0, 60, 2, pierce=True))
    view = view_of(ROOM, bombs=bombs, players=(PlayerView(0, 4.0, 1.5),))
    assert [str(sprite) for sprite in upper_sprites(view) if sprite.name not in ("fuse", "bomb")] == [
        "bomb-shade 4.00,1.50",
        "landing 5.50,1.50",
        "spikes 2.50,2.50",
        "body 4.00,1.50 slot 0 cell 0",
    ]
    assert [sprite.y for sprite in upper_sprites(view) if sprite.name == "bomb"] == [2.5, 0.5]


def test_the_ill_are_in_a_cloud() -> None:
    view = view_of(ROOM, players=(PlayerView(0, 4.0, 1.5, ill=3, ill_left=100.0),), tick=12.0)
    assert "ill-1 4.00,1.40 slot 0" in map(str, upper_sprites(view))
