"""Play for long, as people do: clients join, leave, stall, are reset, rejoin, vote, chat and read slowly.

    python -m tests.soak --minutes 60 --clients 32 --seed 1 [--json FILE] [--plot FILE.svg] [--folder FOLDER]

Starts a real petard-server with recordings and results, and plays with clients of this process. Each client is the
connection and the session of the real game over a real socket. At the end the server is stopped, and every recording
is verified. Prints one line of JSON: what the clients did, and of the server its memory, descriptors, threads and the
time between its ticks. Memory is judged by its slope after the warm-up, the first third of the time.

Exit status: 0 if the server ended cleanly and every recording verifies, else 1. Needs 127.0.0.1 only.
`--plot` needs matplotlib (extra `bench`).
"""

import argparse
import http.client
import json
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from shutil import copyfileobj
from statistics import linear_regression
from threading import Thread

import psutil  # type: ignore[import-untyped]

from petard.shared.lazy import lazy
from petard.shared.ticker import Ticker
from tests.live_player import LivePlayer
from tests.server.server_process import ServerProcess

ACT_EVERY = 8.0  # seconds, on average, between two unexpected acts of one client
SAMPLE_EVERY = 5.0  # seconds
SLOW_POLL = 0.7  # seconds between two reads of a slow reader
SMALL_BUFFER = 4096  # bytes that the system keeps for a slow reader
WORDS = (
    "good game",
    "again?",
    "ha",
    "ouch",
    "é ж 漢 🎉",
    "/vote map small",
    "/vote restart",
    "/vote kick Soak 1",
    "/yes",
    "/no",
)


class SoakClient(LivePlayer):
    """A player who does an unexpected thing now and then."""

    def __init__(self, number: int, port: int, seed: int) -> None:
        self.acts: Counter[str] = Counter()
        self._next_poll = self._next_act = 0.0
        self._pause_between_polls = 0.0
        super().__init__(f"Soak {number}", port, seed * 1000 + number, players=1 + number % 2)

    def poll(self, now: float) -> None:
        """One pass of the loop of a game, and sometimes an act."""
        if now < self._next_poll:
            return
        self._next_poll = now + self._pause_between_polls
        super().poll(now)
        if self.connection.problem:
            self.acts["ended: " + re.sub(r"\d+", "N", self.connection.problem)] += 1
            self._begin_again(now, 3.0)
        elif now >= self._next_act:
            if self._next_act and self.session.link.is_admitted:
                act = self.chance.choice(ACTS)
                self.acts[act.__name__] += 1
                act(self, now)
            self._next_act = now + self.chance.expovariate(1 / ACT_EVERY)

    def _begin_again(self, now: float, most: float, token: str = "", goodbye: bool = True) -> None:
        """Close the connection, and connect again after at most so many seconds."""
        self.connection.close(goodbye)
        self.connection = self.new_connection(token)
        self._pause_between_polls = 0.0
        self._next_poll = now + self.chance.uniform(0.2, most)

    def leave(self, now: float) -> None:
        """Say goodbye, and join again as a new member."""
        self._begin_again(now, 3.0)

    def crash(self, now: float) -> None:
        """End without a Bye, and come back with the token, as a game that was killed."""
        welcome = self.session.room.welcome
        self._begin_again(now, 5.0, welcome.token if welcome else "", goodbye=False)

    def reset(self, now: float) -> None:
        """The connection is reset; the game reconnects by itself."""
        if self.transport and self.transport.socket:
            self.transport.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.transport.socket.close()
            self.transport.socket = socket.socket()  # closed before any use: the next read fails as after a reset

    def stall(self, now: float) -> None:
        """Do nothing for a while, as a laptop that sleeps; after 10 s the server gives up."""
        self._next_poll = now + self.chance.uniform(1.0, 13.0)

    def read_slowly(self, now: float) -> None:
        """Read seldom and little until the next act."""
        if self.transport and self.transport.socket:
            self.transport.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        self._pause_between_polls = SLOW_POLL

    def read_well(self, now: float) -> None:
        self._pause_between_polls = 0.0

    def chat(self, now: float) -> None:
        """Write a line, or a vote."""
        self.session.send_chat(self.chance.choice(WORDS))


ACTS: tuple[Callable[[SoakClient, float], None], ...] = (
    SoakClient.leave,
    SoakClient.crash,
    SoakClient.reset,
    SoakClient.stall,
    SoakClient.read_slowly,
    SoakClient.read_well,
    SoakClient.chat,
    SoakClient.chat,
)


@dataclass(frozen=True)
class Sample:
    """The server at one moment. `p99`, `worst`: ms between two ticks of the last ten seconds."""

    seconds: float
    rss: int  # bytes
    descriptors: int
    threads: int
    p99: float
    worst: float


def sample(process: psutil.Process, web_port: int, seconds: float) -> Sample:
    """Look at the server from outside and at its status page."""
    web = http.client.HTTPConnection("127.0.0.1", web_port, timeout=5)
    web.request("GET", "/status.json")
    interval = json.loads(web.getresponse().read())["interval"]
    web.close()
    descriptors = process.num_handles() if sys.platform == "win32" else process.num_fds()
    memory = process.memory_info().rss
    return Sample(round(seconds, 1), memory, descriptors, process.num_threads(), interval["p99"], interval["max"])


