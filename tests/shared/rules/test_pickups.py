"""Items: the effect of each one, its limit, and the items that dead players leave behind."""

from dataclasses import replace

import pytest

from petard.shared.rules.events import EventType
from petard.shared.rules.items import Item
from petard.shared.rules.ruleset import CLASSIC_COURSE
from petard.shared.rules.world import Keys, Player, Tile
from tests.shared.rules.boards import R, run, scene, told

COURSE = replace(CLASSIC_COURSE, countdown=0, spawn_shield=0)


@pytest.mark.parametrize(
    ("item", "field", "before", "after"),
    [
        (Item.BOMB, "bombs", 1, 2),
        (Item.BOMB, "bombs", 8, 8),
        (Item.FLAME, "range", 2, 3),
        (Item.FLAME, "range", 8, 8),
        (Item.SKATE, "skates", 0, 1),
        (Item.SKATE, "skates", 7, 7),
        (Item.KICK, "kick", 0, 1),
        (Item.KICK, "kick", 1, 1),
        (Item.SHIELD, "shields", 0, 1),
        (Item.SHIELD, "shields", 1, 1),
        (Item.FRUIT, "health", 1, 1),
    ],
)
def test_an_item_adds_one_up_to_its_cap(item: Item, field: str, before: int, after: int) -> None:
    world = scene(f"##### #A{int(item)}.# #####")
    setattr(world.players[0], field, before)
    events = run(world, 15, {0: R})
    assert told(events, EventType.TAKEN) == [(0, 7, item)]
    assert (getattr(world.players[0], field), world.items) == (after, {})


@pytest.mark.parametrize(("before", "after"), [(50, 60), (40, 50), (95, 100), (100, 100)])
def test_in_the_course_game_a_fruit_gives_ten(before: int, after: int) -> None:
    world = scene("##### #A6.# #####", COURSE)
    world.players[0].health = before
    run(world, 15, {0: R})
    assert world.players[0].health == after


def test_the_tile_under_the_middle_of_the_body_decides_who_takes() -> None:
    world = scene("##### #A1.# #####")
    world.players[0].x = 2 * 256 - 1
    assert told(run(world, 5), EventType.TAKEN) == []
    assert told(run(world, 1, {0: R}), EventType.TAKEN) == [(0, 7, 1)]


def test_a_flame_that_reaches_an_item_in_the_same_tick_burns_it() -> None:
    world = scene("####### #A1.o.# #######")
    world.players[0].x = 2 * 256 - 1
    world.players[0].safe_until = 10**6
    run(world, 149)
    events = run(world, 1, {0: R})
    assert (told(events, EventType.TAKEN), len(told(events, EventType.BURNT))) == ([], 1)


FIELD = "########## #........# #........# #......BA# ##########"


@pytest.mark.parametrize(("had", "left"), [(1, 0), (2, 1), (5, 3), (10, 6)])
def test_three_fifths_of_the_items_of_a_dead_player_come_back_to_the_board(had: int, left: int) -> None:
    world = scene(FIELD)
    player = world.players[0]
    player.bombs, player.range, player.skates, player.kick, player.shields = {
        1: (2, 2, 0, 0, 0),
        2: (2, 3, 0, 0, 0),
        5: (2, 3, 1, 1, 1),
        10: (4, 4, 3, 1, 1),
    }[had]
    run(world, 1, {0: int(Keys.GONE)})
    assert len(world.items) == left


def test_items_scatter_only_on_free_floor() -> None:
    for seed in range(40):
        world = scene(FIELD, over=".......... ...*.o.... ..1....... ..........")
        world.rng = seed
        world.tiles[11] = Tile.BRICK
        world.tiles[12] = Tile.BREAKING
        world.breaking[12] = 10**6
        world.players[0].bombs = 8
        before = dict(world.items)
        run(world, 1, {0: int(Keys.GONE)})
        new = [tile for tile in world.items if tile not in before]
        taken = {11, 12, 13, 15, 22, 37}
        assert len(new) == 4
        assert not taken & set(new)
        assert all(world.tiles[tile] == Tile.FLOOR for tile in new)


def test_where_nothing_is_free_nothing_scatters() -> None:
    world = scene("##### #BA## #####")
    world.players[0].bombs = 8
    run(world, 1, {0: int(Keys.GONE)})
    assert set(world.items) == {7}, "only the tile on which they died was free"


def test_items_scatter_at_random_and_equal_seeds_give_equal_places() -> None:
    def left_by(seed: int) -> dict[int, int]:
        world = scene(FIELD)
        world.rng = seed
        world.players[0].bombs, world.players[0].range = 4, 5
        run(world, 1, {0: int(Keys.GONE)})
        return world.items

    assert left_by(3) == left_by(3)
    assert len({tuple(left_by(seed)) for seed in range(20)}) > 10


def test_in_the_course_game_dead_players_leave_no_items() -> None:
    world = scene(FIELD, COURSE)
    world.players[0] = Player(0, world.players[0].x, world.players[0].y, health=50, bombs=8, range=5)
    run(world, 1, {0: int(Keys.GONE)})
    assert world.items == {}
