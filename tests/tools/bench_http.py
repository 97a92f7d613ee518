"""What it costs the game to be looked at: the time between two ticks, with and without requests, in the same run.

    python -m tests.tools.bench_http --pairs 4 --rate 50 [--bots 8] [--path / --path /metrics]

Starts a real petard-server with bots, joins it with one client, and asks for its pages so many times a second, in every
other block of ten seconds. What the time between ticks was, the server says itself, once at the end of each block.
"""

import argparse
import http.client
import json
import random
import socket
import statistics
import sys
import threading
import time
from collections.abc import Sequence

from petard.shared.protocol.messages import Ready, Welcome
from tests.server.server_process import ALONE
from tests.tools.loadtest import Guest, port_of, start_server

BLOCK = 11.5  # seconds: ten that count, and one and a half that may hold something of the block before
READY_EVERY = 2.0  # seconds
PATHS = ("/table", "/status.json", "/healthz", "/metrics")
MEASURES = ("p50", "p99", "max")


class Asker(threading.Thread):
    """Asks at an even pace, as far as the answers come in time."""

    def __init__(self, port: int, rate: float, paths: Sequence[str]) -> None:
        super().__init__(daemon=True)
        self.took: list[float] = []  # seconds
        self._port, self._pause, self._paths = port, 1.0 / rate, paths
        self._is_over = threading.Event()

    def run(self) -> None:
        """Ask until `stop`."""
        due = time.monotonic()
        while not self._is_over.wait(max(0.0, due - time.monotonic())):
            began = time.monotonic()
            ask(self._port, self._paths[len(self.took) % len(self._paths)])
            self.took.append(time.monotonic() - began)
            due = max(due + self._pause, began)

    def stop(self) -> None:
        """Ask no more."""
        self._is_over.set()
        self.join()


def ask(port: int, path: str) -> bytes:
    """One request; fails unless it is answered well."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    line.request("GET", path)
    answer = line.getresponse()
    body = answer.read()
    line.close()
    if answer.status != 200:
        raise SystemExit(f"{path} was answered by {answer.status}")
    return body


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--bots", type=int, default=8)
    parser.add_argument("--path", action="append")
    given = parser.parse_args(arguments)
    with socket.create_server(("127.0.0.1", 0)) as sock:
        http_port = sock.getsockname()[1]
    match = ["--map", "grand", "--rounds", "9", "--bots", str(given.bots), "--seed", "1"]
    server = start_server([*ALONE, *match, "--http", str(http_port)])
    try:
        found = measure(port_of(server), http_port, given.pairs, given.rate, given.path or PATHS)
    finally:
        server.terminate()
        server.communicate(timeout=10)
    sys.stdout.write(report(found))
    return 0


def measure(port: int, http_port: int, pairs: int, rate: float, paths: Sequence[str]) -> list[dict[str, float]]:
    """The figures of each block; those with an odd index are the ones with requests."""
    guest = Guest("Load", port, random.Random(1))
    while not guest.received_kinds[Welcome]:
        guest.poll()
        time.sleep(0.01)
    found = []
    for number in range(2 * pairs):
        client = Asker(http_port, rate, paths) if number % 2 else None
        if client:
            client.start()
        play(guest, BLOCK)
        if client:
            client.stop()
        status_json: dict[str, float] = json.loads(ask(http_port, "/status.json"))["interval"]
        asked = {"asked": len(client.took) / BLOCK, "took": 1000 * statistics.median(client.took)} if client else {}
        found.append(status_json | asked)
    guest.close()
    return found


def play(guest: Guest, seconds: float) -> None:
    """Let a client play for so long, one match after the other."""
    until = time.monotonic() + seconds
    ready_at = 0.0
    while (now := time.monotonic()) < until:
        guest.poll()
        if now >= ready_at:
            ready_at = now + READY_EVERY
            guest.send(Ready(True))
        guest.press()
        time.sleep(1 / 60)


def report(found: list[dict[str, float]]) -> str:
    """The table."""
    lines = ["ms between ticks       p50     p99     max"]
    for number, block in enumerate(found):
        what = f"{block['asked']:3.0f} requests a second" if number % 2 else "no requests"
        answered = f"  answered in {block['took']:.1f} ms" if number % 2 else ""
        lines.append(f"{what:21}" + "".join(f"{block[name]:8.2f}" for name in MEASURES) + answered)
    for name in MEASURES:
        without, with_them = (statistics.median(block[name] for block in found[start::2]) for start in (0, 1))
        lines.append(f"median of {name}: {without:.2f} without, {with_them:.2f} with: ratio {with_them / without:.3f}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
