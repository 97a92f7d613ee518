"""`petard-server replay to-test`: writes a round of a demo as a pytest that a person can read and that stands alone.

Rule 1: it needs only the rules: the board as rows of text, unusual numbers, and the keys.
Rule 2: it checks the digests of the demo; a round that fails by itself (chance, a hash seed) is played often instead.
Rule 3: the code is formatted as the project formats its code.
"""

import re
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from petard.server.config.config import CliParser
from petard.server.devtools.demo_files import add_output, open_demo, output_path
from petard.shared.demo.reader import Demo
from petard.shared.demo.records import Ended, Mark
from petard.shared.demo.script import Script, inputs_of, script_of
from petard.shared.demo.shrink import ShrinkFault
from petard.shared.demo.verify import verify
from petard.shared.files import shown_path, write_file
from petard.shared.rules.floors import FLOOR_NUMBERS
from petard.shared.rules.items import ITEM_NUMBERS
from petard.shared.rules.ruleset import PRESETS, RuleSet
from petard.shared.rules.world import Direction, Keys, Shape, Tile, World
from petard.shared.user_folders import file_path

IMPORTS = {  # what a test may need, by module
    "dataclasses": ("replace",),
    "petard.shared.rules.digest": ("digest",),
    "petard.shared.rules.floors": ("Floor",),
    "petard.shared.rules.items": ("Item",),
    "petard.shared.rules.ruleset": ("CLASSIC_COURSE", "DUEL", "LAST_ONE_STANDING", "NO_CARTS", "SUPER_CARTS"),
    "petard.shared.rules.step": ("step",),
    "petard.shared.rules.world": ("Bomb", "Direction", "Flame", "Keys", "Player", "Shape", "Tile", "World"),
}
PER_LINE = 8  # digests
LINE_MOST = 120  # characters
BOARD_LETTERS = {Tile.FLOOR: ".", Tile.WALL: "#", Tile.BRICK: "+", Tile.BREAKING: "%"}
_CONSTANTS = {preset: name.upper().replace("-", "_") for name, preset in PRESETS.items()}
_NAMED: dict[str, type] = {"facing": Direction, "turn": Direction, "rolls": Direction, "shape": Shape}
PLAYED = """
def played() -> list[int]:
    \"\"\"The digest after each tick.\"\"\"
    world, keys, digests = first_world(), dict[int, int](), list[int]()
    for tick in range(1, TICKS + 1):
        keys.update({slot: held for at, slot, held in PRESSED if at == tick})
        step(world, keys)
        digests.append(digest(world))
    return digests

"""
AS_RECORDED = """
def test_it_plays_as_it_was_recorded() -> None:
    assert played()[: len(DIGESTS)] == DIGESTS
"""
TO_THE_END = """
def test_it_plays() -> None:
    assert len(played()) == TICKS
"""
OFTEN = """
def test_it_is_the_same_each_time() -> None:
    assert len({tuple(played()) for _ in range(50)}) == 1
"""
SEEDS = """
def test_it_is_the_same_under_each_hash_seed() -> None:
    answers = set()
    for seed in range(5):
        environment = os.environ | {"PYTHONHASHSEED": str(seed), "PYTHONPATH": os.pathsep.join(sys.path)}
        answers.add(subprocess.run([sys.executable, __file__], env=environment, capture_output=True, check=True).stdout)
    assert len(answers) == 1


if __name__ == "__main__":
    sys.stdout.write(repr(played()))
"""


def pytest_code(demo: Demo, name: str, number: int = 1) -> str:
    """Return the test that plays a round of a demo; raises DemoError for one that cannot be run again."""
    script = script_of(demo, number)
    fault = _fault(demo)
    first = demo.rounds[number - 1].moment
    digests = list(demo.digests[first : first + script.ticks])
    lines = list(_constants(script))
    if fault is ShrinkFault.CHANCE:
        check = OFTEN
    elif fault is ShrinkFault.HASH:
        check = SEEDS
    elif digests:
        lines += _digests(digests)
        check = AS_RECORDED
    else:
        check = TO_THE_END
    lines += ["", "", "def first_world() -> World:", '    """The world at the start."""', *_world_code(script.start)]
    body = "\n".join([*lines, "    return world", "", PLAYED]) + check
    return f'"""{_about(demo, name)}\n"""\n\n{_imports(body)}\n\n{body}'


