"""The same seeds and keys give the same digests: here, under any hash seed, and under any Python from 3.11 on.

If this is red after a wanted change of the rules, write the vectors anew (tests/tools/rules_vectors.py says how) in a
commit of their own that says why.
"""

import json
import os
import subprocess
import sys

import pytest

from tests.pythons import pythons
from tests.tools.links import link_tree
from tests.tools.rules_vectors import FILE, ROOT, ROUNDS, play

GOLDEN = json.loads(FILE.read_text("utf-8"))


def printed_by(python: str, hash_seed: str) -> object:
    """Return the vectors as another interpreter computes them."""
    settings = {"PYTHONPATH": str(link_tree()), "PYTHONHASHSEED": hash_seed, "PYTHONDONTWRITEBYTECODE": "1"}
    env = {**os.environ, **settings}
    command = [python, "-m", "tests.tools.rules_vectors"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("number", range(len(ROUNDS)))
def test_each_scripted_round_gives_the_golden_digests(number: int) -> None:
    seen = play(*ROUNDS[number])
    for place, (mine, golden) in enumerate(zip(seen["digests"], GOLDEN[number]["digests"], strict=True)):  # type: ignore[call-overload]
        assert mine == golden, f"round {number} differs between ticks {60 * (place - 1)} and {60 * place}"
    assert seen == GOLDEN[number]


def test_the_rounds_are_worth_replaying() -> None:
    for golden in GOLDEN:
        assert len(set(golden["digests"])) == len(golden["digests"]) == 26
        assert golden["events"] > 30


@pytest.mark.slow
@pytest.mark.parametrize("hash_seed", ["0", *(pytest.param(seed, marks=pytest.mark.long) for seed in ("1", "42"))])
def test_the_hash_seed_changes_nothing(hash_seed: str) -> None:
    assert printed_by(sys.executable, hash_seed) == GOLDEN


@pytest.mark.slow
@pytest.mark.parametrize("python", pythons())
def test_every_version_of_python_that_is_here_plays_the_same(python: str) -> None:
    assert printed_by(python, "7") == GOLDEN
