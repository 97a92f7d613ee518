"""A program that plays scripts by the rules of another build: one JSON request per line on stdin, one reply on stdout.

It is started by path, and its PYTHONPATH decides which `petard.shared` it imports. So it uses nothing of Petard but the
rules, which every build has, and drops fields that its build does not know.
Request: {"world": …, "inputs": [[[slot, keys], …] for each tick], "look": [tick, …]}
Reply: {"digests": […], "error": "" or what was raised and where, "worlds": [the world after each tick of `look`]}
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
LISTS = ("tiles", "floors")


def world_to_json(world: World) -> dict[str, Any]:
    plain: dict[str, Any] = {name: getattr(world, name) for name in world.__slots__}
    plain |= {"rules": asdict(world.rules)} | {name: list(plain[name]) for name in LISTS}
    for name, table in plain.items():
        if name in RECORDS:
            plain[name] = [[key, asdict(record)] for key, record in table.items()]
        elif isinstance(table, dict) and name != "rules":
            plain[name] = list(table.items())
    return plain


def world_from_json(plain: dict[str, Any]) -> World:
    values = _known(World, plain)
    values["rules"] = RuleSet(**_known(RuleSet, {**plain["rules"], "weights": tuple(plain["rules"]["weights"])}))
    values["tiles"] = bytearray(plain["tiles"])
    if "floors" in values:  # not in a build of before them
        values["floors"] = bytes(plain["floors"])
    for name, kind in RECORDS.items():
        values[name] = {key: kind(**_known(kind, row)) for key, row in plain[name]}
    read: dict[str, Any] = {name: dict(value) if isinstance(value, list) else value for name, value in values.items()}
    return World(**read)


def _known(kind: Any, values: dict[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in values.items() if name in names}


def place_of(problem: BaseException) -> str:
    """Return what was raised, and in which function."""
    frames = traceback.extract_tb(problem.__traceback__)
    return f"{type(problem).__name__} in {frames[-1].name}" if frames else type(problem).__name__


def reply_to(request: dict[str, Any]) -> dict[str, Any]:
    world, digests, worlds, error = world_from_json(request["world"]), [], [], ""
    try:
        for tick, pairs in enumerate(request["inputs"], 1):
            step(world, dict(pairs))
            digests.append(digest(world))
            if tick in request["look"]:
                worlds.append(world_to_json(world))
    except Exception as problem:
        error = place_of(problem)
    return {"digests": digests, "error": error, "worlds": worlds}


def main() -> None:
    """Reply until stdin ends."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(reply_to(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