def _fault(demo: Demo) -> ShrinkFault | None:
    """How it fails, if it was shrunk."""
    marks = [record.text for record in demo.notes if isinstance(record, Mark)]
    return next((fault for fault in ShrinkFault for mark in marks if mark.startswith(fault.value)), None)


def _about(demo: Demo, name: str) -> str:
    """What the test is for, and what differed when it was written."""
    whys = [record.reason for record in demo.notes if isinstance(record, Ended)]
    what = whys[0].rstrip(".") if whys and _fault(demo) else "A round as it was recorded"
    parent = f", which shrank from {demo.header.parent}" if demo.header.parent else ""
    lines = [f"{what[:1].upper()}{what[1:]}.", "", f"Written from {name}{parent}, by `petard-server replay to-test`."]
    mismatch = verify(demo).mismatch
    if mismatch:
        lines.append(f"When it was written: {mismatch.what.sentence('recorded', 'played')}.")
    return "\n".join(_escape(line) for text in lines for line in textwrap.wrap(text, 118) or [""])


def _escape(text: str) -> str:
    """Make text from a recording safe in a docstring: it cannot end the docstring or be code."""
    return "".join(filter(str.isprintable, text)).translate({ord("\\"): "/", ord('"'): "'"})


def _imports(body: str) -> str:
    """The imports that the rest needs: Python's, an empty line, and ours."""
    blocks: tuple[list[str], list[str]] = [], []
    for module, names in IMPORTS.items():
        if needed := [name for name in names if re.search(rf"\b{name}\b", body)]:
            blocks[module.startswith("petard")].append(f"from {module} import {', '.join(needed)}")
    blocks[0][:0] = [f"import {name}" for name in ("os", "subprocess", "sys") if f"{name}." in body]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _constants(script: Script) -> Iterator[str]:
    world = script.start
    yield _rules_code(world.rules)
    letters = "".join(BOARD_LETTERS[Tile(tile)] for tile in world.tiles)
    rows = (letters[at : at + world.width] for at in range(0, len(letters), world.width))
    yield from ("BOARD = (", *(f'    "{row}",' for row in rows), ")")
    used = (f'"{letter}": Tile.{tile.name}' for tile, letter in BOARD_LETTERS.items() if letter in letters)
    yield f"TILES = {{{', '.join(used)}}}"
    yield f"TICKS = {script.ticks}"
    changes = [f"    ({tick}, {slot}, {keys_code(keys)})," for tick, slot, keys in _key_changes(script)]
    pressed = "PRESSED: list[tuple[int, int, int]] = ["
    if changes:
        yield from (f"{pressed}  # in this tick, this slot: these keys from now on", *changes, "]")
    else:
        yield f"{pressed}]"


def _key_changes(script: Script) -> Iterator[tuple[int, int, int]]:
    held: dict[int, int] = {}
    for tick, keys in enumerate(inputs_of(script), 1):
        for slot in sorted(held.keys() | keys.keys()):
            if held.get(slot, 0) != keys.get(slot, 0):
                held[slot] = keys.get(slot, 0)
                yield tick, slot, held[slot]


def _digests(digests: list[int]) -> list[str]:
    numbers = [f"0x{digest:08X}" for digest in digests]
    if len(numbers) <= PER_LINE:
        return [f"DIGESTS = [{', '.join(numbers)}]"]
    rows = (", ".join(numbers[at : at + PER_LINE]) for at in range(0, len(numbers), PER_LINE))
    return ["# fmt: off", "DIGESTS = [", *(f"    {row}," for row in rows), "]", "# fmt: on"]


def _rules_code(rules: RuleSet) -> str:
    """The nearest preset, and what differs from it."""
    if rules in _CONSTANTS:
        return f"RULES = {_CONSTANTS[rules]}"
    changes = {preset: _fields_that_differ(rules, preset) for preset in PRESETS.values()}
    near = min(changes, key=lambda preset: len(changes[preset]))
    values = [f"{field}={getattr(rules, field)!r}" for field in changes[near]]
    return _assignment("RULES", "replace", [_CONSTANTS[near], *values])


