"""How many pictures a second the game draws on servers that send all they may: `python -m tests.tools.bench_hostile`.

Prints, for each kind of load (tests/hostile/heavy_server.py), pictures per second of processor time, with a bot that
plays, at 1280 x 720 on the software renderer, and when the client ended it. `... [pictures] [load...]`: so many of
each, and only these loads. The first load, `still`, is the board alone: machines are compared by it.
"""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
os.environ["PETARD_DISCOVERY"] = "off"

from petard.shared.garbage import QuietCollector
from tests.hostile.heavy_server import HEAVY, HeavyServer
from tests.hostile.real_client import RealClient

WARM = 10  # pictures that begin the conversation and are not counted


def main() -> None:
    """Run the bench and print one line for each load."""
    pictures = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    for name in sys.argv[2:] or HEAVY:
        with TemporaryDirectory() as folder:
            client = RealClient(HeavyServer(HEAVY[name]), Path(folder), 1, bot=True)
            with QuietCollector():  # as the game has it
                sentence = client.run(pictures + WARM)
        spent = client.spent[WARM:] or client.spent
        rate, longest = len(spent) / sum(spent), max(spent) * 1000
        ended = f", over after {len(client.spent)}" if sentence else ""
        sys.stdout.write(f"{name:16} {rate:4.0f} pictures/s, longest {longest:4.0f} ms{ended}  {sentence[:60]}\n")


if __name__ == "__main__":
    main()
