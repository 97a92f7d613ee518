"""Whole matches of every mode over simulated networks: prediction, takeover, spectators and recordings agree."""

import pytest

from petard.shared.rules.modes.table import LAST_ONE_STANDING, MODES
from tests.test_simulation import Simulation

LONG_SEEDS = 20
# By default: a seed with a match of one short round; a match of paint takes as long as these three together.
SHORT = {"crown": 6, "teams": 9, "zombie": 9}
OTHERS = [name for name in MODES if name != LAST_ONE_STANDING.name]


@pytest.mark.parametrize(
    ("mode", "seed"),
    [
        pytest.param(mode, seed, marks=[pytest.mark.long] * (SHORT.get(mode) != seed))
        for mode in OTHERS
        for seed in range(5, 6 + LONG_SEEDS)
    ],
)
def test_a_match_of_each_mode_survives_trouble(mode: str, seed: int) -> None:
    Simulation(seed, mode).play()


@pytest.mark.long
@pytest.mark.simulation
def test_a_match_of_some_mode_survives_trouble(simulated_seed: int) -> None:
    """With `-m simulation --seeds N`: N more matches, of one mode after the other."""
    Simulation(simulated_seed, OTHERS[simulated_seed % len(OTHERS)]).play()
