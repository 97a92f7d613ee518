"""The cost of bots: microseconds per bot and tick, compared with one step of the rules.

Run: python -m tests.tools.bench_bots [seconds of play]
Times are of this process's CPU, so a busy machine changes them less; the ratio to the step changes least.
"""

import sys
from dataclasses import dataclass
from time import process_time

from petard.shared.bots.brain import Brain
from petard.shared.bots.perception import Percept
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING, TICK_RATE
from petard.shared.rules.step import step
from tests.tools.bot_rounds import board_of

TABLES = (("classic", 4), ("large", 8), ("battle", 64))


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


def main() -> None:
    """Print one line for each table and skill."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    sys.stdout.write("map      bots skill  us/bot  us/tick: look   think    step  think/step  worst ms\n")
    for name, bots in TABLES:
        for skill in range(4):
            cost = measure(name, bots, skill, seconds)
            ticks = cost.ticks / 1e6
            sys.stdout.write(
                f"{name:8} {bots:4} {skill:5} {(cost.look + cost.think) * 1e6 / cost.thoughts:7.1f} "
                f"{cost.look / ticks:14.0f} {cost.think / ticks:7.0f} {cost.step / ticks:7.0f} "
                f"{cost.think / cost.step:11.1f} {cost.worst * 1e3:9.1f}\n"
            )


if __name__ == "__main__":
    main()
