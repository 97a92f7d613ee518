"""Measure the game, its parts and its peers: what docs/performance.md shows.

    python -m tests.bench                                # twelve minutes
    python -m tests.bench --quick                        # two minutes; it shows that all works
    python -m tests.bench --only server.cost --only framing
    python -m tests.bench --json after.json --against before.json
    python -m tests.bench --page                         # and write docs/performance.md, its plots and its JSON file
    python -m tests.bench --from docs/performance.json --page          # write them again, from that file

References are measured in turns with what they are compared with. CPU time is measured where that is possible, so
that a busy machine counts less; the load of the machine is noted.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from petard.shared.lazy import lazy
from tests.bench.compare import changes
from tests.bench.model import Effort, Figure
from tests.bench.report import conditions, table, write_page
from tests.bench.results import BadResults, Results, read_results
from tests.bench.runner import measure, probes_of
from tests.bench.table import FIGURES, PROBES, chosen


def main(words: Sequence[str] | None = None) -> int:
    """Returns 0; 1 if something got worse or a file cannot be written; 2 if the arguments are wrong."""
    parser = _parser()
    given = parser.parse_args(words)
    try:
        figures = chosen(given.only) if given.only else list(FIGURES)
        before = read_results(given.against) if given.against else None
        kept = read_results(given.source) if given.source else None
        if given.page:
            lazy("matplotlib")
    except (LookupError, BadResults) as problem:
        parser.error(str(problem.args[0]))
    except ImportError:
        parser.error("--page needs matplotlib: pip install 'petard[bench]'")
    if given.page and given.only:
        parser.error("--page needs all measurements, so it goes without --only")
    if given.list:
        sys.stdout.writelines(f"{figure.name:32} {figure.what}\n" for figure in figures)
        return 0
    effort = Effort.QUICK if given.quick else Effort.LONG if given.long else Effort.USUAL
    results = kept or measure(probes_of(figures, PROBES), effort, sys.stderr.write)
    sys.stdout.write(_text(figures, results))
    is_saved = _save(results, given.json, given.page)
    worse = _report_changes(figures, before, results) if before else 0
    return int(worse > 0 or not is_saved)


def _save(results: Results, file: Path | None, page: bool) -> bool:
    """Write what was asked for; False if that is not possible."""
    try:
        if file:
            file.write_text(results.to_json(), encoding="utf-8")
        if page:
            write_page(results)
    except OSError as problem:
        sys.stderr.write(f"{problem.filename} cannot be written: {problem.strerror}\n")
        return False
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--list", action="store_true", help="print the names of all measurements, and measure nothing")
    parser.add_argument("--only", action="append", metavar="NAME", help="only this one, or those that begin so")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--quick", action="store_true", help="fewer and shorter turns")
    length.add_argument(
        "--long", action="store_true", help="ten minutes for each figure about the worst tick or picture"
    )
    length.add_argument("--from", dest="source", type=Path, metavar="FILE", help="measure nothing; read this file")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all turns into this file")
    parser.add_argument("--page", action="store_true", help="write docs/performance.md and what it shows")
    parser.add_argument("--against", type=Path, metavar="FILE", help="say what got worse or better since this run")
    return parser


def _text(figures: Sequence[Figure], results: Results) -> str:
    names = dict.fromkeys(figure.table for figure in figures)
    parts = [f"\n{name}\n\n{table([one for one in figures if one.table == name], results)}" for name in names]
    return conditions(results) + "".join(parts)


def _report_changes(figures: list[Figure], before: Results, after: Results) -> int:
    """Print them; returns how many figures got worse."""
    found = changes(figures, before, after)
    sys.stdout.write("\n" + "".join(f"{change.text()}\n" for change in found))
    worse = sum(change.is_worse for change in found)
    sys.stdout.write(f"beyond the spread: {worse} worse, {len(found) - worse} better\n")
    return worse


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:  # each server that was started has been ended on the way here
        sys.exit(130)
