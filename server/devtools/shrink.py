"""`petard-server replay shrink`: makes a demo that fails smaller, while it fails in the same way.

What it does with a capture is in shrink_capture.py.

Rule 1: a round fails if the rules raise, if it is not the same each time, or if the build of `--against`, which counts
        as the right one, plays it differently.
Rule 2: chance is looked for in this process, with several worlds stepped side by side, and in other processes with
        other hash seeds.
Rule 3: the other build is a folder that holds its `shared` (a checkout) or its `petard` (an installation). A copy of
        its rules plays in a process of its own, as `petard.shared.rules`, whatever that build calls them.
Rule 4: the small demo holds the digests of the right build; without one, those up to the tick that fails.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from petard.server.config.config import CliParser, fail
from petard.server.devtools.demo_files import add_output, open_recording, output_path
from petard.server.devtools.other_build import place_of, reply_to, world_from_json, world_to_json
from petard.server.devtools.shrink_capture import shrink_capture
from petard.shared import rules
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.capture import Capture
from petard.shared.demo.diff import difference, facts_of
from petard.shared.demo.reader import Demo
from petard.shared.demo.records import parent_label
from petard.shared.demo.script import Script, demo_of, inputs_of, play_script, script_of, since, until
from petard.shared.demo.shrink import ShrinkFault, ShrinkReason, shrink
from petard.shared.demo.verify import verify
from petard.shared.files import read_file, shown_path, write_file
from petard.shared.progress import with_progress
from petard.shared.rules.digest import digest
from petard.shared.rules.step import step
from petard.shared.rules.world import World, copy_world
from petard.shared.user_folders import file_path

OURS = Path(rules.__file__).parent
CODE_MOST = 1 << 20  # bytes of one file of another build
LONG = 600  # ticks; longer scripts are played fewer times side by side
HASH_SEEDS = ("1", "4711")
TWINS, TWINS_OF_SHORT = 2, 8
RULES = Path("shared", "rules")
OLD_IMPORT = re.compile(r"^(\s*from )shared\.", re.MULTILINE)  # of builds older than the package `petard`


ABOUT = "Make a demo or a capture that fails as small as it can be, while it fails in the same way."


class BuildError(DemoError):
    """The folder holds no build that can play; the text is one sentence."""


class NothingFails(Exception):
    """Nothing in this demo fails; the text is one sentence."""


class OtherBuild:
    """A process that plays scripts (other_build.py), by the rules in a folder and with its own hash seed."""

    def __init__(self, folder: Path, hash_seed: str) -> None:
        self._home = TemporaryDirectory(prefix="petard-rules-", ignore_cleanup_errors=True)
        copy = Path(self._home.name, "petard", RULES)
        copy.mkdir(parents=True)
        (copy.parent / "__init__.py").touch()
        for file in folder.glob("**/*.py"):
            code = read_file(file, CODE_MOST).decode("utf-8", "replace")
            place = copy / file.relative_to(folder)
            place.parent.mkdir(exist_ok=True)
            place.write_text(OLD_IMPORT.sub(r"\1petard.shared.", code), "utf-8")
        environment = os.environ | {"PYTHONPATH": self._home.name, "PYTHONHASHSEED": hash_seed}
        command = [sys.executable, "-P", str(Path(__file__).with_name("other_build.py"))]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment)

    def play(self, script: Script, look: tuple[int, ...] = ()) -> tuple[list[int], str, list[World]]:
        """Return the digest after each tick, what was raised then or "", and the worlds after the ticks of `look`.

        Raises BuildError if the other process ends.
        """
        question = json.dumps(_request(script, look)) + "\n"
        process = self._process
        assert process.stdin
        assert process.stdout
        assert process.stderr
        try:
            process.stdin.write(question.encode("ascii"))
            process.stdin.flush()
            answer: dict[str, Any] = json.loads(process.stdout.readline())
        except (OSError, ValueError):
            lines = process.stderr.read().decode("utf-8", "replace").split("\n")
            last = next((line.strip() for line in reversed(lines) if line.strip()), "")
            raise BuildError(f"The other build has stopped; it cannot play this. {last}".strip()) from None
        return answer["digests"], answer["error"], [world_from_json(plain) for plain in answer["worlds"]]

    def close(self) -> None:
        with suppress(OSError):  # it has ended by itself, and something is unread
            self._process.communicate()
        self._home.cleanup()


class DigestOracle(ExitStack):
    """Decides why a script fails. `right`: the build that is right, if there is one."""

    def __init__(self, against: Path | None = None) -> None:
        """`against`: the folder of the right build; raises BuildError for a folder without a build."""
        super().__init__()
        self.right = self._open(_rules_in(against), "0") if against else None
        self._seeded = [self._open(OURS, seed) for seed in HASH_SEEDS]

    def _open(self, folder: Path, hash_seed: str) -> OtherBuild:
        other = OtherBuild(folder, hash_seed)
        self.callback(other.close)
        return other

    def reason(self, script: Script, like: ShrinkFault | None = None) -> ShrinkReason | None:
        """Return why it fails, or None; with `like` only that fault is looked for, which is quicker."""
        if like in (None, ShrinkFault.CHANCE, ShrinkFault.RAISES):
            reason = _fault_alone(script)
            if reason or like:
                return reason
        others = [*((other, ShrinkFault.HASH) for other in self._seeded), (self.right, ShrinkFault.OTHER)]
        here = reply_to(_request(script))
        reasons = (_compare(script, here, other, fault) for other, fault in others if other and like in (None, fault))
        return next(filter(None, reasons), None)


def _rules_in(build: Path) -> Path:
    """The folder of rules in a checkout or an installation; raises BuildError if there is none."""
    for folder in (build / "petard" / RULES, build / RULES):
        if (folder / "step.py").is_file():
            return folder
    raise BuildError(f"{build} holds no build of Petard: there is no shared/rules/step.py in it.")


def _fault_alone(script: Script) -> ShrinkReason | None:
    """A fault that this process can find: the rules raise, or equal worlds with equal keys become different."""
    twins = [copy_world(script.start) for _ in range(TWINS if script.ticks > LONG else TWINS_OF_SHORT)]
    for tick, inputs in enumerate(inputs_of(script), 1):
        try:
            for world in twins:
                step(world, inputs)
        except Exception as problem:
            return ShrinkReason(ShrinkFault.RAISES, place_of(problem), tick)
        first = digest(twins[0])
        for world in twins[1:]:
            if digest(world) != first:
                return _reason(ShrinkFault.CHANCE, tick, twins[0], world)
    return None


def _request(script: Script, look: tuple[int, ...] = ()) -> dict[str, Any]:
    """What other_build.py is asked to play."""
    inputs = [list(keys.items()) for keys in inputs_of(script)]
    return {"world": world_to_json(script.start), "inputs": inputs, "look": look}


def _compare(script: Script, here: dict[str, Any], other: OtherBuild, fault: ShrinkFault) -> ShrinkReason | None:
    """Where another process plays it differently; `here`: the reply of this one."""
    digests, error, _ = other.play(script)
    pairs = enumerate(zip(here["digests"], digests, strict=False), 1)
    tick = next((tick for tick, (mine, theirs) in pairs if mine != theirs), 0)
    if tick:
        [there] = other.play(until(script, tick), (tick,))[2]
        return _reason(fault, tick, since(until(script, tick), tick).start, there)
    if here["error"] != error:
        tick = min(len(here["digests"]), len(digests)) + 1
        return ShrinkReason(ShrinkFault.RAISES if here["error"] else fault, here["error"] or error, tick)
    return None


def _reason(fault: ShrinkFault, tick: int, one: World, other: World) -> ShrinkReason:
    found = difference(facts_of(one), facts_of(other), one.width)
    if found is None:
        return ShrinkReason(fault, "digest", tick)
    entity = found.entity.partition(" at ")[0].rstrip("0123456789 ")
    sides = ("one", "other") if fault is ShrinkFault.CHANCE else ("here", "there")
    return ShrinkReason(fault, f"{entity}, {found.field}", tick, found.sentence(*sides))


def shrunk(demo: Demo, name: str, oracle: DigestOracle) -> tuple[bytes, Script, ShrinkReason]:
    """Return the small demo as a file, as a script, and how it fails. `name`: the file name of the whole demo.

    Raises NothingFails if no round fails, DemoError for other rules.
    """
    number, script, reason = _first_failing(demo, oracle)
    least = 1 if oracle.right else min(2, reason.tick)  # a demo that can be run again has a tick that ended

    def judge(attempt: Script) -> ShrinkReason | None:
        found = reason if attempt is script else oracle.reason(attempt, reason.fault)
        return found if found and found.tick >= least else None

    small, why = shrink(script, judge)
    if oracle.right:
        worlds = oracle.right.play(small, tuple(range(1, small.ticks + 1)))[2]
    else:  # those before the failure
        worlds = [copy_world(world) for world in play_script(replace(small, ticks=why.tick - 1))]
    header = replace(demo.header, parent=parent_label(name), parent_at=demo.rounds[number - 1].moment + reason.tick)
    note, more = (f"{why.fault.value}: {what}" for what in (why.place, why.more or why.place))
    return demo_of(small, worlds, header, note, more), small, why


def _first_failing(demo: Demo, oracle: DigestOracle) -> tuple[int, Script, ShrinkReason]:
    rounds = len(demo.rounds)
    for number in with_progress(range(1, rounds + 1), rounds, sys.stderr, monotonic):
        script = script_of(demo, number)
        if reason := oracle.reason(script):
            return number, script, reason
    mismatch = verify(demo).mismatch
    if mismatch and not oracle.right:
        need = "Only the build that recorded it knows how a smaller one should go: --against DIR."
        raise NothingFails(f"It is not as it was recorded ({mismatch.what.sentence('recorded', 'now')}). {need}")
    other = "and the other build plays it alike" if oracle.right else "perhaps --against another build"
    raise NothingFails(f"Nothing fails in this demo: no round raises, each is the same each time, {other}.")


def _write(out: Path, is_forced: bool, data: bytes) -> None:
    write_file(out, data, is_forced, private=True)


def main(words: Sequence[str]) -> int:
    """Shrink one file; returns 0 for a smaller one, 1 if nothing in it fails. Raises DemoError and OSError."""
    parser = CliParser("replay shrink", ABOUT)
    add = parser.add_argument
    add("file", type=file_path, metavar="FILE")
    add("--against", type=file_path, metavar="DIR", help="a folder with another build, which is right")
    add_output(parser, "the new file (default: FILE with -small in its name)")
    given = parser.parse_args(words)
    path: Path = given.file
    out = output_path(given, path.parent / f"{path.stem}-small{path.suffix}")
    began = monotonic()
    recording = open_recording(path)
    if isinstance(recording, Capture):
        if given.against:
            return fail("--against is for demos: a capture is compared with itself, cut otherwise")
        return shrink_capture(recording, partial(_write, out, given.force), shown_path(out))
    try:
        with DigestOracle(given.against) as oracle:
            data, script, reason = shrunk(recording, path.name, oracle)
    except NothingFails as problem:
        sys.stdout.write(f"{problem}\n")
        return 1
    write_file(out, data, given.force, private=True)
    where = f" ({reason.more})" if reason.more else ""
    size = f"{script.ticks} ticks, {len(script.start.players)} players, {len(script.holds)} keys"
    board = f"board {script.start.width} x {script.start.height}"
    took = f"in {monotonic() - began:.1f} s"
    sys.stdout.write(f"{reason.fault.value}: {reason.place}{where}\n{shown_path(out)}: {size}, {board}, {took}\n")
    return 0
