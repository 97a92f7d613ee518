"""A bad day: eight people play while ten faults happen at once.

    python -m tests.bad_day [--seconds 20]

Eight of the faults come from another process (tests/faults.py); in the server, recordings meet a full disk and the wall
clock jumps. Prints one line of JSON: the longest wait of an honest player for the next snapshot, and beside it the
longest of a process that only sleeps from tick to tick, in the same run. Exit status 1 if the first is longer by more
than 50 ms. Needs Linux or macOS, and 127.0.0.1 only.
"""

import argparse
import json
import re
import select
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from petard.shared.protocol.messages import Phase
from petard.shared.rules.ruleset import TICK_RATE
from tests.full_disk import full_disk_code
from tests.live_player import LivePlayer
from tests.server.server_process import ServerProcess

LATE = 0.050  # seconds that a tick may come later than an idle process wakes
JOINED_WITHIN = 30.0  # seconds
DISK = 4000  # bytes of one recording that fit on the disk
START = f"""
import runpy, time
{full_disk_code(DISK)}
begun, wall = time.monotonic(), time.time
time.time = lambda: wall() + (3600, -86400, 0)[int(time.monotonic() - begun) % 3]
runpy.run_module("petard.server", run_name="__main__")
"""
SLEEPER = f"""
import sys, time
worst, due = 0.0, time.monotonic()
until = due + float(sys.argv[1])
while due < until:
    due += 1 / {TICK_RATE}
    time.sleep(max(0.0, due - time.monotonic()))
    worst = max(worst, time.monotonic() - due)
print(worst)
"""


class Witness:
    """Watches what one honest player receives."""

    def __init__(self, player: LivePlayer) -> None:
        self.player = player
        self.worst = 0.0  # seconds between two snapshots of one round
        self.is_lost = False  # True once it was disconnected, or is another member
        self._member = player.session.room.member
        self._last: tuple[object, object, float] = (None, None, 0.0)  # announcement, snapshot, when

    def poll(self, now: float) -> None:
        self.player.poll(now)
        session = self.player.session
        self.is_lost |= self.player.connection.is_disconnected or session.room.member != self._member
        announcement, snapshot, at = self._last
        lobby, client_round = session.room.lobby, session.client_round
        if client_round is None or lobby is None or lobby.phase is not Phase.PLAYING:
            self._last = (None, None, now)
        elif client_round.server_snapshot is not snapshot:
            if announcement is client_round.announcement:
                self.worst = max(self.worst, now - at)
            self._last = (client_round.announcement, client_round.server_snapshot, now)


@dataclass(frozen=True)
class BadDay:
    """What it came to. `wait`, `idle`: seconds, the longest of the players and of the process that only sleeps."""

    lost_players: int
    wait: float
    idle: float
    exit_status: int
    log: str


def port_in(log: list[str], words: str) -> int:
    """The port in the line of the log with these words."""
    (line,) = (line for line in log if words in line)
    return int(re.findall(r":(\d+)", line)[-1])


def wait_for_data(players: list[LivePlayer]) -> None:
    """Wait until a player has something to read, for a tick at most."""
    sockets = [player.transport.socket for player in players if player.transport and player.transport.socket]
    select.select(sockets, [], [], 1 / TICK_RATE)


def play(folder: Path, seconds: float) -> BadDay:
    """Play on a server that records into `folder`, with all faults for so many seconds."""
    words = ["--record", str(folder), "--http", "127.0.0.1:0", "--console", "127.0.0.1:0", "--map", "grand"]
    words += ["--console-password", "sesame", "--rules", "last-one-standing", "--rounds", "9", "--bots", "0"]
    with ServerProcess(*words, start=("-c", START)) as server:
        assert server.process.stderr
        log: list[str] = []
        while not any("shows itself" in line for line in log) or not any("console" in line for line in log):
            log.append(next(server.process.stderr))
        players = [LivePlayer(f"Honest {number}", server.port, number) for number in range(1, 9)]
        give_up = time.monotonic() + JOINED_WITHIN
        while not all(player.session.client_round for player in players):
            assert time.monotonic() < give_up, "the match did not begin"
            for player in players:
                player.poll(time.monotonic())
            wait_for_data(players)
        witnesses = [Witness(player) for player in players]
        ports = [str(port) for port in (server.port, port_in(log, "console"), port_in(log, "shows itself"))]
        faults = subprocess.Popen([sys.executable, "-m", "tests.faults", *ports, str(seconds)])
        sleeper = subprocess.Popen([sys.executable, "-c", SLEEPER, str(seconds)], stdout=subprocess.PIPE)
        while faults.poll() is None:
            for witness in witnesses:
                witness.poll(time.monotonic())
            wait_for_data(players)
        idle = float(sleeper.communicate()[0])
        for player in players:
            player.connection.close()
        status = server.stop()
    lost = sum(witness.is_lost for witness in witnesses)
    return BadDay(lost, max(witness.worst for witness in witnesses), idle, status, server.log)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        day = play(Path(scratch), given.seconds)
    sys.stdout.write(json.dumps(asdict(day) | {"log": day.log.splitlines()[-20:]}) + "\n")
    return 0 if day.wait < 1 / TICK_RATE + day.idle + LATE and not day.lost_players else 1


if __name__ == "__main__":
    sys.exit(main())
