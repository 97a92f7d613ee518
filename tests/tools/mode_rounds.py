"""Plays rounds between bots in a mode, and says how they end: `python -m tests.tools.mode_rounds teams --rounds 9`."""

import argparse
import sys
from collections import Counter
from dataclasses import replace
from statistics import median

from petard.server.config.schema import read_maps
from petard.shared.bots.brain import Brain
from petard.shared.protocol.snapshot import snapshot_of
from petard.shared.protocol.snapshot_rows import rows_of, snapshot_from_rows
from petard.shared.rules.maps import Board
from petard.shared.rules.modes.table import MODES
from petard.shared.rules.new_round import new_world
from petard.shared.rules.outcome import decide
from petard.shared.rules.ruleset import LAST_ONE_STANDING, TICK_RATE, RuleSet
from petard.shared.rules.step import step
from petard.shared.rules.sudden_death import ends_at
from petard.shared.rules.world import World, copy_world

CHECKED_EVERY = 50  # ticks between two looks whether what is sent leads back to the same world


def played(rules: RuleSet, board: Board, skills: list[int], seed: int, most: int = 0) -> World:
    """Return the world of a round between bots of these skills at its end, or after `most` ticks if that is not 0."""
    world = new_world(rules, board, range(len(skills)), seed)
    bots = [Brain(slot, skill, seed) for slot, skill in enumerate(skills)]
    while world.over_at < 0 and not (most and world.tick >= most):
        public = copy_world(world, hide=True)
        step(world, {bot.slot: bot.think(public) for bot in bots})
        if world.tick % CHECKED_EVERY == 0:
            snapshot = snapshot_of(world, {})
            assert snapshot_from_rows(rows_of(snapshot), world.width, world.height) == snapshot
        assert world.tick <= ends_at(rules), "the round does not end"
    return world


def main() -> None:
    """Print the median length, the draws, and how often each slot won and for which reason."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=list(MODES))
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--bots", type=int, default=4)
    parser.add_argument("--skill", type=int, default=2)
    parser.add_argument("--map", default="classic")
    parser.add_argument("--sides", type=int, default=2)
    given = parser.parse_args()
    rules = MODES[given.mode].rules(replace(LAST_ONE_STANDING, sides=given.sides))
    board = read_maps()[given.map]
    worlds = [played(rules, board, [given.skill] * given.bots, seed) for seed in range(given.rounds)]
    seconds = [(world.over_at - rules.countdown) / TICK_RATE for world in worlds]
    sys.stdout.write(f"{given.mode}: median {median(seconds):.0f} s, {min(seconds):.0f} to {max(seconds):.0f} s" + "\n")
    sys.stdout.write(f"winners {dict(Counter(world.winner for world in worlds))}\n")
    sys.stdout.write(f"reasons {dict(Counter(decide(world)[1].name for world in worlds))}\n")


if __name__ == "__main__":
    main()
