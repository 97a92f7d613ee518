"""Bots know special floors: where a step ends, where a bomb comes to lie, and which way leads through a teleport."""

from dataclasses import replace

import pytest

from petard.shared.bots.brain import Brain
from petard.shared.bots.floor_moves import bomb_way, floor_moves
from petard.shared.bots.pathfinding import SearchStart, find_reachable, keys_to, keys_to_middle
from petard.shared.bots.perception import NEVER, Percept
from petard.shared.bots.slides import forced_step
from petard.shared.rules.events import EventType
from petard.shared.rules.floors import Floor
from petard.shared.rules.ruleset import TILE
from petard.shared.rules.step import step
from petard.shared.rules.world import Direction, Keys, World, tile_at
from tests.shared.rules.boards import QUICK, R, place, run
from tests.shared.rules.test_floor_effects import floored
from tests.tools.bot_rounds import board_of, play


def reached(world: World) -> set[int]:
    """The tiles that the player 0 can walk to, as bots find them."""
    percept = Percept(world)
    start = SearchStart(world.tick, tile_at(world, *place(world)), 4 * TILE, 0)
    return set(find_reachable(percept.danger, start, 3, 1000, 200).tiles)


def test_a_step_on_to_a_teleport_ends_at_the_other_one_and_one_against_a_door_is_refused() -> None:
    world = floored("######### #.T.R.T.# #########", "######### #A......# #########")
    moves = floor_moves(world.floors, world.width)
    assert moves[11, 1] == moves[11, -1] == (15, 0)
    assert (moves[13, 1], moves[13, -1]) == ((13, 0), (0, 0))


def test_a_belt_costs_time_against_it_and_across_it() -> None:
    moves = floor_moves(bytes([0] * 12 + [Floor.BELT_RIGHT] + [0] * 12), 5)
    assert [moves[12, step][1] for step in (1, -1, 5, -5)] == [0, 2, 1, 1]


@pytest.mark.parametrize(
    ("floors", "tiles"),
    [("#..o..#", {8, 9}), ("#..R..#", {8, 9, 10, 11, 12}), ("#..L..#", {8, 9}), ("#.T.T.#", {8, 9, 10, 11, 12})],
)
def test_a_bot_finds_the_places_that_the_floors_let_it_reach(floors: str, tiles: set[int]) -> None:
    assert reached(floored(f"####### {floors} #######", "####### #A....# #######")) == tiles


@pytest.mark.parametrize(
    ("floors", "end"), [("#.....#", 12), ("#...o.#", -1), ("#...L.#", 10), ("#.T.T.#", 12), ("#..u..#", 10)]
)
def test_a_bot_foresees_where_a_rolling_bomb_comes_to_lie(floors: str, end: int) -> None:
    world = floored(f"####### {floors} #######", "####### #A....# #######")
    start = (8, Direction.RIGHT)
    tiles = bomb_way(bytes(world.tiles), world.floors, world.width, start, 150, world.rules.roll)
    assert tiles[:1] == ([end] if end >= 0 else [])


def test_a_bomb_on_a_belt_is_dangerous_where_the_belt_takes_it() -> None:
    world = floored("######### #>>>>>..# #.......# #########", "######### #a......# #......A# #########")
    assert set(Percept(world).danger.blows) == {10, 11, 12, 13, 14}
    run(world, 149)
    assert tile_at(world, world.bombs[1].x, world.bombs[1].y) == 14


def test_a_bot_walks_through_a_teleport_to_the_only_item() -> None:
    world = floored("######### #.T.#.T.# #########", "######### #A..#..1# #########")
    brain, percept, events = Brain(0, 2, 1), None, []
    for _ in range(240):
        percept = Percept(world, percept)
        events += step(world, {0: brain.think(world, percept)})
    assert [event.slot for event in events if event.what == EventType.TAKEN] == [0]


@pytest.mark.parametrize(
    ("text", "tiles"),
    [("#A......#", {10, 11, 15, 16}), ("#A....#.#", {10, 11, 14}), ("#A...o..#", {10, 11, 13})],
    ids=["behind the ice", "at a wall", "at a bomb"],
)
def test_a_bot_knows_where_a_slide_ends(text: str, tiles: set[int]) -> None:
    assert reached(floored("######### #..iii..# #########", f"######### {text} #########")) == tiles


