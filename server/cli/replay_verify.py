"""`petard-server replay verify`: demos are run again, on all cores, and every digest is compared.

Rule 1: a long demo is cut into parts that begin with a whole world; each world is compared too, so the parts add up.
Rule 2: a worker is a new process that needs only the path of the file, so it is the same on every system.
Rule 3: where a demo and the one from which it goes on are both given, they are verified as one: the world with which
        the second begins is the one in which the first stood.
Rule 4: Ctrl-C ends the workers without output.
"""

import os
import signal
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from petard.server.config.config import CliParser
from petard.server.devtools.demo_files import open_demo
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.dump import clock_text
from petard.shared.demo.last_chance import LOOK, last_chances
from petard.shared.demo.one_match import join_problem
from petard.shared.demo.reader import Demo
from petard.shared.demo.records import Began, Seated, parent_label
from petard.shared.demo.verify import VerifyResult, verify, verify_start
from petard.shared.files import shown_path
from petard.shared.progress import with_progress
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.user_folders import file_path

PART = 3600  # moments that are verified at a time
ONE_PROCESS_MOST = 4 * PART  # moments for which starting other processes would take longer
_demo = lru_cache(maxsize=1)(open_demo)


class Part(NamedTuple):
    """The moments after `first` up to `last` of a file."""

    path: Path
    first: int
    last: int


def main(words: Sequence[str]) -> int:
    """Verify files; returns 0, 1 if one differs from what the rules do now, 2 if one cannot be read or run."""
    parser = CliParser("replay verify", "Run demos again and compare the digest of every tick.")
    parser.add_argument("files", type=file_path, nargs="+", metavar="FILE")
    about = "say for each death until when some keys would have saved that player, as far as a short search finds"
    parser.add_argument("--lost", action="store_true", help=about)
    parser.add_argument("--cores", type=int, default=cores(), metavar="N", help="processes (default: as many as cores)")
    about = "they are one match, each after the first recorded by a server that went on with the one before"
    parser.add_argument("--as-one", action="store_true", help=about)
    given = parser.parse_args(words)
    started = time.monotonic()
    paths = list(dict.fromkeys(given.files))
    results, problems = verify_files(paths, max(1, given.cores))
    seconds = time.monotonic() - started
    for path in paths:
        if path in results:
            sys.stdout.write(f"{shown_path(path)}: {_result_text(results[path])}\n")
            for line in _lost(open_demo(path)) if given.lost and results[path].ok else ():
                sys.stdout.write(f"  {line}\n")
        if path in problems:
            sys.stderr.write(f"{problems[path]}\n")
    ticks = sum(result.moments for result in results.values())
    if seconds > 1:
        speed = ticks / TICK_RATE / seconds
        sys.stderr.write(f"{clock_text(ticks)} of play in {seconds:.1f} s, {speed:.0f} times real time\n")
    if problems:
        return 2
    if not all(result.ok for result in results.values()):
        return 1
    return _as_one(paths) if given.as_one else 0


def _as_one(paths: Sequence[Path]) -> int:
    """Say whether verified demos are one match, in this order; returns the exit status."""
    demos, ticks = [open_demo(path) for path in paths], 0
    for (first, path), (second, name) in pairwise(zip(demos, paths, strict=True)):
        try:
            problem = join_problem(first, path.name, second)
        except DemoError as fault:
            problem = str(fault)
        if problem:
            sys.stdout.write(f"{shown_path(name)}: {problem}\n")
            return 1
        ticks += second.header.parent_at
        sys.stdout.write(f"{shown_path(name)} goes on with it from {clock_text(second.header.parent_at)} on\n")
    ticks += demos[-1].length
    sys.stdout.write(f"one match, {ticks} ticks ({clock_text(ticks)})\n")
    return 0


def _lost(demo: Demo) -> Iterator[str]:
    """Yield a line for each death: who died when, and how long before that some keys would have saved the player."""
    names: dict[int, str] = {}
    notes = deque(note for note in demo.outline if isinstance(note, Began | Seated))
    for found in filter(None, last_chances(demo)):
        while notes and notes[0].moment <= found.moment:
            names |= {seat.slot: seat.name for seat in notes.popleft().seats}
        who = f"{clock_text(found.moment)} {names.get(found.slot, f'slot {found.slot}')} died"
        if found.chance < 0:
            yield f"{who}: no way out was found in the {LOOK / TICK_RATE:.1f} s before"
        else:
            before = (found.moment - found.chance) / TICK_RATE
            yield f"{who}: there was a way out until {clock_text(found.chance)}, {before:.2f} s before, or later"


