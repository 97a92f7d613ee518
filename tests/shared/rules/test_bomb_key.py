"""The bomb key: what a press does with each item, and in which order."""

from dataclasses import replace

import pytest

from petard.shared.rules.events import EventType
from petard.shared.rules.items import Illness
from petard.shared.rules.world import Direction, Keys, Tile, World
from tests.shared.rules.boards import BOMB, QUICK, R, drawn, picture, run, scene, told

HALL = "########### #A........# ###########"
GONE = int(Keys.GONE)


def hall(text: str = HALL, **powers: int) -> World:
    """A hall in which player 0 looks to the right and has these powers."""
    world = scene(text)
    player = world.players[0]
    player.facing, player.safe_until = Direction.RIGHT, 10**6
    for name, value in powers.items():
        setattr(player, name, value)
    return world


# --- punch ------------------------------------------------------------------------------------------------------------


def test_a_punched_bomb_flies_three_tiles_in_twenty_four_ticks() -> None:
    world = hall("########### #Ao.......# ###########", punch=1)
    assert told(run(world, 1, {0: BOMB}), EventType.PUNCHED) == [(0, 13, -1)]
    (bomb,) = world.bombs.values()
    assert (bomb.flies, bomb.lands_at) == (Direction.RIGHT, world.tick + 24)
    assert told(run(world, 23), EventType.LANDED) == []
    assert told(run(world, 1), EventType.LANDED) == [(9, 16, -1)]
    assert picture(world) == drawn("########### #A...o....# ###########")


def test_it_flies_over_a_wall_and_a_brick() -> None:
    world = hall("########### #Ao#+.....# ###########", punch=1)
    run(world, 26, {0: BOMB})
    assert picture(world) == drawn("########### #A.#+o....# ###########")


def test_without_the_item_a_press_in_front_of_a_bomb_lays_one() -> None:
    world = hall("########### #Ao.......# ###########")
    assert told(run(world, 1, {0: BOMB}), EventType.DROPPED) == [(0, 12, -1)]


def test_a_bomb_that_lies_anywhere_else_is_not_punched() -> None:
    world = hall("########### #.A.o.....# ###########", punch=1)
    events = run(world, 1, {0: BOMB})
    assert told(events, EventType.PUNCHED) == []
    assert len(told(events, EventType.DROPPED)) == 1


@pytest.mark.parametrize("board", ["########### #Ao.......# ###########", "########### #A..o.....# ###########"])
def test_one_press_punches_once(board: str) -> None:
    world = hall(board, punch=1, bombs=8)
    events = run(world, 60, {0: BOMB})
    assert len(told(events, EventType.PUNCHED)) + len(told(events, EventType.DROPPED)) == 1


# --- glove ------------------------------------------------------------------------------------------------------------


