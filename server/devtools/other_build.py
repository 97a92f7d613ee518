"""Plays scripts by the rules of another build: a program of its own, told on stdin, answering on stdout, line by line.

It is started by path, and `petard.shared` is whatever its PYTHONPATH leads to; so it uses nothing of Petard but the
rules, which every build has, and drops numbers that its build does not know.
A question: {"world": …, "inputs": [[[slot, keys], …] for each tick], "look": [tick, …]}
An answer: {"digests": […], "error": "" or what was raised where, "worlds": [a world after each tick of `look`]}
"""

import json
import sys
import traceback
from dataclasses import asdict, fields
from typing import Any

from petard.shared.rules.digest import digest
from petard.shared.rules.ruleset import RuleSet
from petard.shared.rules.step import step
from petard.shared.rules.world import Bomb, Flame, Player, World

RECORDS: dict[str, type] = {"players": Player, "bombs": Bomb, "flames": Flame}
NUMBERS = ("items", "breaking", "hidden")


def plain_of(world: World) -> dict[str, Any]:
    """A world as what JSON can say."""
    plain: dict[str, Any] = {name: getattr(world, name) for name in world.__slots__}
    plain |= {"rules": asdict(world.rules), "tiles": list(world.tiles)}
    for name in RECORDS:
        plain[name] = [[key, asdict(record)] for key, record in plain[name].items()]
    return plain | {name: list(plain[name].items()) for name in NUMBERS}


def world_of(plain: dict[str, Any]) -> World:
    """The world that JSON said."""
    values = _known(World, plain)
    values["rules"] = RuleSet(**_known(RuleSet, {**plain["rules"], "weights": tuple(plain["rules"]["weights"])}))
    values["tiles"] = bytearray(plain["tiles"])
    for name, kind in RECORDS.items():
        values[name] = {key: kind(**_known(kind, row)) for key, row in plain[name]}
    return World(**{**values, **{name: dict(plain[name]) for name in NUMBERS}})


def _known(kind: Any, values: dict[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in values.items() if name in names}


def place_of(problem: BaseException) -> str:
    """What was raised, and in which function."""
    frames = traceback.extract_tb(problem.__traceback__)
    return f"{type(problem).__name__} in {frames[-1].name}" if frames else type(problem).__name__


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Play one script."""
    world, digests, worlds, error = world_of(question["world"]), [], [], ""
    try:
        for tick, pairs in enumerate(question["inputs"], 1):
            step(world, dict(pairs))
            digests.append(digest(world))
            if tick in question["look"]:
                worlds.append(plain_of(world))
    except Exception as problem:
        error = place_of(problem)
    return {"digests": digests, "error": error, "worlds": worlds}


def main() -> None:
    """Answer until stdin ends."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
