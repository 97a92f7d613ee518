"""Whether a long match of many players stays smooth.

    python -m tests.tools.long_timedemo [--seconds N] [--players N] [--size WxH]

Bots play a match of at least so many seconds, and `petard --timedemo` draws every tick of it without a screen. This
prints what that command says, and the worst picture beside the median. Exit status 1: less than RATE pictures a second,
or a picture that took more than WORST times the median. By default: ten minutes of 16 players at 1920 x 1080.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from petard.shared.rules.ruleset import TICK_RATE
from tests.shared.demo.matches import record
from tests.tools.links import ROOT

BOARD = "grand"
WORST = 3.0  # medians
RATE = 60  # pictures a second


def match_of(players: int, seconds: int) -> bytes:
    """Return the recording of a match of bots that takes at least so long."""
    return record(players, seconds * TICK_RATE, board=BOARD, least=seconds * TICK_RATE)


def measure(demo: bytes, size: str, folder: Path) -> dict[str, float]:
    """Draw a recording with the real command, in a home of its own; return what it keeps of the run."""
    file = folder / "match.petard"
    file.write_bytes(demo)
    home = {name: str(folder) for name in ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "APPDATA", "LOCALAPPDATA")}
    surroundings = {**os.environ, **home, "SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
    words = [sys.executable, "-m", "petard.game", "--timedemo", str(file), "--windowed", "--size", size]
    subprocess.run(words, env=surroundings, cwd=ROOT, check=True)
    (kept,) = folder.rglob("timedemo.json")
    (run,) = json.loads(kept.read_text("utf-8")).values()
    return {name: run[name] for name in ("rate", "p50", "worst")}


def verdict(run: dict[str, float]) -> tuple[str, bool]:
    """Return a line about a run, and whether it was smooth.

    >>> verdict({"rate": 120.0, "p50": 8.0, "worst": 20.0})
    ('the worst picture took 2.5 medians: smooth', True)
    """
    medians = run["worst"] / run["p50"]
    is_smooth = run["rate"] >= RATE and medians <= WORST
    return f"the worst picture took {medians:.1f} medians: {'smooth' if is_smooth else 'not smooth'}", is_smooth


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--players", type=int, default=16)
    parser.add_argument("--size", default="1920x1080")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        words, is_smooth = verdict(measure(match_of(given.players, given.seconds), given.size, Path(folder)))
    sys.stdout.write(f"{words}\n")
    return 0 if is_smooth else 1


if __name__ == "__main__":
    raise SystemExit(main())
