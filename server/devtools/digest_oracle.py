"""Decides how a script fails: it raises, it is not the same each time, or another build plays it differently.

Rule 1: chance is looked for in this process, with several worlds stepped side by side, and in other processes with
        other hash seeds.
Rule 2: the other build is a folder that holds its `shared` (a checkout) or its `petard` (an installation). A copy of
        its rules plays in a process of its own, as `petard.shared.rules`, whatever that build calls them.
"""

import json
import os
import re
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from petard.server.devtools.other_build import place_of, world_from_json, world_to_json
from petard.shared import rules
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.script import Script, inputs_of, play_script, since, until
from petard.shared.demo.shrink import ShrinkFault, ShrinkReason
from petard.shared.demo.world_diff import difference, facts_of
from petard.shared.rules.digest import digest
from petard.shared.rules.step import step
from petard.shared.rules.world import World, copy_world

OURS = Path(rules.__file__).parent
LONG = 600  # ticks; longer scripts are played fewer times side by side
HASH_SEEDS = ("1", "4711")
TWINS, TWINS_OF_SHORT = 2, 8
RULES = Path("shared", "rules")
OLD_IMPORT = re.compile(r"^(\s*from )shared\.", re.MULTILINE)  # of builds older than the package `petard`


class BuildError(DemoError):
    """The folder holds no build that can play; the text is one sentence."""


def rules_of(build: Path) -> Path:
    """Return the folder of rules in a checkout or an installation; raises BuildError if there is none."""
    for folder in (build / "petard" / RULES, build / RULES):
        if (folder / "step.py").is_file():
            return folder
    raise BuildError(f"{build} holds no build of Petard: there is no shared/rules/step.py in it.")


def copy_rules(folder: Path, home: Path) -> None:
    """Copy rules so that a Python with `home` on its path imports them as `petard.shared.rules`."""
    copy = home / "petard" / RULES
    copy.mkdir(parents=True)
    (copy.parent / "__init__.py").touch()
    for file in folder.glob("*.py"):
        (copy / file.name).write_text(OLD_IMPORT.sub(r"\1petard.shared.", file.read_text("utf-8")), "utf-8")


class OtherBuild:
    """A process that plays scripts (other_build.py), by the rules in a folder and with its own hash seed."""

    def __init__(self, folder: Path, hash_seed: str) -> None:
        self._home = TemporaryDirectory(prefix="petard-rules-", ignore_cleanup_errors=True)
        copy_rules(folder, Path(self._home.name))
        environment = os.environ | {"PYTHONPATH": self._home.name, "PYTHONHASHSEED": hash_seed}
        command = [sys.executable, "-P", str(Path(__file__).with_name("other_build.py"))]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment)

    def play(self, script: Script, look: tuple[int, ...] = ()) -> tuple[list[int], str, list[World]]:
        """Return the digest after each tick, what was raised then or "", and the worlds after the ticks of `look`.

        Raises BuildError if the other process ends.
        """
        inputs = [list(keys.items()) for keys in inputs_of(script)]
        question = json.dumps({"world": world_to_json(script.start), "inputs": inputs, "look": look}) + "\n"
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(question.encode("ascii"))
            self._process.stdin.flush()
            answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        except (OSError, ValueError):
            raise BuildError(
                f"The other build has stopped; it cannot play this. {self._last_error()}".strip()
            ) from None
        return answer["digests"], answer["error"], [world_from_json(plain) for plain in answer["worlds"]]

    def _last_error(self) -> str:
        """The last line that an ended process wrote to stderr."""
        assert self._process.stderr
        lines = self._process.stderr.read().decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def close(self) -> None:
        """End the process."""
        with suppress(OSError):  # it has ended by itself, and something is unread
            self._process.communicate()
        self._home.cleanup()


class DigestOracle:
    """Decides why a script fails. `against`: the folder of the build that is right, if there is one."""

    def __init__(self, against: Path | None = None) -> None:
        """Raises BuildError for a folder without a build."""
        self.right = OtherBuild(rules_of(against), "0") if against else None
        self._seeded = [OtherBuild(OURS, seed) for seed in HASH_SEEDS]

    def __enter__(self) -> "DigestOracle":
        return self

    def __exit__(self, *_: object) -> None:
        with ExitStack() as stack:
            for other in (*self._seeded, *filter(None, [self.right])):
                stack.callback(other.close)

    def reason(self, script: Script, like: ShrinkFault | None = None) -> ShrinkReason | None:
        """Return why it fails, or None; with `like` only that fault is looked for, which is quicker."""
        if like in (None, ShrinkFault.CHANCE, ShrinkFault.RAISES):
            reason = fault_alone(script)
            if reason or like:
                return reason
        others = [*((other, ShrinkFault.HASH) for other in self._seeded), (self.right, ShrinkFault.OTHER)]
        here = _play_here(script)
        reasons = (_compare(script, here, other, fault) for other, fault in others if other and like in (None, fault))
        return next(filter(None, reasons), None)


def fault_alone(script: Script) -> ShrinkReason | None:
    """Return a fault that this process can find: the rules raise, or equal worlds with equal keys become different."""
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


def _play_here(script: Script) -> tuple[list[int], str]:
    """The digest after each tick, and what was raised then, or ""."""
    digests: list[int] = []
    try:
        for world in play_script(script):
            digests.append(digest(world))
    except Exception as problem:
        return digests, place_of(problem)
    return digests, ""


def _compare(script: Script, here: tuple[list[int], str], other: OtherBuild, fault: ShrinkFault) -> ShrinkReason | None:
    """Where another process plays it differently."""
    digests, error, _ = other.play(script)
    pairs = enumerate(zip(here[0], digests, strict=False), 1)
    tick = next((tick for tick, (mine, theirs) in pairs if mine != theirs), 0)
    if tick:
        [there] = other.play(until(script, tick), (tick,))[2]
        return _reason(fault, tick, since(until(script, tick), tick).start, there)
    if here[1] != error:
        tick = min(len(here[0]), len(digests)) + 1
        return ShrinkReason(ShrinkFault.RAISES, here[1], tick) if here[1] else ShrinkReason(fault, error, tick)
    return None


def _reason(fault: ShrinkFault, tick: int, one: World, other: World) -> ShrinkReason:
    found = difference(facts_of(one), facts_of(other), one.width)
    if found is None:
        return ShrinkReason(fault, "digest", tick)
    entity = found.entity.partition(" at ")[0].rstrip("0123456789 ")
    sides = ("one", "other") if fault is ShrinkFault.CHANCE else ("here", "there")
    return ShrinkReason(fault, f"{entity}, {found.field}", tick, found.sentence(*sides))