def slope(samples: Sequence[Sample]) -> float:
    """MiB of memory an hour, by least squares over all samples after the first third; 0.0 for fewer than two."""
    warm = samples[len(samples) // 3 :]
    if len(warm) < 2:
        return 0.0
    hours, mebibytes = [one.seconds / 3600 for one in warm], [one.rss / (1 << 20) for one in warm]
    return linear_regression(hours, mebibytes).slope


def play(
    port: int, web_port: int, process: psutil.Process, given: argparse.Namespace
) -> tuple[list[Sample], Counter[str]]:
    """Play for the time; returns the samples and what the clients did."""
    clients = [SoakClient(number, port, given.seed) for number in range(1, given.clients + 1)]
    samples: list[Sample] = []
    start = time.monotonic()
    ticker, due = Ticker(start), start
    while (now := time.monotonic()) < start + 60 * given.minutes:
        for client in clients:
            client.poll(now)
        if now >= due:
            samples.append(sample(process, web_port, now - start))
            due += SAMPLE_EVERY
        ticker.due(now)
        time.sleep(ticker.until_next(time.monotonic()))
    for client in clients:
        client.connection.close()
    return samples, sum((client.acts for client in clients), Counter())


def plot(samples: Sequence[Sample], file: Path) -> None:
    """Draw memory, descriptors, threads and the time between ticks over the time."""
    try:
        pyplot = lazy("matplotlib.pyplot")
    except ImportError:
        raise SystemExit("--plot needs matplotlib: pip install 'petard[bench]'") from None
    minutes = [one.seconds / 60 for one in samples]
    figure, axes = pyplot.subplots(4, 1, sharex=True, figsize=(9, 9), layout="constrained")
    rows = [
        ("memory, MiB", [one.rss / (1 << 20) for one in samples]),
        ("descriptors", [one.descriptors for one in samples]),
    ]
    rows += [("threads", [one.threads for one in samples]), ("p99 between ticks, ms", [one.p99 for one in samples])]
    for axis, (name, values) in zip(axes, rows, strict=True):
        axis.plot(minutes, values)
        axis.set_ylabel(name)
        axis.set_ylim(bottom=0)
    axes[-1].set_xlabel("minutes")
    figure.savefig(file)


def verified(folder: Path) -> str:
    """What `replay verify` says of all recordings of a folder; "" if each is right."""
    files = [str(file) for file in sorted(folder.rglob("*.petard"))]
    if not files:
        return "there is no recording"
    command = [sys.executable, "-m", "petard.server", "replay", "verify", *files]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    return "" if done.returncode == 0 else (done.stdout + done.stderr)[-2000:]


def soak(given: argparse.Namespace, folder: Path) -> tuple[dict[str, object], list[Sample]]:
    """Start the server, play, stop it and verify; returns the report and the samples."""
    demos = folder / "demos"
    words = ["--record", str(demos), "--results", str(folder / "results.sqlite"), "--http", "127.0.0.1:0"]
    words += ["--bots", "2", "--rounds", "1", "--seed", str(given.seed), "--map", given.map]
    with ServerProcess(*words) as server:
        assert server.process.stderr
        line = next(line for line in server.process.stderr if "shows itself at" in line)
        log = (folder / "server.log").open("w", encoding="utf-8")
        copier = Thread(target=copyfileobj, args=(server.process.stderr, log))
        copier.start()  # or the server would wait for room in the pipe
        process = psutil.Process(server.process.pid)
        samples, acts = play(server.port, int(line.rstrip("/\n").rpartition(":")[2]), process, given)
        server.process.terminate()
        status = server.process.wait(30)
        copier.join()
        log.close()
    report = {
        "minutes": given.minutes,
        "clients": given.clients,
        "seed": given.seed,
        "acts": dict(sorted(acts.items())),
        "recordings": len(list(demos.rglob("*.petard"))),
        "exit_status": status,
        "not_verified": verified(demos),
        "rss_mib_per_hour": round(slope(samples), 2),
        "rss_mib": [round(one.rss / (1 << 20), 1) for one in samples[:: max(1, len(samples) // 20)]],
        "p99_ms": max(one.p99 for one in samples),
        "worst_ms": max(one.worst for one in samples),
        "last": asdict(samples[-1]),
    }
    return report, samples


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--map", default="battle", help="a map with places for all (default: battle)")
    parser.add_argument("--json", type=Path, help="write the report with all samples into this file")
    parser.add_argument("--plot", type=Path, help="draw the samples into this file")
    parser.add_argument("--folder", type=Path, help="keep recordings and log here (default: a scratch folder)")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        report, samples = soak(given, given.folder or Path(scratch))
    sys.stdout.write(json.dumps(report) + "\n")
    if given.json:
        given.json.write_text(json.dumps(report | {"samples": [asdict(one) for one in samples]}) + "\n", "utf-8")
    if given.plot:
        plot(samples, given.plot)
    return 0 if report["exit_status"] == 0 and not report["not_verified"] else 1


if __name__ == "__main__":
    sys.exit(main())
