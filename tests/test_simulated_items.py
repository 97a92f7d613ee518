"""Whole matches over simulated networks with all items on: prediction, takeover, spectators and recordings agree."""

from dataclasses import replace

import pytest

from petard.shared.rules.items import Item, weights_of
from petard.shared.rules.ruleset import PRESETS
from tests.test_simulation import Simulation

LONG_SEEDS = 20
ALL = weights_of({item: 3 if item == Item.DISEASE else 1 for item in Item})


@pytest.mark.parametrize(
    "seed", [3, *[pytest.param(seed, marks=pytest.mark.long) for seed in range(4, 4 + LONG_SEEDS)]]
)
def test_a_match_with_all_items_survives_trouble(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("duel", "last-one-standing"):
        busy = replace(PRESETS[name], weights=ALL, bricks=30, hidden_share=60, loose=30)
        monkeypatch.setitem(PRESETS, name, busy)
    Simulation(seed).play()
