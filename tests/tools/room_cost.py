"""What a room costs with its pages: processor and memory of all its processes, for the requests of the chart.

    python -m tests.tools.room_cost [--players 8] [--snapshots 30] [--seconds 60]

Starts a real petard-server, joins it with games without windows that press keys, and counts the processor's time from
the first round on. Memory is what belongs to these processes alone (USS), as the control group of a container has it.
"""

import argparse
import sys
import time
from collections.abc import Sequence

import psutil  # type: ignore[import-untyped]

from petard.shared.protocol.messages import Phase
from tests.live_player import LivePlayer
from tests.server.server_process import ServerProcess

PAUSE = 0.004  # seconds between two looks at all games
PATIENCE = 30.0  # seconds until the first round


def cores_and_memory(room: psutil.Process) -> tuple[float, float]:
    """Return the seconds of processor time so far, and MiB."""
    family = [room, *room.children(recursive=True)]
    seconds = sum(sum(one.cpu_times()[:2]) for one in family)
    return seconds, sum(one.memory_full_info().uss for one in family) / 2**20


def play(players: Sequence[LivePlayer], until: float) -> None:
    while time.monotonic() < until:
        now = time.monotonic()
        for player in players:
            player.poll(now)
        time.sleep(PAUSE)


def is_playing(player: LivePlayer) -> bool:
    lobby = player.session.room.lobby
    return lobby is not None and lobby.phase is Phase.PLAYING


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--players", type=int, default=8)
    parser.add_argument("--snapshots", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args(words)
    with ServerProcess("--snapshots", str(given.snapshots), "--web", "127.0.0.1:0") as server:
        players = [LivePlayer(f"Player {number}", server.port, number) for number in range(given.players)]
        latest = time.monotonic() + PATIENCE
        while not is_playing(players[0]) and time.monotonic() < latest:
            play(players, time.monotonic() + 0.1)
        if not is_playing(players[0]):
            sys.stderr.write("No round has begun.\n")
            return 1
        room, began = psutil.Process(server.process.pid), time.monotonic()
        before, _ = cores_and_memory(room)
        play(players, began + given.seconds)
        after, memory = cores_and_memory(room)
        cores = (after - before) / (time.monotonic() - began)
    figures = f"{cores:.3f} of a core, {memory:.0f} MiB"
    sys.stdout.write(f"{given.players} players, {given.snapshots} snapshots: {figures}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
