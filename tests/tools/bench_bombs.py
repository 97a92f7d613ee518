"""What hostile recordings cost each reader: `python -m tests.tools.bench_bombs`.

Prints for each reader the worst of the hostile files (tests/shared/demo/bombs.py) in ms of CPU time, the worst of the
same files when their blocks are repeated until they fill 1 MiB, and beside it the same reader over a real recording.
"""

import sys
from contextlib import suppress
from time import process_time

from petard.shared.demo.blocks import DemoError
from tests.shared.demo.abuse import whole
from tests.shared.demo.bombs import bombs, repeated
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
    large = {name: repeated(data, MIB) for name, data in hostile.items()}
    sys.stdout.write(f"{'reader':10} {'real, ms':>9} {'ms/MiB':>8}   {'hostile, ms':>11} {'ms for 1 MiB':>12}\n")
    for reader in READERS:
        usual = cost(real, reader)
        found = [max((cost(data, reader), name) for name, data in files.items()) for files in (hostile, large)]
        (worst, name), (largest, other) = found
        rate = usual * MIB / len(real)
        sys.stdout.write(f"{reader:10} {usual:9.1f} {rate:8.0f}   {worst:11.1f} {largest:12.1f}  {name}; {other}\n")


if __name__ == "__main__":
    main()
