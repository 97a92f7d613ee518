"""Paint: which floor takes a colour, how the dead come back, and who wins by it."""

from dataclasses import replace

from petard.shared.rules.events import EventType
from petard.shared.rules.modes.table import MODES
from petard.shared.rules.outcome import decide
from petard.shared.rules.ruleset import LAST_ONE_STANDING
from petard.shared.rules.step import step
from petard.shared.rules.sudden_death import closing_times
from petard.shared.rules.tie_break import WinReason
from petard.shared.rules.world import Bomb, Keys, World, living, middle_of, tile_at
from tests.shared.rules.boards import BOMB, QUICK, run, scene, told

MODE = MODES["paint"]
PAINT = MODE.rules(QUICK)
WIDE = 11


def colours(world: World) -> str:
    """The colours of the floor of a board, in the letters of the players."""
    marks = {tile: "ABCD"[slot] for tile, slot in world.marks.items()}
    rows = range(0, len(world.tiles), world.width)
    return " ".join("".join(marks.get(tile, ".") for tile in range(row, row + world.width)) for row in rows)


def test_burnt_floor_takes_the_colour_of_the_owner_of_the_flame_and_the_tile_of_a_brick_does_not() -> None:
    world = scene("########### #.........# #..+a....A# #........B# ###########", PAINT)
    run(world, PAINT.fuse + 1)
    assert colours(world) == "........... ....A...... ....AAA.... ....A...... ..........."
    run(world, PAINT.flame + 1)
    assert world.tiles[2 * WIDE + 3] == 0
    assert 2 * WIDE + 3 not in world.marks


def test_the_last_flame_gives_the_colour_and_a_bomb_that_another_lights_gives_that_of_the_lighter() -> None:
    world = scene("########### #.........# #a.b.....A# #........B# ###########", PAINT)
    world.bombs[2].blows_at += 60
    run(world, PAINT.fuse)
    assert colours(world).split()[2] == ".AAA......."
    run(world, 1)
    assert colours(world).split()[2] == ".AAAAA....."
    world.marks[2 * WIDE + 5] = 1
    world.flames.clear()
    world.bombs[9] = Bomb(9, 2, *middle_of(world, 2 * WIDE + 5), world.tick + 1, 1)
    run(world, 1)
    assert colours(world).split()[2] == ".AAACCC...."


def test_the_dead_come_back_on_their_colour_far_from_the_living_with_the_items_of_a_start() -> None:
    world = scene("########### #.A.......# #.b.......# #B........# ###########", PAINT)
    world.players[0].skates, world.players[0].range = 2, 4
    world.marks = {3 * WIDE + 9: 0, WIDE + 5: 0, WIDE + 9: 1}
    run(world, PAINT.fuse)
    assert [player.slot for player in living(world)] == [1]
    assert world.back == {0: world.tick + PAINT.back_after}
    assert len(world.items) == 4  # all that it had
    events = run(world, PAINT.back_after)
    assert told(events, EventType.RETURNED) == [(0, 3 * WIDE + 9, -1)]
    back = world.players[0]
    assert (tile_at(world, back.x, back.y), back.skates, back.range, back.health) == (3 * WIDE + 9, 0, 2, 1)
    assert back.safe_until == world.tick + PAINT.spawn_shield


def test_a_key_that_is_held_since_before_the_return_is_no_new_press() -> None:
    world = scene("########### #.A.......# #.b.......# #........B# ###########", PAINT)
    run(world, PAINT.fuse)
    run(world, PAINT.back_after + 9, {0: BOMB})
    assert world.players[0].slot not in world.back
    assert not world.bombs


def test_without_a_tile_of_their_colour_they_come_back_near_to_where_they_died() -> None:
    world = scene("########### #.A.......# #.b.......# #........B# ###########", PAINT)
    run(world, PAINT.fuse + PAINT.back_after + 1)
    assert tile_at(world, world.players[0].x, world.players[0].y) == WIDE + 2


def test_who_has_left_does_not_come_back_and_the_round_ends_when_one_is_left() -> None:
    world = scene("########### #.A.......# #.b.......# #........B# ###########", PAINT)
    run(world, PAINT.fuse + 1)
    world.marks[WIDE + 1] = 0
    step(world, {0: Keys.GONE})
    assert (world.back, world.over_at, world.winner) == ({}, world.tick, 1)


def test_who_has_the_most_tiles_when_the_time_is_up_wins_also_dead_and_then_the_tie_rules_decide() -> None:
    world = scene("########### #A........# #....B....# #.........# ###########", replace(PAINT, round=10))
    world.marks, world.back = {WIDE + 5: 0, WIDE + 6: 0, WIDE + 7: 1}, {0: 500}
    run(world, 10)
    assert (world.winner, decide(world)[1]) == (0, WinReason.TILES)
    equal = scene("########### #A........# #....B....# #.........# ###########", replace(PAINT, round=10))
    run(equal, 10)
    assert (equal.winner, decide(equal)[1]) == (1, WinReason.NEARER)


def test_it_takes_90_seconds_and_no_wall_closes() -> None:
    rules = MODE.rules(LAST_ONE_STANDING)
    assert (rules.round, rules.carts, rules.scatter) == (90 * 60, 0, 100)
    assert not closing_times(rules, 64, 64)
    assert not rules.fault()


def test_in_a_decider_a_wall_takes_the_colour_of_its_tile() -> None:
    walls = replace(PAINT, round=200, hurry=199, closing=150, closing_core=0, closing_pause=0)
    world = scene("########### #.........# #....A....# #........B# ###########", walls)
    world.marks = {WIDE + 1: 0, 2 * WIDE + 5: 1}
    run(world, 3)
    assert world.marks == {2 * WIDE + 5: 1}


def test_who_is_ahead_alone_wears_the_crown_and_a_bot_wants_what_is_not_its_own() -> None:
    world = scene("##### #A.B# #####", PAINT)
    world.marks = {6: 0, 7: 1}
    assert MODE.holders(world) == ()
    world.marks = {6: 0, 7: 0}
    assert (MODE.holders(world), MODE.score(world)) == ((0,), {0: 2, 1: 0})
    assert list(MODE.burns(world, 0)) == [8]
    assert MODE.burns(world, 1)[6] > MODE.burns(world, 1)[8]
