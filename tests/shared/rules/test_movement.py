"""How bodies walk: speed, walls, corners, remembered keys, bombs that block and bombs that do not."""

from dataclasses import replace

import pytest

from petard.shared.rules.events import EventType
from petard.shared.rules.world import Direction, World
from tests.shared.rules.boards import BOMB, QUICK, D, L, R, U, drawn, picture, place, run, scene, told

OPEN_FIELD = """
    #############
    #...........#
    #...........#
    #...........#
    #...........#
    #.....A.....#
    #...........#
    #...........#
    #...........#
    #...........#
    #############
"""
CROSSING = """
    #####
    #...#
    #.#.#
    #.A.#
    #.#.#
    #...#
    #####
"""
WAYS = [(U, 0, -1), (D, 0, 1), (L, -1, 0), (R, 1, 0)]


@pytest.mark.parametrize(("key", "dx", "dy"), WAYS)
@pytest.mark.parametrize(("skates", "speed"), [(0, 1024), (1, 1152), (2, 1280), (7, 1920), (9, 1920)])
def test_a_second_of_walking_is_exactly_the_speed(key: int, dx: int, dy: int, skates: int, speed: int) -> None:
    world = scene(OPEN_FIELD)
    world.players[0].skates = skates
    x, y = place(world)
    ticks = 30  # half a second, so that the fastest stays on the board
    run(world, ticks, {0: key})
    assert place(world) == (x + dx * speed // 2, y + dy * speed // 2)


@pytest.mark.parametrize("start", range(7))
def test_the_speed_is_exact_over_any_sixty_ticks(start: int) -> None:
    world = scene("####### #A....# #######")
    world.tick = start
    x, _ = place(world)
    run(world, 60, {0: R})
    assert place(world)[0] == x + 4 * 256


@pytest.mark.parametrize(("key", "dx", "dy"), WAYS)
def test_a_wall_stops_the_box_of_three_quarters_of_a_tile(key: int, dx: int, dy: int) -> None:
    world = scene("##### ##.## #.A.# ##.## #####")
    run(world, 60, {0: key})
    middle, room = 2 * 256 + 128, 256 + 32  # one free tile, and the eighth of a tile that the box leaves
    assert place(world) == (middle + dx * room, middle + dy * room)


def test_a_blocked_body_faces_the_pressed_direction_but_does_not_walk() -> None:
    world = scene("### #A# ###")
    run(world, 10, {0: L})
    player = world.players[0]
    assert (player.facing, player.walking) == (Direction.LEFT, 0)


@pytest.mark.parametrize("held", [U | R, D | L, U | D | L | R])
def test_two_keys_at_once_never_make_a_diagonal(held: int) -> None:
    world = scene(OPEN_FIELD)
    for _ in range(20):
        x, y = place(world)
        run(world, 1, {0: held})
        assert (place(world)[0] == x) != (place(world)[1] == y)


@pytest.mark.parametrize(("older", "newer"), [(R, U), (U, R), (L, D), (D, L), (L, R), (U, D)])
def test_the_newer_of_two_keys_wins(older: int, newer: int) -> None:
    both, one = scene(OPEN_FIELD), scene(OPEN_FIELD)
    for world in (both, one):
        run(world, 5, {0: older})
    run(both, 10, {0: older | newer})
    run(one, 10, {0: newer})
    assert place(both) == place(one)


def test_the_older_key_counts_while_the_direction_of_the_newer_is_blocked() -> None:
    world = scene("####### #A....# #######")
    x, _ = place(world)
    run(world, 5, {0: R})
    run(world, 55, {0: R | D})
    assert place(world)[0] > x + 4 * 256 - 40  # it loses no more than the ticks that press it against the wall


def test_the_newer_key_takes_over_at_the_first_opening() -> None:
    world = scene("######## #A.....# ####.### ####.### ########")
    run(world, 1, {0: R})
    run(world, 70, {0: R | D})
    assert picture(world).split()[3] == "####A###"


@pytest.mark.parametrize("off", [33, 60, 102])
@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize(("key", "dx", "dy"), WAYS)
def test_within_two_fifths_of_a_tile_a_body_slides_round_the_corner(
    key: int, dx: int, dy: int, side: int, off: int
) -> None:
    world = scene("####### ###.### ###.### #..A..# ###.### ###.### #######")
    player = world.players[0]
    middle = player.x, player.y
    player.x += off * side * (dx == 0)
    player.y += off * side * (dy == 0)
    run(world, 30, {0: key})
    gone = (player.x - middle[0]) * dx + (player.y - middle[1]) * dy
    assert gone > 256, "it went round the corner"
    assert abs((player.x - middle[0]) * dy) + abs((player.y - middle[1]) * dx) <= 32


@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize(("key", "dx", "dy"), WAYS)
def test_beyond_two_fifths_of_a_tile_nothing_slides(key: int, dx: int, dy: int, side: int) -> None:
    world = scene("####### ###.### ###.### #..A..# ###.### ###.### #######")
    player = world.players[0]
    player.x += 103 * side * (dx == 0)
    player.y += 103 * side * (dy == 0)
    across = player.x if dy else player.y
    run(world, 30, {0: key})
    assert (player.x if dy else player.y) == across


def test_a_slide_round_a_corner_costs_no_speed_and_looks_and_counts_as_walking() -> None:
    world = scene(CROSSING)
    player = world.players[0]
    player.x += 256  # at the right, in the upright lane
    player.y -= 90  # above the opening to the left
    for _ in range(30):
        x, y = place(world)
        step_length = pace_of_next(world)
        run(world, 1, {0: L})
        assert abs(player.x - x) + abs(player.y - y) == step_length
        assert (player.walking, player.facing) == (1, Direction.LEFT)
    assert player.x < 2 * 256 + 128


def pace_of_next(world: World) -> int:
    """How far player 0 can walk in the next tick."""
    return 1024 * (world.tick + 2) // 60 - 1024 * (world.tick + 1) // 60


def test_a_bomb_in_an_opening_prevents_the_slide() -> None:
    world = scene("##### #...# ###o# #..A# #####")
    world.players[0].x -= 60
    x, _ = place(world)
    run(world, 20, {0: U})
    assert place(world)[0] == x


# --- what is remembered ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize(("key", "dx", "dy"), WAYS)
def test_a_turn_that_is_only_tapped_beside_an_opening_is_still_made(key: int, dx: int, dy: int, side: int) -> None:
    for keep_turn, turns in [(6, True), (0, False)]:
        world = scene("####### ###.### ###.### #..A..# ###.### ###.### #######", replace(QUICK, keep_turn=keep_turn))
        player = world.players[0]
        x, y = place(world)
        player.x += 80 * side * (dx == 0)
        player.y += 80 * side * (dy == 0)
        run(world, 1, {0: key})
        run(world, 20)
        assert ((player.x - x) * dx + (player.y - y) * dy > 32) == turns


@pytest.mark.parametrize(("key", "dx", "dy"), WAYS)
@pytest.mark.parametrize(("late", "turns"), [(6, True), (7, False)])
def test_a_turn_is_forgotten_after_exactly_keep_turn_ticks(key: int, dx: int, dy: int, late: int, turns: bool) -> None:
    world = scene("##### #...# #.A.# #...# #####")
    shut = (2 + dy) * 5 + 2 + dx
    world.tiles[shut] = 1
    run(world, 1, {0: key})  # shut: the body goes on by the eighth of a tile that its box leaves
    run(world, late - 1)
    world.tiles[shut] = 0
    before = place(world)
    run(world, 1)
    assert (place(world) != before) == turns


@pytest.mark.parametrize(("key", "dx", "dy"), WAYS)
def test_a_tap_in_an_open_direction_walks_for_one_tick_only(key: int, dx: int, dy: int) -> None:
    world = scene(OPEN_FIELD)
    x, y = place(world)
    run(world, 1, {0: key})
    run(world, 20)
    assert abs(place(world)[0] - x) + abs(place(world)[1] - y) == 17
    assert world.players[0].walking == 0


@pytest.mark.parametrize(("late", "drops"), [(1, True), (6, True), (7, True), (8, False)])
def test_a_press_of_the_bomb_key_without_effect_is_remembered_for_seven_ticks(late: int, drops: bool) -> None:
    world = scene("##### #Aa.# #####")
    world.bombs[1].blows_at = 10**6
    run(world, 1, {0: BOMB})
    run(world, late - 1)
    del world.bombs[1]
    assert bool(told(run(world, 1), EventType.DROPPED)) == drops


def test_holding_the_bomb_key_drops_one_bomb_only() -> None:
    world = scene("########## #A.......# ##########")
    world.players[0].bombs = 8
    assert len(told(run(world, 60, {0: BOMB | R}), EventType.DROPPED)) == 1


# --- bombs and bodies -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "dx", "dy"), WAYS)
def test_a_player_can_leave_the_own_bomb_and_is_then_blocked_by_it(key: int, dx: int, dy: int) -> None:
    back = {U: D, D: U, L: R, R: L}[key]
    world = scene("####### ###.### ###.### #..A..# ###.### ###.### #######")
    x, y = place(world)
    run(world, 1, {0: BOMB})
    run(world, 20, {0: key})
    assert (place(world)[0] - x) * dx + (place(world)[1] - y) * dy > 256
    run(world, 30, {0: back})
    assert (place(world)[0] - x) * dx + (place(world)[1] - y) * dy == 128 + 96, "held at the edge of the bomb's tile"


def test_a_player_can_turn_back_while_overlapping_the_own_bomb() -> None:
    world = scene("####### #..A..# #######")
    x, _ = place(world)
    run(world, 1, {0: BOMB})
    run(world, 9, {0: R})
    run(world, 40, {0: L})
    assert place(world)[0] < x - 256


def test_all_players_on_a_bomb_can_leave_it_and_others_are_blocked() -> None:
    world = scene("######### #...A.C.# #########", over="......... ....B.... .........")
    world.players[1].x += 60
    run(world, 1, {0: BOMB})
    run(world, 60, {0: L, 1: R, 2: L})
    assert place(world, 0)[0] < 2 * 256
    assert place(world, 1)[0] > 7 * 256
    assert place(world, 2)[0] == 5 * 256 + 96


def test_bodies_do_not_block_each_other() -> None:
    world = scene("###### #A..B# ######")
    run(world, 45, {0: R, 1: L})
    assert picture(world) == drawn("###### #B..A# ######")


def test_a_breaking_brick_blocks_like_a_whole_one() -> None:
    for brick in "+%":
        world = scene(f"##### #A{brick}.# #####")
        run(world, 20, {0: R})
        assert place(world)[0] == 256 + 160
