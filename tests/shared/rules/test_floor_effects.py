"""Special floors in play: arrows, one-way doors, pits, belts and teleports, and what they leave alone."""

import pytest

from petard.shared.rules.events import EventType
from petard.shared.rules.floor_effects import BELT_SPEED
from petard.shared.rules.maps import FLOOR_TEXT
from petard.shared.rules.world import Direction, Tile, World, copy_world, fault_of_world, middle_of, tile_at
from tests.shared.rules.boards import BOMB, L, R, U, drawn, picture, place, run, scene, told


def floored(floors: str, text: str, over: str = "") -> World:
    """The scene `text` on the special floors of another picture, written as in maps."""
    world = scene(text, over=over)
    letters = "".join(floors.split())
    assert len(letters) == len(world.tiles)
    world.floors = bytes([FLOOR_TEXT.get(letter, 0) for letter in letters])
    assert fault_of_world(world) == ""
    return world


def kicks(world: World) -> World:
    """The player 0 can kick."""
    world.players[0].kick = 1
    return world


def test_a_bomb_that_rolls_to_an_arrow_turns_there_and_stops_before_the_next_wall() -> None:
    world = kicks(floored("####### #....d# #.....# #.....# #######", "####### #A.a..# #.....# #.....# #######"))
    world.bombs[1].blows_at = 1000
    run(world, 200, {0: R})
    assert picture(world) == drawn("####### #....A# #.....# #....a# #######")


def test_a_bomb_stops_on_an_arrow_that_points_at_a_wall() -> None:
    world = kicks(floored("####### #....u# #.....# #######", "####### #A.a..# #.....# #######"))
    world.bombs[1].blows_at = 1000
    run(world, 120, {0: R})
    assert picture(world) == drawn("####### #...Aa# #.....# #######")
    assert world.bombs[1].rolls == Direction.NONE


def test_a_bomb_that_lies_on_an_arrow_can_be_kicked_another_way() -> None:
    world = kicks(floored("####### #..d..# #.....# #######", "####### #A.a..# #.....# #######"))
    world.bombs[1].blows_at = 1000
    run(world, 120, {0: R})
    assert tile_at(world, world.bombs[1].x, world.bombs[1].y) == 12


def test_an_arrow_leaves_bodies_alone() -> None:
    world = floored("####### #..d..# #.....# #######", "####### #A....# #.....# #######")
    run(world, 120, {0: R})
    assert picture(world) == drawn("####### #....A# #.....# #######")


@pytest.mark.parametrize(("keys", "start", "end"), [(R, "#A...#", "#...A#"), (L, "#...A#", "#..A.#")])
def test_a_one_way_door_lets_bodies_through_in_its_direction_only(keys: int, start: str, end: str) -> None:
    world = floored("###### #.R..# ######", f"###### {start} ######")
    run(world, 120, {0: keys})
    assert picture(world) == drawn(f"###### {end} ######")


def test_who_stands_in_a_one_way_door_can_turn_back() -> None:
    world = floored("###### #.R..# ######", "###### #.A..# ######")
    run(world, 60, {0: L})
    assert picture(world) == drawn("###### #A...# ######")


def test_a_bomb_does_not_roll_against_a_one_way_door() -> None:
    world = kicks(floored("####### #..L..# #######", "####### #Aa...# #######"))
    world.bombs[1].blows_at = 1000
    run(world, 60, {0: R})
    assert picture(world) == drawn("####### #Aa...# #######")


def test_nobody_walks_into_a_pit_and_flames_cross_it() -> None:
    world = floored("####### #..o..# #######", "####### #A....# #######")
    run(world, 120, {0: R})
    assert picture(world) == drawn("####### #.A...# #######")
    crossed = floored("####### #..o..# #######", "####### #.a...# #######", over="####### #....A# #######")
    crossed.bombs[1].blows_at = 2
    run(crossed, 3)
    assert picture(crossed) == drawn("####### #****A# #######")


def test_a_bomb_that_rolls_into_a_pit_is_gone_and_its_owner_can_lay_another_one() -> None:
    world = kicks(floored("####### #...o.# #######", "####### #Aa...# #######"))
    events = run(world, 60, {0: R})
    assert world.bombs == {}
    assert told(events, EventType.FELL) == [(0, 11, -1)]
    assert told(run(world, 2, {0: BOMB}), EventType.DROPPED)


def test_a_bomb_does_not_come_down_in_a_pit() -> None:
    world = floored("######### #....o..# #########", "######### #Aa.....# #########")
    world.players[0].punch = 1
    world.bombs[1].blows_at = 1000
    run(world, 1, {0: R})
    run(world, 60, {0: R | BOMB})
    assert tile_at(world, world.bombs[1].x, world.bombs[1].y) == 15  # the tile behind the pit, three tiles ahead


