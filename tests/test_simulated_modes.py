"""Whole matches of every mode over simulated networks: prediction, takeover, spectators and recordings agree."""

import pytest

from petard.shared.rules.modes.table import LAST_ONE_STANDING, MODES
from tests.test_simulation import Simulation

LONG_SEEDS = 20
OTHERS = [name for name in MODES if name != LAST_ONE_STANDING.name]


@pytest.mark.parametrize("mode", OTHERS)
@pytest.mark.parametrize(
    "seed", [5, *[pytest.param(seed, marks=pytest.mark.long) for seed in range(6, 6 + LONG_SEEDS)]]
)
def test_a_match_of_each_mode_survives_trouble(mode: str, seed: int) -> None:
    Simulation(seed, mode).play()
