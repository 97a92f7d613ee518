"""What a capture costs: `python -m tests.tools.bench_capture`. By the clock of the CPU, the best of many pieces.

With `--memory`: how much memory a process has that plays 64 clients for 60 s; to make that capture takes minutes.

Eight people walk about; a turn of the server is timed with and without a tap, and then the packing, which is done by
another thread, and the size of the file.
"""

import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from petard.server.devtools.wire import play_capture
from petard.shared.demo.capture import CaptureEncoder, CaptureRecord, read_capture
from petard.shared.protocol.messages import Setup
from tests.lan.captured_lan import CapturedLan, MemoryWriter
from tests.lan.lan import Lan
from tests.lan.random_keys import RandomKeys

PLAYERS, PIECES, PIECE = 8, 30, 1.0  # how many pieces, of so many virtual seconds
SETUP = Setup("classic", "last-one-standing", 9, 0, 2)


class TimedWriter(MemoryWriter):
    """Keeps the records, and measures how long it takes to pack them."""

    def __init__(self, encoder: CaptureEncoder) -> None:
        super().__init__(encoder)
        self._kept: list[CaptureRecord] = []
        self.took = 0.0

    def enqueue(self, records: Iterable[CaptureRecord], is_pause: bool = False) -> None:
        """Take records."""
        self._kept += records

    def close(self) -> None:
        """Pack them."""
        start = time.process_time()
        super().enqueue(self._kept)
        super().close()
        self.took = time.process_time() - start


def turn(net: Lan) -> float:
    """Seconds of CPU that a turn of the server takes, with a round under way."""
    for number, client in enumerate(net.clients):
        client.keys = RandomKeys(1, number, bombs=0).keys
    net.start()
    served = net.host.net
    assert served
    plain, spent = served.update, [0.0]

    def timed(ticks: int, now: float) -> None:
        start = time.process_time()
        plain(ticks, now)
        spent[0] += time.process_time() - start

    served.update = timed  # type: ignore[method-assign]
    best = float("inf")
    for _ in range(PIECES):
        spent[0] = 0.0
        net.run(PIECE)
        best = min(best, spent[0])
    return best / (60 * PIECE)


PLAY = """
import resource, sys
from pathlib import Path
from petard.server.devtools.wire import play_capture
from petard.shared.demo.capture import read_capture
play_capture(read_capture(Path(sys.argv[1]).read_bytes()))
sys.stdout.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
"""


def memory(clients: int, seconds: float) -> tuple[int, float]:
    """The size of a capture of so many clients (bytes), and how much memory it takes to play it (MiB; Linux)."""
    net = CapturedLan(*["lan"] * clients, setup=Setup("battle", "last-one-standing", 9, 0, 2))
    net.until(lambda: net.room.people == clients)
    for number, client in enumerate(net.clients):
        client.keys = RandomKeys(1, number, bombs=0).keys
    net.start()
    net.run(seconds)
    with TemporaryDirectory() as folder:
        file = Path(folder, "crowd.wire")
        file.write_bytes(net.finish())
        done = subprocess.run([sys.executable, "-c", PLAY, str(file)], capture_output=True, check=True)
        return file.stat().st_size, int(done.stdout) / 1024


def main() -> None:
    """Print the figures."""
    if "--memory" in sys.argv[1:]:
        size, used = memory(64, 60.0)
        sys.stdout.write(f"64 clients, 60 s: {size / 1e6:.1f} MB, played in {used:.0f} MiB\n")
        return
    lines = ["lan"] * PLAYERS
    plain = turn(Lan(*lines, setup=SETUP))
    tapped = CapturedLan(*lines, setup=SETUP, new_writer=TimedWriter)
    writer = tapped.writer
    assert isinstance(writer, TimedWriter)
    with_tap = turn(tapped)
    tapped.finish()
    file, minutes = writer.file, tapped.now / 60 - 100 / 60
    start = time.process_time()
    play_capture(read_capture(file))
    played = time.process_time() - start
    sys.stdout.write(
        f"a turn {1e6 * plain:.0f} us, captured {1e6 * with_tap:.0f}; packing {writer.took / minutes:.2f} s a minute; "
        f"{len(file) / minutes / 1000:.0f} kB a minute; playing it {60 * minutes / played:.0f} times as fast\n"
    )


if __name__ == "__main__":
    main()
