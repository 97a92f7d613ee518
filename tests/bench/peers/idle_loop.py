"""A loop that only sleeps to the next tick: how evenly this machine wakes any program up.

    python -m tests.bench.peers.idle_loop FILE

It prints {"port": 0} once it runs, and writes the times of its ticks into the file when it is ended by SIGTERM.
"""

import signal
import sys
import time
from array import array
from pathlib import Path

from petard.shared.ticker import Ticker


def main() -> None:
    """Tick until the process is ended."""
    ends: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: ends.append(number))
    sys.stdout.write('{"port": 0}\n')
    sys.stdout.flush()
    times, ticker = array("d"), Ticker(time.monotonic())
    while not ends:
        time.sleep(ticker.until_next(time.monotonic()))
        if ticker.due(now := time.monotonic()):
            times.append(now)
    Path(sys.argv[1]).write_bytes(times.tobytes())


if __name__ == "__main__":
    main()
