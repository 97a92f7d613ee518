"""What a fuzz target is, and how one input is judged.

Rule 1: a target calls one parser as the program calls it. Only the exceptions that it names may escape; any other one
        is a finding. An AssertionError of the target itself says that a promise of the parser does not hold.
Rule 2: an input is slow if it takes more than `slow` seconds of CPU time for each MiB, a smaller one if it takes more
        than `slow` seconds; of a recording or capture, if it takes more than its passes over the file may (budget.py).
        The best of three runs counts, since a busy machine makes single runs slower.
Rule 3: an input takes too much memory if the peak of Python's heap is over `memory` bytes plus MEMORY_FACTOR times
        its own size.
"""

import re
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from math import log2
from pathlib import Path
from random import Random
from traceback import FrameSummary, extract_tb

from petard.shared.demo.budget import Budget, WorkRate
from tests.fuzz.mutators import changed_bytes

MIB = 1 << 20
SLOW = 0.05  # seconds for each MiB
MEMORY, MEMORY_FACTOR = 4 * MIB, 32
RUNS_OF_A_SLOW_INPUT = 3
SHRINK_MOST = 300  # runs to make a found input smaller
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class FuzzTarget:
    """One parser. `about`: what it reads, for --list. `run`: gives it one input. `allowed`: what may escape.

    `corpus`: the folder of its inputs in tests/fuzz/corpus, "" for the name of the target. `mutate`: makes a new input
    of one from the corpus and another. `slow` in seconds, `memory` in bytes.
    """

    name: str
    about: str
    run: Callable[[bytes], object]
    allowed: tuple[type[BaseException], ...] = ()
    corpus: str = ""
    mutate: Callable[[bytes, Random, bytes], bytes] = changed_bytes
    slow: float = SLOW
    memory: int = MEMORY

    def most_seconds(self, size: int) -> float:
        """The CPU time that an input of so many bytes may take."""
        return self.slow * max(1.0, size / MIB)

    @property
    def folder(self) -> Path:
        """Where the corpus of this target is."""
        return ROOT / "tests" / "fuzz" / "corpus" / (self.corpus or self.name)

    def inputs(self) -> dict[str, bytes]:
        """Return the corpus by file name."""
        return {file.name: file.read_bytes() for file in sorted(self.folder.iterdir())}


@dataclass(frozen=True, slots=True)
class PassTarget(FuzzTarget):
    """A reader of recordings or captures. `passes`: how often it goes over the file, each time with a Budget of `rate`.

    A unit of work is about a nanosecond, so the budget is the time that the reader promises.
    """

    passes: int = 1
    rate: WorkRate = WorkRate.SKIM

    def most_seconds(self, size: int) -> float:
        return self.passes * Budget(size, self.rate).most / 1e9


@dataclass(frozen=True, slots=True)
class FuzzFinding:
    """An input that a target must not answer in this way. `kind`: exception, slow or memory. `place`: equal for equal
    faults."""

    kind: str
    place: str
    about: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a target answered: where it raised which exception ("" for none), whether that was allowed; CPU seconds."""

    place: str
    sentence: str
    is_allowed: bool
    seconds: float


def outcome_of(target: FuzzTarget, data: bytes) -> Outcome:
    """Run an input once."""
    began = time.process_time()
    try:
        target.run(data)
    except target.allowed as answer:
        return Outcome(_place(answer), str(answer), True, time.process_time() - began)
    except (Exception, SystemExit) as fault:
        sentence = f"{type(fault).__name__}: {str(fault)[:200]}"
        return Outcome(_place(fault), sentence, False, time.process_time() - began)
    return Outcome("", "", True, time.process_time() - began)


def judge(target: FuzzTarget, data: bytes, outcome: Outcome, slow_factor: float = 1.0) -> FuzzFinding | None:
    """Say what is wrong with an outcome, if anything. An input that seems slow is run again.

    `slow_factor`: how much more time than usual is allowed.
    """
    if not outcome.is_allowed:
        return FuzzFinding("exception", outcome.place, f"{outcome.sentence} ({outcome.place})", data)
    most = target.most_seconds(len(data)) * slow_factor
    seconds = outcome.seconds
    for _ in range(RUNS_OF_A_SLOW_INPUT - 1):
        if seconds <= most:
            return None
        seconds = min(seconds, outcome_of(target, data).seconds)
    if seconds <= most:
        return None
    about = f"{1000 * seconds:.0f} ms of CPU time for {len(data)} bytes; {1000 * most:.0f} ms are allowed"
    return FuzzFinding("slow", f"2^{int(log2(seconds / most))}", about, data)  # one twice as slow is another finding


def judge_memory(target: FuzzTarget, data: bytes) -> FuzzFinding | None:
    """Run an input with all its memory counted; several times slower than without."""
    most = target.memory + MEMORY_FACTOR * len(data)
    outcome_of(target, data)  # what is imported or cached once does not count
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        outcome_of(target, data)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    if peak <= most:
        return None
    return FuzzFinding("memory", "", f"{peak} bytes of memory for {len(data)}; {most} are allowed", data)


def smaller(target: FuzzTarget, found: FuzzFinding) -> FuzzFinding:
    """Return a finding of the same exception with a shorter input, if one is quickly found."""
    if found.kind != "exception":
        return found
    size, runs = len(found.data) // 2, 0
    while size and runs < SHRINK_MOST:
        for at in range(0, len(found.data), size):
            shorter = found.data[:at] + found.data[at + size :]
            runs += 1
            outcome = outcome_of(target, shorter)
            if not outcome.is_allowed and outcome.place == found.place:
                found = FuzzFinding(found.kind, found.place, f"{outcome.sentence} ({outcome.place})", shorter)
                break
            if runs >= SHRINK_MOST:
                break
        else:
            size //= 2
    return found


def _place(fault: BaseException) -> str:
    """Return where an exception was raised: its type, and the last line of ours on the way."""
    ours: list[FrameSummary] = []
    for frame in extract_tb(fault.__traceback__):
        with suppress(ValueError):
            if not re.match(r"tests/fuzz/target|\.venv", str(Path(frame.filename).relative_to(ROOT).as_posix())):
                ours.append(frame)
    where = ours[-1] if ours else None
    line = f"{Path(where.filename).relative_to(ROOT).as_posix()}:{where.lineno}" if where else "?"
    return f"{type(fault).__name__} at {line}"
