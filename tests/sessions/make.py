"""Makes the recorded sessions anew: `python -m tests.sessions.make [NAME…]`. Why each is there: README.md beside it.

What it writes is golden: do so only when the rules or a format have changed on purpose, and commit the files alone.
"""

import sys
from pathlib import Path

from tests.sessions.captures import TAPED, WIRES
from tests.sessions.demos import DEMOS
from tests.sessions.making import TapedLan

FOLDER = Path(__file__).parent


def make(name: str) -> None:
    """Write the files of one name."""
    if name in DEMOS:
        (FOLDER / f"{name}.petard").write_bytes(DEMOS[name]())
    if name in WIRES:
        deed, setup = WIRES[name]
        net = TapedLan(seed=1, setup=setup)
        deed(net)
        (FOLDER / f"{name}.wire").write_bytes(net.finish())
        if name in TAPED:
            net.save()
            (FOLDER / f"{name}.petard").write_bytes(net.demos[1])


def main() -> None:
    """Make those that are named, or all."""
    for name in sys.argv[1:] or dict.fromkeys([*DEMOS, *WIRES]):
        make(name)
        sizes = [f"{file.suffix} {file.stat().st_size}" for file in sorted(FOLDER.glob(f"{name}.*"))]
        sys.stdout.write(f"{name}: {', '.join(sizes)}\n")


if __name__ == "__main__":
    main()
