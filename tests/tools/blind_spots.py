"""Makes a recorded session for each mutation that no session sees: python -m tests.tools.blind_spots

Keys are mashed by seed until the mutated rules part from ours, what they part over is shrunk, and how our rules play it
is written to tests/sessions/shrunk/. Do so when `tests/test_checker_bites.py` says that a mutation turns none red.
"""

import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from petard.server.devtools.shrink import DigestOracle
from petard.shared.demo.script import Script, demo_of, holds_of, play_script
from petard.shared.demo.shrink import ShrinkFault, ShrinkReason, shrink
from petard.shared.rules.new_round import new_world
from petard.shared.rules.rng import below
from petard.shared.rules.ruleset import LAST_ONE_STANDING, TICK_RATE
from petard.shared.rules.world import copy_world
from tests.ends import boards
from tests.server.devtools.planted import Bug, build_with
from tests.shared.demo.matches import HEADER
from tests.test_checker_bites import MUTATIONS, SESSIONS, verified

TICKS, PLAYERS, SEEDS = 1800, 8, 20
# Nobody dies of flames, and everything there is in the rules happens early.
BUSY = replace(
    LAST_ONE_STANDING,
    round=30 * TICK_RATE,
    hurry=20 * TICK_RATE,
    closing=15 * TICK_RATE,
    health=10_000,
    health_most=10_000,
    bombs=3,
    bomb_pause=20,
    bricks=20,
    loose=40,
    weights=(0, 1, 1, 1, 5, 1, 1, 1, 1, 1, 2, 2, 2),
)


def mashed(seed: int) -> Script:
    """A round in which all players press random keys, a new set about four times a second."""
    start = new_world(BUSY, boards()["large"], range(PLAYERS), seed)
    chance, held, inputs = seed, dict.fromkeys(range(PLAYERS), 0), []
    for _ in range(TICKS):
        for slot in held:
            chance, roll = below(chance, 16)
            if not roll:
                chance, held[slot] = below(chance, 32)
        inputs.append(dict(held))
    return Script(start, TICKS, holds_of(inputs))


def session_for(mutation: Bug, build: Path) -> bytes | None:
    """A small demo that fails under the mutated rules; None if random keys find none."""
    with DigestOracle(build) as oracle:

        def judge(attempt: Script) -> ShrinkReason | None:
            return oracle.reason(attempt, ShrinkFault.OTHER)

        for seed in range(1, SEEDS):
            script = mashed(seed)
            if judge(script):
                small, why = shrink(script, judge)
                note = f"against: {mutation.name}"
                sys.stdout.write(f"{mutation.name}: seed {seed}, {small.ticks} ticks: {why.more}\n")
                return demo_of(small, [copy_world(world) for world in play_script(small)], HEADER, note)
    return None


def main() -> None:
    """Test all mutations; print what was written."""
    for mutation in MUTATIONS:
        with TemporaryDirectory() as folder:
            build = build_with(mutation, Path(folder))
            if verified(build)[1]:
                continue
            data = session_for(mutation, build)
            if data is None:
                sys.stdout.write(f"{mutation.name}: mashing keys does not find it\n")
                continue
            file = SESSIONS / "shrunk" / f"{mutation.name.replace(' ', '_')}.petard"
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(data)
            sys.stdout.write(f"{file}: {len(data)} bytes\n")


if __name__ == "__main__":
    main()
