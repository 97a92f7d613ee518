"""petard-server as it is, which also writes down when each of its ticks began.

    python -m tests.bench.peers.timed_server FILE [OPTION...]

The times (seconds, monotonic, as C doubles) are in the file when it has ended.
"""

import sys
from array import array
from pathlib import Path

from petard.server.__main__ import main
from petard.server.policy.tick_stats import TickStats

times = array("d")
count, summary = TickStats.add, TickStats.summary


def add(self: TickStats, ticks: int, people: int, now: float) -> None:
    """Keep the time, and count."""
    times.append(now)
    count(self, ticks, people, now)


def write(self: TickStats, cpu: float) -> str:
    """Write the file when the server makes its figures, at its end."""
    Path(sys.argv[1]).write_bytes(times.tobytes())
    return summary(self, cpu)


if __name__ == "__main__":
    TickStats.add, TickStats.summary = add, write  # type: ignore[method-assign]
    sys.exit(main(sys.argv[2:]))
