"""`petard-server replay export`: a film of a demo. The game's own program draws it, in a process of its own."""

import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec

from petard.shared.demo.blocks import DemoError

# -P: nothing in the current folder is imported instead of ours
COMMAND = (sys.executable, "-P", "-m", "petard.game.replays.export")


def main(words: Sequence[str]) -> int:
    """Let the game make the film; returns its exit status. Raises DemoError if pygame is missing."""
    if not find_spec("pygame"):
        raise DemoError("This installation cannot export: it has no pygame.")
    done = subprocess.run([*COMMAND, *words], check=False)
    return done.returncode if done.returncode >= 0 else 1