def test_a_bot_does_not_slide_through_a_fire() -> None:
    floors, text = "######### #..iii..# #########", "######### #A......# #########"
    assert 15 in reached(floored(floors, text))
    burning = floored(floors, text, over="######### #...*...# #########")
    burning.flames[13].until = 500
    assert reached(burning) == {10, 11}


def test_a_body_that_slides_has_one_way_to_go() -> None:
    floors = "######### #..iii..# #..iii..# #########"
    world = floored(floors, "######### #.......# #A......# #########")
    run(world, 24, {0: R})
    assert tile_at(world, *place(world)) == 21
    start = SearchStart(world.tick, 21, 4 * TILE, 0, slide=1)
    found = find_reachable(Percept(world).danger, start, 3, 60, 4)
    assert (found.tiles[:2], found.untils[0] < NEVER) == ([21, 24], True)
    assert forced_step(world, world.players[0], Percept(world).danger, 21) == 1


def test_a_bot_does_not_walk_to_the_middle_of_an_icy_tile_since_it_would_slide_past_it() -> None:
    stands = SearchStart(0, 13, 4 * TILE, 0, dx=110, slide=0)
    assert keys_to_middle(stands) == 0
    assert keys_to(stands, QUICK, 9, 22) == Keys.DOWN
    elsewhere = replace(stands, slide=None)
    assert keys_to_middle(elsewhere) == keys_to(elsewhere, QUICK, 9, 22) == Keys.LEFT


@pytest.mark.parametrize("skill", [1, 2, 3])
def test_a_bot_slides_to_the_only_item(skill: int) -> None:
    world = floored("######### #..iii..# #########", "######### #A.....1# #########")
    brain, events = Brain(0, skill, 1), []
    for _ in range(240):
        events += step(world, {0: brain.think(world)})
    assert [event.slot for event in events if event.what == EventType.TAKEN] == [0]


@pytest.mark.parametrize(("gate", "tiles"), [("H", {8, 9}), ("h", {8, 9, 10, 11, 12})])
def test_a_shut_gate_is_a_wall_for_a_bot_and_an_open_one_is_not(gate: str, tiles: set[int]) -> None:
    assert reached(floored(f"####### #..{gate}..# #######", "####### #A....# #######")) == tiles


def test_a_bot_that_gates_keep_from_the_others_throws_the_switch() -> None:
    world = floored(
        "############# #.....H.....# #.#.#.###.#.# #..S..#.....# #############",
        "############# #A.........B# #.#.#.###.#.# #.....#.....# #############",
    )
    brain, percept, events = Brain(0, 2, 3), None, []
    for _ in range(900):
        percept = Percept(world, percept)
        events += step(world, {0: brain.think(world, percept)})
        if any(event.what == EventType.SWITCHED for event in events):
            break
    assert [event.slot for event in events if event.what == EventType.SWITCHED] == [0]


def test_a_bomb_on_a_belt_is_dangerous_both_ways_where_a_switch_may_turn_it() -> None:
    world = floored("######### #..>>>..# #S......# #########", "######### #...a...# #......A# #########")
    assert set(Percept(world).danger.blows) == {10, 11, 12, 13, 14, 15, 16}


OLDER = ("foundry", "switchyard", "temple", "catacombs", "pond", "hedge", "crevasse", "lift", "orchard", "glacier")
NAMES = (*OLDER, "depot", "rink")


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_fifty_rounds_of_bots_on_each_board_end_and_are_not_dull(name: str) -> None:
    rounds = [play(board_of(name), [2] * 4, seed) for seed in range(50)]
    deaths = [(slot, killer) for one in rounds for slot, killer in one.deaths.items()]
    by_others = sum(killer not in (slot, -1) for slot, killer in deaths)
    assert sum(killer == slot for slot, killer in deaths) < len(deaths) / 5
    assert by_others > len(deaths) / 8
    assert max(one.still for one in rounds) < 40 * 60


@pytest.mark.parametrize("name", ["catacombs", "switchyard", "depot", "rink"])
def test_a_round_of_bots_ends(name: str) -> None:
    assert play(board_of(name), [1, 1], 5).ticks <= 79 * 60
