"""Runs probes: those of one group take turns, the order changes from turn to turn, and each turn notes the load.

Rule: a probe that cannot run here is left out with one sentence, and all others run.
"""

import os
import sys
import time
from collections.abc import Callable, Iterable

from tests.bench.machine import Neighbours, description, loop_microseconds
from tests.bench.model import Effort, Figure, Missing, Probe, Run, Source
from tests.bench.results import Results

Say = Callable[[str], object]
LOOP = "loop"  # the key of a value that each turn has: the time of a loop that does nothing, in microseconds
OTHERS = "others"  # likewise: the cores that other processes used meanwhile


def probes_of(figures: Iterable[Figure], probes: dict[str, Probe]) -> list[Probe]:
    """The probes that some figures need, in the order of the table; LookupError for one that there is not."""
    sources: list[Source] = []
    for figure in figures:
        sources += [figure.source, *([figure.reference] if figure.reference else [])]
    needed = {source.probe for source in sources}
    if unknown := needed - set(probes):
        raise LookupError(f"there is no probe {min(unknown)}")
    return [probe for probe in probes.values() if probe.name in needed]


def measure(probes: Iterable[Probe], effort: Effort, say: Say) -> Results:
    """Run all of them."""
    neighbours, start = Neighbours(), time.monotonic()
    results = Results({"date": time.strftime("%Y-%m-%d"), "effort": effort.name.lower(), "machine": description()})
    groups: dict[str, list[Probe]] = {}
    for probe in probes:
        groups.setdefault(probe.group, []).append(probe)
    for name, group in groups.items():
        say(f"{name}: {', '.join(probe.name for probe in group)}\n")
        _run_group(group, effort, results, say)
    results.facts["seconds"] = round(time.monotonic() - start)
    results.facts["others_cores"] = round(neighbours.cores(), 2)
    results.facts["load_average"] = [round(load, 2) for load in os.getloadavg()] if sys.platform != "win32" else []
    return results


def _run_group(group: list[Probe], effort: Effort, results: Results, say: Say) -> None:
    runs: dict[str, Run] = {}
    for probe in group:
        try:
            runs[probe.name] = probe.start(effort)
        except Missing as problem:
            _leave_out(probe, problem, results, say)
    for turn in range(max(probe.turns(effort) for probe in group)):
        for probe in group if turn % 2 == 0 else group[::-1]:
            if turn < probe.turns(effort) and probe.name not in results.missing:
                _run_once(probe, runs[probe.name], results, say)


def _run_once(probe: Probe, run: Run, results: Results, say: Say) -> None:
    loop, neighbours = loop_microseconds(), Neighbours()
    try:
        values = run()
    except Missing as problem:
        _leave_out(probe, problem, results, say)
    else:
        results.add(probe.name, {**values, LOOP: loop, OTHERS: neighbours.cores()})


def _leave_out(probe: Probe, problem: Missing, results: Results, say: Say) -> None:
    results.missing[probe.name] = str(problem)
    say(f"left out: {probe.name}: {problem}\n")
