"""Plays conversations of a hostile server with the client, by seed, and reports each that the client does not bear.

    python -m tests.hostile --seeds 10000                   the session, its prediction, its view and a bot
    python -m tests.hostile --client game --seeds 500       the whole game, with SDL's dummy drivers
    python -m tests.hostile --client game --seed 123        one conversation alone

A finding is a traceback, with the line that plays it again. At the end there is one line of JSON. Exit status: 0 if
nothing was found, 1 if something was, 2 for wrong arguments.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ["PETARD_DISCOVERY"] = "off"

from tests.hostile.conversations import CLIENTS, Conversations

PICTURES = 60  # of one conversation


def main(words: Sequence[str]) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser("python -m tests.hostile", description="Hostile servers against the client.")
    parser.add_argument("--client", choices=CLIENTS, default="session", help="default: session")
    parser.add_argument("--seeds", type=int, default=100, metavar="N", help="how many (default: 100)")
    parser.add_argument("--first", type=int, default=0, metavar="S", help="the first of them (default: 0)")
    parser.add_argument("--seed", type=int, metavar="S", help="this one only; its sentence is printed")
    parser.add_argument("--pictures", type=int, default=PICTURES, metavar="N", help="of each (default: 60)")
    given = parser.parse_args(words)
    seeds = [given.seed] if given.seed is not None else range(given.first, given.first + given.seeds)
    played = Conversations(given.client, given.pictures).play(seeds)
    for finding in played.findings.values():
        sys.stdout.write(f"{finding}\n")
    if given.seed is not None:
        sys.stdout.write("".join(f"{one}\n" for one in played.ended.values()))
    sys.stdout.write(json.dumps(played.figures()) + "\n")
    return int(bool(played.findings))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
