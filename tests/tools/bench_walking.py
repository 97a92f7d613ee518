"""From the camera to the first step: how long a phone needs from opening the address until its player walks.

    python -m tests.tools.bench_walking [--times 5] [--slow 6] [--delay 40] [--megabits 10]

A phone that Chromium emulates (390 x 844, touch), slowed down: its processor by `--slow`, its network by `--delay` ms
and to `--megabits`. It opens the address of a real petard-server with one bot, types a name, says that it is ready, and
walks when the countdown ends. Each time is a new server and a browser without a cache. What a person needs to read and
to type is not in it: the name is there at once.
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Sequence

from tests.server.server_process import ServerProcess
from tests.server.web.chromium import Page, chromium
from tests.server.web.page_steps import FREE, PHONE, drag

PLACE = "JSON.stringify([petard.body.x, petard.body.y])"


async def _slow_down(phone: Page, given: argparse.Namespace) -> None:
    rate = given.megabits * 1e6 / 8
    await phone.call("Network.enable")
    await phone.call(
        "Network.emulateNetworkConditions",
        offline=False, latency=given.delay, downloadThroughput=rate, uploadThroughput=rate,
    )  # fmt: skip
    await phone.call("Emulation.setCPUThrottlingRate", rate=given.slow)


async def walk_once(web: int, given: argparse.Namespace) -> list[float]:
    """Seconds from the opening to the form, to the lobby, to the end of the countdown, and to the first step."""
    async with chromium() as browser:
        phone = await browser.page()
        await phone.screen(*PHONE)
        await _slow_down(phone, given)
        began, found = time.monotonic(), []

        def note() -> None:
            found.append(time.monotonic() - began)

        await phone.open(f"http://127.0.0.1:{web}/j")
        await phone.until("window.petard")
        note()
        await phone.value("void (document.querySelector('#name').value = 'Zoe')")
        await phone.tap("#join button")
        await phone.until("petard.seat")
        note()
        await phone.tap("#ready")
        await phone.until("petard.body && petard.room.secondsToGo() === 0")
        note()
        before, (x, y) = await phone.value(PLACE), await phone.value(FREE)
        await drag(phone, 60 * x + 5, 60 * y + 5)
        await phone.until(f"{PLACE} !== {before!r}")
        note()
        return found


def measured(given: argparse.Namespace) -> list[float]:
    """One time, with a server of its own."""
    with ServerProcess("--web", "127.0.0.1:0", "--bots", "1") as server:
        assert server.process.stderr
        line = next(line for line in server.process.stderr if "shows itself" in line)
        web = int(line.rstrip("/\n").rpartition(":")[2])
        return asyncio.run(walk_once(web, given))


def main(words: Sequence[str]) -> None:
    """Print the medians, and the slowest time."""
    parser = argparse.ArgumentParser(prog="bench_walking", description="From the camera to the first step.")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--slow", type=float, default=6.0)
    parser.add_argument("--delay", type=float, default=40.0)
    parser.add_argument("--megabits", type=float, default=10.0)
    given = parser.parse_args(words)
    all_times = [measured(given) for _ in range(given.times)]
    form, lobby, go, step = (statistics.median(times) for times in zip(*all_times, strict=True))
    slowest = max(times[-1] for times in all_times)
    sys.stdout.write(
        f"address to form {form:.1f} s, to lobby {lobby:.1f} s, to the end of the countdown {go:.1f} s,"
        f" to the first step {step:.1f} s (the slowest of {given.times}: {slowest:.1f} s)\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