def _result_text(result: VerifyResult) -> str:
    if result.mismatch:
        return f"differs: {result.mismatch.sentence()}"
    return result.failed or f"ok, {result.moments} ticks ({clock_text(result.moments)})"


def verify_files(paths: Sequence[Path], cores: int = 1) -> tuple[dict[Path, VerifyResult], dict[Path, str]]:
    """Return the result of each file that can be run, and a sentence for each that cannot, or not to its end."""
    problems: dict[Path, str] = {}
    parts: list[Part] = []
    for path in paths:
        try:
            demo = open_demo(path)
            parts += split_demo(demo, path)
            if demo.damage:
                problems[path] = f"{shown_path(path)}: {demo.damage}"
        except DemoError as problem:
            problems[path] = str(problem)
    found: dict[Path, VerifyResult] = {}
    broken: set[Path] = set()
    for part, result in _run(parts, cores):
        before = found.get(part.path, VerifyResult(0))
        if isinstance(result, str):
            problems[part.path] = result
            broken.add(part.path)
        elif before.ok:
            found[part.path] = replace(result, moments=before.moments + result.moments)
    results = {path: _with_start(path, result, found) for path, result in found.items() if path not in broken}
    return results, problems


def _with_start(path: Path, result: VerifyResult, paths: Iterable[Path]) -> VerifyResult:
    """Return the result of a file, which fails if its parent is among `paths` and it does not go on from it."""
    try:
        header = open_demo(path).header
        parent = next((open_demo(one) for one in paths if parent_label(one.name) == header.parent), None)
        if parent is None or not result.ok or parent.header.started == header.started:  # a part of it, or shrunk
            return result
        return replace(result, failed=verify_start(open_demo(path), parent))
    except DemoError as problem:
        return replace(result, failed=str(problem))


def split_demo(demo: Demo, path: Path) -> Iterator[Part]:
    """Cut a demo at whole worlds."""
    first = 0
    while first < demo.length or not first:
        last = demo.group_start(min(first + PART, demo.length))
        last = last if last > first and last + PART // 2 < demo.length else demo.length
        yield Part(path, first, last)
        first = max(last, 1)


def _run(parts: Sequence[Part], cores: int) -> Iterator[tuple[Part, VerifyResult | str]]:
    """Yield each part with its result, or a sentence, in their order."""
    total = sum(part.last - part.first for part in parts)
    here = ((part, _verify_part(part)) for part in parts)
    pool = None if cores == 1 or total <= ONE_PROCESS_MOST else _pool(min(cores, len(parts)))
    done = _in_workers(pool, parts) if pool else here
    return with_progress(done, total, sys.stderr, time.monotonic, lambda one: one[0].last - one[0].first)


def _pool(workers: int) -> ProcessPoolExecutor | None:
    """Return processes that verify; None where there can be none.

    They enter the current folder, which may be deleted or closed to us; and they need semaphores, so /dev/shm.
    """
    try:
        if not os.access(Path.cwd(), os.X_OK):
            return None
        return ProcessPoolExecutor(workers, get_context("spawn"), _end_at_ctrl_c)
    except (OSError, ImportError, NotImplementedError):
        return None


def _in_workers(pool: ProcessPoolExecutor, parts: Sequence[Part]) -> Iterator[tuple[Part, VerifyResult | str]]:
    try:
        with _blocked_ctrl_c():  # else half a pool is left behind, and a starting process prints a traceback
            results = pool.map(_verify_part, parts)
        yield from zip(parts, results, strict=True)
    except BrokenProcessPool:
        raise DemoError("A process that verifies was killed.") from None
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _blocked_ctrl_c() -> Iterator[None]:
    """Delay Ctrl-C, here and in the processes that are started meanwhile."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_at_ctrl_c() -> None:
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _verify_part(part: Part) -> VerifyResult | str:
    try:
        demo = _demo(part.path)
    except DemoError as problem:
        return str(problem)
    try:
        return verify(demo, part.first, part.last)
    except DemoError as problem:
        return f"{shown_path(part.path)}: {problem}"


def cores() -> int:
    """Return how many processor cores this process may use."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1