def _fields_that_differ(rules: RuleSet, preset: RuleSet) -> list[str]:
    return [field.name for field in fields(RuleSet) if getattr(rules, field.name) != getattr(preset, field.name)]


def keys_code(keys: int) -> str:
    """Return keys as Python.

    >>> keys_code(17)
    'Keys.UP | Keys.BOMB'
    """
    names = [f"Keys.{name}" for name in ("UP", "DOWN", "LEFT", "RIGHT", "BOMB", "GONE") if keys & getattr(Keys, name)]
    return " | ".join(names) or "Keys.NONE"


def _world_code(world: World) -> Iterator[str]:
    """The lines, indented, that make a world from RULES, BOARD and TILES; default values are left out."""
    values = ["RULES", str(world.width), str(world.height), "bytearray(TILES[mark] for row in BOARD for mark in row)"]
    defaults = {field.name: field.default for field in fields(World)}
    for name in ("tick", "next_bomb", "over_at", "winner", "rng"):
        if getattr(world, name) != defaults[name]:
            values.append(f"{name}={getattr(world, name)}")
    yield _assignment("    world", "World", values)
    for table, key_field in (("players", "slot"), ("bombs", "id"), ("flames", "")):
        for key, record in getattr(world, table).items():
            yield _assignment(f"    world.{table}[{key}]", type(record).__name__, _record_values(record, key_field))
    for table in ("items", "hidden"):
        for tile, item in getattr(world, table).items():
            named = f"Item.{ITEM_NUMBERS[item].name}" if item in ITEM_NUMBERS else item
            yield f"    world.{table}[{tile}] = {named}"
    yield from (f"    world.breaking[{tile}] = {until}" for tile, until in world.breaking.items())
    yield from _floors_code(world.floors)


def _floors_code(floors: bytes) -> Iterator[str]:
    if not floors:
        return
    yield "    floors = bytearray(len(world.tiles))"
    for tile, floor in enumerate(floors):
        if floor:
            named = f"Floor.{FLOOR_NUMBERS[floor].name}" if tile and floor in FLOOR_NUMBERS else floor
            yield f"    floors[{tile}] = {named}"
    yield "    world.floors = bytes(floors)"


def _record_values(record: Any, key_field: str) -> Iterator[str]:
    for field in fields(record):
        value = getattr(record, field.name)
        if field.name == key_field:
            yield str(value)
        elif value != field.default:
            yield f"{field.name}={_value_code(field.name, value)}"


def _value_code(name: str, value: int) -> str:
    if name == "keys":
        return keys_code(value)
    if kind := _NAMED.get(name):
        return next(f"{kind.__name__}.{word}" for word, number in vars(kind).items() if number == value)
    return str(value)


def _assignment(target: str, name: str, values: Iterable[str]) -> str:
    """A call whose result is assigned, in one line if it fits."""
    arguments = list(values)
    line = f"{target} = {name}({', '.join(arguments)})"
    if len(line) <= LINE_MOST:
        return line
    indent = " " * (len(line) - len(line.lstrip()))
    return "\n".join([f"{target} = {name}(", *(f"{indent}    {value}," for value in arguments), f"{indent})"])


def main(words: Sequence[str]) -> int:
    """Write one test; returns 0. Raises DemoError and OSError."""
    parser = CliParser("replay to-test", "Write the pytest that plays a round of a demo.")
    add = parser.add_argument
    add("file", type=file_path, metavar="FILE")
    add("--round", type=int, default=1, metavar="N", help="which of its rounds (default: 1)")
    add_output(parser, "the new file (default: test_FILE.py)")
    given = parser.parse_args(words)
    path: Path = given.file
    out = output_path(given, path.parent / ("test_" + re.sub(r"\W", "_", path.stem) + ".py"))
    text = pytest_code(open_demo(path), path.name, given.round)
    write_file(out, text.encode(), given.force)
    sys.stdout.write(f"{shown_path(out)}: {len(text.splitlines())} lines\n")
    return 0
