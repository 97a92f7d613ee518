"""How long a match stands still when its server is killed, and whether every match goes on.

    python -m tests.tools.kill_server --kills 20 [--clients 8] [--seed 1] [--map arena]

Starts a real petard-server and joins it with the game's own client code, without pictures. Kills the server with
SIGKILL at random moments and starts it again at once, without a flag. Prints as JSON how many matches went on, and
the seconds from the start of the process to the first tick that every client has of the match, all of them back.
At the end every recording is verified (`petard-server replay verify`), and that each begins where its parent ended.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from petard.game.client.client_round import ClientRound
from petard.game.config.arguments import Address
from petard.game.config.settings import Settings
from petard.game.flow.server_connection import ServerConnection
from petard.server.cli.replay_verify import verify_files
from petard.server.recording.unfinished import beside
from petard.shared.demo.reader import read_demo
from petard.shared.demo.records import PIN, SEATS, SUFFIX, Ended
from petard.shared.protocol.messages import Phase
from tests.server.server_process import ALONE, ServerProcess

PATIENCE = 30.0  # seconds until it fails
STEP = 0.005  # seconds between two polls of all clients
LIFE_MOST = 2.0  # seconds between the return of all and the next kill
START = ("-m", "petard.server")
KEYS = (0, 1, 2, 4, 8, 16)


class Player:
    """One client, its own code, that holds random keys and gets ready for each match."""

    def __init__(self, number: int, port: int, chance: random.Random) -> None:
        self.connection = ServerConnection(Settings(name=f"P{number}"), Address("127.0.0.1", port), None, eager=True)
        self._chance = chance

    def poll(self, now: float) -> None:
        connection = self.connection
        connection.poll(now)
        assert not connection.problem, connection.problem
        connection.get_ready()
        if self.is_in:
            connection.session.send_keys((self._chance.choice(KEYS),))

    @property
    def is_in(self) -> bool:
        """True while it is connected and admitted."""
        return not self.connection.is_disconnected and self.connection.session.link.is_admitted

    @property
    def phase(self) -> Phase | None:
        lobby = self.connection.session.room.lobby
        return lobby.phase if lobby else None

    @property
    def round(self) -> ClientRound | None:
        return self.connection.session.client_round

    @property
    def tick(self) -> int:
        return self.round.server_snapshot.tick if self.round and self.round.server_snapshot else -1

    @property
    def slot(self) -> int:
        slots = self.connection.session.room.my_slots
        return slots[0] if slots else -1


class KillDrill:
    """A server that is killed again and again, and its players."""

    def __init__(self, folder: Path, clients: int, seed: int, *flags: str) -> None:
        """`folder`: for the recordings; `flags`: of the server."""
        self.folder = folder
        self._chance = random.Random(seed)
        first = ServerProcess("--record", str(folder), *flags)
        self.server: subprocess.Popen[str] | subprocess.Popen[bytes] = first.process
        self._flags = ("--host", "127.0.0.1", "--port", str(first.port), *ALONE, "--record", str(folder), *flags)
        self._log = (folder.parent / "log.txt").open("ab")
        self.players = [Player(number, first.port, self._chance) for number in range(clients)]

    def _start(self, start: Sequence[str]) -> "subprocess.Popen[bytes]":
        command = [sys.executable, *start, *self._flags]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=self._log)

    @property
    def log(self) -> str:
        """What all servers wrote so far."""
        return Path(self._log.name).read_text("utf-8")

    def poll_until(self, is_done: Callable[[], bool], what: str) -> None:
        ends_at = time.monotonic() + PATIENCE
        while not is_done():
            now = time.monotonic()
            state = [(one.phase, one.tick, one.is_in) for one in self.players]
            assert now < ends_at, f"waited {PATIENCE} s until {what}: {state}\n{self.log}"
            for player in self.players:
                player.poll(now)
            time.sleep(STEP)

    def play(self, seconds: float = 0.0) -> None:
        """Play until a round runs, and for so long after that."""
        self.poll_until(lambda: all(one.is_in and one.phase is Phase.PLAYING for one in self.players), "all play")
        ends_at = time.monotonic() + seconds
        self.poll_until(lambda: time.monotonic() >= ends_at, "time has passed")

    def kill(self, pause: float = 0.0, start: Sequence[str] = START) -> None:
        """Kill the server, and start it again after a pause in seconds, in which the players try in vain."""
        self.server.kill()
        self.server.communicate()
        ends_at = time.monotonic() + pause
        self.poll_until(lambda: time.monotonic() >= ends_at, "the pause is over")
        self.server = self._start(start)

    def kill_and_return(self, pause: float = 0.0) -> float:
        """Kill the server; return the seconds from its start to the first tick with all back in their slots."""
        before = [(one.slot, one.round) for one in self.players]
        self.kill(pause)
        started = time.monotonic()

        def is_back(player: Player, old: ClientRound | None) -> bool:
            ours = player.is_in and player.round is not old and player.phase is Phase.PLAYING
            return ours and player.tick > 0 and not any(seat.away for seat in player.connection.session.room.seats)

        pairs = list(zip(self.players, (old for _, old in before), strict=True))
        self.poll_until(lambda: all(is_back(*pair) for pair in pairs), "all are back")
        seconds = time.monotonic() - started
        assert [one.slot for one in self.players] == [slot for slot, _ in before], self.log
        for one in self.players:
            welcome = one.connection.session.room.welcome
            assert welcome
            assert welcome.returned, self.log
        return seconds

    def run(self, kills: int) -> list[float]:
        """Kill it so often at random moments of rounds; return the seconds of each return."""
        found = []
        for _ in range(kills):
            self.play(self._chance.random() * LIFE_MOST)
            self.play()
            found.append(self.kill_and_return())
            self._pin_recordings()
        return found

    def _pin_recordings(self) -> None:
        """See to it that the server, which keeps the newest fifty, deletes none of them."""
        for file in self.folder.glob(f"*{SUFFIX}"):
            beside(file, PIN).touch()

    def end(self) -> None:
        for player in self.players:
            player.connection.close()
        self.server.terminate()
        try:
            self.server.communicate(timeout=PATIENCE)
        finally:
            self.server.kill()
            self._log.close()


def verify_chain(folder: Path) -> int:
    """Verify all recordings, that each match came to its end, and that none can go on again; return how many."""
    files = sorted(folder.glob(f"*{SUFFIX}"))
    results, problems = verify_files(files)
    torn = [path for path, sentence in problems.items() if "ends in the middle of a block" not in sentence]
    assert not torn, problems
    assert all(result.ok for result in results.values()), results
    demos = [read_demo(file.read_bytes()) for file in files]
    parents = [demo.header.parent for demo in demos]
    ended = sum(isinstance(note, Ended) for demo in demos for note in demo.notes)
    assert parents.count("") == ended, f"{ended} matches came to their end: {parents}"
    again = [parent for parent in parents if parent and beside(folder / parent, SEATS).exists()]
    assert not again, f"{again} could go on again"
    return len(files)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Kill a server again and again.")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--map", default="arena")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        drill = KillDrill(Path(scratch) / "demos", given.clients, given.seed, "--map", given.map, "--rounds", "9")
        try:
            seconds = drill.run(given.kills)
        finally:
            drill.end()
        recordings = verify_chain(drill.folder)
    figures = {"kills": given.kills, "seed": given.seed, "clients": given.clients, "recordings": recordings}
    figures |= {"seconds_p50": round(median(seconds), 2), "seconds_most": round(max(seconds), 2)}
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
