"""The cost of prediction, compared with one step of the rules: `python -m tests.tools.bench_predictor`.

One look is what each picture pays: the world from the newest snapshot, and a step for each Command that is not in it.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

from petard.game.client.predictor import Predictor
from petard.shared.protocol.messages import Round
from petard.shared.protocol.snapshot import snapshot_of
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING
from petard.shared.rules.step import step
from petard.shared.rules.world import World, copy_world
from tests.ends import boards
from tests.lan.random_keys import RandomKeys

MAPS = {4: "classic", 8: "classic", 64: "battle"}  # by players
AHEAD = (2, 6, 12)  # ticks: a LAN, 100 ms, 200 ms there and back
TIMES = 200


def world_of(players: int) -> World:
    """A round in which players walk and drop bombs, after ten seconds."""
    rules = replace(LAST_ONE_STANDING, countdown=0, spawn_shield=200_000)
    world = new_world(rules, boards()[MAPS[players]], range(players), seed=1)
    walkers = [RandomKeys(1, seed) for seed in range(players)]
    for _ in range(600):
        step(world, {slot: walker.keys()[0] for slot, walker in enumerate(walkers)})
    return world


def best(act: Callable[[], object]) -> float:
    """The microseconds of one call, the best of three series."""
    found = []
    for _ in range(3):
        start = perf_counter()
        for _ in range(TIMES):
            act()
        found.append(1e6 * (perf_counter() - start) / TIMES)
    return min(found)


def look(world: World, ahead: int) -> Callable[[], object]:
    """A prediction after a new snapshot, with so many Commands to apply again."""
    told = Round(1, "map", world.rules, world.width, world.height, tuple(world.players))
    predictor = Predictor(told)
    for seq in range(1, ahead + 1):
        predictor.commands.add(seq, (1 << seq % 4,), (0,))
    snapshot = snapshot_of(world, {0: (0, 1)})

    def act() -> object:
        predictor.set_snapshot(snapshot)
        return predictor.run()

    return act


def main() -> None:
    """Print a line for each number of players."""
    for players in MAPS:
        world = world_of(players)
        keys = {slot: player.keys for slot, player in world.players.items()}
        copy = copy_world(world)
        one = best(lambda world=copy, keys=keys: step(world, keys))  # type: ignore[misc]
        costs = [best(look(world, ahead)) for ahead in AHEAD]
        figures = ", ".join(
            f"{n} ahead {cost:.0f} us ({cost / one:.1f} steps)" for n, cost in zip(AHEAD, costs, strict=True)
        )
        sys.stdout.write(f"{players:2} players: a step {one:.0f} us; a look {figures}\n")


if __name__ == "__main__":
    main()
