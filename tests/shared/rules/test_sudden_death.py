"""Sudden death: when each tile closes, and what a closing wall does to bodies, items, bricks, bombs and flames."""

from dataclasses import replace

import pytest

from petard.shared.rules.events import EventType
from petard.shared.rules.ruleset import LAST_ONE_STANDING, RuleSet
from petard.shared.rules.sudden_death import closing_order, closing_times, ends_at, hurry_at
from petard.shared.rules.world import Flame, Tile, World
from tests.shared.rules.boards import BOMB, QUICK, L, drawn, picture, place, run, scene, told

NOW = replace(QUICK, round=2700, hurry=2700, closing=2040, closing_core=1, closing_pause=0)  # from the start
BOARD = """
    #######
    #.....#
    #.....#
    #.....#
    #.....#
    #######
"""


def just_before(text: str, tile: int, rules: RuleSet = NOW, over: str = "") -> World:
    """A scene at the tick before a tile closes."""
    world = scene(text, rules, over)
    world.tick = closing_times(rules, world.width, world.height)[tile] - 1
    for bomb in world.bombs.values():
        bomb.blows_at += world.tick
    return world


# --- the order ------------------------------------------------------------------------------------------------------


def test_on_fifteen_by_thirteen_108_cells_close_then_the_walls_rest_for_eighteen_seconds_and_then_35_close() -> None:
    times = closing_times(LAST_ONE_STANDING, 15, 13)
    assert len(times) == 143
    rests = [18 * 60 if place_ >= 108 else 0 for place_ in range(143)]
    assert list(times.values()) == [
        (3 + 76 - 44) * 60 + 24 * 60 * place_ // 143 + rests[place_] for place_ in range(143)
    ]
    assert list(times)[-1] == 6 * 15 + 7, "the middle closes last"
    assert list(times.values())[-1] < ends_at(LAST_ONE_STANDING)


