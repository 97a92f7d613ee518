"""Says whether a script fails, and how: it raises, it is not the same each time, or another build plays it otherwise.

Rule 1: chance is looked for in this process, with several worlds stepped side by side, and in another one with another
        hash seed.
Rule 2: the other build is a folder that holds its `shared` (a checkout) or its `petard` (an installation). A copy of
        its rules plays in a process of its own, as `petard.shared.rules`, whatever that build calls them.
"""

import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from petard.server.devtools.other_build import place_of, plain_of, world_of
from petard.shared import rules
from petard.shared.demo.blocks import NoDemo
from petard.shared.demo.script import Script, inputs_of, play, since, until
from petard.shared.demo.shrink import Reason, ShrinkFault
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


class NoBuild(NoDemo):
    """This folder holds no build that could play; one sentence."""


def rules_of(build: Path) -> Path:
    """The folder of rules in a checkout or an installation; raises NoBuild if there is none."""
    for folder in (build / "petard" / RULES, build / RULES):
        if (folder / "step.py").is_file():
            return folder
    raise NoBuild(f"{build} holds no build of Petard: there is no shared/rules/step.py in it.")


def copy_rules(folder: Path, home: Path) -> None:
    """Copy rules to where a Python with `home` on its path imports them as `petard.shared.rules`."""
    copy = home / "petard" / RULES
    copy.mkdir(parents=True)
    (copy.parent / "__init__.py").touch()
    for file in folder.glob("*.py"):
        (copy / file.name).write_text(OLD_IMPORT.sub(r"\1petard.shared.", file.read_text("utf-8")), "utf-8")


class OtherBuild:
    """Another process that plays scripts, by the rules in a folder and with a hash seed of its own."""

    def __init__(self, folder: Path, hash_seed: str) -> None:
        self._home = TemporaryDirectory(prefix="petard-rules-", ignore_cleanup_errors=True)
        copy_rules(folder, Path(self._home.name))
        environment = os.environ | {"PYTHONPATH": self._home.name, "PYTHONHASHSEED": hash_seed}
        program = Path(__file__).with_name("other_build.py")
        pipe = subprocess.PIPE
        command = [sys.executable, "-P", str(program)]
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment)

    def play(self, script: Script, look: tuple[int, ...] = ()) -> tuple[list[int], str, list[World]]:
        """The digest after each tick, what was raised then ("" for nothing), and the worlds after the ticks of `look`.

        Raises NoBuild if the other process ends.
        """
        inputs = [list(keys.items()) for keys in inputs_of(script)]
        question = json.dumps({"world": plain_of(script.start), "inputs": inputs, "look": look}) + "\n"
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(question.encode("ascii"))
            self._process.stdin.flush()
            answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        except (OSError, ValueError):
            raise NoBuild(f"The other build has stopped; it cannot play this. {self._last_words()}".strip()) from None
        return answer["digests"], answer["error"], [world_of(plain) for plain in answer["worlds"]]

    def _last_words(self) -> str:
        """The last line that a process which has ended wrote about it."""
        words = self._process.stderr.read().decode("utf-8", "replace").split("\n") if self._process.stderr else []
        return next((line.strip() for line in reversed(words) if line.strip()), "")

    def close(self) -> None:
        """End the other process."""
        with suppress(OSError):  # it has ended by itself, and left something unread
            self._process.communicate()
        self._home.cleanup()


class DigestOracle:
    """Answers why a script fails. `against`: the folder of the build that is right, if there is one."""

    def __init__(self, against: Path | None = None) -> None:
        """Raises NoBuild for a folder without a build."""
        self.right = OtherBuild(rules_of(against), "0") if against else None
        self._hashed = [OtherBuild(OURS, seed) for seed in HASH_SEEDS]

    def __enter__(self) -> "DigestOracle":
        return self

    def __exit__(self, *_: object) -> None:
        for other in (*self._hashed, *filter(None, [self.right])):
            other.close()

    def reason(self, script: Script, like: ShrinkFault | None = None) -> Reason | None:
        """Why it fails, or None; with `like` only that fault is looked for, which is quicker."""
        if like in (None, ShrinkFault.CHANCE, ShrinkFault.RAISES):
            reason = fault_alone(script)
            if reason or like:
                return reason
        others = [(other, ShrinkFault.HASH) for other in self._hashed] + [(self.right, ShrinkFault.OTHER)] * bool(
            self.right
        )
        here = _played_here(script)
        reasons = (_beside(script, here, other, fault) for other, fault in others if other and like in (None, fault))
        return next(filter(None, reasons), None)


def fault_alone(script: Script) -> Reason | None:
    """What this process alone can see: the rules raise, or equal worlds with equal keys come to differ."""
    twins = [copy_world(script.start) for _ in range(TWINS if script.ticks > LONG else TWINS_OF_SHORT)]
    for tick, inputs in enumerate(inputs_of(script), 1):
        try:
            for world in twins:
                step(world, inputs)
        except Exception as problem:
            return Reason(ShrinkFault.RAISES, place_of(problem), tick)
        first = digest(twins[0])
        for world in twins[1:]:
            if digest(world) != first:
                return _differs(ShrinkFault.CHANCE, tick, twins[0], world)
    return None


def _played_here(script: Script) -> tuple[list[int], str]:
    """The digest after each tick, and what was raised then."""
    digests: list[int] = []
    try:
        for world in play(script):
            digests.append(digest(world))
    except Exception as problem:
        return digests, place_of(problem)
    return digests, ""


def _beside(script: Script, here: tuple[list[int], str], other: OtherBuild, fault: ShrinkFault) -> Reason | None:
    """Where another process plays it otherwise than it was played here."""
    digests, error, _ = other.play(script)
    pairs = enumerate(zip(here[0], digests, strict=False), 1)
    tick = next((tick for tick, (mine, theirs) in pairs if mine != theirs), 0)
    if tick:
        [there] = other.play(until(script, tick), (tick,))[2]
        return _differs(fault, tick, since(until(script, tick), tick).start, there)
    if here[1] != error:
        tick = min(len(here[0]), len(digests)) + 1
        return Reason(ShrinkFault.RAISES, here[1], tick) if here[1] else Reason(fault, error, tick)
    return None


def _differs(fault: ShrinkFault, tick: int, one: World, other: World) -> Reason:
    found = difference(facts_of(one), facts_of(other), one.width)
    if found is None:
        return Reason(fault, "digest", tick)
    entity = found.entity.partition(" at ")[0].rstrip("0123456789 ")
    sides = ("one", "other") if fault is ShrinkFault.CHANCE else ("here", "there")
    return Reason(fault, f"{entity}, {found.field}", tick, found.sentence(*sides))
