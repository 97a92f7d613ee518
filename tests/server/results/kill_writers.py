"""Kills processes that write results as fast as they can, at random moments, and looks at what they leave.

    python -m tests.server.results.kill_writers FOLDER KILLS SEED

Prints one line of JSON. Each process is forked from this one, so that a thousand take a minute. POSIX only.
"""

import json
import mmap
import os
import random
import signal
import sqlite3
import sys
import time
from pathlib import Path

from petard.server.policy.log import Log
from petard.server.results.writer import MatchEntry, ResultsWriter, RoundEntry

TIMED = 6  # rounds; twice what the first one needs for them is how long the others live at the most
FRESH_EVERY = 50  # kills, after which they begin a new file
WAITING = 20  # rounds that wait to be written, at most
CHECKS = {
    "rounds without all their rows": "SELECT count(*) FROM rounds WHERE people != "
    "(SELECT count(*) FROM round_players WHERE round = id)",
    "rows without their round": "SELECT count(*) FROM round_players WHERE round NOT IN (SELECT id FROM rounds)",
    "rounds without their match": "SELECT (SELECT count(*) FROM rounds) - (SELECT count(*) FROM matches)",
    "matches without all their rows": "SELECT count(*) FROM matches WHERE "
    "(SELECT count(*) FROM match_players WHERE match = id) != 3",
}


def write_for_ever(file: Path, written: mmap.mmap) -> None:
    """Write rounds without a pause; reports in shared memory how many are written."""
    writer = ResultsWriter(file, Log(lambda line: None))
    number = 0
    while True:
        waiting = writer.batches.waiting // 2  # a round and its match each
        written[:8] = (number - waiting).to_bytes(8, "little")
        if waiting > WAITING:
            time.sleep(0.0002)
            continue
        number += 1
        rows = tuple((f"Player {slot}", slot == 0) for slot in range(2 + number % 7))
        champion = ("Player 0", tuple((f"Player {slot}", number, slot == 0) for slot in range(3)))
        writer.put(
            [RoundEntry(number, "classic", "duel", number, "Player 0", rows), MatchEntry(0, "m", "r", *champion)]
        )


def forked(file: Path, written: mmap.mmap) -> int:
    """Start a process; returns its process id."""
    written[:8] = bytes(8)
    child = os.fork()
    if not child:
        try:
            write_for_ever(file, written)
        finally:
            os._exit(1)  # private: the documented way to end a process at once
    return child


def kill(child: int, written: mmap.mmap) -> int:
    """Kill a process; returns how many rounds it had seen written."""
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
        raise AssertionError("it ended by itself")
    return int.from_bytes(written[:8], "little")


def longest(file: Path, written: mmap.mmap) -> float:
    """Return how long a process may live, by the speed of this machine and its disk."""
    begun = time.monotonic()
    child = forked(file, written)
    while int.from_bytes(written[:8], "little") < TIMED and time.monotonic() < begun + 5:
        time.sleep(0.001)
    kill(child, written)
    return time.monotonic() - begun


def faults_of(file: Path, least: int) -> tuple[int, list[str]]:
    """How many rounds are in a file, and what is wrong with it; at least so many were seen written."""
    if not file.exists():
        return 0, []
    connection = sqlite3.connect(file)
    try:
        sound = connection.execute("PRAGMA integrity_check").fetchall()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if sound != [("ok",)]:
            return 0, [f"damaged: {sound[:3]}"]
        if not version:
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return 0, [] if tables == (0,) else ["half made"]
        (rounds,) = connection.execute("SELECT count(*) FROM rounds").fetchone()
        faults = [what for what, check in CHECKS.items() if connection.execute(check).fetchone() != (0,)]
        return rounds, faults + ([f"{least - rounds} rounds are lost"] if rounds < least else [])
    finally:
        connection.close()


def main(folder: Path, kills: int, seed: int) -> None:
    """Kill so many processes; prints what was found."""
    chance, written = random.Random(seed), mmap.mmap(-1, 8)
    life = 2 * longest(folder / "first.sqlite", written)
    faults: list[str] = []
    whole = rounds = opened = 0
    for number in range(kills):
        file = folder / f"{number // FRESH_EVERY}.sqlite"
        rounds = 0 if number % FRESH_EVERY == 0 else rounds
        child = forked(file, written)
        time.sleep(chance.random() * life)
        seen = kill(child, written)
        now, found = faults_of(file, rounds + seen)
        faults += [f"kill {number}: {what}" for what in found]
        whole, opened, rounds = whole + now - rounds, opened + (now > rounds), now
    sys.stdout.write(json.dumps({"kills": kills, "wrote": opened, "rounds": whole, "faults": faults}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
