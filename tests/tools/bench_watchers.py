"""What so many watchers cost the relay that serves them: CPU, memory, and the room's own CPU.

    python -m tests.tools.bench_watchers [--watchers 1000] [--seconds 10] [--bots 8] [--unread 100] [--relay games]

Starts a real petard-server with bots, joins it with one player, and lets the watchers watch from another process.
`--unread N`: so many of them never read. Browsers watch through the relay that the room starts by itself. `--relay
games|browsers`: they watch through one more process, `petard-server relay`, as on another machine. `--relays N`
calculates from that pair of room and relay what N such relays take. `--times N`: one and all watch in turns, so often,
and the room's CPU is the median of each. The figures are those of the kernel, for the time in which all watch.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil  # type: ignore[import-untyped]

from petard.shared.protocol.messages import Ready, Setup
from petard.shared.rules.ruleset import TICK_RATE
from tests.server.server_process import ALONE
from tests.tools.bench_bridge import Direct


@dataclass(frozen=True)
class Figures:
    """How many watch, what room and relay take of the cores then, and the memory of the relay in MiB."""

    watchers: int
    room: float
    relay: float
    memory: int


def cpu(process: psutil.Process) -> float:
    """The CPU time of a process, in seconds."""
    times = process.cpu_times()
    return float(times.user + times.system)


async def play(port: int, bots: int) -> asyncio.Task[None]:
    """Begin a match with bots; the player stands still."""
    player = Direct("Ada")
    task = asyncio.create_task(player.run(port))
    await asyncio.sleep(1.0)
    await player.send(Setup("grand", "last-one-standing", 9, bots, 0))
    await player.send(Ready(True))

    async def confirm() -> None:
        while True:
            await asyncio.sleep(0.2)
            await player.confirm()

    async def both() -> None:
        await asyncio.gather(task, confirm())

    return asyncio.create_task(both())


def start_relay(game: int) -> tuple[subprocess.Popen[str], int, int]:
    """Start a relay of the server at a port; returns it, its port for games, and that for browsers."""
    flags = ["--host", "127.0.0.1", "--port", "0", "--web", "127.0.0.1:0"]
    command = [sys.executable, "-m", "petard.server", "relay", f"127.0.0.1:{game}", *flags]
    relay = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert relay.stderr
    line = next(line for line in relay.stderr if "games watch" in line)
    ports = line.partition("at port ")[2].partition(",")[0], line.rstrip("/\n").rpartition(":")[2]
    return relay, int(ports[0]), int(ports[1])


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--watchers", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--bots", type=int, default=7)
    parser.add_argument("--unread", type=int, default=0)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--relay", choices=("games", "browsers"))
    parser.add_argument("--relays", type=int, default=0)
    given = parser.parse_args(arguments)
    if given.relays and not given.relay:
        parser.error("--relays calculates from a measured relay: add --relay browsers or --relay games")
    asyncio.run(measure(given))
    return 0


async def measure(given: argparse.Namespace) -> None:
    """Run it all, and print the figures."""
    flags = [*ALONE, "--web", "127.0.0.1:0", "--host", "127.0.0.1", "--port", "0", "--ready", "json"]
    command = [sys.executable, "-m", "petard.server", *flags]
    pipe = subprocess.PIPE
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True)
    assert server.stdout
    assert server.stderr
    game = json.loads(server.stdout.readline())["port"]
    web = int(next(line for line in server.stderr if "shows itself" in line).rstrip("/\n").rpartition(":")[2])
    room = psutil.Process(server.pid)
    process = None  # of browsers, once the relay of the room runs
    playing = await play(game, given.bots)
    relay, alone = None, 0.0
    try:
        if given.relays:
            await asyncio.sleep(5.0)
            (alone,) = await cores(given.seconds, room)
        if given.relay:
            relay, joined, web = start_relay(game)
            process, web = psutil.Process(relay.pid), joined if given.relay == "games" else web
        await asyncio.sleep(5.0)
        counts = (1, given.watchers) * given.times
        found = [await watched(given, web, count, room, process) for count in counts]
        one, many = (statistics.median(figures.room for figures in found[start::2]) for start in (0, 1))
        sys.stdout.write(f"the room: {one:.4f} cores with one, {many:.4f} with many, {many / one:.2f} times\n")
        if given.relays:
            sys.stdout.write(calculation(given.relays, alone, *found[-2:]))
    finally:
        playing.cancel()
        if relay:
            relay.terminate()
            relay.communicate(timeout=20)
        server.terminate()
        server.communicate(timeout=20)


async def cores(seconds: float, *processes: psutil.Process) -> list[float]:
    """How many cores each process takes, over a time."""
    before, began = [cpu(one) for one in processes], time.monotonic()
    await asyncio.sleep(seconds)
    passed = time.monotonic() - began
    return [(cpu(one) - then) / passed for one, then in zip(processes, before, strict=True)]


async def watched(
    given: argparse.Namespace, web: int, count: int, room: psutil.Process, process: psutil.Process | None
) -> Figures:
    """Let so many watch, measure, and print a line."""
    words = [str(web), str(count), str(given.unread if count > 1 else 0), given.relay or "browsers"]
    watchers = subprocess.Popen(
        [sys.executable, "-m", "tests.tools.bench_crowd", *words], stdout=subprocess.PIPE, text=True
    )
    assert watchers.stdout
    await asyncio.to_thread(watchers.stdout.readline)
    await asyncio.sleep(2.0)
    if process is None:
        (process,) = (one for one in room.children() if "relay" in one.cmdline())
    of_room, of_relay = await cores(given.seconds, room, process)
    watchers.terminate()
    lines = [[int(word) for word in line.split()] for line in watchers.communicate()[0].splitlines()]
    rate = (lines[-1][0] - lines[0][0]) / max(1, len(lines) - 1) / count
    found = Figures(lines[-1][1], of_room, of_relay, process.memory_info().rss >> 20)
    sys.stdout.write(
        f"{found.watchers:5} watchers: relay {of_relay:.3f} cores, {of_relay / TICK_RATE / count * 1e6:.1f} us a turn "
        f"and watcher, {found.memory} MiB; room {of_room:.3f} cores; {rate:.0f} B/s each\n"
    )
    return found


def calculation(relays: int, alone: float, one: Figures, many: Figures) -> str:
    """What so many relays with as many watchers each take, from the measured pair of a room and one relay.

    `alone`: the cores of the room before the relay joined; `one` and `many`: with one watcher, and with many.
    """
    more = max(0.0, one.room - alone)
    return (
        f"{relays * many.watchers} watchers through {relays} relays of {many.watchers}, by calculation: each relay "
        f"{many.relay:.3f} cores and {many.memory} MiB; the room {alone:.3f} cores and {relays} times {more:.4f} for a "
        f"relay, {alone + relays * more:.3f} in all; with many watchers the room takes "
        f"{many.room / one.room:.2f} times what it takes with one\n"
    )


if __name__ == "__main__":
    sys.exit(main())
