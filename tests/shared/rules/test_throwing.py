"""Bombs in the air: where they land, what stops them, and what they pass."""

import pytest

from petard.shared.rules.events import EventType
from petard.shared.rules.throwing import launch
from petard.shared.rules.world import Direction, Tile, World, tile_at
from tests.shared.rules.boards import R, drawn, picture, run, scene, told


def thrown(text: str, direction: int, tiles: int, over: str = "") -> World:
    """A board whose first bomb was just thrown."""
    world = scene(text, over=over)
    bomb = world.bombs[1]
    launch(world, bomb, tile_at(world, bomb.x, bomb.y), direction, tiles)
    return world


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("########### #.o.......# ###########", "########### #....o....# ###########"),
        ("########### #.o..#....# ###########", "########### #....#o...# ###########"),
        ("########### #.o..++#..# ###########", "########### #....++#o.# ###########"),
        ("########### #.o..1....# ###########", "########### #....1o...# ###########"),
        ("########### #.o..b....# ###########", "########### #....bo...# ###########"),
        ("########### #.o..A....# ###########", "########### #....Ao...# ###########"),
        ("########### #.......o.# ###########", "########### #.o.......# ###########"),
    ],
)
def test_it_lands_on_the_first_free_tile_from_three_tiles_on_and_wraps_at_the_edge(before: str, after: str) -> None:
    assert before.index("o") != after.index("o")
    world = thrown(before, Direction.RIGHT, 3)
    run(world, 80)
    assert picture(world) == drawn(after)


def test_it_wraps_in_both_ways_of_a_column_too() -> None:
    column = "##### #...# #.o.# #...# #...# #...# #####"
    for direction, row in ((Direction.UP, 4), (Direction.DOWN, 5)):
        world = thrown(column, direction, 3)
        assert tile_at(world, world.bombs[1].x, world.bombs[1].y) == row * 5 + 2


def test_it_looks_again_when_it_comes_down() -> None:
    world = thrown("########### #o.......A# ###########", Direction.RIGHT, 3)
    run(world, 20)
    world.players[0].x = 4 * 256 + 128
    run(world, 4)
    assert told(run(world, 8), EventType.LANDED) == [(9, 16, -1)], "one tile farther, eight ticks later"


def test_a_body_walks_under_it_and_another_bomb_may_lie_there() -> None:
    world = thrown("########### #o.A......# ###########", Direction.RIGHT, 6)
    assert told(run(world, 40, {0: R}), EventType.KICKED) == []
    assert world.players[0].x > 5 * 256


def test_it_does_not_explode_in_the_air_but_when_it_lands() -> None:
    world = thrown("########### #o........# ###########", Direction.RIGHT, 3)
    world.bombs[1].blows_at = world.tick + 5
    assert told(run(world, 23), EventType.BLAST) == []
    assert [tile for _, tile, _ in told(run(world, 1), EventType.BLAST)] == [15]


def test_no_flame_sets_it_off_in_the_air() -> None:
    world = thrown(
        "########### #o........# ###########", Direction.RIGHT, 3, over="........... ....*...... ..........."
    )
    run(world, 10)
    assert 1 in world.bombs


def test_where_a_whole_line_is_not_free_it_explodes_where_it_came_down() -> None:
    world = thrown("######## #+o++++# ########", Direction.RIGHT, 3)
    events = run(world, 1)
    assert [tile for _, tile, _ in told(events, EventType.BLAST)] == [10]


def test_it_is_gone_if_there_is_no_floor_either() -> None:
    world = thrown("######## #.o....# ########", Direction.RIGHT, 3)
    for tile in range(9, 15):
        world.tiles[tile] = Tile.WALL
    assert told(run(world, 30), EventType.BLAST) == []
    assert world.bombs == {}
