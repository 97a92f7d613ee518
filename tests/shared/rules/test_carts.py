"""Carts: dead players on the rim, where they ride, how far they throw, and what their bombs do."""

from dataclasses import replace

import pytest

from petard.shared.protocol.snapshot import snapshot_of, world_of
from petard.shared.protocol.snapshot_rows import rows_of, snapshot_from_rows
from petard.shared.rules.carts import Carts, landing_of, line_of, place_at, rim_length, rim_position, tiles_thrown
from petard.shared.rules.digest import digest
from petard.shared.rules.events import EventType
from petard.shared.rules.ruleset import TILE
from petard.shared.rules.step import step
from petard.shared.rules.world import Flame, Keys, Tile, World, copy_world, middle_of, tile_at
from tests.shared.rules.boards import BOMB, QUICK, D, L, R, U, run, scene, told

RULES = replace(QUICK, carts=int(Carts.ON), bricks=0)
OPEN = """
    ###########
    #.........#
    #B........#
    #.........#
    #.........#
    #.........#
    #C.......A#
    ###########
"""


def with_rider(text: str = OPEN, carts: Carts = Carts.ON, column: int = 5) -> World:
    """A board on which player 3, who died long ago, rides on the upper rim over a column and may throw."""
    world = scene(text.replace("C", "D"), replace(RULES, carts=int(carts)))
    dead = world.players[3]
    dead.died_at, dead.health, dead.rim = 0, 0, column * TILE
    world.tick = 600
    return world


def throw(world: World, ticks: int) -> None:
    """Hold the bomb key for so many ticks, and release it."""
    run(world, ticks, {3: BOMB})
    run(world, 1)


def test_who_died_gets_a_cart_three_seconds_later_on_the_nearest_tile_of_the_rim() -> None:
    world = scene(OPEN, RULES)
    world.players[0].safe_until, world.flames = 0, scene(OPEN.replace("A", "*"), RULES).flames
    run(world, 1)
    died = world.players[0].died_at
    assert died == 1
    run(world, RULES.cart_after - 1)
    assert world.players[0].rim == -1
    assert told(run(world, 1), EventType.RIDES) == [(0, 6 * 11 + 10, -1)]
    assert rim_position(11, 8, world.players[0].rim) == middle_of(world, 6 * 11 + 10)


