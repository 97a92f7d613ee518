"""Whole simulated matches on bad networks: players join, leave, disconnect and rejoin; every step is checked.

Each seed is another match. `-m simulation --seeds N` plays the first N, `-m simulation --seed N` plays one alone.
"""

from math import inf
from random import Random

import pytest

from petard.shared.protocol.field_types import FIRST_MODE
from petard.shared.protocol.messages import Away, Phase, Setup
from tests.lan.invariants import SEAT_KEPT, InvariantChecker
from tests.lan.lan import Lan
from tests.lan.observed_room import ObservedRoom
from tests.lan.quality import LINES, Quality, line
from tests.lan.trouble import Incident, IncidentRunner, incidents

TROUBLED = 20.0  # seconds in which trouble happens
EVERY = 1.5  # seconds between two troubles, on average
LONGEST_MATCH = 1100.0  # seconds: three rounds of paint, each after three drawn ones of 100 s, and five of 35 s
READY_EVERY = 0.5  # seconds
LOOKS = 0.002  # probability that a client draws a picture


class Simulation:
    """One seed, from the first connection until all players are gone."""

    def __init__(self, seed: int, mode: str = FIRST_MODE) -> None:
        self.chance = chance = Random(seed)
        setup = Setup(
            map=chance.choice(("small", "classic", "classic")),
            rules=chance.choice(("duel", "duel", "last-one-standing")),
            rounds=chance.choice((1, 1, 3)),
            bots=chance.choice((0, 0, 0, 1)),
            skill=chance.randrange(4),
            away=chance.choice(list(Away)),
            mode=mode,
        )
        lines = [self.any_line() for _ in range(chance.randrange(2, 5))]
        snapshots = chance.choice((60, 30, 20))
        self.lan = Lan(*lines, seed=seed, setup=setup, snapshots=snapshots, new_room=ObservedRoom)
        self.oracle = InvariantChecker(self.lan)
        self.runner = IncidentRunner(self.lan)
        self.told: list[Incident] = []  # so far

    def any_line(self) -> Quality:
        """A random connection quality, now and then with the buffers of a very small machine."""
        name, small = self.chance.choice(list(LINES)), self.chance.random() < 0.2
        return line(name, room=self.chance.randrange(2000, 8000)) if small else LINES[name]

    def play(self) -> None:
        """Trouble, then calm until the match is over; then all players go, and nothing is left in memory."""
        start = self.lan.now
        for what in incidents(self.chance, TROUBLED, EVERY):
            self.run_to(start + what.at)
            self.told.append(what)
            self.runner.apply(what)
        self.run_to(start + TROUBLED)
        while self.runner.next_end < inf:
            self.run_to(self.runner.next_end)
        self.run_to(self.lan.now + 5.0)
        self.finish_match()
        for client in self.lan.people():
            client.leave() if self.chance.random() < 0.5 else client.kill()
        self.run_to(self.lan.now + SEAT_KEPT + 15.0)
        self.oracle.look_at_end()

    def finish_match(self) -> None:
        """Let the running match end; nobody gets ready again."""
        end = self.lan.now + LONGEST_MATCH
        while self.lan.room.phase is not Phase.LOBBY and self.lan.people():
            assert self.lan.now < end, "the match does not end"
            self.run(READY_EVERY)

    def run_to(self, end: float) -> None:
        """Let time pass. Players in the lobby get ready, and troubles end when their time is over."""
        while self.lan.now < end:
            self.run(max(0.0, min(end - self.lan.now, self.runner.next_end - self.lan.now, READY_EVERY)))
            self.runner.end_due()
            for client in self.lan.people():
                client.get_ready()

    def run(self, seconds: float) -> None:
        """Let time pass, and check after each step; now and then a client draws a picture."""
        lan, look, random = self.lan, self.oracle.look, self.chance.random
        for one in lan.steps(seconds):
            look(one)
            if random() < LOOKS:
                for client in lan.people():
                    client.session.view(lan.now + client.station.leap)
                    client.session.new_events()


@pytest.mark.simulation
def test_a_match_survives_trouble(simulated_seed: int) -> None:
    simulation = Simulation(simulated_seed)
    try:
        simulation.play()
    except Exception as fault:
        told = "\n".join(map(str, simulation.told))
        again = f"pytest tests/test_simulation.py -m simulation --seed {simulated_seed}"
        raise AssertionError(
            f"seed {simulated_seed} at {simulation.lan.now:.3f} s: {fault}\n{told}\n{again}"
        ) from fault
