"""Ice and switches in play: who slides and what stops it, what a switch changes, and when a flame throws it."""

import pytest

from petard.shared.rules.events import EventType
from petard.shared.rules.floors import SWITCHED, THEMES, Floor, switched
from petard.shared.rules.steady_walk import SteadyWalk
from petard.shared.rules.step import step
from petard.shared.rules.world import Bomb, Direction, World, copy_world, middle_of, tile_at
from tests.shared.rules.boards import BOMB, NOT_ON_BOARD, D, L, R, U, drawn, picture, place, run, told
from tests.shared.rules.test_floor_effects import floored, kicks

SHEET = "######### #..iiii.# #..iiii.# #..iiii.# #########"
WALKER = "######### #.......# #A......# #.......# #########"


def until_on_ice(world: World, keys: int) -> None:
    """Walk until the middle of the body is on ice."""
    for _ in range(100):
        if world.floors[tile_at(world, *place(world))] == Floor.ICE:
            return
        run(world, 1, {0: keys})
    raise AssertionError("the body has not come to the ice")


# --- ice ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keys", [0, L, U, D, U | L, R])
def test_who_walks_on_to_ice_keeps_the_direction_until_the_ice_ends(keys: int) -> None:
    world = floored(SHEET, WALKER)
    until_on_ice(world, R)
    y = place(world)[1]
    for _ in range(100):
        run(world, 1, {0: keys})
        assert place(world)[1] == y
        assert world.players[0].facing == Direction.RIGHT
        if world.floors[tile_at(world, *place(world))] != Floor.ICE:
            break
    assert tile_at(world, *place(world)) == 25, "the plain tile behind the ice"


def test_sliding_is_as_fast_as_walking() -> None:
    slides, walks = floored(SHEET, WALKER), floored(SHEET.replace("i", "."), WALKER)
    until_on_ice(slides, R)
    run(walks, slides.tick, {0: R})
    for world, keys in ((slides, 0), (walks, R)):
        run(world, 20, {0: keys})
    assert place(slides) == place(walks)


def test_keys_count_again_behind_the_ice() -> None:
    world = floored(SHEET, WALKER)
    until_on_ice(world, R)
    run(world, 200, {0: 0})
    x, _ = place(world)
    run(world, 30, {0: U})
    assert picture(world) == drawn("######### #......A# #.......# #.......# #########")
    assert place(world)[0] <= x + 40, "it may have slid to the middle of its lane"


@pytest.mark.parametrize("thing", ["#", "+", "o"])
def test_what_stops_a_walk_stops_a_slide_and_from_there_any_way_is_free(thing: str) -> None:
    world = floored(SHEET, WALKER.replace("#A......#", f"#A...{thing}..#"))
    until_on_ice(world, R)
    run(world, 60, {0: 0})
    assert tile_at(world, *place(world)) == 22
    assert world.players[0].walking == 0
    run(world, 30, {0: U})
    assert tile_at(world, *place(world)) == 13


def test_who_stands_on_ice_and_starts_slides_too() -> None:
    world = floored(SHEET, "######### #.......# #...A...# #.......# #########")
    run(world, 20, {0: 0})
    assert tile_at(world, *place(world)) == 22, "nobody slides without a step"
    run(world, 1, {0: L})
    run(world, 120, {0: 0})
    assert tile_at(world, *place(world)) == 20


def test_who_slides_into_a_bomb_with_the_boot_kicks_it_and_slides_on_behind_it() -> None:
    world = kicks(floored(SHEET, "######### #.......# #A..o...# #.......# #########"))
    world.bombs[1].blows_at = 1000
    until_on_ice(world, R)
    events = run(world, 200, {0: 0})
    assert (0, 22, -1) in told(events, EventType.KICKED)
    assert tile_at(world, world.bombs[1].x, world.bombs[1].y) == 25


def test_a_bomb_can_be_laid_while_sliding_and_lies_still() -> None:
    world = floored(SHEET, WALKER)
    until_on_ice(world, R)
    run(world, 4, {0: 0})
    run(world, 40, {0: BOMB})
    assert tile_at(world, world.bombs[1].x, world.bombs[1].y) == 21
    assert tile_at(world, *place(world)) > 22


def test_a_turn_that_is_pressed_on_the_ice_is_made_behind_it() -> None:
    world = floored(SHEET, WALKER)
    until_on_ice(world, R)
    run(world, 100, {0: D})
    assert tile_at(world, *place(world)) == 34


def test_an_illness_that_reverses_keys_does_not_reverse_a_slide() -> None:
    world = floored(SHEET, WALKER)
    world.players[0].ill, world.players[0].ill_until = 3, 1000
    until_on_ice(world, L)
    run(world, 90, {0: 0})
    assert tile_at(world, *place(world)) == 25


def test_a_teleport_sets_down_on_ice_who_goes_on_sliding() -> None:
    floors = "########### #.T.......# #.....Tii.# #.........# ###########"
    world = floored(floors, "########### #A........# #.........# #.........# ###########")
    run(world, 12, {0: R})
    assert tile_at(world, *place(world)) == 28
    until_on_ice(world, R)
    run(world, 30, {0: L})
    assert tile_at(world, *place(world)) == 31, "it could not turn back before"


