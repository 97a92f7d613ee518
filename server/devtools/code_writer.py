"""Worlds and rules as the Python that makes them: what a person would write, the usual numbers left out.

Rule: what comes out is as the project formats its code, so nobody has to touch it.
"""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from petard.shared.rules.ruleset import LAST_ONE_STANDING, PRESETS, Item, RuleSet
from petard.shared.rules.world import Direction, Keys, Shape, Tile, World

BOARD_MARKS = {Tile.FLOOR: ".", Tile.WALL: "#", Tile.BRICK: "+", Tile.BREAKING: "%"}
WIDE = 120  # characters of a line
_CONSTANTS = {preset: name.upper().replace("-", "_") for name, preset in PRESETS.items()}
_NAMED: dict[str, type] = {"facing": Direction, "turn": Direction, "rolls": Direction, "shape": Shape}


def board_rows(world: World) -> list[str]:
    """The tiles as rows of text."""
    marks = "".join(BOARD_MARKS[Tile(tile)] for tile in world.tiles)
    return [marks[at : at + world.width] for at in range(0, len(marks), world.width)]


def rules_text(rules: RuleSet) -> str:
    """The preset that is nearest, and what differs from it."""
    if rules in _CONSTANTS:
        return _CONSTANTS[rules]
    near = min(PRESETS.values(), key=lambda preset: len(_differing(rules, preset)))
    name = _CONSTANTS.get(near, _CONSTANTS[LAST_ONE_STANDING])
    return _call(
        "replace", [name, *(f"{field}={getattr(rules, field)!r}" for field in _differing(rules, near))], "RULES = "
    )


def _differing(rules: RuleSet, preset: RuleSet) -> list[str]:
    return [field.name for field in fields(RuleSet) if getattr(rules, field.name) != getattr(preset, field.name)]


def keys_text(keys: int) -> str:
    """Keys by name.

    >>> keys_text(17)
    'Keys.UP | Keys.BOMB'
    """
    names = [f"Keys.{name}" for name in ("UP", "DOWN", "LEFT", "RIGHT", "BOMB", "GONE") if keys & getattr(Keys, name)]
    return " | ".join(names) or "Keys.NONE"


def world_lines(world: World) -> Iterator[str]:
    """The lines, indented, that make a world from RULES, BOARD and TILES."""
    values = ["RULES", str(world.width), str(world.height), "bytearray(TILES[mark] for row in BOARD for mark in row)"]
    usual = {field.name: field.default for field in fields(World)}
    for name in ("tick", "next_bomb", "over_at", "winner", "rng"):
        if getattr(world, name) != usual[name]:
            values.append(f"{name}={getattr(world, name)}")
    yield "    " + _call("World", values, "    world = ", "world = ")
    for table, key_field in (("players", "slot"), ("bombs", "id"), ("flames", "")):
        for key, record in getattr(world, table).items():
            yield from _record_lines(f"world.{table}[{key}] = ", record, key_field)
    for table in ("items", "hidden"):
        for tile, item in getattr(world, table).items():
            yield f"    world.{table}[{tile}] = Item.{Item(item).name}"
    yield from (f"    world.breaking[{tile}] = {until}" for tile, until in world.breaking.items())


def _record_lines(target: str, record: Any, key_field: str) -> Iterator[str]:
    values = []
    for field in fields(record):
        value = getattr(record, field.name)
        if field.name == key_field:
            values.append(str(value))
        elif value != field.default:
            values.append(f"{field.name}={_number(field.name, value)}")
    yield "    " + _call(type(record).__name__, values, f"    {target}", target)


def _number(name: str, value: int) -> str:
    if name == "keys":
        return keys_text(value)
    kind = _NAMED.get(name)
    if kind:
        return next(f"{kind.__name__}.{word}" for word, number in vars(kind).items() if number == value)
    return str(value)


def _call(name: str, values: list[str], before: str, shown: str = "") -> str:
    """A call, in one line if it fits behind what stands before it."""
    line = f"{name}({', '.join(values)})"
    indent = " " * (len(before) - len(before.lstrip()))
    if len(before) + len(line) > WIDE:
        line = "\n".join([f"{name}(", *(f"{indent}    {value}," for value in values), f"{indent})"])
    return shown + line
