"""What reading demos costs: running again, verifying an hour, opening and seeking; the table of docs/recordings.md.

Run: python -m tests.tools.bench_demo_read [--write] [--folder DIR] [--minutes 60]
Two loads, recorded once into the folder: `match` is three rounds of eight bots, who die as bots do; in `hardy` nobody
can die, so all eight walk and lay bombs from the first tick to the last. Each is repeated until it is an hour.
Times are CPU time of this process, the least of several runs, so that a busy machine counts less; only the line that
says so is by the clock.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from os import times
from pathlib import Path
from time import monotonic, process_time

from petard.game.view.demo_contents import DemoMoments
from petard.server.cli.replay_verify import cores, verify_files
from petard.shared.demo.blocks import MAGIC, BlockType
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.records import Began, DeltaSent, Ended, Header, Inputs, Opened, Record, WorldState
from petard.shared.demo.rerun import Rerun
from petard.shared.demo.trim import TimedRecord, blocks_of
from petard.shared.demo.verify import verify
from petard.shared.rules.ruleset import LAST_ONE_STANDING, TICK_RATE, RuleSet
from tests.bench.micro_demo import HARDY
from tests.shared.demo.matches import record

PAGE = Path(__file__).parents[2] / "docs" / "recordings.md"
LOADS: dict[str, tuple[RuleSet, int, int]] = {"match": (LAST_ONE_STANDING, 9000, 3), "hardy": (HARDY, 7200, 1)}
PIECE = 300  # ticks that are timed at once
RUNS = 12


def recorded(load: str, folder: Path) -> bytes:
    """The demo of a load, made if it is not in the folder."""
    path = folder / f"{load}.petard"
    if not path.exists():
        rules, ticks, rounds = LOADS[load]
        path.write_bytes(record(8, ticks, rules, rounds=rounds))
    return path.read_bytes()


def repeated(data: bytes, length: int) -> bytes:
    """A demo that holds another one again and again, for so many moments at least."""
    demo = read_demo(data)
    times = -(-length // demo.length)
    digests = demo.digests * times
    records = list(demo.records())
    watched = list(_watched(demo))
    play: Iterator[TimedRecord] = chain.from_iterable(_shifted(records, n * demo.length, n == 0) for n in range(times))
    watch = ((moment + n * demo.length, one) for n in range(times) for moment, one in watched)
    both = [
        *blocks_of(BlockType.PLAY, play, digests, len(digests)),
        *blocks_of(BlockType.WATCH, watch, (), len(digests)),
    ]
    return MAGIC + b"".join(block for _, block in sorted(both, key=lambda piece: piece[0]))


def _shifted(records: list[Record], by: int, first: bool) -> Iterator[TimedRecord]:
    for one in records:
        if isinstance(one, Header):
            if first:
                yield 0, one
        elif not isinstance(one, Ended):
            assert isinstance(one, Began | WorldState | Inputs)
            yield one.moment + by, replace(one, moment=one.moment + by)


def _watched(demo: Demo) -> Iterator[TimedRecord]:
    moment = 0
    for one in demo.records(kind=BlockType.WATCH):
        if isinstance(one, Opened):
            moment = one.moment
        elif isinstance(one, DeltaSent):
            moment += one.ticks
        yield moment, one


def least(work: Callable[[], object], runs: int = RUNS) -> float:
    """The shortest of several runs, in seconds of CPU time."""
    times = []
    for _ in range(runs):
        start = process_time()
        work()
        times.append(process_time() - start)
    return min(times)


def run_on(demo: Demo, start: int) -> None:
    """Run a piece again, without a look at the digests."""
    run = Rerun(demo, start)
    for _ in range(PIECE):
        run.step()


def rows_of(load: str, folder: Path, minutes: int) -> Iterator[tuple[str, str]]:
    """The rows of one load."""
    demo = read_demo(recorded(load, folder))
    starts = [demo.group_start(start) for start in range(0, demo.length - PIECE, 5 * PIECE)]
    alone = sum(least(lambda at=start: run_on(demo, at)) for start in starts)  # type: ignore[misc]
    checked = sum(least(lambda at=start: verify(demo, at, at + PIECE)) for start in starts)  # type: ignore[misc]
    play = len(starts) * PIECE / TICK_RATE
    yield "run again, one core", f"{play / alone:.0f} times real time"
    yield "verified, one core", f"{play / checked:.0f} times real time"
    path = folder / f"{load}-long.petard"
    if not path.exists():
        path.write_bytes(repeated(path.with_name(f"{load}.petard").read_bytes(), minutes * 60 * TICK_RATE))
    start, before = monotonic(), sum(times()[:4])
    found, problems = verify_files([path], cores())
    assert not problems, problems
    assert found[path].ok, found[path].mismatch
    moments = found[path].moments
    name = f"{moments / TICK_RATE / 60:.0f} minutes verified"
    yield f"{name}, {cores()} cores by the clock", f"{monotonic() - start:.1f} s"
    yield f"{name}, CPU time of all together", f"{sum(times()[:4]) - before:.1f} s"
    yield from reading(path.read_bytes(), moments / TICK_RATE / (play / alone))


def reading(data: bytes, whole: float) -> Iterator[tuple[str, str]]:
    """What it takes to open a long demo and to go anywhere in it; `whole`: seconds to run all of it again."""
    opened = least(lambda: read_demo(data), 3)
    long = read_demo(data)
    places = [long.length * part // 17 + 299 for part in range(1, 16)]
    first = least(lambda: Rerun(read_demo(data), places[-1]), 3)
    seeks = [least(lambda at=place: Rerun(long, at), 3) for place in places]  # type: ignore[misc]
    ends = [start - 1 for start in long.watch_starts[1 :: len(long.watch_starts) // 15]]
    shown = [least(lambda at=place: DemoMoments(long).at(at), 3) for place in ends]  # type: ignore[misc]
    yield "size", f"{len(data) / 1e6:.1f} MB, {len(data) / long.length * 3600 / 1000:.0f} kB a minute"
    yield "opened", f"{opened * 1000:.0f} ms"
    yield "opened, and any tick sought for the first time", f"{first * 1000:.0f} ms"
    yield "any other tick, worst of 15", f"{max(seeks) * 1000:.0f} ms"
    yield "that, beside running all of it", f"1 : {whole / max(seeks):.0f}"
    yield (
        "a picture of any tick while watching, worst of 15 that are farthest from a keyframe",
        f"{max(shown) * 1000:.0f} ms",
    )


def table(folder: Path, minutes: int) -> str:
    """The table of the page."""
    columns = [dict(rows_of(load, folder, minutes)) for load in LOADS]
    names = list(columns[0])
    lines = [f"| eight bots on `classic` | {' | '.join(f'`{load}`' for load in LOADS)} |", "| --- | ---: | ---: |"]
    values = zip(names, *(column.values() for column in columns), strict=True)
    lines += (f"| {' | '.join(row)} |" for row in values)
    return "\n".join(lines)


def main() -> None:
    """Print the table, or write it into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="into docs/recordings.md")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "petard-bench", help="for demos")
    parser.add_argument("--minutes", type=int, default=60, help="of the long demo")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    text = table(given.folder, given.minutes)
    sys.stdout.write(text + "\n")
    if given.write:
        page = PAGE.read_text("utf-8")
        filled = re.sub(
            r"(<!-- table: reading -->\n).*?(?=<!-- end -->)", lambda found: found[1] + text + "\n", page, flags=re.S
        )
        PAGE.write_text(filled, "utf-8")


if __name__ == "__main__":
    main()
