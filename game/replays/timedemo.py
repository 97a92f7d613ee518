"""`petard --timedemo FILE`: plays a recording as fast as it can be drawn, and prints how fast that was.

Rule 1: it draws one picture a tick, without sound, vertical sync or sleep; the first second fills the caches and is
        not counted.
Rule 2: a complete run is saved by the name and the length of the recording and the size of the pictures, and the next
        one with the same key is compared with it. A stopped run is neither saved nor compared.
Rule 3: an error is one sentence on stderr and exit status 2; a damaged file of earlier runs counts as empty.
"""

import json
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import pygame

from petard.game.config.arguments import Arguments
from petard.game.config.settings import timedemo_path
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.demo_renderer import OffscreenRenderer
from petard.game.ui.render.effects import Comfort
from petard.game.ui.render.top_bar import clock
from petard.game.ui.render.window import open_window
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.records import RECORDING_MOST
from petard.shared.file_lock import exclusively
from petard.shared.files import FileProblem, make_private_folder, read_file, shown_path, write_file
from petard.shared.garbage import QuietCollector

WARM_UP = 60  # pictures
SAVED = 100  # runs
MEMORY_MOST = 1 << 20  # bytes of the file of runs
SAME = 2  # per cent; two runs of the same program differ by this much


@dataclass(frozen=True, slots=True)
class TimedemoResult:
    """How one run went. `rate`: pictures a second; the others in ms; `worst_at`: a moment; `day`: when it was."""

    pictures: int
    rate: float
    p50: float
    p99: float
    worst: float
    worst_at: int
    day: str


def run(arguments: Arguments, memory: Path | None = None) -> int:
    """Play the recording, print the result and return the exit status. `memory`: the file of earlier runs."""
    file = arguments.timedemo
    assert file is not None
    try:
        data = read_file(file, RECORDING_MOST)
        demo = read_demo(data)
        canvas = Canvas(open_window(bool(arguments.full_screen), arguments.size))
        ends_at = time.monotonic() + (arguments.seconds or float("inf"))
        spent = play(demo, canvas, ends_at)
    except (FileProblem, DemoError) as problem:
        what = f"{shown_path(file)}: {problem}" if isinstance(problem, DemoError) else f"{problem}."
        sys.stderr.write(f"petard: {what}\n")
        return 2
    result = result_of(spent, time.strftime("%Y-%m-%d %H:%M"))
    width, height = canvas.surface.get_size()
    driver = pygame.display.get_driver()
    sys.stdout.write(f"{width} x {height}, {driver}: {result_text(result)}\n")
    comparison = "It was broken off, so it is not compared."
    if len(spent) > demo.watch_length:
        key = f"{file.name} {len(data)} {width}x{height} {driver}"
        comparison = comparison_text(save_result(memory or timedemo_path(), key, result), result)
    sys.stdout.write(f"{comparison}\n")
    return 0


def play(demo: Demo, canvas: Canvas, ends_at: float = float("inf")) -> list[float]:
    """Draw every tick of a demo and return the seconds of each picture; fewer if it was stopped.

    `ends_at`: a time.monotonic() at which it stops; Escape stops it, too.
    """
    renderer = OffscreenRenderer(demo, Comfort())
    spent: list[float] = []
    with QuietCollector() as collector:
        for moment in range(demo.watch_length + 1):
            collector.collect_if_due(is_quiet=False)  # as in a match
            start = time.perf_counter()
            canvas.begin()
            renderer.draw(canvas, moment)
            canvas.show()
            spent.append(time.perf_counter() - start)
            events = pygame.event.get()
            is_escape = any(event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE for event in events)
            if is_escape or any(event.type == pygame.QUIT for event in events) or time.monotonic() >= ends_at:
                break
    return spent


def result_of(spent: Sequence[float], day: str = "") -> TimedemoResult:
    """Return the result for the seconds of each picture."""
    first = WARM_UP if len(spent) > 2 * WARM_UP else 0
    counted = [seconds * 1000 for seconds in spent[first:]]
    worst = max(counted)
    p99 = quantiles(counted, n=100)[98] if len(counted) > 1 else worst
    rate, worst_at = 1000 * len(counted) / sum(counted), first + counted.index(worst)
    return TimedemoResult(len(counted), rate, median(counted), min(p99, worst), worst, worst_at, day)


def result_text(result: TimedemoResult) -> str:
    """Return the result as a line.

    >>> result_text(TimedemoResult(1200, 251.26, 3.9, 7.25, 21.0, 2610, ""))
    '1200 pictures, 251.3 a second; p50 3.9 ms, p99 7.2 ms, worst 21.0 ms at 0:44'
    """
    times = f"p50 {result.p50:.1f} ms, p99 {result.p99:.1f} ms, worst {result.worst:.1f} ms"
    return f"{result.pictures} pictures, {result.rate:.1f} a second; {times} at {clock(result.worst_at)}"


def comparison_text(before: TimedemoResult | None, now: TimedemoResult) -> str:
    """Return a line about the change since the run before."""
    if before is None or not before.rate:
        return "It is the first run of this recording at this size; the next one will be compared with it."
    percent = round(100 * (now.rate / before.rate - 1))
    then = f"the run of {before.day} ({before.rate:.1f} a second, p99 {before.p99:.1f} ms)"
    if abs(percent) <= SAME:
        return f"As fast as {then}."
    return f"{abs(percent)} % {'faster' if percent > 0 else 'slower'} than {then}."


def save_result(memory: Path, key: str, result: TimedemoResult) -> TimedemoResult | None:
    """Save the result under a key and return the one saved before."""
    runs: dict[str, Any] = {}
    with suppress(OSError):
        make_private_folder(memory.parent)
    with exclusively(memory):
        with suppress(OSError, ValueError, RecursionError):
            found = json.loads(read_file(memory, MEMORY_MOST))
            runs = found if isinstance(found, dict) else {}
        before = _saved_result(runs.pop(key, None))
        runs[key] = asdict(result)
        with suppress(OSError):
            text = json.dumps(dict(list(runs.items())[-SAVED:]), indent=1)
            write_file(memory, text.encode(), private=True)
    return before


def _saved_result(kept: Any) -> TimedemoResult | None:
    if not isinstance(kept, dict) or kept.keys() != {field.name for field in fields(TimedemoResult)}:
        return None
    numbers = all(type(value) in (int, float) for name, value in kept.items() if name != "day")
    return TimedemoResult(**kept) if numbers and type(kept["day"]) is str else None
