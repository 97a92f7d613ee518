"""The real game with SDL's dummy drivers: what its pictures take in a match of 64, and how it and the server start."""

import json
import os
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median

from tests.bench.compiler import scratch_folder
from tests.bench.machine import cpu_of, load_on_its_own_core
from tests.bench.model import Effort, Figure, Missing, Probe, Run, Source, Values, times
from tests.bench.servers import game, started
from tests.tools.links import ROOT

SECONDS = {Effort.QUICK: 8, Effort.USUAL: 25, Effort.LONG: 200}
SIZE = (1280, 720)
WINDOW = f"""
import time, pygame
pygame.display.init()
pygame.display.set_mode({SIZE})
pygame.display.flip()
print({{}}, flush=True)
"""
CPU = "'{\"cpu\": %f}' % time.process_time()"
BARE = f"import time; print({CPU}, flush=True)"
HARDLY = 20  # pictures; with fewer there was no match


@contextmanager
def clean_home() -> Iterator[Mapping[str, str]]:
    """Variables for a game that finds no settings, draws nowhere, makes no sound and searches no servers."""
    with tempfile.TemporaryDirectory(prefix="petard-bench-") as folder:
        kinds = ("CONFIG", "DATA", "STATE", "CACHE")
        ours = ["HOME", "APPDATA", "LOCALAPPDATA", *(f"XDG_{kind}_HOME" for kind in kinds)]
        sdl = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        cache = {"PYTHONPYCACHEPREFIX": str(scratch_folder() / "bytecode")}  # as an installed program has it
        yield {**inherited, **dict.fromkeys(ours, folder), **sdl, **cache, "PETARD_DISCOVERY": "off"}


def start_pictures(effort: Effort) -> Run:
    """One person whose seat a bot plays, and 63 bots of the server."""

    def run() -> Values:
        with clean_home() as variables:
            file = Path(variables["HOME"]) / "turns"
            with started(game(60, "--bots", "63")) as (_, port):
                words = [f"127.0.0.1:{port}", "--bot", "--seconds", str(SECONDS[effort])]
                command = [sys.executable, "-m", "tests.bench.peers.timed_game", str(file), *words]
                subprocess.run(command, cwd=ROOT, env=variables, check=False, capture_output=True)
            return pictures_in(file)

    return run


def pictures_in(file: Path) -> Values:
    """Of the pictures in a match: the median, the 99th percentile and the worst, and the first one, in ms."""
    if not file.exists():
        raise Missing("the game did not run to its end")
    numbers = array("d")
    numbers.frombytes(file.read_bytes())
    turns = list(zip(numbers[::2], numbers[1::2], strict=True))
    spent = [1000 * (after[1] - before[1]) for before, after in pairwise(turns) if after[0]]  # at its end it shows one
    if len(spent) < HARDLY:
        raise Missing("there was no match on the screen")
    ranked = sorted(spent[1:])
    return {
        "value": median(ranked),
        "p99": ranked[int(len(ranked) * 0.99)],
        "worst": ranked[-1],
        "first": spent[0],
        "pictures": len(spent),
    }


def start_process(effort: Effort, command: Sequence[str]) -> Run:
    """From the start of a process to its first line: by the clock, and in its CPU time, which the line may tell.

    It is started once before, so that all of it is compiled.
    """

    def run() -> Values:
        with clean_home() as variables, load_on_its_own_core():
            begun = time.perf_counter()
            pipe, null = subprocess.PIPE, subprocess.DEVNULL
            process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=pipe, stderr=null)
            assert process.stdout
            try:
                line = process.stdout.readline()
                spent = time.perf_counter() - begun
                if not line:
                    raise Missing(f"{' '.join(command[1:3])} did not start")
                cpu = json.loads(line).get("cpu") or cpu_of(process.pid)
            finally:
                process.terminate()
                process.communicate()
        return {"value": 1000 * spent, "cpu": 1000 * cpu}

    run()
    return run


STARTS: dict[str, list[str]] = {
    "start.game": [sys.executable, "-m", "tests.bench.peers.timed_game", "first"],
    "start.window": [sys.executable, "-c", WINDOW.format(CPU)],
    "start.server": game(60),
    "start.python": [sys.executable, "-c", BARE],
}
PROBES: tuple[Probe, ...] = (
    Probe("client.pictures", "client", start_pictures, 3),
    *(Probe(name, "starts", partial(start_process, command=command), 9) for name, command in STARTS.items()),
)
P50, P99, WORST, FIRST, COUNT = (
    Source("client.pictures", key) for key in ("value", "p99", "worst", "first", "pictures")
)
GAME, WINDOW_ALONE, SERVER, PYTHON = map(Source, STARTS)
GAME_CPU, WINDOW_CPU, SERVER_CPU, PYTHON_CPU = (Source(name, "cpu") for name in STARTS)
START = "from the start to the first picture; reference: importing pygame and opening a window"
LISTENS = "from the start of the server until it listens; reference: a bare Python"
FIGURES: tuple[Figure, ...] = (
    Figure("client.p50", "a turn of the game, 64 players, 1280 x 720", "ms", "client", P50),
    Figure("client.p99", "99th percentile; reference: the median", "ms", "client", P99, P50),
    Figure("client.worst", "the longest one; reference: the median", "ms", "client", WORST, P50, times(3)),
    Figure("client.first", "the first one; reference: the median", "ms", "client", FIRST, P50, times(10)),
    Figure("client.count", "pictures of a match that were measured", "", "client", COUNT),
    Figure("start.game", START, "ms", "starts", GAME, WINDOW_ALONE, times(2)),
    Figure("start.game-cpu", "that, in CPU time", "ms", "starts", GAME_CPU, WINDOW_CPU),
    Figure("start.server", LISTENS, "ms", "starts", SERVER, PYTHON, times(4)),
    Figure("start.server-cpu", "that, in CPU time", "ms", "starts", SERVER_CPU, PYTHON_CPU),
)
