"""Bots play every mode from seeds: each round ends, is decided, and what is sent leads back to the same world."""

from dataclasses import replace

import pytest

from petard.shared.rules.modes.table import LAST_ONE_STANDING, MODES
from petard.shared.rules.outcome import decide, winners_of
from petard.shared.rules.ruleset import LAST_ONE_STANDING as RULES
from petard.shared.rules.ruleset import TICK_RATE
from tests.ends import boards
from tests.tools.mode_rounds import played

OTHERS = [name for name in MODES if name != LAST_ONE_STANDING.name]
LONG_SEEDS = 50


@pytest.mark.parametrize("mode", OTHERS)
def test_a_short_round_of_each_mode_ends_and_somebody_wins_or_nobody_does(mode: str) -> None:
    short = replace(RULES, round=9 * TICK_RATE, hurry=6 * TICK_RATE, closing=5 * TICK_RATE, closing_pause=0, bricks=20)
    short = replace(short, paint_time=9 * TICK_RATE, zombie_time=9 * TICK_RATE)
    world = played(MODES[mode].rules(short), boards()["small"], [2, 2, 1, 1], seed=3, most=0)
    assert world.over_at > 0
    assert world.winner in (*world.players, -1)
    assert (world.winner in winners_of(world)) == (world.winner >= 0)


@pytest.mark.long
@pytest.mark.parametrize("mode", OTHERS)
@pytest.mark.parametrize("seed", range(LONG_SEEDS))
def test_seeded_rounds_of_each_mode_end_without_an_error(mode: str, seed: int) -> None:
    sides = 2 + seed % 3
    rules = MODES[mode].rules(replace(RULES, sides=sides, friendly_fire=seed % 2))
    skills = [seed % 4, 2, 3, 1, 2, 2, 3, 2][: 2 + seed % 7]
    world = played(rules, boards()["classic"], skills, seed)
    assert world.winner == decide(world)[0]
