"""What a capture costs: `python -m tests.tools.bench_capture`. By the clock of the CPU, the best of many pieces.

Eight people walk about; a turn of the server is timed with and without a tap, and then the packing, which is done by
another thread, and the size of the file.
"""

import sys
import time
from collections.abc import Iterable

from petard.server.devtools.playback import play_wire
from petard.shared.demo.wire import Item, WireWriter, read_wire
from petard.shared.protocol.messages import Setup
from tests.lan.lan import Lan
from tests.lan.tapped import TappedLan
from tests.lan.walker import Walker

PLAYERS, PIECES, PIECE = 8, 30, 1.0  # how many pieces, of so many virtual seconds
SETUP = Setup("classic", "last-one-standing", 9, 0, 2)


class Timed:
    """A spool that keeps the records, and adds up what it takes to pack them."""

    problem = ""

    def __init__(self, writer: WireWriter) -> None:
        self._writer = writer
        self._kept: list[Item] = []
        self.file = b""
        self.took = 0.0

    def put(self, items: Iterable[Item]) -> None:
        """Take records."""
        self._kept += items

    def close(self) -> None:
        """Pack them."""
        start = time.process_time()
        self._writer.add(self._kept)
        self._writer.close_block()
        self.file = self._writer.take()
        self.took = time.process_time() - start


def turn(net: Lan) -> float:
    """Seconds of CPU that a turn of the server takes, with a round under way."""
    for number, client in enumerate(net.clients):
        client.keys = Walker(1, number, bombs=0).keys
    net.start()
    served = net.host.net
    assert served
    plain, spent = served.turn, [0.0]

    def timed(ticks: int, now: float) -> None:
        start = time.process_time()
        plain(ticks, now)
        spent[0] += time.process_time() - start

    served.turn = timed  # type: ignore[method-assign]
    best = float("inf")
    for _ in range(PIECES):
        spent[0] = 0.0
        net.run(PIECE)
        best = min(best, spent[0])
    return best / (60 * PIECE)


def main() -> None:
    """Print the figures."""
    lines = ["lan"] * PLAYERS
    plain = turn(Lan(*lines, setup=SETUP))
    tapped = TappedLan(*lines, setup=SETUP)
    spool = tapped.tap._spool = Timed(tapped.spool._writer)
    with_tap = turn(tapped)
    tapped.finish()
    file, minutes = spool.file, tapped.now / 60 - 100 / 60
    start = time.process_time()
    play_wire(read_wire(file))
    played = time.process_time() - start
    sys.stdout.write(
        f"a turn {1e6 * plain:.0f} us, captured {1e6 * with_tap:.0f}; packing {spool.took / minutes:.2f} s a minute; "
        f"{len(file) / minutes / 1000:.0f} kB a minute; playing it {60 * minutes / played:.0f} times as fast\n"
    )


if __name__ == "__main__":
    main()
