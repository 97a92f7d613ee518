"""How long a call takes: in CPU time, so that a busy machine counts less."""

import sys
import time
from collections.abc import Callable

from tests.bench.model import Effort, Probe, Run

Act = Callable[[], object]
clock = time.perf_counter if sys.platform == "win32" else time.process_time  # there, CPU time has steps of 15.6 ms
WINDOW = {Effort.QUICK: 0.01, Effort.USUAL: 0.05, Effort.LONG: 0.05}  # seconds of each turn


def microseconds(act: Act, seconds: float) -> float:
    """The time of one call: of as many as fill so many seconds, the best of three series."""
    count, spent = 1, 0.0
    while (spent := _series(act, count)) < seconds / 4 and count < 1 << 24:
        count = count * 2 if spent <= 0 else max(count + 1, min(count * 10, int(count * seconds / 3 / spent)))
    return 1e6 * min(spent, _series(act, count), _series(act, count)) / count


def _series(act: Act, count: int) -> float:
    start = clock()
    for _ in range(count):
        act()
    return clock() - start


def call_probe(name: str, group: str, make: Callable[[], Act], parts: int = 1, repeats: int = 9) -> Probe:
    """A probe of one call; its value is microseconds for each of the `parts` that a call does."""

    def start(effort: Effort) -> Run:
        act = make()
        return lambda: {"value": microseconds(act, WINDOW[effort]) / parts}

    return Probe(name, group, start, repeats)