def test_a_bomb_is_held_as_long_as_the_key_and_then_thrown_four_tiles() -> None:
    world = hall("########### #A........# ###########", glove=1)
    run(world, 1, {0: BOMB})
    run(world, 1)
    assert told(run(world, 1, {0: BOMB}), EventType.LIFTED) == [(0, 12, -1)]
    run(world, 31, {0: BOMB | R})  # two tiles
    (bomb,) = world.bombs.values()
    assert (bomb.held_by, bomb.x // 256) == (0, world.players[0].x // 256), "it goes where its holder goes"
    start = world.players[0].x // 256
    assert told(run(world, 1, {0: R}), EventType.THROWN)[0][0] == 0
    assert bomb.lands_at == world.tick + 32
    run(world, 32)
    assert (bomb.x // 256, bomb.flies) == (start + 4, Direction.NONE)


def test_the_fuse_burns_on_in_the_hands() -> None:
    world = hall("########### #A........# ###########", glove=1)
    run(world, 1, {0: BOMB})
    run(world, 1)
    events = run(world, 160, {0: BOMB | R})
    blasts = told(events, EventType.BLAST)
    assert [tile for _, tile, _ in blasts] == [20], "on the tile of its holder"


def test_the_bomb_of_a_player_who_dies_falls_to_the_ground() -> None:
    world = hall("########### #A...B....# ###########", glove=1)
    run(world, 1, {0: BOMB})
    run(world, 1)
    run(world, 1, {0: BOMB})
    world.players[0].died_at = world.tick
    run(world, 1)
    (bomb,) = world.bombs.values()
    assert (bomb.held_by, bomb.x // 256, bomb.lies) == (-1, 1, True)


def test_who_leaves_throws_what_they_hold() -> None:
    world = hall("########### #A....B...# ###########", glove=1)
    run(world, 1, {0: BOMB})
    run(world, 1)
    run(world, 1, {0: BOMB})
    run(world, 1, {0: GONE})
    (bomb,) = world.bombs.values()
    assert (bomb.held_by, bomb.flies) == (-1, Direction.RIGHT)


def test_without_the_item_nothing_is_lifted() -> None:
    world = hall()
    run(world, 1, {0: BOMB})
    run(world, 1)
    assert told(run(world, 30, {0: BOMB}), EventType.LIFTED) == []


# --- remote -----------------------------------------------------------------------------------------------------------


def test_a_bomb_with_a_remote_waits_for_a_press_that_can_lay_none() -> None:
    world = hall(remote=1)
    run(world, 1, {0: BOMB})
    assert told(run(world, 300, {0: R}), EventType.BLAST) == []
    assert told(run(world, 1, {0: BOMB}), EventType.BLAST) == [(0, 12, 2)]


def test_it_explodes_by_itself_after_ten_seconds() -> None:
    world = hall(remote=1)
    run(world, 1, {0: BOMB})
    assert told(run(world, 599), EventType.BLAST) == []
    assert told(run(world, 1), EventType.BLAST) == [(0, 12, 2)]


def test_with_several_bombs_a_second_press_on_a_tile_fires_the_oldest() -> None:
    world = hall(remote=1, bombs=4)
    for _ in range(2):
        run(world, 1, {0: BOMB})
        run(world, 60, {0: R})
    run(world, 1, {0: BOMB})
    run(world, 1)
    events = run(world, 1, {0: BOMB})
    assert told(events, EventType.FIRED) == [(0, 12, -1)]
    assert told(events, EventType.BLAST) == [(0, 12, 2)]
    assert len(world.bombs) == 2


def test_the_bomb_under_the_own_feet_is_never_fired() -> None:
    world = hall(remote=1)
    for _ in range(5):
        run(world, 1, {0: BOMB})
        run(world, 1)
    assert len(world.bombs) == 1


# --- pierce, and the order --------------------------------------------------------------------------------------------


def test_a_piercing_flame_breaks_all_bricks_in_its_way_but_goes_through_no_wall() -> None:
    world = hall("########### #.A+.+.#+.# ###########", pierce=1, range=8)
    run(world, 1, {0: BOMB})
    broken = told(run(world, 150), EventType.BRICK)
    assert [tile for _, tile, _ in broken] == [14, 16]
    assert sorted(world.flames) == [12, 13, 15, 17]
    assert world.tiles[14] == Tile.BREAKING


def test_no_flame_is_in_a_brick_and_the_item_in_it_survives() -> None:
    world = hall("########### #.A+.+....# ###########", pierce=1, range=8)
    world.hidden = {14: 1, 16: 2}
    run(world, 1, {0: BOMB})
    run(world, 180)
    assert world.items == {14: 1, 16: 2}


def test_what_a_bomb_can_do_is_decided_when_it_is_laid() -> None:
    world = hall("########### #.A+.+....# ###########", range=8)
    run(world, 1, {0: BOMB})
    world.players[0].pierce = 1
    assert len(told(run(world, 150), EventType.BRICK)) == 1


def test_punch_comes_before_glove_and_glove_before_a_new_bomb_and_that_before_the_remote() -> None:
    world = hall("########### #AoB......# ###########", punch=1, glove=1, remote=1, bombs=2)
    order = []
    for _ in range(4):
        events = run(world, 1, {0: BOMB})
        order += [event.what for event in events if event.what >= EventType.PUNCHED or event.what == EventType.DROPPED]
        run(world, 1, {0: BOMB})
        world.players[0].facing = Direction.LEFT
        run(world, 1)
    assert order[:3] == [EventType.PUNCHED, EventType.DROPPED, EventType.LIFTED]


# --- illnesses that concern bombs -------------------------------------------------------------------------------------


def test_one_who_can_lay_no_bomb_lays_none() -> None:
    world = hall(ill=Illness.NO_BOMBS, ill_until=10**6)
    assert told(run(world, 30, {0: BOMB}), EventType.DROPPED) == []


def test_one_whose_bombs_drop_lays_them_without_a_key() -> None:
    world = hall(ill=Illness.DROPS, ill_until=10**6, bombs=3)
    assert [tile for _, tile, _ in told(run(world, 100, {0: R}), EventType.DROPPED)] == [12, 13, 14]


def test_a_short_fuse_has_two_fifths_of_a_fuse_also_with_a_remote() -> None:
    for remote in (0, 1):
        world = hall(ill=Illness.SHORT_FUSE, ill_until=10**6, remote=remote)
        run(world, 1, {0: BOMB})
        assert next(iter(world.bombs.values())).blows_at == world.tick + 60


def test_small_flames_reach_one_tile() -> None:
    world = hall(ill=Illness.SMALL_FLAMES, ill_until=10**6, range=7)
    run(world, 1, {0: BOMB})
    assert next(iter(world.bombs.values())).range == 1


def test_nothing_happens_in_the_countdown() -> None:
    world = scene("########### #Ao.......# ###########", replace(QUICK, countdown=30))
    world.players[0].punch, world.players[0].facing = 1, Direction.RIGHT
    assert run(world, 20, {0: BOMB}) == []
