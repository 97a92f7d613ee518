"""How inputs are made: at random from a seed, or by atheris, which looks which lines each input reaches.

Rule 1: the random engine makes the same inputs for the same seed, target and corpus. It needs no library.
Rule 2: an input with a new answer (another exception at another line) joins those from which others are made.
Rule 3: one process fuzzes one target with atheris, whose library does not return.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.fuzz.mutators import LONGEST
from tests.fuzz.target import FuzzFinding, FuzzTarget, Outcome, judge, judge_memory, outcome_of, smaller

MEMORY_EVERY = 32  # runs; counting memory is slow
POOL_MOST = 2000  # inputs from which others are made
HANGS_AFTER = 60  # seconds of one run, with atheris
BY_ATHERIS = 0.3  # of its inputs are made by its own mutators, the others by ours


@dataclass(slots=True)
class FuzzRun:
    """What one target has been given so far. `report`: called with each new finding, once for each place."""

    target: FuzzTarget
    report: Callable[[FuzzFinding], object]
    runs: int = 0
    seen: set[tuple[str, str]] = field(default_factory=set)

    def give(self, data: bytes, counts_memory: bool = False) -> Outcome:
        """Run one input and report what is wrong with it. Memory is counted now and then, or if `counts_memory`."""
        self.runs += 1
        outcome = outcome_of(self.target, data)
        found = judge(self.target, data, outcome)
        if found is None and (counts_memory or self.runs % MEMORY_EVERY == 0):
            found = judge_memory(self.target, data)
        if found and (found.kind, found.place) not in self.seen:
            self.seen.add((found.kind, found.place))
            self.report(smaller(self.target, found))
        return outcome


def random_inputs(target: FuzzTarget, seed: int, pool: list[bytes]) -> Iterator[bytes]:
    """Yield inputs made of those in `pool`, which may grow meanwhile, without end."""
    chance = Random(f"{target.name} {seed}")
    while True:
        data = chance.choice(pool)
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            data = target.mutate(data, chance, chance.choice(pool))
        yield data


def fuzz_at_random(run: FuzzRun, seed: int, most: int, ends_at: float = float("inf")) -> None:
    """Give a target its corpus and then `most` inputs, until a moment of time.monotonic()."""
    pool = list(run.target.inputs().values())
    answers = {run.give(data).place for data in pool}
    for data in random_inputs(run.target, seed, pool):
        if most <= 0 or time.monotonic() >= ends_at:
            return
        most -= 1
        answer = run.give(data).place
        if answer not in answers:
            answers.add(answer)
            if len(pool) < POOL_MOST:
                pool.append(data)


def fuzz_with_atheris(atheris: Any, run: FuzzRun, folder: Path, seed: int, end_in_time: Callable[[], object]) -> None:
    """Give a target inputs until `end_in_time` ends the process; libFuzzer does not return.

    `folder`: where atheris keeps what it made.
    """

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        chance = Random(seed)
        made = atheris.Mutate(data, most) if chance.random() < BY_ATHERIS else run.target.mutate(data, chance, data)
        return bytes(made)[:most]

    def give(data: bytes) -> None:
        run.give(data)
        end_in_time()

    folder.mkdir(parents=True, exist_ok=True)
    options = [
        f"-max_len={LONGEST}",
        f"-timeout={HANGS_AFTER}",
        f"-seed={seed + 1}",
        f"-artifact_prefix={folder}/hang-",
    ]
    atheris.Setup(
        ["fuzz", "-rss_limit_mb=4096", *options, str(folder), str(run.target.folder)], give, custom_mutator=mutate
    )
    atheris.Fuzz()