def test_a_belt_carries_who_stands_on_it_at_its_speed_and_no_farther_than_the_wall() -> None:
    world = floored("####### #>>>>># #######", "####### #A....# #######")
    x, _ = place(world)
    run(world, 60)
    assert place(world)[0] - x == BELT_SPEED
    run(world, 200)
    assert picture(world) == drawn("####### #....A# #######")


def test_one_can_walk_against_a_belt_and_is_faster_with_it() -> None:
    world = floored("######### #<<<<<<<# #########", "######### #A......# #########")
    x, _ = place(world)
    run(world, 60, {0: R})
    assert place(world)[0] - x == world.rules.speed - BELT_SPEED
    run(world, 30, {0: L})
    assert place(world)[0] <= x + 1


def test_a_belt_waits_for_the_end_of_the_countdown() -> None:
    world = floored("####### #>>>>># #######", "####### #A....# #######")
    world.tick = -30
    run(world, 30)
    assert place(world) == middle_of(world, 8)


def test_a_bomb_on_a_belt_rolls_with_it_round_the_corner_and_on_at_its_end() -> None:
    world = floored("##### #>v.# #.v.# #...# #####", "##### #o..# #...# #..A# #####")
    world.bombs[1].blows_at = 1000
    run(world, 200)
    assert picture(world) == drawn("##### #...# #...# #.oA# #####")


@pytest.mark.parametrize(("keys", "start", "end"), [(R, 10, 16), (L, 12, 14), (U, 20, 15)])
def test_a_body_that_comes_to_a_teleport_goes_on_from_the_middle_of_the_other_one(
    keys: int, start: int, end: int
) -> None:
    world = floored("######### #.T...T.# #.......# #########", "######### #......A# #.......# #########")
    world.players[0].x, world.players[0].y = middle_of(world, start)
    events = run(world, 8, {0: keys})
    assert told(events, EventType.TELEPORTED) == [(0, 15, -1)]
    assert place(world) == middle_of(world, 15)
    run(world, 14, {0: keys})
    assert tile_at(world, *place(world)) == end


def test_a_body_stays_at_the_other_end_until_it_has_left_it() -> None:
    world = floored("######### #.T...T.# #########", "######### #A......# #########")
    events = run(world, 8, {0: R}) + run(world, 60) + run(world, 4, {0: L}) + run(world, 4, {0: R})
    assert told(events, EventType.TELEPORTED) == [(0, 15, -1)]


def test_a_bomb_rolls_through_a_teleport_and_on() -> None:
    world = kicks(floored("########## #..T..T..# ##########", "########## #Aa......# ##########"))
    world.bombs[1].blows_at = 1000
    events = run(world, 60, {0: R})
    assert (-1, 16, -1) in told(events, EventType.TELEPORTED)
    assert tile_at(world, world.bombs[1].x, world.bombs[1].y) == 18


def test_a_bomb_rolls_on_over_a_teleport_whose_other_end_is_taken() -> None:
    world = kicks(floored("########## #..T..T..# ##########", "########## #Aa...o..# ##########"))
    world.bombs[1].blows_at = world.bombs[2].blows_at = 1000
    assert (-1, 18, -1) not in told(run(world, 60, {0: R}), EventType.TELEPORTED)
    assert tile_at(world, world.bombs[1].x, world.bombs[1].y) == 15  # it stops at the other bomb, as always


def test_a_teleport_whose_other_end_is_closed_is_plain_floor() -> None:
    world = floored("######### #.T...T.# #########", "######### #A......# #########")
    world.tiles[15] = Tile.WALL
    run(world, 60, {0: R})
    assert tile_at(world, *place(world)) == 14


def test_a_copy_has_the_same_floors() -> None:
    world = floored("######### #.T...T.# #########", "######### #A......# #########")
    assert copy_world(world).floors == world.floors


@pytest.mark.parametrize(
    ("floors", "says"),
    [(b"\0" * 3, "the special floors are not those of the board"), (b"\0" * 12 + b"\x0e" + b"\0" * 14, "partner")],
)
def test_floors_that_the_rules_cannot_handle_are_found(floors: bytes, says: str) -> None:
    world = scene("######### #A......# #########")
    world.floors = floors
    assert says in fault_of_world(world)


def test_a_floor_of_a_later_version_is_plain() -> None:
    world = scene("##### #A..# #####")
    world.floors = bytes([0] * 7 + [63] + [0] * 7)
    run(world, 60, {0: R})
    assert tile_at(world, *place(world)) == 8
