"""The verb `verify`: demos are run again, on all cores, and every digest is compared.

Rule 1: a long demo is cut into parts that begin with a whole world; each world is compared, too, so the parts add up.
Rule 2: a worker is a fresh process that needs nothing but the path of the file; so it is the same on every system.
Rule 3: Ctrl-C ends workers without a word.
"""

import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

from petard.server.cli.replay.common import Parser, open_demo
from petard.server.cli.replay.progress import ProgressBar
from petard.shared.demo.blocks import NoDemo
from petard.shared.demo.reader import Demo
from petard.shared.demo.time_format import clock_text
from petard.shared.demo.verify import VerifyResult, verify
from petard.shared.rules.ruleset import TICK_RATE

PART = 3600  # moments that are verified at a time
ALONE = 4 * PART  # moments for which no other process is started: that would take longer


@dataclass(frozen=True, slots=True)
class Part:
    """The moments after `first` up to `last` of a file."""

    path: Path
    first: int
    last: int


def main(words: Sequence[str]) -> int:
    """Verify files; returns 0, 1 if one differs from what the rules do now, 2 if one cannot be read or run."""
    parser = Parser("verify", "Run demos again and compare the digest of every tick.")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--cores", type=int, default=cores(), metavar="N", help="processes (default: as many as cores)")
    given = parser.parse_args(words)
    started = time.monotonic()
    paths = list(dict.fromkeys(given.files))
    found, problems = verdicts(paths, max(1, given.cores))
    seconds = time.monotonic() - started
    for path in paths:
        verdict = found.get(path)
        if verdict:
            sys.stdout.write(f"{path}: {_words(verdict)}\n")
        if path in problems:
            sys.stderr.write(f"{problems[path]}\n")
    ticks = sum(verdict.moments for verdict in found.values())
    if seconds > 1:
        speed = ticks / TICK_RATE / seconds
        sys.stderr.write(f"{clock_text(ticks)} of play in {seconds:.1f} s, {speed:.0f} times real time\n")
    if problems:
        return 2
    return 0 if all(verdict.ok for verdict in found.values()) else 1


def _words(verdict: VerifyResult) -> str:
    if verdict.parting:
        return f"differs: {verdict.parting.sentence()}"
    if verdict.failed:
        return verdict.failed
    return f"ok, {verdict.moments} ticks ({clock_text(verdict.moments)})"


def verdicts(paths: Sequence[Path], cores: int = 1) -> tuple[dict[Path, VerifyResult], dict[Path, str]]:
    """The verdict of each file that can be run again, and a sentence for each that cannot, or not to its end."""
    problems: dict[Path, str] = {}
    parts: list[Part] = []
    for path in paths:
        try:
            demo = open_demo(path)
            parts += parts_of(demo, path)
            if demo.damage:
                problems[path] = f"{path}: {demo.damage}"
        except NoDemo as problem:
            problems[path] = str(problem)
    found: dict[Path, dict[int, VerifyResult]] = {}
    broken: set[Path] = set()
    for part, verdict in _run(parts, cores):
        if isinstance(verdict, str):
            problems[part.path] = verdict
            broken.add(part.path)
        else:
            found.setdefault(part.path, {})[part.first] = verdict
    return {path: _joined(some) for path, some in found.items() if path not in broken}, problems


def parts_of(demo: Demo, path: Path) -> Iterator[Part]:
    """Cut a demo where whole worlds stand in it."""
    first = 0
    while first < demo.length or not first:
        last = demo.group_start(min(first + PART, demo.length))
        last = last if last > first and last + PART // 2 < demo.length else demo.length
        yield Part(path, first, last)
        first = max(last, 1)


def _joined(parts: dict[int, VerifyResult]) -> VerifyResult:
    """The verdict of all parts up to the first that differs."""
    moments = 0
    for _, verdict in sorted(parts.items()):
        moments += verdict.moments
        if not verdict.ok:
            return VerifyResult(moments, verdict.parting, verdict.failed)
    return VerifyResult(moments)


def _run(parts: Sequence[Part], cores: int) -> Iterator[tuple[Part, VerifyResult | str]]:
    """The verdict of each part as it is found; a sentence where there is none."""
    whole, done = sum(part.last - part.first for part in parts), 0
    bar = ProgressBar(whole, sys.stderr)
    try:
        for part, verdict in _here(parts) if cores == 1 or whole <= ALONE else _in_workers(parts, cores):
            done += part.last - part.first
            bar.show(done)
            yield part, verdict
    finally:
        bar.clear()


def _here(parts: Sequence[Part]) -> Iterator[tuple[Part, VerifyResult | str]]:
    return ((part, _verdict(part)) for part in parts)


def _in_workers(parts: Sequence[Part], cores: int) -> Iterator[tuple[Part, VerifyResult | str]]:
    pool: ProcessPoolExecutor | None = None
    try:
        with _no_ctrl_c():  # half a pool is left behind, and a process that only begins would answer with a traceback
            pool = ProcessPoolExecutor(min(cores, len(parts)), get_context("spawn"), _die_of_ctrl_c)
            futures = {pool.submit(_verdict, part): part for part in parts}
        for future in as_completed(futures):
            yield futures[future], future.result()
    except BrokenProcessPool:
        raise NoDemo("A process that verified was ended by somebody.") from None
    finally:
        if pool:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _no_ctrl_c() -> Iterator[None]:
    """Let it wait, here and in the processes that are started meanwhile."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _die_of_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _verdict(part: Part) -> VerifyResult | str:
    try:
        return verify(_demo(part.path), part.first, part.last)
    except NoDemo as problem:
        text = str(problem)
        return text if text.startswith(str(part.path)) else f"{part.path}: {text}"


@lru_cache(maxsize=1)
def _demo(path: Path) -> Demo:
    return open_demo(path)


def cores() -> int:
    """How many of them this process may use."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1
