"""Gives parsers inputs that nobody honest sends, and reports each that they do not answer as they promise.

Run: python -m tests.fuzz TARGET [--minutes N | --runs N] [--seed S] [FILE ...]
With files, each is given to the target once. A finding is saved, with one line that replays it. Exit status: 0 if
nothing was found, 1 if something was, 2 for wrong arguments.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from hashlib import sha256
from importlib.util import find_spec
from math import inf
from pathlib import Path
from typing import Any

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ.setdefault("PETARD_DISCOVERY", "off")

from petard.shared.lazy import lazy

FINDINGS = Path(__file__).parents[2] / "build" / "fuzz"
ALL = "all"
MINUTES = 1.0  # for each target, if nothing is said
ENGINES = ("atheris", "random")


def parser_of() -> argparse.ArgumentParser:
    """Make the parser of the command line."""
    parser = argparse.ArgumentParser("python -m tests.fuzz", description="Fuzz a parser of Petard.")
    add = parser.add_argument
    add("target", nargs="?", default=ALL, metavar="TARGET", help=f"see --list; {ALL}: one after the other (default)")
    add("files", nargs="*", type=Path, metavar="FILE", help="give these inputs to the target, and no others")
    add("--list", action="store_true", help="print all targets")
    add("--minutes", type=float, metavar="N", help="for each target (default: 1)")
    add("--runs", type=int, metavar="N", help="make so many inputs for each target, the same for the same seed")
    add("--seed", type=int, default=0, metavar="S", help="of what is made (default: 0)")
    add(
        "--engine",
        choices=ENGINES,
        help="default: with --runs random, else atheris, if it is installed, for one target",
    )
    add("--findings", type=Path, default=FINDINGS, metavar="FOLDER", help="where they are saved (default: build/fuzz)")
    return parser


def main(words: Sequence[str]) -> int:
    """Run the command; returns the exit status."""
    parser = parser_of()
    given = parser.parse_args(words)
    engine = given.engine or ("atheris" if _can_use_atheris(given) else "random")
    atheris = _load(engine)
    targets = lazy("tests.fuzz.targets").TARGETS
    if given.list:
        sys.stdout.write("".join(f"{name:24}{target.about}\n" for name, target in targets.items()))
        return 0
    if given.target != ALL and given.target not in targets:
        parser.error(f"there is no target {given.target}; see --list")
    chosen = list(targets.values()) if given.target == ALL else [targets[given.target]]
    if atheris is not None:
        _guided(atheris, given, chosen[0])
    return int(any([_at_random(given, target) for target in chosen]))


def _can_use_atheris(given: argparse.Namespace) -> bool:
    plain = given.list or given.files or given.runs is not None or given.target == ALL
    return not plain and find_spec("atheris") is not None


def _load(engine: str) -> Any:
    """Import the parsers; with atheris, so that it sees which lines run. Returns atheris, or None."""
    if engine == "random":
        return None
    atheris = lazy("atheris")
    with atheris.instrument_imports(include=["petard"]):
        lazy("tests.fuzz.targets")
    return atheris


class Report:
    """Saves and prints the findings of one target. `count`: how many there are."""

    def __init__(self, folder: Path, name: str) -> None:
        self.count = 0
        self._folder, self._name = folder / name, name
        self._began = time.monotonic()

    def add(self, found: Any) -> None:
        """Save a finding and print how to replay it."""
        self.count += 1
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._folder / f"{found.kind}-{sha256(found.data).hexdigest()[:12]}"
        file.write_bytes(found.data)
        sys.stdout.write(f"{self._name}: {found.kind}: {found.about}\n  python -m tests.fuzz {self._name} {file}\n")
        sys.stdout.flush()

    def end(self, runs: int) -> None:
        """Print how much was done."""
        seconds = time.monotonic() - self._began
        sys.stdout.write(f"{self._name}: {runs} runs in {seconds:.0f} s, {self.count} findings\n")
        sys.stdout.flush()


def _ends(given: argparse.Namespace) -> tuple[int, float]:
    """The most runs, and when to stop, by time.monotonic()."""
    minutes = given.minutes if given.minutes is not None or given.runs is not None else MINUTES
    return given.runs if given.runs is not None else sys.maxsize, time.monotonic() + 60 * minutes if minutes else inf


def _at_random(given: argparse.Namespace, target: Any) -> bool:
    """Fuzz one target with the random engine, or give it files; returns True if something was found."""
    engines = lazy("tests.fuzz.engines")
    report = Report(given.findings, target.name)
    run = engines.FuzzRun(target, report.add)
    if given.files:
        for file in given.files:
            run.give(file.read_bytes(), counts_memory=True)
    else:
        engines.fuzz_at_random(run, given.seed, *_ends(given))
    report.end(run.runs)
    return report.count > 0


def _guided(atheris: Any, given: argparse.Namespace, target: Any) -> None:
    """Fuzz one target with atheris, then end the process: status 1 if something was found."""
    engines = lazy("tests.fuzz.engines")
    report = Report(given.findings, target.name)
    run = engines.FuzzRun(target, report.add)
    most, ends_at = _ends(given)

    def end_in_time() -> None:
        if run.runs >= most or time.monotonic() >= ends_at:
            report.end(run.runs)
            os._exit(int(report.count > 0))  # private: libFuzzer would end the process with status 0

    engines.fuzz_with_atheris(atheris, run, given.findings / "pool" / target.name, given.seed, end_in_time)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
