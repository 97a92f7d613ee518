"""One second of a match with many players who walk and drop bombs, and never die: what the micro table measures."""

from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from petard.shared.protocol.delta import diff
from petard.shared.protocol.messages import Delta
from petard.shared.protocol.snapshot import Snapshot, snapshot_of
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING, TICK_RATE
from petard.shared.rules.step import step
from petard.shared.rules.world import World, copy_world
from tests.ends import boards
from tests.lan.random_keys import RandomKeys

MAPS = {8: "classic", 64: "battle"}  # by players
WARM = 10 * TICK_RATE
RULES = replace(LAST_ONE_STANDING, countdown=0, spawn_shield=200_000)


@dataclass(frozen=True, slots=True)
class Second:
    """`keys`: of each tick, by slot. `snapshots`: one before, and one after each tick. `start`: to be copied."""

    start: World
    keys: tuple[dict[int, int], ...]
    snapshots: tuple[Snapshot, ...]
    deltas: tuple[Delta, ...]

    def play(self) -> World:
        """Step through it once more."""
        world = copy_world(self.start)
        for keys in self.keys:
            step(world, keys)
        return world


@cache
def second_of(players: int) -> Second:
    """The eleventh second of a round."""
    world = new_world(RULES, boards()[MAPS[players]], range(players), seed=1)
    walkers = [RandomKeys(1, seed) for seed in range(players)]
    acks = dict.fromkeys(range(players), (0, 1))

    def held() -> dict[int, int]:
        return {slot: walker.keys()[0] for slot, walker in enumerate(walkers)}

    for _ in range(WARM):
        step(world, held())
    start, keys, snapshots = copy_world(world), [], [snapshot_of(world, acks)]
    for _ in range(TICK_RATE):
        keys.append(held())
        step(world, keys[-1])
        snapshots.append(snapshot_of(world, acks))
    deltas = tuple(diff(old, new) for old, new in pairwise(snapshots))
    return Second(start, tuple(keys), tuple(snapshots), deltas)