def test_walls_that_never_rest_close_evenly() -> None:
    times = closing_times(replace(LAST_ONE_STANDING, closing_pause=0), 15, 13)
    assert list(times.values()) == [(3 + 76 - 44) * 60 + 42 * 60 * place_ // 143 for place_ in range(143)]


def test_walls_that_leave_a_core_do_not_rest_before_it() -> None:
    rules = replace(LAST_ONE_STANDING, closing_core=5)
    assert list(closing_times(rules, 15, 13).values())[-1] == (3 + 76 - 44) * 60 + 42 * 60 * 107 // 108


def test_the_rings_run_clockwise_from_two_opposite_corners_in_turn() -> None:
    order = closing_order(9, 9, 3)
    rank = {tile: f"{place_:>3}" for place_, tile in enumerate(order)}
    rows = ["".join(rank.get(y * 9 + x, "  .") for x in range(9)) for y in range(9)]
    assert rows == [
        "  .  .  .  .  .  .  .  .  .",
        "  .  0  2  4  6  8 10 12  .",
        "  . 23 24 26 28 30 32 14  .",
        "  . 21 39  .  .  . 34 16  .",
        "  . 19 37  .  .  . 36 18  .",
        "  . 17 35  .  .  . 38 20  .",
        "  . 15 33 31 29 27 25 22  .",
        "  . 13 11  9  7  5  3  1  .",
        "  .  .  .  .  .  .  .  .  .",
    ]


@pytest.mark.parametrize(("width", "height"), [(15, 13), (25, 17), (41, 31)])
def test_half_a_turn_of_the_board_leads_each_closing_wall_to_the_next_but_for_the_last(width: int, height: int) -> None:
    order = closing_order(width, height, 5)
    turned = [width * height - 1 - tile for tile in order]
    assert order[1::2] == tuple(turned[::2])


@pytest.mark.parametrize("width", range(5, 65, 7))
@pytest.mark.parametrize("height", range(5, 65, 7))
@pytest.mark.parametrize("core", [1, 5])
def test_on_every_board_whole_rings_close_once_each_and_in_time(width: int, height: int, core: int) -> None:
    rules = replace(LAST_ONE_STANDING, closing_core=core)
    times = closing_times(rules, width, height)
    order = list(times)
    assert len(set(order)) == len(order) == len(closing_order(width, height, core))
    assert all(0 < tile % width < width - 1 and 0 < tile // width < height - 1 for tile in order)
    rings = max(0, (min(width, height) - 2 - core) // 2)
    assert len(order) == (width - 2) * (height - 2) - (width - 2 - 2 * rings) * (height - 2 - 2 * rings)
    assert list(times.values()) == sorted(times.values())
    assert all(hurry_at(rules) <= tick < ends_at(rules) for tick in times.values())


@pytest.mark.parametrize(("width", "height"), [(15, 13), (13, 15), (14, 12), (5, 64), (6, 6), (5, 5)])
def test_with_a_core_of_0_no_tile_stays(width: int, height: int) -> None:
    order = closing_order(width, height, 0)
    assert len(order) == len(set(order)) == (width - 2) * (height - 2)


def test_the_hurry_event_comes_once_and_the_walls_close_one_by_one() -> None:
    world = scene("####### #..A..# #.....# #..B..# #.....# #######", NOW)
    world.players[0].safe_until = world.players[1].safe_until = 10**6
    events, closed_at = [], []
    for _ in range(400):
        now = run(world, 1)
        events += now
        closed_at += [(world.tick, tile) for _, tile, _ in told(now, EventType.CLOSED)]
    assert len(told(events, EventType.HURRY)) == 0, "the hurry began at tick 0, before the first step"
    assert closed_at[:2] == [(2040 // 14, 4 * 7 + 5), (2 * 2040 // 14, 9)], "tile 8 was due at tick 0"


def test_the_hurry_event_comes_when_the_walls_start() -> None:
    world = scene(BOARD, LAST_ONE_STANDING)
    world.tick = hurry_at(LAST_ONE_STANDING) - 1
    world.over_at = -1
    assert told(run(world, 1), EventType.HURRY) == [(-1, -1, -1)]
    assert told(run(world, 1), EventType.HURRY) == []


# --- what a closing wall does ---------------------------------------------------------------------------------------


def test_a_closing_wall_kills_players_on_its_tile_even_with_a_shield() -> None:
    world = just_before("####### #A....# #.....# #.....# #...B.# #######", 8)
    world.players[0].shields = 1
    world.players[0].safe_until = 10**6
    events = run(world, 1)
    assert told(events, EventType.CLOSED) == [(-1, 8, -1)]
    assert told(events, EventType.DIED) == [(0, 8, -1)]
    assert world.winner == 1


def test_if_wall_and_flame_kill_two_players_in_one_tick_the_nearer_to_the_middle_wins() -> None:
    world = just_before("####### #A....# #.....# #..B..# #.....# #######", 8)
    world.flames[24] = Flame(10**6, 9, -1, 0)
    run(world, 1)
    assert (world.over_at, world.winner) == (world.tick, 1)


@pytest.mark.parametrize("what", ["+", "%", "1", "*"])
def test_a_closing_wall_destroys_bricks_items_and_flames(what: str) -> None:
    world = just_before(f"####### #{what}....# #.....# #.....# #.A.B.# #######", 8)
    world.hidden[8] = 3
    world.breaking = {8: 10**6} if what == "%" else {}
    if what == "*":
        world.flames[8].until = 10**6
    run(world, 1)
    assert world.tiles[8] == Tile.WALL
    assert [world.hidden, world.breaking, world.items, world.flames] == [{}, {}, {}, {}]
    run(world, 100)
    assert world.tiles[8] == Tile.WALL


def test_a_closing_wall_sets_a_bomb_off_in_the_same_tick() -> None:
    world = just_before("####### #c....# #.....# #.....# #.A.B.# #######", 8)
    events = run(world, 1)
    assert told(events, EventType.BLAST) == [(2, 8, 2)]
    assert picture(world) == drawn("####### ##**..# #*....# #*....# #.A.B.# #######")


def test_a_closing_wall_sets_off_a_bomb_that_rolls_there() -> None:
    world = just_before("####### #.c...# #.....# #.....# #.A.B.# #######", 8)
    world.bombs[1].rolls = 3
    world.bombs[1].x -= 40  # past the middle of tile 9, on its way to tile 8
    assert told(run(world, 1), EventType.BLAST) == [(2, 9, 2)]


@pytest.mark.parametrize(
    ("tile", "start", "pushed"),
    [
        (8, (2 * 256 + 20, 384), (2 * 256 + 96, 384)),  # the wall falls at the left
        (12, (5 * 256 - 20, 384), (5 * 256 - 96, 384)),
        (8, (384, 2 * 256 + 20), (384, 2 * 256 + 96)),  # above
        (22, (384, 3 * 256 - 20), (384, 3 * 256 - 96)),  # below
    ],
)
def test_a_closing_wall_pushes_away_a_body_that_overlaps_with_an_edge(
    tile: int, start: tuple[int, int], pushed: tuple[int, int]
) -> None:
    world = just_before("####### #A....# #.....# #.....# #...B.# #######", tile)
    world.players[0].x, world.players[0].y = start
    events = run(world, 1)
    assert told(events, EventType.DIED) == []
    assert place(world) == pushed


def test_a_pushed_body_can_walk() -> None:
    world = just_before("####### #A....# #.....# #.....# #...B.# #######", 8)
    world.players[0].x = 2 * 256
    run(world, 1)
    run(world, 30, {0: L})
    assert place(world)[0] == 2 * 256 + 96, "the wall holds"
    run(world, 1, {0: BOMB})
    assert len(world.bombs) == 1


def test_every_round_ends_even_if_nobody_presses_a_key() -> None:
    world = scene("####### #A....# #.....# #.....# #....B# #######", replace(QUICK, round=100, hurry=80, closing=60))
    run(world, 100)
    assert world.over_at > 0
