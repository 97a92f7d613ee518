"""Whole matches over simulated networks on boards with special floors: prediction, takeover and recordings agree."""

from dataclasses import replace

import pytest

from tests.ends import boards
from tests.test_simulation import Simulation

ONE_OF_EACH = ("switchyard", "temple", "crevasse", "foundry", "catacombs", "depot", "rink")
CASES = [pytest.param(name, seed, marks=pytest.mark.long) for name in ONE_OF_EACH for seed in (40, 41, 42, 43, 53)]


@pytest.mark.parametrize(("name", "seed"), [("catacombs", 50), ("depot", 53), *CASES])
def test_a_match_on_special_floors_survives_trouble(name: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for other in ("small", "classic"):  # those that the simulation chooses from
        monkeypatch.setitem(boards(), other, replace(boards()[name], name=other))
    Simulation(seed).play()
