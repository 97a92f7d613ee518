"""Traps for others: one bomb in a dead end, two bombs that close both exits, a kick; and none for friends."""

from dataclasses import replace

import pytest

from petard.shared.bots.brain import Brain
from petard.shared.bots.moved_bombs import bomb_to_kick
from petard.shared.bots.pathfinding import SearchStart, find_reachable
from petard.shared.bots.perception import Percept
from petard.shared.bots.targets import Situation
from petard.shared.bots.traits import TRAITS, traits_of
from petard.shared.bots.trap_search import TRAP, trap_tiles, trapped_by_bomb, way_to_second_bomb
from petard.shared.bots.traps import threats, way_out_after_bomb
from petard.shared.rules.ruleset import TILE
from petard.shared.rules.step import step
from petard.shared.rules.sudden_death import closing_times
from petard.shared.rules.world import Flame, Tile, World, middle_of, tile_at
from tests.shared.bots.test_perception import world_with

RING = "#########\n#1......#\n#.#####.#\n#......2#\n#########"
DEAD_END = "#########\n#1......#\n#.#####.#\n#.#....2#\n#########"


def world_of(text: str, mine: int, other: int, *bombs: tuple[int, int, int]) -> World:
    """A world in which player 0 stands on the tile `mine`, and player 1, who has no bomb, on the tile `other`."""
    world = world_with(*bombs, text=text)
    for player, tile in zip(world.players.values(), (mine, other), strict=True):
        player.x, player.y = middle_of(world, tile)
        player.safe_until = 0
    world.players[1].bombs = 0
    return world


def situation(world: World, skill: int = 3, friends: frozenset[int] = frozenset()) -> Situation:
    percept, me = Percept(world), world.players[0]
    start = SearchStart(world.tick, tile_at(world, me.x, me.y), 4 * TILE, 0)
    near = percept.others(0, start.tile)
    foes = [one for one in near if one[1].slot not in friends]
    return Situation(percept, percept.danger, me, start, TRAITS[skill], near, foes, {})


def drops(world: World, brain: Brain, ticks: int) -> list[int]:
    """The tiles on which the bot drops bombs while the other player presses no key."""
    tiles: dict[int, int] = {}
    for _ in range(ticks):
        step(world, {0: brain.think(world)})
        tiles.update((bomb.id, tile_at(world, bomb.x, bomb.y)) for bomb in world.bombs.values())
    return list(tiles.values())


def test_a_hard_bot_closes_both_exits_of_a_corridor() -> None:
    world = world_of(RING, mine=12, other=13)
    world.players[0].bombs = 2
    here = situation(world)
    assert not trapped_by_bomb(here, here.foes), "one bomb leaves the other exit"
    assert way_to_second_bomb(here) == [13, 14]
    assert drops(world, Brain(0, 3, 1), 80) == [12, 14]
    for _ in range(180):
        step(world, {})
    assert world.players[1].died_at >= 0


def test_a_second_bomb_is_no_trap_for_one_who_is_there_first_or_can_drop_a_bomb() -> None:
    world = world_of(RING, mine=12, other=14)
    world.players[0].bombs = 2
    assert way_to_second_bomb(situation(world)) is None, "the other one leaves by tile 16 before the bot is there"
    world = world_of(RING, mine=12, other=13)
    world.players[0].bombs, world.players[1].bombs = 2, 1
    assert way_to_second_bomb(situation(world)) is None, "the other one would close the way of the bot"


def test_a_bot_sees_from_which_tiles_a_bomb_closes_a_dead_end() -> None:
    world = world_of(DEAD_END, mine=25, other=31)
    here = situation(world)
    found = find_reachable(here.danger, here.start, 3, 100, 60)
    assert trap_tiles(here, found)[32] == TRAP
    assert set(trap_tiles(situation(world, skill=0), found)) == set(), "a sleepy bot sees none"


def test_a_hard_bot_walks_to_the_mouth_of_a_dead_end_and_drops_a_bomb_there() -> None:
    world = world_of(DEAD_END, mine=25, other=31)
    assert drops(world, Brain(0, 3, 1), 90)[0] == 32


@pytest.mark.parametrize("mate", [0, 1])
def test_a_bot_drops_no_bomb_that_leaves_a_friend_no_way_out(mate: int) -> None:
    world = world_of(DEAD_END, mine=32, other=31)
    brain = Brain(0, 3, 1)
    brain.friends = frozenset({1}) if mate else frozenset()
    assert bool(drops(world, brain, 20)) != bool(mate)


