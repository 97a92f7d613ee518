"""How many times faster than real time the virtual network is: `python -m tests.tools.bench_lan`.

The best of many short pieces, by the clock of the CPU, so that a busy machine tells the same as a quiet one.
"""

import sys
import time

from petard.shared.protocol.messages import Setup
from tests.lan.lan import Lan
from tests.lan.random_keys import RandomKeys

PIECES, PIECE = 40, 1.0  # how many, of so many virtual seconds


def speed(players: int, snapshots: int, line: str = "lan") -> float:
    """Virtual seconds that pass in a second of CPU while so many people walk about."""
    net = Lan(*[line] * players, setup=Setup("classic", "last-one-standing", 9, 0, 2), snapshots=snapshots)
    for number, client in enumerate(net.clients):
        client.keys = RandomKeys(1, number, bombs=0).keys
    net.start()
    best = float("inf")
    for _ in range(PIECES):
        start = time.process_time()
        net.run(PIECE)
        best = min(best, time.process_time() - start)
    return PIECE / best


def main() -> None:
    """Print the table."""
    sys.stdout.write("players  60/s  30/s  20/s\n")
    for players in (2, 4, 8):
        speeds = [f"{speed(players, snapshots):4.0f}x" for snapshots in (60, 30, 20)]
        sys.stdout.write(f"{players:7}  {'  '.join(speeds)}\n")


if __name__ == "__main__":
    main()
