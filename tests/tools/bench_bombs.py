"""What hostile recordings cost each reader: `python -m tests.tools.bench_bombs`.

Prints for each reader the worst of the hostile files (tests/shared/demo/bombs.py) in ms of CPU time and in ms for each
MiB, and beside it the same reader over a real recording, measured in the same run.
"""

import sys
from contextlib import suppress
from time import process_time

from petard.shared.demo.blocks import DemoError
from tests.shared.demo.abuse import whole
from tests.shared.demo.bombs import bombs
from tests.shared.demo.readers import READERS, read_all

MIB = 1 << 20


def cost(data: bytes, reader: str) -> float:
    """ms of CPU time until the reader ends or refuses the file; the better of two runs."""
    times = []
    for _ in range(2):
        begun = process_time()
        with suppress(DemoError):
            read_all(data, reader)
        times.append(1000 * (process_time() - begun))
    return min(times)


def main() -> None:
    """Print one line for each reader."""
    real, hostile = whole(), dict(bombs(whole()))
    sys.stdout.write(f"{'reader':10} {'real, ms':>9} {'ms/MiB':>8}   {'hostile, ms':>11} {'ms/MiB':>8}  file (KiB)\n")
    for reader in READERS:
        usual = cost(real, reader)
        worst, name = max((cost(data, reader), name) for name, data in hostile.items())
        size = len(hostile[name])
        rates = usual * MIB / len(real), worst * MIB / size
        sys.stdout.write(
            f"{reader:10} {usual:9.1f} {rates[0]:8.0f}   {worst:11.1f} {rates[1]:8.0f}  {name} ({size / 1024:.0f})\n"
        )


if __name__ == "__main__":
    main()
