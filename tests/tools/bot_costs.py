"""What the bots of a round cost, beside the steps of the rules: one of the figures of tests/tools/balance.py.

Times are of this process's CPU, so a busy machine changes them less; the ratio to the step changes least.
"""

from dataclasses import dataclass
from time import process_time

from petard.shared.bots.brain import Brain
from petard.shared.bots.perception import Percept
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING, TICK_RATE
from petard.shared.rules.step import step
from tests.tools.bot_rounds import board_of


@dataclass(slots=True)
class Cost:
    """Seconds of CPU time, and the ticks and calls that they cover."""

    ticks: int = 0
    thoughts: int = 0  # one for each bot that lived in a tick
    look: float = 0.0
    think: float = 0.0
    step: float = 0.0
    worst: float = 0.0  # the longest tick: looking, all thoughts and the step


def measure(name: str, bots: int, skill: int, seconds: int) -> Cost:
    """Play the first seconds of a round and return the cost."""
    world = new_world(LAST_ONE_STANDING, board_of(name), list(range(bots)), seed=1)
    brains = [Brain(slot, skill, 1) for slot in range(bots)]
    cost, percept = Cost(), None
    while world.over_at < 0 and world.tick < LAST_ONE_STANDING.countdown + seconds * TICK_RATE:
        start = process_time()
        percept = Percept(world, percept)
        looked = process_time()
        keys = {brain.slot: brain.think(world, percept) for brain in brains}
        thought = process_time()
        if world.tick >= LAST_ONE_STANDING.countdown:
            cost.thoughts += len(percept.bodies)
            cost.ticks += 1
            cost.look += looked - start
            cost.think += thought - looked
        step(world, keys)
        stepped = process_time()
        if world.tick > LAST_ONE_STANDING.countdown:
            cost.step += stepped - thought
            cost.worst = max(cost.worst, stepped - start)
    return cost