@pytest.mark.parametrize("tile", [12, 17, 20, 31, 42, 64, 70, 75])
def test_the_cart_comes_to_the_tile_of_the_rim_beside_the_body(tile: int) -> None:
    world = with_rider()
    dead = world.players[3]
    dead.rim, (dead.x, dead.y) = -1, middle_of(world, tile)
    run(world, 1)
    x, y = rim_position(11, 8, dead.rim)
    far = min(tile % 11, 10 - tile % 11, tile // 11, 7 - tile // 11) * TILE
    assert abs(x - dead.x) + abs(y - dead.y) == far


def test_nobody_rides_without_the_rule_nor_who_left() -> None:
    world = with_rider(carts=Carts.OFF)
    world.players[3].rim = -1
    before = digest(copy_world(world))
    assert told(run(world, 400, {3: BOMB}), EventType.RIDES) == []
    assert digest(world) != before
    assert world.players[3].rim == -1
    world = with_rider()
    run(world, 1, {3: int(Keys.GONE)})
    assert (world.players[3].rim, told(run(world, 400), EventType.RIDES)) == (-1, [])


def test_a_cart_goes_on_round_all_corners_while_its_key_is_held() -> None:
    world, seen = with_rider(), []
    dead = world.players[3]
    ticks = rim_length(11, 8) * 60 // RULES.cart_speed
    for _ in range(ticks + 1):
        run(world, 1, {3: R})
        seen.append(rim_position(11, 8, place_at(world, dead, world.tick)))
    assert {(x // TILE in (0, 10)) or (y // TILE in (0, 7)) for x, y in seen} == {True}
    assert len({(x // TILE, y // TILE) for x, y in seen}) == 2 * (11 + 8) - 4, "every tile of the rim"
    assert seen[-1] == seen[0], "and round again"
    assert (dead.rim, dead.rim_from) == (5 * TILE, 601), "nothing changes while it rolls"


@pytest.mark.parametrize(("place", "keys"), [(5, (R, L)), (13, (D, U)), (20, (L, R)), (30, (U, D))])
def test_keys_move_it_as_they_point(place: int, keys: tuple[int, int]) -> None:
    for key, way in zip(keys, (1, -1), strict=True):
        world = with_rider(column=place)
        run(world, 10, {3: key})
        assert (place_at(world, world.players[3], world.tick) - place * TILE) * way > TILE // 2
        run(world, 1)
        rests = place_at(world, world.players[3], world.tick)
        run(world, 10, {3: U | D | L | R})
        assert place_at(world, world.players[3], world.tick) == rests


def test_beside_a_corner_the_keys_of_both_sides_count() -> None:
    world = with_rider(column=10)
    run(world, 5, {3: L})
    assert place_at(world, world.players[3], world.tick) < 10 * TILE
    run(world, 5, {3: D})
    assert place_at(world, world.players[3], world.tick) > 9 * TILE


@pytest.mark.parametrize(("ticks", "tiles"), [(1, 2), (10, 2), (11, 3), (21, 4), (41, 6), (300, 6)])
def test_the_longer_the_key_is_held_the_farther_it_flies(ticks: int, tiles: int) -> None:
    world = with_rider()
    run(world, ticks, {3: BOMB})
    assert tiles_thrown(world, world.players[3], world.tick) == tiles
    run(world, 1)
    (bomb,) = world.bombs.values()
    assert tile_at(world, bomb.x, bomb.y) == 5 + 11 * min(6, tiles + (ticks % 10 == 0 and tiles < 6))
    assert (bomb.range, bomb.lands_at - world.tick, bomb.blows_at - world.tick) == (2, 24, RULES.fuse)


def test_it_is_on_no_tile_for_24_ticks_and_then_lands() -> None:
    world = with_rider()
    throw(world, 1)
    assert told(run(world, 23), EventType.LANDED) == []
    assert told(run(world, 1), EventType.LANDED) == [(3, 5 + 2 * 11, -1)]
    assert [(bomb.flies, bomb.soars) for bomb in world.bombs.values()] == [(-1, 0)]


def test_there_are_four_seconds_between_two_bombs_and_a_held_key_waits() -> None:
    world = with_rider()
    throw(world, 1)
    run(world, RULES.cart_pause - 1, {3: BOMB})
    assert tiles_thrown(world, world.players[3], world.tick) == 0
    run(world, 1, {3: BOMB})
    assert tiles_thrown(world, world.players[3], world.tick) == 2
    assert told(run(world, 1), EventType.THROWN) == [(3, 5, -1)]


@pytest.mark.parametrize(
    ("column", "tiles", "row"),
    [
        ("........", 2, 2),
        ("........", 6, 6),
        ("##......", 2, 4),  # two closed walls
        ("..#.....", 2, 2),
        ("..#.....", 3, 4),  # a wall in between is flown over
        (".+1a....", 2, 5),  # so are bricks, items and bombs
        (".....###", 6, 5),  # beyond the last floor: back to it
        ("######..", 6, 8),
        ("########", 2, 0),
    ],
)
def test_throws_count_from_the_innermost_closed_wall_and_find_free_floor(column: str, tiles: int, row: int) -> None:
    world = scene("\n".join(["#####", *(f"#{mark}..#" for mark in column), "#####"]), RULES)
    assert landing_of(world, TILE, tiles) == (row, (row * 5 + 1) * bool(row))


def test_every_place_throws_inwards_and_none_from_a_corner() -> None:
    world = with_rider()
    for place in range(0, rim_length(11, 8), 64):
        start, _, size = line_of(world, place)
        assert start not in (0, 10, 77, 87)
        assert (start % 11 in (0, 10)) != (start // 11 in (0, 7))
        assert size == (6 if start // 11 in (0, 7) else 9)


def test_where_nothing_is_free_nothing_is_thrown() -> None:
    world = with_rider()
    for row in range(1, 7):
        world.tiles[row * 11 + 5] = Tile.WALL
    throw(world, 5)
    assert not world.bombs
    assert world.players[3].bomb_from <= world.tick, "and the pause does not begin"


def test_the_flame_is_the_riders_and_the_dead_stay_dead() -> None:
    world = with_rider()
    world.players[1].x, world.players[1].y = middle_of(world, 5 + 3 * 11)
    throw(world, 1)
    events = run(world, RULES.fuse)
    assert told(events, EventType.DIED) == [(1, 5 + 3 * 11, 3)]
    assert (world.players[3].died_at, world.winner) == (0, 0), "one is left, who wins"


def test_after_the_end_carts_roll_and_throw_nothing() -> None:
    world = with_rider()
    world.over_at = world.tick
    run(world, 20, {3: BOMB | R})
    run(world, 5)
    assert not world.bombs
    assert place_at(world, world.players[3], world.tick) > 6 * TILE


def test_super_brings_the_rider_back_with_the_items_of_a_start() -> None:
    world = with_rider(carts=Carts.SUPER)
    dead = world.players[3]
    dead.bombs, dead.skates, dead.kick = 5, 3, 1
    world.players[1].x, world.players[1].y = middle_of(world, 5 + 3 * 11)
    throw(world, 1)
    events = run(world, RULES.fuse)
    assert told(events, EventType.RETURNED) == [(3, 4 + 11, -1)], "a free tile without a flame"
    back = world.players[3]
    assert (back.died_at, back.rim, back.bombs, back.skates, back.kick) == (-1, -1, RULES.bombs, 0, 0)
    assert world.over_at == -1, "two are alive"
    back.safe_until = 0
    assert told(run(world, 30), EventType.DIED) == []


def test_super_counts_own_kills_only_and_no_walls() -> None:
    world = with_rider(carts=Carts.SUPER)
    world.flames[23] = Flame(1000, 0, -1, 0)
    assert told(run(world, 1), EventType.DIED) == [(1, 23, 0)]
    assert world.players[3].died_at == 0


def test_who_takes_the_last_two_along_from_a_cart_wins_in_super() -> None:
    world = with_rider(carts=Carts.SUPER)
    for player in (world.players[0], world.players[1]):
        player.x, player.y = middle_of(world, 5 + 3 * 11)
    throw(world, 1)
    run(world, RULES.fuse)
    assert world.winner == 3


def test_a_board_with_a_rider_is_sent_recorded_and_compared_whole() -> None:
    world = with_rider()
    run(world, 20, {3: R | BOMB})
    throw(world, 1)
    snapshot = snapshot_of(world, {})
    again = world_of(snapshot_from_rows(rows_of(snapshot), world.width, world.height), world.rules, 11, 8)
    assert again == world
    assert digest(again) == digest(world)
    for _ in range(200):
        assert step(world, {3: L}) == step(again, {3: L})
    assert again == world


@pytest.mark.parametrize("name", ["rim", "rim_way", "rim_from", "winds_from"])
def test_the_digest_sees_what_the_cart_does(name: str) -> None:
    world = with_rider()
    other = copy_world(world)
    setattr(other.players[3], name, 1)
    assert digest(other) != digest(world)


def test_without_carts_a_row_is_as_wide_as_before() -> None:
    world = scene(OPEN.replace("#.........#", "#.a.......#", 1), RULES)
    tables = rows_of(snapshot_of(world, {})).tables
    assert {len(row) for row in tables[1]} == {25}
    assert {len(row) for row in tables[2]} == {12}
    run(world, 1)
    assert {len(row) for row in rows_of(snapshot_of(with_rider(), {})).tables[1]} == {25, 29 - 3}
