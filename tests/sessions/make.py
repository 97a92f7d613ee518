"""Makes the recorded sessions again: `python -m tests.sessions.make [NAME…]`. README.md says why each one exists.

The files are references: make them only after the rules or a format have changed on purpose, in a commit of their own.
"""

import sys
from pathlib import Path

from tests.sessions.captures import RECORDED, WIRES
from tests.sessions.demos import DEMOS
from tests.sessions.making import RecordedLan

FOLDER = Path(__file__).parent


def make(name: str) -> None:
    """Write the files of one name."""
    if name in DEMOS:
        (FOLDER / f"{name}.petard").write_bytes(DEMOS[name]())
    if name in WIRES:
        act, setup = WIRES[name]
        net = RecordedLan(seed=1, setup=setup)
        act(net)
        (FOLDER / f"{name}.wire").write_bytes(net.finish())
        if name in RECORDED:
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