def test_the_walk_of_predictions_slides_exactly_as_the_walk_of_the_rules() -> None:
    world = floored(SHEET, WALKER)
    other, steady = copy_world(world), SteadyWalk()
    for tick in range(400):
        keys = (R, 0, L, D, U | BOMB, R)[tick // 7 % 6]
        step(world, {0: keys})
        step(other, {0: keys}, steady.walk)
        assert world == other


# --- switches -------------------------------------------------------------------------------------------------------

YARD = "########### #S..udlr..# #.#H#UDLR.# #h..^v<>..# ###########"
OTHER = "########### #s..durl..# #.#h#DURL.# #H..v^><..# ###########"
GATED = "########### #S........# #H........# ###########"
BLAST = "########### #.o.......# #........A# ###########"
BOMBED = "########### #.o.......# #.#.#....A# #.........# ###########"


def thrown(world: World) -> list[tuple[int, int, int]]:
    """Let the first bomb explode; return what was told of switches."""
    world.bombs[1].blows_at = world.tick + 1
    return told(run(world, 1), EventType.SWITCHED)


def test_a_flame_throws_the_switch_and_all_that_moves_turns_round() -> None:
    world = floored(YARD, BOMBED)
    assert thrown(world) == [(9, 12, -1)]
    assert world.floors == floored(OTHER, BOMBED).floors


def test_thrown_twice_all_is_as_before_and_the_theme_is_none_of_it() -> None:
    for theme in range(len(THEMES)):
        floors = bytes([theme, *Floor])
        assert switched(floors)[0] == theme
        assert switched(floors) != floors
        assert switched(switched(floors)) == floors
    assert all(SWITCHED[new] == old for old, new in SWITCHED.items())


def test_a_switch_that_burns_is_not_thrown_again_until_the_flame_is_out() -> None:
    world = floored(
        "########### #S........# #H........# ###########", "########### #.o.......# #........A# ###########"
    )
    assert thrown(world)
    for ticks, times in ((world.rules.flame - 2, 0), (world.rules.flame - 1, 1)):
        run(world, ticks)
        x, y = middle_of(world, 13)
        world.bombs[1] = Bomb(1, NOT_ON_BOARD, x, y, 0, 2)
        assert len(thrown(world)) == times


def test_flames_that_come_to_several_switches_in_one_tick_throw_them_once() -> None:
    world = floored(
        "########### #S.S...S..# #H........# ###########", "########### #.o...o...# #........A# ###########"
    )
    world.bombs[1].blows_at = world.bombs[2].blows_at = 1
    assert told(run(world, 1), EventType.SWITCHED) == [(9, 12, -1)]
    assert list(world.floors[12:21]) == [int(Floor.SWITCH_ON) if place in (0, 2, 6) else 0 for place in range(9)]


def test_feet_do_not_throw_a_switch_nor_do_bombs_that_roll_over_it() -> None:
    world = kicks(
        floored("########### #..S..S...# #H........# ###########", "########### #A..a.....# #.........# ###########")
    )
    world.bombs[1].blows_at = 1000
    assert told(run(world, 200, {0: R}), EventType.SWITCHED) == []
    assert tile_at(world, world.bombs[1].x, world.bombs[1].y) == 20


def test_nobody_walks_into_a_shut_gate_and_no_bomb_rolls_or_falls_into_it() -> None:
    world = kicks(floored("######### #...H...# #...H...# #########", "######### #A.o....# #.......# #########"))
    world.bombs[1].blows_at = 1000
    run(world, 100, {0: R})
    assert picture(world) == drawn("######### #.Ao....# #.......# #########")
    world.players[0].punch = 1
    run(world, 60, {0: R | BOMB})
    assert tile_at(world, world.bombs[1].x, world.bombs[1].y) == 15
    beside = floored("######### #....H..# #########", "######### #Ao.....# #########")
    beside.players[0].punch, beside.bombs[1].blows_at = 1, 1000
    run(beside, 1, {0: R})
    run(beside, 60, {0: R | BOMB})
    assert tile_at(beside, beside.bombs[1].x, beside.bombs[1].y) == 15, "it flies over the gate"


def test_an_open_gate_lets_all_through_and_flames_cross_a_shut_one() -> None:
    world = floored("####### #..h..# #######", "####### #A....# #######")
    run(world, 120, {0: R})
    assert picture(world) == drawn("####### #....A# #######")
    shut = floored("####### #..H..# #######", "####### #.a...# #######", over="####### #....A# #######")
    shut.bombs[1].blows_at = 2
    run(shut, 3)
    assert picture(shut) == drawn("####### #****A# #######")


@pytest.mark.parametrize(("keys", "tile"), [(L, 9), (R, 11), (0, 10)])
def test_who_is_in_a_gate_that_shuts_walks_out_to_either_side(keys: int, tile: int) -> None:
    world = floored("####### #..H..# #######", "####### #..A..# #######")
    run(world, 12, {0: keys})
    assert tile_at(world, *place(world)) == tile


def test_a_belt_turns_round_under_bodies_and_bombs() -> None:
    floors = "############# #S....>>>>..# #...........# #############"
    world = floored(floors, "############# #.o....oA...# #...........# #############")
    world.bombs[2].blows_at = 1000
    run(world, 1)
    before = place(world)[0], world.bombs[2].x
    assert thrown(world)
    run(world, 100)
    assert place(world)[0] < before[0]
    assert world.bombs[2].x < before[1]


def test_a_wall_that_closes_on_a_switch_ends_it() -> None:
    world = floored(
        "########### #S........# #H........# ###########", "########### #.o.......# #........A# ###########"
    )
    world.tiles[12] = 1
    assert thrown(world) == []


def test_a_board_without_a_switch_never_changes() -> None:
    world = floored(
        "########### #>>>>>....# #H........# ###########", "########### #.o.......# #........A# ###########"
    )
    before = world.floors
    assert thrown(world) == []
    assert world.floors is before
