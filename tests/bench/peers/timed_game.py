"""petard as it is, which also writes down what each of its pictures took.

    python -m tests.bench.peers.timed_game FILE [OPTION...]
    python -m tests.bench.peers.timed_game first

With a FILE: two C doubles for each turn of its loop, once it has ended: whether a match was on the screen (1 or 0), and
the CPU time of the process at its begin, in seconds; the sleep between two pictures takes none. With `first`: it prints
the CPU time up to the first picture as {"cpu": SECONDS}, and ends.
"""

import json
import sys
import time
from array import array
from pathlib import Path

from petard.game.__main__ import main
from petard.game.flow.app import App

turns = array("d")
run_once = App.run_once


def noted(self: App, now: float) -> None:
    """One turn."""
    turns.extend((float(self.navigator.screen.shows_play), time.process_time()))
    run_once(self, now)


def only_first(self: App, now: float) -> None:
    """One turn, and no more."""
    run_once(self, now)
    sys.stdout.write(json.dumps({"cpu": time.process_time()}) + "\n")
    sys.stdout.flush()
    self.navigator.is_running = False


if __name__ == "__main__":
    is_first = sys.argv[1] == "first"
    App.run_once = only_first if is_first else noted  # type: ignore[method-assign]
    status = main(sys.argv[2:])
    if not is_first:
        Path(sys.argv[1]).write_bytes(turns.tobytes())
    sys.exit(status)
