"""How a round begins: places, bricks, hidden and loose items."""

from collections import Counter
from dataclasses import replace

import pytest

from petard.shared.rules.items import ITEM_NUMBERS, Item
from petard.shared.rules.maps import Board, parse_map
from petard.shared.rules.new_round import new_world, spread_spawns
from petard.shared.rules.ruleset import CLASSIC_COURSE, LAST_ONE_STANDING, PRESETS, RuleSet
from petard.shared.rules.world import Tile, World, tile_at
from tests.shared.rules.test_maps import SPAWNS, shipped


def bricks_of(world: World) -> list[int]:
    """The tiles that are bricks."""
    return [tile for tile, kind in enumerate(world.tiles) if kind == Tile.BRICK]


def test_equal_arguments_give_equal_worlds_and_another_seed_another_world() -> None:
    board = shipped("classic")
    assert new_world(LAST_ONE_STANDING, board, [0, 1, 5], 7) == new_world(LAST_ONE_STANDING, board, [0, 1, 5], 7)
    assert new_world(LAST_ONE_STANDING, board, [0, 1, 5], 7) != new_world(LAST_ONE_STANDING, board, [0, 1, 5], 8)


def test_a_world_begins_at_tick_zero_with_all_players_alive_by_slot() -> None:
    world = new_world(LAST_ONE_STANDING, shipped("classic"), [5, 0, 3], 7)
    assert (world.tick, world.over_at, world.winner, world.bombs, world.flames) == (0, -1, -1, {}, {})
    assert list(world.players) == [0, 3, 5]
    for slot, player in world.players.items():
        assert (player.slot, player.died_at, player.bombs, player.range, player.health) == (slot, -1, 1, 2, 1)
        assert player.safe_until == 180 + 120


@pytest.mark.parametrize(("name", "count"), SPAWNS.items())
def test_each_player_starts_on_another_spawn(name: str, count: int) -> None:
    board = shipped(name)
    world = new_world(LAST_ONE_STANDING, board, range(count), 3)
    places = [tile_at(world, player.x, player.y) for player in world.players.values()]
    assert sorted(places) == sorted(board.spawns)
    assert {(player.x % 256, player.y % 256) for player in world.players.values()} == {(128, 128)}


def test_more_players_than_spawns_are_refused() -> None:
    with pytest.raises(ValueError, match="map small has 4 spawns for 5 players"):
        new_world(LAST_ONE_STANDING, shipped("small"), range(5), 1)


def test_the_spawn_of_a_player_is_random() -> None:
    board = shipped("classic")
    starts = Counter(new_world(CLASSIC_COURSE, board, range(4), seed).players[0].x for seed in range(400))
    assert all(70 < count < 330 for count in starts.values())
    assert len(starts) == 2, "corners only"


def test_two_players_start_in_opposite_corners_and_four_in_all() -> None:
    board = shipped("classic")
    assert spread_spawns(board, 4) == list(board.spawns[:4])
    assert sorted(spread_spawns(board, len(board.spawns))) == sorted(board.spawns)


@pytest.mark.parametrize(
    ("name", "players", "least", "most"),
    [
        ("small", 2, 48, 53),
        ("small", 4, 48, 53),
        ("classic", 4, 64, 73),
        ("classic", 5, 64, 73),
        ("classic", 6, 64, 73),
        ("classic", 8, 60, 73),  # crowded
        ("large", 8, 95, 115),
        ("large", 10, 95, 115),
        ("grand", 12, 150, 170),
        ("grand", 16, 145, 170),
    ],
)
def test_the_number_of_bricks_is_as_in_the_table(name: str, players: int, least: int, most: int) -> None:
    counts = {len(bricks_of(new_world(LAST_ONE_STANDING, shipped(name), range(players), seed))) for seed in range(5)}
    assert len(counts) == 1
    assert least <= counts.pop() <= most


@pytest.mark.parametrize("name", SPAWNS)
def test_no_brick_stands_on_or_beside_a_spawn_in_use_nor_in_a_wall(name: str) -> None:
    board = shipped(name)
    for seed in range(5):
        world = new_world(LAST_ONE_STANDING, board, range(len(board.spawns)), seed)
        bricks = set(bricks_of(world))
        for tile in board.spawns:
            assert not bricks & {tile, tile - 1, tile + 1, tile - board.width, tile + board.width}
        assert all(board.tiles[tile] == Tile.FLOOR for tile in bricks)


def test_bricks_of_the_map_are_in_all_games_except_those_without_bricks() -> None:
    board = parse_map("#######\n#1+...#\n#.....#\n#....2#\n#######", "own")
    assert new_world(LAST_ONE_STANDING, board, [0, 1], 1).tiles[9] == Tile.BRICK
    assert bricks_of(new_world(CLASSIC_COURSE, board, [0, 1], 1)) == []


@pytest.mark.parametrize(
    ("name", "players"), [("small", 2), ("small", 4), ("classic", 4), ("classic", 8), ("battle", 64), ("arena", 32)]
)
def test_the_number_of_hidden_items_follows_bricks_and_players(name: str, players: int) -> None:
    world = new_world(LAST_ONE_STANDING, shipped(name), range(players), 11)
    bricks = bricks_of(world)
    assert len(world.hidden) == min(len(bricks) * 60 // 100, max(len(bricks) * 35 // 100, 4 * players))
    assert set(world.hidden) <= set(bricks)
    assert world.items == {}


def test_items_are_drawn_by_their_weights() -> None:
    board = shipped("battle")
    found = Counter(
        item for seed in range(12) for item in new_world(LAST_ONE_STANDING, board, range(64), seed).hidden.values()
    )
    weights = LAST_ONE_STANDING.weights
    assert set(found) == {item for item in Item if weights[item]}
    assert len(found) == len(Item) - 3, "all but pierce, remote and fruit"
    for item, count in found.items():
        expected = found.total() * weights[item] // sum(weights)
        assert abs(count - expected) < 0.25 * expected, ITEM_NUMBERS[item].name


def test_the_course_game_has_no_bricks_and_ten_fruits_that_lie_on_no_spawn() -> None:
    board = shipped("classic")
    world = new_world(CLASSIC_COURSE, board, range(8), 3)
    assert bricks_of(world) == []
    assert list(world.items.values()) == [Item.FRUIT] * 10
    assert not set(world.items) & set(board.spawns)
    assert all(world.tiles[tile] == Tile.FLOOR for tile in world.items)
    assert all(player.health == 50 for player in world.players.values())


@pytest.mark.parametrize("rules", PRESETS.values(), ids=list(PRESETS))
@pytest.mark.parametrize("name", SPAWNS)
def test_every_preset_works_with_every_map(rules: RuleSet, name: str) -> None:
    board: Board = shipped(name)
    world = new_world(rules, board, range(2), 1)
    assert (len(world.tiles), len(world.players)) == (board.width * board.height, 2)


def test_the_share_of_bricks_is_a_rule() -> None:
    board = shipped("classic")
    counts = [len(bricks_of(new_world(replace(LAST_ONE_STANDING, bricks=n), board, range(4), 1))) for n in (1, 50, 100)]
    assert counts == [1, 50, 101]
