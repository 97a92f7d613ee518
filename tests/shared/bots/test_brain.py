"""One bot: it knows no more than a client, reacts no faster than a person, and is deterministic."""

import pytest

from petard.shared.bots.brain import Brain
from petard.shared.bots.perception import LOOK_AHEAD, Percept
from petard.shared.bots.traits import BOLD_TRAITS, TRAITS
from petard.shared.rules.events import EventType
from petard.shared.rules.items import Illness
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING
from petard.shared.rules.step import step
from petard.shared.rules.sudden_death import closing_times, hurry_at
from petard.shared.rules.world import Bomb, Keys, Tile, World, copy_world, middle_of, tile_at
from tests.sampled import sampled
from tests.shared.bots.test_perception import world_with
from tests.tools.bot_rounds import board_of, worlds_of

SKILLS = range(4)


def keys_over(worlds: list[World], skill: int, seed: int = 7) -> list[int]:
    brain = Brain(0, skill, seed)
    return [brain.think(world) for world in worlds]


@pytest.mark.parametrize("skill", SKILLS)
def test_hidden_items_and_random_numbers_of_the_world_change_no_key(skill: int) -> None:
    worlds = list(worlds_of(board_of("small"), [skill, 3], seed=3, every=1, most=900))
    plain = keys_over(worlds, skill)
    for world in worlds:
        world.hidden = dict.fromkeys(range(0, len(world.tiles), 3), 1)
        world.rng = 12345
    assert keys_over(worlds, skill) == plain
    assert keys_over([copy_world(world, hide=True) for world in worlds], skill) == plain
    assert any(plain)


def test_same_seed_same_keys_and_another_seed_others() -> None:
    worlds = list(worlds_of(board_of("small"), [2, 2], seed=4, every=1, most=900))
    assert keys_over(worlds, 2, seed=1) == keys_over(worlds, 2, seed=1)
    assert keys_over(worlds, 2, seed=1) != keys_over(worlds, 2, seed=2)


def test_a_shared_percept_changes_no_key() -> None:
    worlds = list(worlds_of(board_of("small"), [3, 3], seed=4, every=1, most=900))
    brain, percept, keys = Brain(0, 3, 7), None, []
    for world in worlds:
        percept = Percept(world, percept)
        keys.append(brain.think(world, percept))
    assert keys == keys_over(worlds, 3)


@pytest.mark.parametrize("skill", SKILLS)
def test_no_bot_reacts_to_a_bomb_before_its_reaction_time(skill: int) -> None:
    """Two bots see equal worlds, except for a bomb beside the body from one tick on."""
    reaction = TRAITS[skill].reaction
    assert reaction >= 6
    quiet, loud = Brain(0, skill, 1), Brain(0, skill, 1)
    world = world_with()
    world.players[0].safe_until = 0
    for _ in range(60):
        world.tick += 1
        assert quiet.think(world) == loud.think(world)
    bombed = copy_world(world)
    x, y = middle_of(world, tile_at(world, world.players[0].x, world.players[0].y) + 1)
    bombed.bombs[9] = Bomb(9, 1, x, y, world.tick + 150, 8)
    differed: list[int] = []
    for late in range(150):
        for one in (world, bombed):
            one.tick += 1
        if quiet.think(world) != loud.think(bombed):
            differed.append(late)
    assert differed[0] >= reaction
    assert differed[0] <= reaction + TRAITS[skill].period


@pytest.mark.parametrize("skill", SKILLS)
def test_a_bot_runs_from_a_bomb_and_lives(skill: int) -> None:
    world = world_with((11, 1150, 3))
    world.players[0].safe_until = 0
    world.players[0].bombs = 0  # without its own bombs
    brain = Brain(0, skill, 1)
    for _ in range(220):
        step(world, {0: brain.think(world)})
    assert world.players[0].died_at < 0


def test_nobody_moves_before_the_round_or_after_death() -> None:
    world = new_world(LAST_ONE_STANDING, board_of("classic"), [0, 1], 1)
    brain = Brain(0, 3, 1)
    for _ in range(world.rules.countdown):
        assert brain.think(world) == 0
        step(world, {})
    world.players[0].died_at = world.tick
    for _ in range(100):
        assert brain.think(world) == 0
        step(world, {})


