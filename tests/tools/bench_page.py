"""How large a match in one HTML file is, and how long Chromium needs from the file to the first picture.

    python -m tests.tools.bench_page [--times 7] [--keep FILE]

Two matches of eight bots, three minutes each: `match`, in which they die as usual, round after round, and `hardy`, in
which nobody dies. Each time a new page in the same browser; the time is from the begin of the navigation. Beside it
stands that of an empty page, opened in turns with the match: so much the browser and the machine take by themselves.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from petard.game.replays.page_file import page_of
from petard.game.replays.page_stream import MatchStream
from petard.shared.demo.reader import read_demo
from petard.shared.rules.ruleset import LAST_ONE_STANDING, TICK_RATE
from tests.server.web.chromium import PROGRAM, chromium
from tests.shared.demo.matches import record

LENGTH = 180 * TICK_RATE
EMPTY = "<!DOCTYPE html><title>Empty</title><script>window.loadedAt = performance.now()</script>"
HARDY = replace(LAST_ONE_STANDING, damage=0, hurry=0, round=LENGTH)


async def _loads(files: Sequence[Path], times: int) -> list[list[float]]:
    """Milliseconds until the first picture of each file, of each time but the first; the files take turns."""
    found: list[list[float]] = [[] for _ in files]
    async with chromium() as browser:
        for _ in range(times + 1):
            for file, of_file in zip(files, found, strict=True):
                page = await browser.page()
                await page.screen(1280, 720)
                await page.open(file.as_uri())
                await page.until("window.loadedAt")
                of_file.append(await page.value("loadedAt"))
                await page.call("Page.navigate", url="about:blank")
    return [of_file[1:] for of_file in found]


def _shown(loads: list[float]) -> str:
    return f"{statistics.median(loads):.0f} ms ({min(loads):.0f} to {max(loads):.0f})"


def main(words: Sequence[str]) -> None:
    """Print a line for each match."""
    parser = argparse.ArgumentParser(prog="bench_page")
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--keep", type=Path, help="keep the page of `match`")
    given = parser.parse_args(words)
    matches = {"match": record(8, LENGTH, rounds=5), "hardy": record(8, LENGTH, HARDY)}
    for name, data in matches.items():
        demo = read_demo(data)
        began = time.process_time()
        stream = MatchStream(demo, 0, LENGTH)
        parts = list(stream.pieces())
        page = page_of(demo.header, stream).encode()
        spent = time.process_time() - began
        outline = stream.outline
        sys.stdout.write(
            f"{name}: {outline.length / TICK_RATE:.0f} s, {len(outline.rounds)} rounds, {len(outline.kills)} kills,"
            f" {len(page) / 1000:.0f} kB, {len(stream.data) / 1000:.0f} kB of it the match before base64;"
            f" written in {spent:.2f} s in {len(parts)} pieces\n"
        )
        with tempfile.TemporaryDirectory() as folder:
            file = given.keep if given.keep and name == "match" else Path(folder, "page.html")
            file.write_bytes(page)
            if PROGRAM:
                empty = Path(folder, "empty.html")
                empty.write_text(EMPTY, "utf-8")
                loads, nothing = asyncio.run(_loads((file.resolve(), empty), given.times))
                sys.stdout.write(f"{name}: first picture after {_shown(loads)}; an empty page: {_shown(nothing)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
