"""The danger map compared with the rules: the tiles that it predicts are the tiles that burn."""

from dataclasses import replace

import pytest

from petard.shared.bots.perception import FIRED_SOON, NEVER, Percept
from petard.shared.rules.maps import parse_map
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING
from petard.shared.rules.step import step
from petard.shared.rules.sudden_death import hurry_at
from petard.shared.rules.world import Bomb, Direction, Keys, Tile, World, copy_world, middle_of
from tests.tools.bot_rounds import board_of, worlds_of

CORRIDOR = "#########\n#1......#\n#.#.#.#.#\n#......2#\n#########"


def world_with(*bombs: tuple[int, int, int], text: str = CORRIDOR) -> World:
    """A world without bricks at tick 1000, with bombs given as tile, tick of the explosion, and range."""
    world = new_world(LAST_ONE_STANDING, parse_map(text, "test"), [0, 1], 1)
    world.tiles = world.tiles.replace(bytes([Tile.BRICK]), bytes([Tile.FLOOR]))
    world.tick = 1000
    for number, (tile, at, reach) in enumerate(bombs, 1):
        x, y = middle_of(world, tile)
        world.bombs[number] = Bomb(number, 0, x, y, at, reach)
    return world


def flames_to_come(world: World, ticks: int) -> dict[int, set[int]]:
    """For each tile, the ticks in which it burns by the rules if no player presses a key."""
    world, burning = copy_world(world), dict[int, set[int]]()
    for player in world.players.values():
        player.bomb_until = player.turn_until = 0  # a remembered key press would have an effect
    for _ in range(ticks):
        step(world, {})
        for tile in world.flames:
            burning.setdefault(tile, set()).add(world.tick)
    return burning


def predicted_flames(world: World, ticks: int) -> dict[int, set[int]]:
    """The same, as predicted by the danger map."""
    last = world.tick + ticks
    spans = Percept(world).danger.spans.items()
    found = {
        tile: {tick for first, end in times for tick in range(max(first, world.tick + 1), min(end, last + 1))}
        for tile, times in spans
    }
    return {tile: times for tile, times in found.items() if times}


def test_a_bomb_burns_as_far_as_walls_let_it() -> None:
    world = world_with((12, 1100, 2))
    assert predicted_flames(world, 200) == flames_to_come(world, 200)
    assert set(predicted_flames(world, 200)) == {12, 10, 11, 13, 14, 21, 30}


def test_a_chain_explodes_tick_by_tick_and_the_earliest_flame_counts() -> None:
    world = world_with((10, 1100, 2), (12, 1120, 2), (14, 1050, 2), (28, 1300, 8))
    assert predicted_flames(world, 400) == flames_to_come(world, 400)
    assert Percept(world).danger.blows == {14: 1050, 12: 1051, 10: 1052, 28: 1053}


def test_a_flame_stops_at_a_brick_and_passes_when_the_brick_is_gone() -> None:
    world = world_with((11, 1100, 4), (10, 1200, 8))
    world.tiles[13] = Tile.BRICK
    world.bombs[2].blows_at = 1200
    world.bombs[2].x, world.bombs[2].y = middle_of(world, 16)
    assert predicted_flames(world, 300) == flames_to_come(world, 300)
    assert Percept(world).danger.opens == {13: 1130}


@pytest.mark.slow
def test_in_real_rounds_all_flames_were_predicted() -> None:
    looked = 0
    for world in worlds_of(board_of("classic"), [2, 3, 2, 3], seed=5, every=61, most=60):
        if world.tick + 160 > hurry_at(world.rules) or any(bomb.rolls >= 0 for bomb in world.bombs.values()):
            continue
        looked += 1
        assert predicted_flames(world, 160) == flames_to_come(world, 160), f"tick {world.tick}"
    assert looked > 20


def test_fire_ends_where_a_wall_has_closed() -> None:
    board = board_of("classic")
    world = new_world(replace(LAST_ONE_STANDING, bricks=0), board, [0, 1], 1)
    world.tick = hurry_at(world.rules) - 10
    x, y = middle_of(world, 16)
    world.bombs[1] = Bomb(1, 0, x, y, world.tick + 200, 8)  # in the first corner to close
    assert Percept(world).danger.blows == {16: hurry_at(world.rules)}
    x, y = middle_of(world, 6 * 15 + 7)
    world.bombs = {1: Bomb(1, 0, x, y, world.tick + 1980, 8)}  # in the middle, when nearly all around has closed
    world.players.clear()
    foreseen, real = predicted_flames(world, 2020), flames_to_come(world, 2020)
    assert foreseen == real
    assert 0 < len(real) < 18


def test_one_more_bomb_joins_the_chain_and_changes_nothing_before() -> None:
    world = world_with((12, 1100, 2))
    danger = Percept(world).danger
    more = danger.plus(14, 1000, 1150, 3)
    assert more.blows == {12: 1100, 14: 1101}
    assert danger.blows == {12: 1100}
    assert (1101, 1131) in more.spans[15]
    assert 15 not in danger.spans


def test_a_window_gives_when_a_tile_is_free_and_for_how_long() -> None:
    danger = Percept(world_with((12, 1100, 2))).danger
    assert danger.window(13, 1000, care=0) == (1000, 1100)
    assert danger.window(13, 1000, care=5) == (1000, 1095)
    assert danger.window(13, 1100, care=0) == (1130, NEVER)
    assert danger.window(15, 1000, care=0) == (1000, NEVER)


def test_a_rolling_bomb_is_expected_at_its_final_tile() -> None:
    world = world_with((10, 1100, 2))
    world.bombs[1].rolls = Direction.RIGHT
    assert Percept(world).danger.blows == {16: 1100}


def test_percepts_share_what_did_not_change() -> None:
    world = world_with((12, 1100, 2))
    first = Percept(world)
    step(world, {})
    second = Percept(world, first)
    assert second.danger is first.danger
    step(world, {1: Keys.BOMB})
    assert Percept(world, second).danger is not first.danger


# --- items of the later rules -----------------------------------------------------------------------------------------


def test_a_piercing_bomb_is_expected_to_burn_behind_bricks_as_the_rules_say() -> None:
    world = world_with((10, 1020, 4), text="#########\n#1++...2#" + 3 * "\n#########")
    world.tiles[11] = world.tiles[12] = Tile.BRICK
    world.bombs[1].pierce = 1
    danger = Percept(world).danger
    assert set(danger.spans) == set(flames_to_come(world, 25)) == {10, 13, 14}
    assert set(danger.opens) == {11, 12}


def test_a_bomb_in_the_air_is_expected_to_explode_where_and_when_it_lands() -> None:
    world = world_with((14, 1005, 1))
    world.bombs[1].flies, world.bombs[1].lands_at = Direction.RIGHT, 1020
    danger = Percept(world).danger
    burning = flames_to_come(world, 25)
    assert danger.blows == {14: 1020}
    assert set(danger.spans) == set(burning)
    assert min(burning[14]) == danger.spans[14][0][0] == 1020


def test_a_bomb_that_may_be_fired_counts_as_exploding_soon_as_long_as_its_owner_lives() -> None:
    world = world_with((14, 1500, 1))
    world.players[0].remote = 1
    times = set()
    for world.tick in range(1000, 1100):
        times.add(Percept(world).danger.blows[14] - world.tick)
    assert FIRED_SOON < min(times) <= max(times) <= 2 * FIRED_SOON
    world.players[0].died_at = 900
    assert Percept(world).danger.blows == {14: 1500}
