"""The plots of docs/performance.md, as SVG; needs the extra `bench`.

Rule: the same results give the same bytes, so that a new plot is a new measurement.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from petard.shared.lazy import lazy
from tests.bench.model import Source
from tests.bench.results import Reading, Results

Rows = list[tuple[str, Reading]]
STABLE = {"svg.hashsalt": "petard", "svg.fonttype": "none", "font.family": "sans-serif"}
OURS, OTHERS = "#2a6f97", "#a9a9a9"
COST = {
    "C relay, 30 states": Source("relay.c-30"),
    "our network part, relaying 30": Source("relay.petard"),
    "asyncio on uvloop, relaying 30": Source("relay.uvloop"),
    "asyncio, relaying 30": Source("relay.asyncio"),
    "Twisted, relaying 30": Source("relay.twisted"),
    "whole game, 30 snapshots": Source("server.cost-30"),
    "whole game, 60 snapshots": Source("server.cost-60"),
}
PLAYERS = {str(count): Source(f"growth.players-{count}", "cores") for count in (8, 16, 32, 64)}
WATCHERS = {
    "0": Source("server.cost-30", "cores"),
    **{str(count): Source(f"growth.watchers-{count}", "cores") for count in (250, 500, 1000)},
}
READS = {"one frame a read": "single", "1 to 1,500 bytes": "odd", "64 KiB": "bulk"}
FRAMING = {
    name: {read: Source(f"framing.{way}-{key}") for read, key in READS.items()}
    for name, way in {
        "C": "c",
        "ours": "ours",
        "slices": "naive",
        "msgpack": "unpacker",
        "Twisted": "twisted",
        "asyncio": "readexactly",
    }.items()
}
SOURCES = [source for sources in (COST, PLAYERS, WATCHERS, *FRAMING.values()) for source in sources.values()]


def rows_of(results: Results, sources: dict[str, Source]) -> Rows:
    """The readings that there are, by name."""
    found = ((name, results.reading(source)) for name, source in sources.items())
    return [(name, reading) for name, reading in found if reading]


def cost(figure: Any, results: Results) -> None:
    """What each state costs a server."""
    rows = rows_of(results, COST)[::-1]
    axis = figure.subplots()
    colours = [OURS if name.startswith(("our", "whole")) else OTHERS for name, _ in rows]
    readings = [reading for _, reading in rows]
    axis.barh([name for name, _ in rows], [one.median for one in readings], xerr=_errors(readings), color=colours)
    axis.set_xlabel("µs of CPU for each state that a client got; the lines show the spread")


def growth(figure: Any, results: Results) -> None:
    """How the cost grows with players, and with spectators."""
    left, right = figure.subplots(1, 2)
    parts = (left, PLAYERS, "players, 60 snapshots"), (right, WATCHERS, "spectators, 30 snapshots")
    for axis, sources, name in parts:
        rows = rows_of(results, sources)
        readings = [reading for _, reading in rows]
        counts = [int(count) for count, _ in rows]
        axis.errorbar(counts, [one.median for one in readings], yerr=_errors(readings), marker="o", color=OURS)
        axis.set_xlabel(name)
        axis.set_ylabel("cores")
        axis.set_ylim(bottom=0)


def framing(figure: Any, results: Results) -> None:
    """What each frame costs a decoder."""
    axis = figure.subplots()
    width = 0.8 / len(FRAMING)
    for place, (name, sources) in enumerate(FRAMING.items()):
        rows = rows_of(results, sources)
        places = [list(READS).index(read) + place * width for read, _ in rows]
        axis.bar(places, [reading.median for _, reading in rows], width, label=name)
    axis.set_xticks([place + 0.4 - width / 2 for place in range(len(READS))], list(READS))
    axis.set_ylabel("µs for each frame of 64 bytes")
    axis.set_yscale("log")
    figure.legend(loc="outside right upper")


def _errors(readings: Sequence[Reading]) -> list[list[float]]:
    return [[one.median - one.least for one in readings], [one.most - one.median for one in readings]]


PLOTS: dict[str, tuple[Callable[[Any, Results], None], tuple[float, float]]] = {  # by file: the plot, and its inches
    "performance-cost.svg": (cost, (8, 3.2)),
    "performance-growth.svg": (growth, (8, 3.2)),
    "performance-framing.svg": (framing, (8, 3.2)),
}


def draw(results: Results, folder: Path) -> None:
    """Write all of them into a folder; raises ImportError without matplotlib."""
    matplotlib = lazy("matplotlib")
    matplotlib.use("svg")
    pyplot = lazy("matplotlib.pyplot")
    for name, (plot, size) in PLOTS.items():
        with matplotlib.rc_context(STABLE):
            figure = pyplot.figure(figsize=size, layout="constrained")
            plot(figure, results)
            figure.savefig(folder / name, metadata={"Date": None})
            pyplot.close(figure)
