"""Illnesses: caught with an item, passed on by touch, over after ten seconds."""

import pytest

from petard.shared.rules.events import EventType
from petard.shared.rules.illness import fall_ill
from petard.shared.rules.items import Illness, Item
from petard.shared.rules.world import World
from tests.shared.rules.boards import D, L, R, place, run, scene, told

SICK = int(Item.DISEASE)


def ill_scene(text: str, illness: int, until: int = 10**6) -> World:
    """A board on which player 0 is ill."""
    world = scene(text)
    world.players[0].ill, world.players[0].ill_until = illness, until
    return world


def test_the_item_makes_ill_for_ten_seconds() -> None:
    world = scene("##### #A..# #####")
    world.items[7] = SICK
    player = world.players[0]
    player.x = 2 * 256 - 1
    events = run(world, 1, {0: R})
    assert told(events, EventType.ILL) == [(0, 7, player.ill)]
    assert player.ill_until == world.tick + 600
    run(world, 599)
    assert player.ill
    run(world, 1)
    assert player.ill == 0


def test_the_tick_decides_which_one_and_each_may_come() -> None:
    world = scene("##### #A..# #####")
    found = set()
    for world.tick in range(50):
        fall_ill(world, world.players[0], [])
        found.add(world.players[0].ill)
    assert found == set(Illness)


def test_who_touches_a_healthy_player_is_well_and_the_other_has_the_rest_of_the_time() -> None:
    world = ill_scene("####### #A...B# #######", Illness.SLOW, until=500)
    events = run(world, 60, {1: L})
    assert [slot for slot, _, _ in told(events, EventType.ILL)] == [1]
    assert (world.players[0].ill, world.players[1].ill, world.players[1].ill_until) == (0, Illness.SLOW, 500)


def test_for_a_second_it_is_not_given_back() -> None:
    world = ill_scene("####### #AB...# #######", Illness.SHORT_FUSE)
    world.players[1].x = world.players[0].x
    passed = [world.tick for _ in range(200) if told(run(world, 1), EventType.ILL)]
    assert passed == [1, 61, 121, 181]


def test_two_who_are_ill_pass_nothing_on() -> None:
    world = ill_scene("####### #AB...# #######", Illness.SLOW)
    world.players[1].x, world.players[1].ill, world.players[1].ill_until = world.players[0].x, Illness.FAST, 10**6
    assert told(run(world, 100), EventType.ILL) == []


def test_bodies_that_do_not_overlap_do_not_touch() -> None:
    world = ill_scene("####### #A.B..# #######", Illness.SLOW)
    world.players[1].x = world.players[0].x + 2 * world.rules.body
    assert told(run(world, 5), EventType.ILL) == []
    world.players[1].x -= 1
    assert len(told(run(world, 1), EventType.ILL)) == 1


@pytest.mark.parametrize(("illness", "speed"), [(Illness.SLOW, 512), (Illness.FAST, 2880), (0, 1024)])
def test_how_fast_an_ill_player_walks(illness: int, speed: int) -> None:
    world = ill_scene("##################### #A..................# #####################", illness)
    x, _ = place(world)
    run(world, 60, {0: R})
    assert world.players[0].x - x == speed


@pytest.mark.parametrize(("key", "dx", "dy"), [(R, -68, 0), (L, 68, 0), (D, 0, -68)])
def test_with_exchanged_keys_a_player_walks_the_other_way(key: int, dx: int, dy: int) -> None:
    world = ill_scene("##### #...# #.A.# #...# #####", Illness.REVERSED)
    x, y = place(world)
    run(world, 4, {0: key})
    moved = place(world)[0] - x, place(world)[1] - y
    assert ((moved[0] > 0) - (moved[0] < 0), (moved[1] > 0) - (moved[1] < 0)) == (
        (dx > 0) - (dx < 0),
        (dy > 0) - (dy < 0),
    )
    assert world.players[0].keys == key, "what is held is known to all"


def test_the_keys_are_right_again_as_soon_as_the_illness_is_over() -> None:
    world = ill_scene("########### #....A....# ###########", Illness.REVERSED, until=31)
    x, _ = place(world)
    run(world, 30, {0: R})
    assert place(world)[0] < x
    back = place(world)[0]
    run(world, 30, {0: R})
    assert place(world)[0] > back
