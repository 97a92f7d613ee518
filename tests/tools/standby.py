"""What becomes of a match when its server dies: how long it stands still, who is back, and whether it is one match.

    python -m tests.tools.standby --seeds 100 [--first 1] [--guests 8] [--how killed|first-dies|cut|leaves]
        [--machines] [--loss 2]

Starts a real petard-server with `--standby on` and guests, each with a real standby where it is asked for one. At a
moment that the seed chooses the server is killed (`first-dies`: the first standby, too; `cut`: its cable is, and mended
later; `leaves`: it is stopped). Prints a line for each seed and the figures at the end, as JSON: seconds from the first
guest that notices the loss to the first new tick, and until all are back. Each time names, seats, wins and chat must be
as they were, and the recordings of both servers one match (`petard-server replay verify --as-one`). With `--machines`
the server and each guest have a network namespace of their own (Linux, root), and `--loss` is the share of frames that
get lost.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from statistics import median

from petard.server.cli.replay_verify import main as replay_verify
from petard.shared.demo.reader import read_demo
from petard.shared.protocol.messages import Phase
from tests.guest import ALONE, Guest, play_until
from tests.netns.machines import Hub, Machine, machines_at_a_hub

HOW = ("killed", "first-dies", "cut", "leaves")
SAID = "still here?"
COPIED_AFTER = 20  # states; six are sent in a tenth of a second
PATIENCE = 40.0  # seconds until a seed fails
START = (sys.executable, "-m", "petard.server")
RULES = ("--map", "arena", "--rounds", "9", "--standby", "on", "--per-address", "64", "--web", "off", *ALONE)


@dataclass
class Drill:
    """One server and its guests."""

    server: "subprocess.Popen[str]"
    folder: Path
    guests: list[Guest]
    hub: Hub | None = None
    killed_at: float = 0.0
    seats: list[tuple[str, int, int]] = field(default_factory=list)  # name, slot, wins, before the loss

    def begin(self) -> None:
        """Play until two standbys have a copy."""
        guests = self.guests
        play_until(guests, time.monotonic, lambda: all(one.phase is Phase.PLAYING for one in guests), PATIENCE)
        play_until(guests, time.monotonic, lambda: len(guests[0].standbys.standbys) == 2, PATIENCE)
        guests[-1].say(SAID)
        play_until(guests, time.monotonic, lambda: all(SAID in texts(one) for one in guests), PATIENCE)
        seen = len(guests[0].played)  # a copy is a tenth of a second old, which is a few states of the server
        play_until(guests, time.monotonic, lambda: len(guests[0].played) > seen + COPIED_AFTER, PATIENCE)

    def play(self, seconds: float) -> None:
        """Let time pass."""
        until = time.monotonic() + seconds
        play_until(self.guests, time.monotonic, lambda: time.monotonic() >= until, seconds + PATIENCE)

    def lose(self, how: str) -> None:
        """Let the server be lost."""
        self.seats = seats_of(self.guests[0])
        for guest in self.guests:
            guest.chat.clear()
            guest.results.clear()
        if how == "first-dies":
            self.keeper(0).children[-1].process.kill()
        self.killed_at = time.monotonic()
        if how == "cut":
            assert self.hub
            self.hub.order("firewall to-1 tcp")
        elif how == "leaves":
            self.server.terminate()
        else:
            self.server.kill()

    def keeper(self, place: int) -> Guest:
        """The guest at whose computer the first standby is, or the next."""
        member = self.guests[0].standbys.standbys[place].member
        return next(one for one in self.guests if one.member == member)

    def wait_for_return(self) -> dict[str, float]:
        """Wait until all are back; returns the seconds from the loss, as the first guest noticed it."""
        began = self.killed_at
        play_until(self.guests, time.monotonic, lambda: all(is_back(one, began) for one in self.guests), PATIENCE)
        noticed = min(one.lost_at[-1] for one in self.guests)
        first = min(next(at for at in one.played if at > one.begun[-1][0]) for one in self.guests)
        back = max(next(at for at, _, _ in one.begun if at > noticed) for one in self.guests)
        return {"first tick": first - noticed, "all back": back - noticed, "noticed": noticed - began}

    def check(self) -> None:
        """Nobody has lost anything, and everybody gets the chat again."""
        play_until(self.guests, time.monotonic, lambda: all(SAID in texts(one) for one in self.guests), PATIENCE)
        self.play(0.3)
        for guest in self.guests:
            assert seats_of(guest) == self.expected(guest), (guest.name, self.seats, seats_of(guest))

    def expected(self, guest: Guest) -> list[tuple[str, int, int]]:
        """The seats as they were, and one win more for who has won the round meanwhile."""
        won = {row.slot: row.wins for results in guest.results for row in results.wins}
        more = sum(won.get(slot, wins) - wins for _, slot, wins in self.seats)
        assert 0 <= more <= 1, f"{more} rounds more are won"
        return [(name, slot, won.get(slot, wins)) for name, slot, wins in self.seats]

    def end(self) -> list[Path]:
        """Close everything; returns the recordings of the server and of the standbys that went on, in their order."""
        for guest in self.guests:
            guest.close()
        if self.server.poll() is None:
            self.server.kill()
        self.server.communicate()
        files = [
            file for name in ("host", *(one.name for one in self.guests)) for file in recordings(self.folder / name)
        ]
        parents = {read_demo(file.read_bytes()).header.parent: file for file in files}
        found = [file for file in files[:1] if file.parent.name == "host"]
        while found and (follows := parents.get(found[-1].name)):
            found.append(follows)
        return found


def is_back(guest: Guest, since: float) -> bool:
    """True once it plays again after a moment."""
    return bool(guest.is_in and guest.begun and guest.begun[-1][0] > since and guest.played[-1] > guest.begun[-1][0])


def texts(guest: Guest) -> list[str]:
    return [line.text for line in guest.chat]


def seats_of(guest: Guest) -> list[tuple[str, int, int]]:
    return [(seat.name, seat.slot, seat.wins) for seat in guest.roster.seats] if guest.roster else []


def recordings(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.petard"), key=lambda path: path.stat().st_mtime_ns) if folder.exists() else []


@contextmanager
def drill(seed: int, count: int, machines: tuple[list[Machine], Hub] | None, folder: Path) -> Iterator[Drill]:
    """A server at the first machine and guests at the others, or all of them here."""
    places: list[Machine | None] = [*machines[0]] if machines else [None] * (count + 1)
    host = places[0]
    flags = ("--record", str(folder / "host"), "--host", host.address if host else "127.0.0.1", "--seed", str(seed))
    command = [*(host.command() if host else ()), *START, "--port", "0", "--ready", "json", *RULES, *flags]
    pipe = subprocess.PIPE
    with ExitStack() as stack:
        log = stack.enter_context((folder / "host.log").open("w"))
        server = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=log, text=True)
        stack.callback(server.kill)
        assert server.stdout
        port = json.loads(server.stdout.readline())["port"]
        where = f"{host.address if host else '127.0.0.1'}:{port}"
        guests = []
        for number, place in enumerate(places[1 : count + 1], 1):
            of_standby = ("--record", str(folder / f"P{number}"), "--web", "off", "--host", "127.0.0.1")
            of_standby = of_standby if place is None else (*of_standby[:-1], place.address)
            guests.append(Guest(f"P{number}", where, seed * 100 + number, of_standby, place))
        found = Drill(server, folder, guests, machines[1] if machines else None)
        try:
            yield found
        finally:
            found.end()


def run(seed: int, how: str, count: int, machines: tuple[list[Machine], Hub] | None, loss: float) -> dict[str, object]:
    """Play one seed; raises AssertionError if something is not as it has to be."""
    with tempfile.TemporaryDirectory() as name:
        if machines:
            machines[1].order("reset", f"loss {loss}")
        with drill(seed, count, machines, Path(name)) as this:
            this.begin()
            this.play(random.Random(seed).uniform(0.2, 3.0))
            before = this.guests[0].tick
            this.lose(how)
            figures = this.wait_for_return()
            lost = before - next(tick for at, _, tick in this.guests[0].begun if at > this.killed_at)
            this.check()
            if how == "cut":  # and mended: the server finds that its room runs elsewhere
                assert this.hub
                this.hub.order("reset")
                this.play(5.0)
                assert this.server.poll() == 0, "the server has not stopped"
            files = this.end()
        said = StringIO()
        with redirect_stdout(said):
            status = replay_verify(["--as-one", "--cores", "1", *map(str, files[:2])])
        assert not status, f"the recordings are not one match: {said.getvalue()}"
    return {"seed": seed, "ticks played again by others": lost} | {key: round(one, 3) for key, one in figures.items()}


def main(words: Sequence[str]) -> int:
    """Run the seeds and print the figures; returns how many failed, 1 at most."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--guests", type=int, default=8)
    parser.add_argument("--how", choices=HOW, default="killed")
    parser.add_argument("--machines", action="store_true")
    parser.add_argument("--loss", type=float, default=0.0, metavar="PERCENT")
    given = parser.parse_args(words)
    found, failed = [], 0
    with ExitStack() as stack:
        machines = stack.enter_context(machines_at_a_hub(given.guests + 2)) if given.machines else None
        for seed in range(given.first, given.first + given.seeds):
            try:
                found.append(run(seed, given.how, given.guests, machines, given.loss))
                sys.stdout.write(f"{json.dumps(found[-1])}\n")
            except AssertionError as problem:
                failed += 1
                sys.stdout.write(f"seed {seed} failed: {problem}\n")
            sys.stdout.flush()
    figures: dict[str, object] = {"seeds": given.seeds, "failed": failed}
    for key in ("first tick", "all back") if found else ():
        rows = sorted(float(str(one[key])) for one in found)
        figures[key] = {"p50": round(median(rows), 3), "max": rows[-1]}
    sys.stdout.write(f"{json.dumps(figures)}\n")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
