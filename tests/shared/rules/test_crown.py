"""Crown: who takes it, what it costs to carry it, where it falls, and who wins by it."""

from dataclasses import replace

from petard.shared.rules.modes.table import MODES
from petard.shared.rules.outcome import decide
from petard.shared.rules.ruleset import RuleSet
from petard.shared.rules.tie_break import WinReason
from petard.shared.rules.world import World, tile_at
from tests.shared.rules.boards import QUICK, D, R, place, run, scene

CROWN = MODES["crown"].rules(QUICK)
WIDE = 11


def court(text: str, rules: RuleSet = CROWN) -> World:
    """A board with the crown on the tile with the number of its third row and fifth column, or where it is laid."""
    world = scene(text, rules)
    MODES["crown"].begin(world)
    return world


def test_the_crown_lies_in_the_middle_and_a_brick_there_is_gone() -> None:
    world = court("########### #A........# #....+....# #........B# ###########")
    assert world.marks == {2 * WIDE + 5: 0}
    assert world.tiles[2 * WIDE + 5] == 0


def test_the_first_on_its_tile_takes_it_and_time_counts_from_then_on() -> None:
    world = court("########### #.........# #...A.....# #........B# ###########")
    run(world, 15, {0: R})
    assert (world.marks, list(world.sides)) == ({}, [0])
    before = world.points[0] if world.points else 0
    run(world, 10)
    assert world.points == {0: before + 10}


def test_the_carrier_is_slower() -> None:
    ways = []
    for sides in ({}, {0: 1}):
        world = scene("########### #A........# #.........# #........B# ###########", CROWN)
        world.sides = dict(sides)
        start = place(world)[0]
        run(world, 60, {0: R})
        ways.append(place(world)[0] - start)
    assert ways[1] * 100 == ways[0] * CROWN.crown_speed


def test_it_falls_where_the_carrier_dies() -> None:
    world = scene("########### #.........# #...Aa....# #C.......B# ###########", CROWN)
    world.sides = {0: 1}
    run(world, QUICK.fuse + 1)
    assert list(world.back) == [0]
    assert (world.marks, world.sides) == ({2 * WIDE + 4: 0}, {})


def test_the_dead_come_back_near_to_where_they_died_and_not_where_the_crown_lies() -> None:
    world = court("########### #.A.......# #.b.......# #C.......B# ###########")
    run(world, QUICK.fuse + CROWN.back_after + 1)
    assert not world.back
    assert tile_at(world, world.players[0].x, world.players[0].y) == WIDE + 2
    assert world.marks == {2 * WIDE + 5: 0}


def test_a_wall_moves_it_to_the_nearest_floor() -> None:
    world = court("########### #A........# #.........# #........B# ###########")
    (tile,) = world.marks
    world.tiles[tile] = 1
    run(world, 1)
    assert len(world.marks) == 1
    assert tile not in world.marks


def test_who_has_held_it_for_long_enough_wins_at_once() -> None:
    world = scene("########### #A........# #.........# #........B# ###########", replace(CROWN, crown_hold=20))
    world.sides = {1: 1}
    run(world, 20)
    assert (world.winner, decide(world)[1]) == (1, WinReason.CROWN)


def test_when_the_time_is_up_the_longer_time_wins_and_then_the_tie_rules() -> None:
    rules = replace(CROWN, round=10, hurry=1, closing=1, closing_core=5)
    world = scene("########### #A........# #....B....# #........C# ###########", rules)
    world.points = {0: 7, 2: 9}
    run(world, 10)
    assert (world.winner, decide(world)[1]) == (2, WinReason.CROWN)
    equal = scene("########### #A........# #....B....# #........C# ###########", rules)
    run(equal, 10, {0: D})
    assert (equal.winner, decide(equal)[1]) == (1, WinReason.NEARER)
