"""One second of a match with many players who walk and drop bombs, and never die: what the micro table measures."""

from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from petard.shared.protocol.messages import Delta
from petard.shared.protocol.snapshot import Table, snapshot_of
from petard.shared.protocol.state import State, delta_of, moves_between
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
    """`keys`: of each tick, by slot. `states`: one before, and one after each tick. `start`: to be copied."""

    start: World
    keys: tuple[dict[int, int], ...]
    states: tuple[State, ...]
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
    applied: Table = dict.fromkeys(range(players), (0,))

    def held() -> dict[int, int]:
        return {slot: walker.keys()[0] for slot, walker in enumerate(walkers)}

    for _ in range(WARM):
        step(world, held())
    start, keys, states = copy_world(world), [], [State(snapshot_of(world, acks), {}, applied)]
    for _ in range(TICK_RATE):
        keys.append(held())
        step(world, keys[-1])
        snapshot = snapshot_of(world, acks)
        states.append(State(snapshot, moves_between(states[-1].snapshot, snapshot, RULES), applied))
    deltas = tuple(delta_of(old, new) for old, new in pairwise(states))
    return Second(start, tuple(keys), tuple(states), deltas)
