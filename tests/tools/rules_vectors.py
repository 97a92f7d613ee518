"""Scripted rounds and their digests: the golden vectors of the rules.

Rule 1: only the standard library and `petard.shared.rules`, so that any Python from 3.11 on can run this file
(with PYTHONPATH=build/types, which tests/tools/links.py makes).
Rule 2: `python -m tests.tools.rules_vectors` prints the vectors; with `--write` it writes them to the file that
tests/shared/rules/test_vectors.py compares. Only a wanted change of the rules is a reason to do so.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from petard.shared.rules.digest import digest
from petard.shared.rules.maps import parse_map
from petard.shared.rules.new_round import new_world
from petard.shared.rules.rng import below
from petard.shared.rules.ruleset import PRESETS
from petard.shared.rules.step import step
from petard.shared.rules.world import Keys

ROOT = Path(__file__).parents[2]
FILE = ROOT / "tests" / "vectors" / "rules.json"
EVERY = 60  # ticks between two digests
TICKS = 1500
ROUNDS = (  # preset, map, players, seed
    ("last-one-standing", "small", 4, 1),
    ("last-one-standing", "classic", 5, 20260101),
    ("last-one-standing", "battle", 64, (1 << 64) - 1),
    ("classic-course", "classic", 8, 7),
    ("classic-course", "large", 10, 1 << 63),
)
_WAYS = (0, Keys.UP, Keys.DOWN, Keys.LEFT, Keys.RIGHT, Keys.UP | Keys.RIGHT, Keys.DOWN | Keys.LEFT)


def random_keys(seed: int, slots: list[int], bombs: int = 40) -> Iterator[dict[int, int]]:
    """Endless random keys: each slot holds a direction for 1 to 40 ticks and drops a bomb once in `bombs` ticks."""
    state = seed ^ 0x5EED
    held = {slot: (0, 0) for slot in slots}  # keys, ticks left
    while True:
        inputs: dict[int, int] = {}
        for slot in slots:
            way, left = held[slot]
            if left == 0:
                state, pick = below(state, len(_WAYS))
                state, left = below(state, 40)
                way = int(_WAYS[pick])
            else:
                left -= 1
            held[slot] = way, left
            state, bomb = below(state, bombs)
            inputs[slot] = way | (int(Keys.BOMB) if bomb == 0 else 0)
        yield inputs


def play(preset: str, map_name: str, players: int, seed: int) -> dict[str, object]:
    """One scripted round: its digest at tick 0 and every 60 ticks, and the number of events."""
    text = (ROOT / "assets" / "maps" / f"{map_name}.txt").read_text("utf-8")
    world = new_world(replace(PRESETS[preset], carts=0), parse_map(text, map_name), range(players), seed)
    keys = random_keys(seed, list(world.players))
    digests, events = [digest(world)], 0
    for tick in range(1, TICKS + 1):
        events += len(step(world, next(keys)))
        if tick % EVERY == 0:
            digests.append(digest(world))
    return {
        "rules": preset,
        "map": map_name,
        "players": players,
        "seed": str(seed),  # text, because JSON readers elsewhere round numbers of 64 bits
        "events": events,
        "digests": [f"{number:08x}" for number in digests],
    }


def vectors() -> str:
    """All rounds as JSON text."""
    return json.dumps([play(*round_) for round_ in ROUNDS], indent=1) + "\n"


def main() -> None:
    """Print the vectors, or write them."""
    if "--write" in sys.argv:
        FILE.write_text(vectors(), encoding="utf-8", newline="\n")
    else:
        sys.stdout.write(vectors())


if __name__ == "__main__":
    main()