def test_a_brain_may_be_kept_for_the_next_round() -> None:
    brain, fresh = Brain(0, 3, 1), Brain(0, 3, 1)
    for world in worlds_of(board_of("small"), [3, 3], seed=4, every=1, most=600):
        brain.think(world)
    fresh.rng = brain.rng
    for world in worlds_of(board_of("small"), [3, 3], seed=5, every=1, most=600):
        assert brain.think(world) == fresh.think(world)


@pytest.mark.slow
def test_bots_bomb_bricks_and_take_items() -> None:
    worlds = list(worlds_of(board_of("classic"), [1, 1, 2, 3], seed=2, every=60, most=60))
    bricks = [world.tiles.count(2) for world in worlds]
    assert bricks[-1] < bricks[0] * 2 // 3
    assert sum(player.bombs + player.range + player.skates for player in worlds[-1].players.values()) > 4 * 3


@pytest.mark.parametrize("skill", SKILLS)
def test_closing_walls_make_bots_bold_and_so_does_the_flag(skill: int) -> None:
    world = world_with()
    world.tick = hurry_at(world.rules) - 50
    brain, calm = Brain(0, skill, 1), TRAITS[skill]
    for _ in range(49):
        world.tick += 1
        brain.think(world)
    assert brain.traits == calm
    world.tick += 1
    brain.think(world)
    assert brain.traits == BOLD_TRAITS[skill] != calm
    early, world = Brain(0, skill, 1), world_with()
    early.is_bold = True
    for _ in range(world.rules.countdown + 40):
        world.tick += 1
        early.think(world)
    assert early.traits == BOLD_TRAITS[skill]


@pytest.mark.slow
@pytest.mark.parametrize("rounds", [1, pytest.param(4, marks=pytest.mark.long)])
@pytest.mark.parametrize("skill", sampled(SKILLS, 2))
def test_a_bomb_lies_on_the_tile_on_which_the_bot_stood_when_it_decided(skill: int, rounds: int) -> None:
    """At the edge of a tile, a step in the same tick would put the bomb on the next tile: maybe the only way out.

    Two bots that drop bombs on one tile in the same tick cannot see that, so the second bomb comes later.
    """
    dropped = 0
    for seed in range(rounds):
        world = new_world(LAST_ONE_STANDING, board_of("classic"), range(4), seed)
        brains, pressed = [Brain(slot, skill, seed) for slot in range(4)], dict.fromkeys(range(4), (0, 0))
        while world.over_at < 0:
            held = {brain.slot: brain.think(world) for brain in brains}
            for slot, player in world.players.items():
                if held[slot] & ~player.keys & Keys.BOMB:
                    pressed[slot] = world.tick, tile_at(world, player.x, player.y)
            for event in step(world, held):
                if event.what == EventType.DROPPED and world.players[event.slot].ill != Illness.DROPS:
                    dropped += 1
                    others = [at for slot, at in pressed.items() if slot != event.slot]
                    assert event.tile == pressed[event.slot][1] or pressed[event.slot] in others, (seed, world.tick)
    assert dropped > 20 * rounds


def test_bots_on_the_last_tile_move_and_are_seldom_equally_far_from_the_middle() -> None:
    world = new_world(LAST_ONE_STANDING, board_of("small"), range(2), 1)
    middle = world.width * world.height // 2
    world.tick = closing_times(world.rules, world.width, world.height)[middle] - LOOK_AHEAD
    world.tiles = bytearray(Tile.FLOOR if tile == middle else Tile.WALL for tile in range(len(world.tiles)))
    for player in world.players.values():
        player.x, player.y = middle_of(world, middle)
    brains, places = [Brain(slot, 2, 1) for slot in range(2)], []
    for _ in range(LOOK_AHEAD - 1):
        step(world, {brain.slot: brain.think(world) for brain in brains})
        places.append([(player.x, player.y) for player in world.players.values()])
    assert world.over_at < 0
    late = places[LOOK_AHEAD // 2 :]
    assert all(len({both[slot] for both in late}) > 6 for slot in range(2))
    assert sum(one == other for one, other in late) < len(late) // 4
