"""The verb `to-test`: a round of a demo becomes a pytest that a person can read and that stands alone.

Rule 1: it needs nothing but the rules: the board as rows of text, unusual numbers, and the keys.
Rule 2: it demands the digests of the demo; what fails by itself (chance, a hash seed) is played often instead.
"""

import re
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from petard.server.cli.replay.common import Parser, open_demo, out_of
from petard.server.devtools.code_writer import BOARD_MARKS, board_rows, keys_text, rules_text, world_lines
from petard.shared.demo.reader import Demo
from petard.shared.demo.records import Ended, Mark
from petard.shared.demo.script import Script, inputs_of, script_of
from petard.shared.demo.shrink import ShrinkFault
from petard.shared.demo.verify import verify

NAMES = {  # what a test may need, and from where
    "dataclasses": ("replace",),
    "petard.shared.rules.digest": ("digest",),
    "petard.shared.rules.ruleset": ("CLASSIC_COURSE", "DUEL", "LAST_ONE_STANDING", "Item"),
    "petard.shared.rules.step": ("step",),
    "petard.shared.rules.world": ("Bomb", "Direction", "Flame", "Keys", "Player", "Shape", "Tile", "World"),
}
PER_LINE = 8  # digests
PLAYED = """
def played() -> list[int]:
    \"\"\"The digest after each tick.\"\"\"
    world, keys, digests = begun(), dict[int, int](), list[int]()
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


def text_of_test(demo: Demo, name: str, number: int = 1) -> str:
    """The text of the test that plays a round of a demo; raises NoDemo for one that cannot be run again."""
    script = script_of(demo, number)
    fault = _fault(demo)
    first = demo.began[number - 1].moment
    digests = list(demo.digests[first : first + script.ticks])
    body = "\n".join(_constants(script)) + "\n\n\n" + "\n".join(_beginning(script)) + "\n\n" + PLAYED
    if digests and fault not in (ShrinkFault.CHANCE, ShrinkFault.HASH):
        body = body.replace("\n\n\ndef begun", f"\n{_digests(digests)}\n\n\ndef begun", 1)
    if fault is ShrinkFault.CHANCE:
        body += OFTEN
    elif fault is ShrinkFault.HASH:
        body += SEEDS
    else:
        body += AS_RECORDED if digests else "\ndef test_it_plays() -> None:\n    assert len(played()) == TICKS\n"
    return f'"""{_about(demo, name)}\n"""\n\n{_imports(body)}\n\n{body}'


def _fault(demo: Demo) -> ShrinkFault | None:
    """Why it was shrunk, if it was."""
    marks = [record.text for record in demo.notes if isinstance(record, Mark)]
    return next((fault for fault in ShrinkFault for mark in marks if mark.startswith(fault.value)), None)


def _about(demo: Demo, name: str) -> str:
    """What the test is there for, and what goes wrong now if anything does."""
    whys = [record.reason for record in demo.notes if isinstance(record, Ended)]
    what = whys[0].rstrip(".") if whys and _fault(demo) else "A round as it was recorded"
    parent = f", which shrank from {demo.header.parent}" if demo.header.parent else ""
    lines = [f"{what[:1].upper()}{what[1:]}.", "", f"Written from {name}{parent}, by `petard-server replay to-test`."]
    parting = verify(demo).parting
    if parting:
        lines.append(f"When it was written: {parting.what.sentence('recorded', 'played')}.")
    return "\n".join(_tame(line) for text in lines for line in textwrap.wrap(text, 118) or [""])


def _tame(text: str) -> str:
    """Words of somebody else's recording that stand in a docstring: nothing in them may end it, or be code."""
    return "".join("/" if mark == "\\" else "'" if mark == '"' else mark for mark in text if mark.isprintable())


def _imports(body: str) -> str:
    """The imports that the rest needs."""
    needed = {module: [name for name in names if re.search(rf"\b{name}\b", body)] for module, names in NAMES.items()}
    lines = [f"from {module} import {', '.join(names)}" for module, names in needed.items() if names]
    python = [f"import {name}" for name in ("os", "subprocess", "sys") if f"{name}." in body]
    first = python + [line for line in lines if not line.startswith("from petard")]
    return "\n".join([*first, *[""] * bool(first), *(line for line in lines if line.startswith("from petard"))])


def _constants(script: Script) -> Iterator[str]:
    tiles = set(script.start.tiles)
    used = [f'"{mark}": Tile.{tile.name}' for tile, mark in BOARD_MARKS.items() if tile in tiles]
    yield f"RULES = {rules_text(script.start.rules)}"
    yield "BOARD = ("
    yield from (f'    "{row}",' for row in board_rows(script.start))
    yield ")"
    yield "TILES = {" + ", ".join(used) + "}"
    yield f"TICKS = {script.ticks}"
    rows = list(_pressed(script))
    yield "PRESSED: list[tuple[int, int, int]] = [" + (
        "  # in this tick, this slot: these keys from now on" if rows else "]"
    )
    yield from (f"    ({tick}, {slot}, {keys_text(keys)})," for tick, slot, keys in rows)
    if rows:
        yield "]"


def _pressed(script: Script) -> Iterator[tuple[int, int, int]]:
    held: dict[int, int] = {}
    for tick, keys in enumerate(inputs_of(script), 1):
        for slot in sorted(held.keys() | keys.keys()):
            if held.get(slot, 0) != keys.get(slot, 0):
                held[slot] = keys.get(slot, 0)
                yield tick, slot, held[slot]


def _digests(digests: list[int]) -> str:
    numbers = [f"0x{digest:08X}" for digest in digests]
    if len(numbers) <= PER_LINE:
        return f"DIGESTS = [{', '.join(numbers)}]"
    rows = [", ".join(numbers[at : at + PER_LINE]) for at in range(0, len(numbers), PER_LINE)]
    return "\n".join(["# fmt: off", "DIGESTS = [", *(f"    {row}," for row in rows), "]", "# fmt: on"])


def _beginning(script: Script) -> Iterator[str]:
    yield "def begun() -> World:"
    yield '    """How it begins."""'
    yield from world_lines(script.start)
    yield "    return world"


def main(words: Sequence[str]) -> int:
    """Write one test; returns 0. Raises NoDemo and OSError."""
    parser = Parser("to-test", "Write the pytest that plays a round of a demo.")
    add = parser.add_argument
    add("file", type=Path, metavar="FILE")
    add("--round", type=int, default=1, metavar="N", help="which of its rounds (default: 1)")
    parser.add_out("the new file (default: test_FILE.py)")
    given = parser.parse_args(words)
    path: Path = given.file
    out = out_of(given, path.with_name("test_" + re.sub(r"\W", "_", path.stem) + ".py"))
    text = text_of_test(open_demo(path), path.name, given.round)
    out.write_text(text, "utf-8")
    sys.stdout.write(f"{out}: {len(text.splitlines())} lines\n")
    return 0