def test_a_player_without_a_bomb_is_no_threat() -> None:
    world = world_of(RING, mine=12, other=15)
    here = situation(world, skill=2)
    found = here.search(here.danger, 3)
    assert threats(here, here.danger, found, 3) == []
    assert threats(situation(world, skill=3), here.danger, found, 3) != [], "a hard bot trusts nobody"
    world.players[1].bombs = 1
    assert threats(situation(world, skill=2), here.danger, found, 3) != []


def test_a_bot_kicks_a_bomb_to_where_it_closes_a_dead_end() -> None:
    world = world_of("##########\n#........#\n#.##.#####\n#1##2#####\n##########", 12, 34, (13, 1140, 2))
    assert bomb_to_kick(situation(world), is_desperate=False) == -1, "it would roll past the dead end"
    world.tiles[15] = Tile.BRICK
    assert bomb_to_kick(situation(world), is_desperate=False) == 13, "it stops at the mouth"


@pytest.mark.parametrize("skill", range(4))
def test_the_better_a_bot_is_the_earlier_it_leaves_a_tile_that_will_close(skill: int) -> None:
    foresight = [one.foresight for one in TRAITS]
    assert foresight == sorted(foresight)
    assert TRAITS[skill].foresight >= 30


def test_near_the_end_a_bot_drops_a_bomb_although_no_tile_is_safe_for_long() -> None:
    world = world_of(RING, mine=11, other=16)
    closes = list(closing_times(world.rules, world.width, world.height).values())
    world.tick = closes[-1] - 170
    here = situation(world)
    assert here.is_late
    assert way_out_after_bomb(here) is not None
    early = replace(here, start=replace(here.start, tick=closes[-1] - 700))
    assert not early.is_late


@pytest.mark.parametrize(("ticks", "is_soon"), [(16, True), (60, False)])
def test_a_bomb_in_the_flames_of_one_that_explodes_soon_traps_a_player_who_needs_time_to_see_it(
    ticks: int, is_soon: bool
) -> None:
    here = situation(world_of(RING, 12, 14, (10, 1000 + ticks, 2)))
    assert not trapped_by_bomb(here, here.foes), "a player who runs at once is out of reach in time"
    assert bool(trapped_by_bomb(here, here.foes, TRAITS[3].startle)) == is_soon
    found = find_reachable(here.danger, here.start, 0, 100, 60)
    assert (trap_tiles(here, found).get(12) == TRAP) == is_soon


@pytest.mark.parametrize("skill", range(4))
def test_good_bots_drop_no_bomb_that_blocks_the_way_out_of_a_place_until_a_wall_closes_it(skill: int) -> None:
    here = situation(world_of(RING, mine=12, other=16), skill)
    assert way_out_after_bomb(here) is not None
    soon, late = here.start.tick + 115, here.start.tick + 2000
    here.danger.closes = dict.fromkeys([*range(10, 12), *range(13, 36)], soon) | {0: late}
    assert (way_out_after_bomb(here) is None) == (skill >= 2)


@pytest.mark.parametrize("shields", [0, 1])
def test_a_bot_that_survives_a_hit_walks_through_flames_rather_than_be_closed_in(shields: int) -> None:
    world = world_of(RING, mine=10, other=16)
    world.tick = closing_times(world.rules, world.width, world.height)[10] - 80
    world.tiles[11] = Tile.WALL
    world.flames = {tile: Flame(world.tick + 100, 1, -1, 0) for tile in (19, 28)}
    world.players[0].shields, brain = shields, Brain(0, 2, 1)
    for _ in range(90):
        step(world, {0: brain.think(world)})
    assert world.tiles[10] == Tile.WALL
    assert (world.players[0].died_at < 0) == bool(shields)


@pytest.mark.parametrize(("mine", "is_short"), [(11, True), (13, False)])
def test_while_a_cart_rides_a_bot_drops_a_bomb_only_where_two_short_ways_lead_to_safety(
    mine: int, is_short: bool
) -> None:
    here = situation(world_of(RING, mine=mine, other=16))
    assert way_out_after_bomb(here) is not None
    watched = replace(here, traits=traits_of(3, is_bold=False, is_watched=True))
    assert (way_out_after_bomb(watched) is not None) == is_short


def test_a_brain_notices_a_cart() -> None:
    world, brain = world_of(RING, mine=12, other=16), Brain(0, 3, 1)
    world.players[1].died_at = 0
    for rim in (-1, 0):
        world.players[1].rim = rim
        for _ in range(10):
            world.tick += 1
            brain.think(world)
        assert brain.traits == traits_of(3, is_bold=False, is_watched=rim >= 0)
