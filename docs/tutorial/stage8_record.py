"""Stage 8. A recording holds no pictures: a seed, and the keys of each tick. The rules give the rest again.

python stage8_record.py record FILE    play a match of 600 ticks, and record it
python stage8_record.py check FILE     play the recording again. Is each second the same as then?
python stage8_record.py set            the mistake: rules that walk through a set
python stage8_record.py size           how large is the recording, and how large would the worlds be?
"""

import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from rules import World, new_world, step, walk

NAMES, TICKS, SECOND = ("Ada", "Bo", "Cy", "Dee", "Eve"), 600, 60
Step = Callable[[World, dict[str, int]], None]


def step_through_a_set(world: World, keys: dict[str, int]) -> None:
    """The mistake: the order of a set of texts is another one in each process."""
    world["tick"] += 1
    for name in set(world["players"]):  # sorted(...) would be right
        walk(world, name, keys.get(name, 0))


def digest(world: World) -> str:
    """Return 16 characters that are the same for equal worlds, and differ for others."""
    return hashlib.sha256(json.dumps(world, sort_keys=True).encode()).hexdigest()[:16]


def keys_of_a_match(seed: int) -> Iterator[dict[str, int]]:
    """Give the keys of each tick. Each player holds a direction for some time; chance decides, but by a seed."""
    chance, held = random.Random(seed), dict.fromkeys(NAMES, 0)
    for tick in range(TICKS):
        if tick % 15 == 0:
            held = {name: chance.choice([1, 2, 4, 8]) for name in NAMES}
        yield held


def record(file: Path, seed: int, step: Step = step) -> None:
    """Play a match, and write the recording: a line for each tick, and a digest of the world once a second."""
    world = new_world(*NAMES)
    with file.open("w", encoding="utf-8") as out:
        print(json.dumps({"version": 1, "players": NAMES, "seed": seed}), file=out)
        for keys in keys_of_a_match(seed):
            step(world, keys)
            line = {"keys": list(keys.values())}
            print(json.dumps(line | ({"digest": digest(world)} if world["tick"] % SECOND == 0 else {})), file=out)


def check(file: Path, step: Step = step) -> str:
    """Play a recording again. Return a sentence: all is the same, or the first tick at which it is not."""
    first, *lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    world = new_world(*first["players"])
    for line in lines:
        step(world, dict(zip(first["players"], line["keys"], strict=True)))
        if line.get("digest", digest(world)) != digest(world):
            return f"tick {world['tick']}: the world is not the one that was recorded"
    return f"{world['tick']} ticks: the same match"


def with_a_set() -> str:
    """Record with the wrong rules in one process, and check in another one. Return what the check says."""
    said = ""
    with tempfile.TemporaryDirectory() as folder:
        for word, order in ("record-set", "1"), ("check-set", "2"):  # the order of sets follows from this number
            command = [sys.executable, __file__, word, str(Path(folder, "match.jsonl"))]
            environment = {**os.environ, "PYTHONHASHSEED": order}
            said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()
    return said


def size() -> tuple[int, int]:
    """Return the bytes of a recording, and those of all its worlds."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "match.jsonl")
        record(file, 7)
        bytes_recorded = file.stat().st_size
    world, bytes_of_worlds = new_world(*NAMES), 0
    for keys in keys_of_a_match(7):
        step(world, keys)
        bytes_of_worlds += len(json.dumps(world))
    return bytes_recorded, bytes_of_worlds


def main(words: list[str]) -> None:
    match words:
        case ["record", file]:
            record(Path(file), random.randrange(1_000_000))
        case ["check", file]:
            print(check(Path(file)))
        case ["record-set", file]:
            record(Path(file), 7, step_through_a_set)
        case ["check-set", file]:
            print(check(Path(file), step_through_a_set))
        case ["set"]:
            print(with_a_set())
        case ["size"]:
            print("recording: {} bytes; worlds: {} bytes".format(*size()))
        case _:
            print(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (OSError, ValueError, KeyError, TypeError) as problem:  # no such file, or one that is no recording
        sys.exit(f"This recording cannot be read: {problem}")
