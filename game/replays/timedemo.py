"""`petard --timedemo FILE`: plays a recording as fast as it can be drawn, and says how fast that was.

Rule 1: one picture for each tick, without sound, vertical sync or rest; the first second fills the caches and is not
        counted.
Rule 2: a run to the end is remembered by the name and the length of the recording and the size of the pictures, and
        the next one alike is compared with it. One that is broken off is neither.
Rule 3: whatever goes wrong is one sentence on stderr and exit status 2; a memory that is broken is no memory.
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
from petard.game.flow.rejoin_ticket import ticket_path
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.demo_renderer import OffscreenRenderer
from petard.game.ui.render.effects import Comfort
from petard.game.ui.render.top_bar import clock
from petard.game.ui.render.window import open_window
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import Demo, read_demo

WARM = 60  # pictures
KEPT = 100  # runs
ALIKE = 2  # per cent; two runs of the same program differ by as much


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
    """Play the recording and print the figures; answer with the exit status. `memory`: the file of earlier runs."""
    file = arguments.timedemo
    assert file is not None
    try:
        data = file.read_bytes()
        demo = read_demo(data)
        canvas = Canvas(open_window(bool(arguments.full_screen)))
        ends_at = time.monotonic() + (arguments.seconds or float("inf"))
        spent = play(demo, canvas, ends_at)
    except OSError as problem:
        sys.stderr.write(f"petard: {file} cannot be read ({problem.strerror or type(problem).__name__}).\n")
        return 2
    except DemoError as problem:
        sys.stderr.write(f"petard: {problem}\n")
        return 2
    figures = figures_of(spent, time.strftime("%Y-%m-%d %H:%M"))
    width, height = canvas.surface.get_size()
    sys.stdout.write(f"{width} x {height}, {pygame.display.get_driver()}: {told(figures)}\n")
    if len(spent) <= demo.watch_length:
        sys.stdout.write("It was broken off, so it is not compared.\n")
        return 0
    key = f"{file.name} {len(data)} {width}x{height} {pygame.display.get_driver()}"
    before = remember(memory or ticket_path().with_name("timedemo.json"), key, figures)
    sys.stdout.write(f"{compared(before, figures)}\n")
    return 0


def play(demo: Demo, canvas: Canvas, ends_at: float = float("inf")) -> list[float]:
    """Draw every tick of a demo, and answer with the seconds of each picture; less if it was broken off.

    `ends_at`: a time.monotonic().
    """
    projector = OffscreenRenderer(demo, Comfort())
    spent: list[float] = []
    for moment in range(demo.watch_length + 1):
        start = time.perf_counter()
        canvas.begin()
        projector.draw(canvas, moment)
        canvas.show()
        spent.append(time.perf_counter() - start)
        if _is_enough(pygame.event.get()) or time.monotonic() >= ends_at:
            break
    return spent


def _is_enough(events: Sequence[pygame.event.Event]) -> bool:
    escape = any(event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE for event in events)
    return escape or any(event.type == pygame.QUIT for event in events)


def figures_of(spent: Sequence[float], day: str = "") -> TimedemoResult:
    """The figures of pictures that took so many seconds each."""
    first = WARM if len(spent) > 2 * WARM else 0
    counted = [seconds * 1000 for seconds in spent[first:]]
    worst = max(counted)
    p99 = quantiles(counted, n=100)[98] if len(counted) > 1 else worst
    rate = 1000 * len(counted) / sum(counted)
    return TimedemoResult(
        len(counted), rate, median(counted), min(p99, worst), worst, first + counted.index(worst), day
    )


def told(figures: TimedemoResult) -> str:
    """The figures in a line.

    >>> told(TimedemoResult(1200, 251.26, 3.9, 7.25, 21.0, 2610, ""))
    '1200 pictures, 251.3 a second; p50 3.9 ms, p99 7.2 ms, worst 21.0 ms at 0:44'
    """
    times = f"p50 {figures.p50:.1f} ms, p99 {figures.p99:.1f} ms, worst {figures.worst:.1f} ms"
    return f"{figures.pictures} pictures, {figures.rate:.1f} a second; {times} at {clock(figures.worst_at)}"


def compared(before: TimedemoResult | None, now: TimedemoResult) -> str:
    """A line about what has changed since the run before."""
    if before is None or not before.rate:
        return "It is the first run of this recording at this size; the next one will be compared with it."
    percent = round(100 * (now.rate / before.rate - 1))
    then = f"the run of {before.day} ({before.rate:.1f} a second, p99 {before.p99:.1f} ms)"
    if abs(percent) <= ALIKE:
        return f"As fast as {then}."
    return f"{abs(percent)} % {'faster' if percent > 0 else 'slower'} than {then}."


def remember(memory: Path, key: str, figures: TimedemoResult) -> TimedemoResult | None:
    """Keep the figures under a key, and answer with what was there before."""
    runs: dict[str, Any] = {}
    with suppress(OSError, ValueError, RecursionError):
        found = json.loads(memory.read_text("utf-8"))
        runs = found if isinstance(found, dict) else {}
    before = _figures_in(runs.pop(key, None))
    runs[key] = asdict(figures)
    with suppress(OSError):
        memory.parent.mkdir(parents=True, exist_ok=True)
        fresh = memory.with_suffix(".part")
        fresh.write_text(json.dumps(dict(list(runs.items())[-KEPT:]), indent=1), "utf-8")
        fresh.replace(memory)
    return before


def _figures_in(kept: Any) -> TimedemoResult | None:
    """What was kept, if it makes sense."""
    if not isinstance(kept, dict) or kept.keys() != {field.name for field in fields(TimedemoResult)}:
        return None
    numbers = all(type(value) in (int, float) for name, value in kept.items() if name != "day")
    return TimedemoResult(**kept) if numbers and type(kept["day"]) is str else None
