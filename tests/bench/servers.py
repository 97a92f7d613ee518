"""Servers in processes of their own: started, measured while clients load them, and ended."""

import json
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median

from petard.shared.protocol.messages import Ready
from petard.shared.rules.ruleset import PRESETS
from tests.bench.load import JOIN_MOST, Load, LoadClient, Member, RelayClient
from tests.bench.machine import cpu_of, load_on_its_own_core, own_seconds, pin_server
from tests.bench.model import Missing, Values
from tests.server.server_process import ALONE
from tests.tools.links import ROOT

RULES = "classic-course"
AT_ONCE = 32  # who join at the same time; a server accepts as many in one update
ROOM = ("--host", "127.0.0.1", "--port", "0", "--ready", "json", *ALONE, "--map", "battle", "--rules", RULES)
MATCH = ("--rounds", "9", "--seed", "1", "--idle-to-bot", "0")
TICK = 1 / 60


def game(snapshots: int, *options: str) -> list[str]:
    """The command of a whole server."""
    return [sys.executable, "-m", "petard.server", *ROOM, *MATCH, "--snapshots", str(snapshots), *options]


def timed_game(file: Path, snapshots: int, *options: str) -> list[str]:
    """The same, of one that writes the times of its ticks into a file."""
    _, _, _, *rest = game(snapshots, *options)
    return [sys.executable, "-m", "tests.bench.peers.timed_server", str(file), *rest]


def peer(name: str, *options: str) -> list[str]:
    """The command of a server of `tests/bench/peers`."""
    return [sys.executable, "-m", f"tests.bench.peers.{name}", *options]


@contextmanager
def started(command: Sequence[str]) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """A process on the core of the server, and the port that it printed; ended by SIGTERM at the end."""
    null = subprocess.DEVNULL
    with load_on_its_own_core():
        process = subprocess.Popen(command, cwd=ROOT, stdin=null, stdout=subprocess.PIPE, stderr=null)
        try:
            pin_server(process.pid)
            assert process.stdout
            line = process.stdout.readline()
            if not line:
                raise Missing(f"{' '.join(command[1:4])} did not start")
            yield process, int(json.loads(line)["port"])
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
            process.communicate()


@contextmanager
def loaded(port: int, players: int, rate: float = 60) -> Iterator[Load]:
    """A match that is under way, with so many players who press keys."""
    load = Load(rate)
    try:
        members: list[Member] = []

        def connect() -> LoadClient:
            members.append(Member(len(members) + 1, port))
            return members[-1]

        load.join([connect] * players, True, 1)
        members[0].is_watchful = True
        for member in members:
            member.send(Ready(True))
        load.play()
        countdown = PRESETS[RULES].countdown + 5
        load.run(lambda: bool(members[0].ticks) and members[0].ticks[-1] > countdown, JOIN_MOST)
        yield load
    finally:
        load.close()


def window(load: Load, process: int, seconds: float) -> Values:
    """What a server costs for each state that its clients get, and the bytes and messages of the players."""

    def count() -> tuple[float, ...]:
        players = load.players
        states = sum(client.states for client in load.clients)
        received, sent = sum(client.received for client in players), sum(client.sent for client in players)
        return time.monotonic(), cpu_of(process), own_seconds(), states, received, sent

    before = count()
    load.run_for(seconds)
    spent, cpu, own, states, received, sent = (new - old for old, new in zip(before, count(), strict=True))
    if not states:
        raise Missing("no state arrived")
    each = spent * len(load.players)
    return {
        "value": 1e6 * cpu / states,
        "cores": cpu / spent,
        "rate": states / spent / len(load.clients),
        "down": received / each,
        "up": sent / each,
        "load": own / spent,
    }


def relay_cost(command: Sequence[str], players: int, rate: float, seconds: float) -> Values:
    """The cost of a relay."""
    with started(command) as (process, port):
        load = Load(rate)
        try:
            load.join([lambda number=number: RelayClient(number, port) for number in range(players)], True, AT_ONCE)  # type: ignore[misc]
            load.play()
            load.run_for(0.5)
            return window(load, process.pid, seconds)
        finally:
            load.close()


def intervals(file: Path, since: float, until: float) -> Values:
    """Of the ticks between two times: the 50th and the 99th percentile and the longest interval, in ms."""
    if not file.exists():
        raise Missing("the process was ended before it could write the times of its ticks")
    times = array("d")
    times.frombytes(file.read_bytes())
    within = [at for at in times if since <= at <= until]
    found = sorted(1000 * (after - before) for before, after in pairwise(within))
    if not found:
        raise Missing("there was no tick")
    skipped = sum(round(each / 1000 / TICK) - 1 for each in found if each > 1500 * TICK)
    p99 = found[min(len(found) - 1, int(len(found) * 0.99))]
    return {"value": p99, "p50": median(found), "max": found[-1], "skipped": skipped}


@contextmanager
def scratch_file() -> Iterator[Path]:
    """A file that is deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="petard-bench-") as folder:
        yield Path(folder) / "ticks"
