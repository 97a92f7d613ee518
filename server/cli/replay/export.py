"""Makes a film of a demo. The drawing is the game's, so the game's own program does it: by process, never by import."""

import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec

from petard.shared.demo.blocks import NoDemo

FILM = (
    sys.executable,
    "-P",
    "-m",
    "petard.game.replays.export",
)  # -P: nothing that happens to lie here is taken for ours


def main(words: Sequence[str]) -> int:
    """Let the game make the film, here and with these words; returns its exit status. Raises NoDemo without a game."""
    if not find_spec("pygame"):
        raise NoDemo("This installation cannot export: it has no pygame.")
    done = subprocess.run([*FILM, *words], check=False)
    return done.returncode if done.returncode >= 0 else 1
