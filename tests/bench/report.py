"""The tables of docs/performance.md, made from the results that are kept beside it."""

from collections.abc import Iterable
from functools import cache, partial
from typing import Any

from tests.bench.model import Figure
from tests.bench.plots import draw
from tests.bench.results import Results, read_results, short
from tests.bench.table import FIGURES
from tests.tools.links import ROOT
from tests.tools.markdown import Tables, fill, rows_of

PAGE, FILE, PLOTS = ROOT / "docs" / "performance.md", ROOT / "docs" / "performance.json", ROOT / "docs" / "pictures"
HEAD = ("what", "figure", "reference", "ratio", "target", "met", "`--only`")


def row_of(figure: Figure, results: Results) -> list[str]:
    """One row."""
    reading, reference, ratio = results.reading(figure.source), results.reading(figure.reference), results.ratio(figure)
    goal = figure.target.text(figure.unit) if figure.target else ""
    if reading is None:
        reason = results.missing.get(figure.source.probe, "not measured")
        return [figure.what, reason, "", "", goal, "", f"`{figure.name}`"]
    met = ""
    if figure.target:
        met = "yes" if _holds(figure, results) else "**no**"
    shown = [
        f"{reading.text()} {figure.unit}".strip(),
        reference.text() if reference else "",
        f"{ratio.text()}x" if ratio else "",
    ]
    return [figure.what, *shown, goal, met, f"`{figure.name}`"]


def _holds(figure: Figure, results: Results) -> bool:
    """By the medians; by the median of the ratios where there is a reference."""
    assert figure.target
    reading, reference, ratio = results.reading(figure.source), results.reading(figure.reference), results.ratio(figure)
    assert reading
    own = reading.median
    if reference is None or ratio is None:
        return figure.target.holds(own, float("nan"))
    other = own / ratio.median if figure.target.bound.name == "RATIO" and ratio.median else reference.median
    return figure.target.holds(own, other)


def table(figures: Iterable[Figure], results: Results) -> str:
    """A table in Markdown."""
    return rows_of(*HEAD, rows=(row_of(figure, results) for figure in figures))


def conditions(results: Results) -> str:
    """On what, when and beside what load it was measured."""
    facts: dict[str, Any] = results.facts
    machine: dict[str, Any] = facts.get("machine", {})
    load = ", ".join(map(str, facts.get("load_average", [])))
    rows = [
        ("machine", f"{machine.get('processor')}, {machine.get('cores')} cores, {machine.get('system')}"),
        ("Python", machine.get("python")),
        ("measured", f"{facts.get('date')}, {facts.get('effort')} effort, {short(facts.get('seconds', 0))} s"),
        ("the clients that load the server used at most", f"{_busiest_load(results)} of their core"),
        ("other processes meanwhile", f"{facts.get('others_cores')} of the cores on average"),
        ("load average at the end", load or "unknown"),
    ]
    return rows_of("", "", rows=rows)


def _busiest_load(results: Results) -> str:
    loads = [turn["load"] for turns in results.turns.values() for turn in turns if "load" in turn]
    return short(max(loads, default=0.0), 2)


@cache
def kept() -> Results:
    """The results that the page shows."""
    return read_results(FILE)


def kept_table(name: str) -> str:
    """A table of the page."""
    return table([figure for figure in FIGURES if figure.table == name], kept())


NAMES = tuple(dict.fromkeys(figure.table for figure in FIGURES))
TABLES: Tables = {"conditions": lambda: conditions(kept()), **{name: partial(kept_table, name) for name in NAMES}}


def write_page(results: Results) -> None:
    """Keep the results, and write the page and its plots from them; raises ImportError without matplotlib."""
    draw(results, PLOTS)
    FILE.write_text(results.to_json(), encoding="utf-8", newline="\n")
    kept.cache_clear()
    PAGE.write_text(fill(PAGE.read_text("utf-8"), TABLES), encoding="utf-8", newline="\n")
