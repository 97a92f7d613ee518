"""SteadyWalk does exactly what `walk` does, on all boards, with all rules, whatever keys are held."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING, RuleSet
from petard.shared.rules.steady_walk import SteadyWalk
from petard.shared.rules.step import step
from petard.shared.rules.world import Keys, World, copy_world
from tests.shared.rules.test_step import BOARDS, RULES

RICH = {"bricks": 25, "hidden_share": 60, "loose": 12, "health": 9, "health_most": 9, "weights": (0, 2, 1, 3, 9, 1, 0)}
KICKS = replace(RULES[0], **RICH)  # type: ignore[arg-type]
UNUSUAL = (
    KICKS,
    replace(KICKS, speed=0, speed_more=16),
    replace(KICKS, speed=55, speed_more=20, speed_most=70),
    replace(KICKS, speed=7680, speed_most=7680),
    replace(KICKS, body=127, assist=1),
    replace(KICKS, body=20, assist=127, keep_turn=40),
    replace(KICKS, keep_turn=0, keep_bomb=0, fuse=20),
)
TICKS = 400
HELD_MOST = 40  # ticks


class Fingers:
    """Any keys, held for one tick or for many."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._held = 0
        self._left = 0

    def keys(self) -> int:
        """The keys held in the next tick."""
        self._left -= 1
        if self._left < 0:
            self._left = self._chance.choice((0, 1, 5, self._chance.randrange(HELD_MOST)))
            self._held = self._chance.choice((1, 2, 4, 8, self._chance.randrange(32)))
            if self._chance.random() < 0.005:
                self._held = Keys.GONE
        return self._held


def play_both(plain: World, chance: Random, ticks: int = TICKS) -> int:
    """Step two copies of a world with the same keys, one by SteadyWalk; fails where they differ. Returns the ticks."""
    steady = copy_world(plain)
    fingers = {slot: Fingers(chance) for slot in plain.players}
    walk = SteadyWalk().walk
    for _ in range(ticks):
        keys = {slot: finger.keys() for slot, finger in fingers.items() if chance.random() < 0.995}
        assert step(steady, keys, walk) == step(plain, keys)
        assert steady == plain
        if chance.random() < 0.1:  # as with a new snapshot
            steady, walk = copy_world(plain), SteadyWalk().walk
    return ticks


@settings(max_examples=20)
@given(st.integers(0, 2**32), st.sampled_from(BOARDS), st.sampled_from((*RULES, *UNUSUAL)))
def test_steady_players_walk_as_by_the_rules(seed: int, board: object, rules: RuleSet) -> None:
    world = new_world(rules, board, range(4), seed)  # type: ignore[arg-type]
    play_both(world, Random(seed))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(300))
def test_steady_players_walk_as_by_the_rules_in_whole_rounds(seed: int) -> None:
    chance = Random(seed)
    world = new_world(chance.choice((*RULES, *UNUSUAL, LAST_ONE_STANDING)), chance.choice(BOARDS), range(4), seed)
    play_both(world, chance, 2000)
