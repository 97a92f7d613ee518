"""Which bomb a bot kicks."""

from petard.shared.bots.brain import Brain
from petard.shared.bots.moved_bombs import bomb_to_kick
from petard.shared.bots.perception import Percept
from petard.shared.bots.targets import Situation
from petard.shared.bots.traits import TRAITS
from petard.shared.rules.step import step
from petard.shared.rules.world import World, middle_of
from tests.shared.bots.test_pathfinding import start_on
from tests.shared.bots.test_perception import world_with


def kicked(world: World, tile: int, is_desperate: bool) -> int:
    percept = Percept(world)
    near = percept.others(0, tile)
    here = Situation(percept, percept.danger, world.players[0], start_on(world, tile), TRAITS[3], near, near, {})
    return bomb_to_kick(here, is_desperate)


def test_a_bomb_is_kicked_only_at_a_player_in_its_way() -> None:
    world = world_with((12, 1100, 2))
    world.players[1].x, world.players[1].y = middle_of(world, 15)
    assert kicked(world, 11, is_desperate=False) == 12
    assert kicked(world, 13, is_desperate=False) == -1
    assert kicked(world, 10, is_desperate=False) == -1
    world.tiles[14] = 2
    assert kicked(world, 11, is_desperate=False) == -1
    assert kicked(world, 11, is_desperate=True) == 12


def test_a_bomb_that_explodes_too_soon_or_is_blocked_is_not_kicked() -> None:
    world = world_with((12, 1010, 2))
    world.players[1].x, world.players[1].y = middle_of(world, 15)
    assert kicked(world, 11, is_desperate=False) == -1
    world = world_with((12, 1100, 2), (13, 1100, 2))
    assert kicked(world, 11, is_desperate=True) == -1


def test_a_trapped_bot_kicks_the_bomb_away() -> None:
    world = world_with((11, 1150, 4))
    player = world.players[0]
    player.x, player.y = middle_of(world, 10)
    world.tiles[19] = 1
    player.kick, player.bombs, player.safe_until = 1, 0, 0
    brain = Brain(0, 3, 1)
    for _ in range(60):
        step(world, {0: brain.think(world)})
    assert world.bombs[1].x > middle_of(world, 12)[0]
