"""The whole of it: a server, its clients, and virtual time, which passes only while `run` or `until` says so.

Rule 1: everybody who runs is woken when they asked to be; between two of them no time passes.
Rule 2: each computer has a clock of its own phase, and each pipe chance of its own, all from one seed.
"""

from collections.abc import Callable, Iterator
from heapq import heappush, heapreplace
from math import inf
from random import Random
from zlib import crc32

from petard.game.config.settings import Settings
from petard.server.room.room import Room
from petard.server.room.settings import RoomSettings
from petard.shared.protocol.messages import Phase, Setup
from petard.shared.rules.ruleset import TICK_RATE
from tests.ends import boards
from tests.lan.client import Client
from tests.lan.computer import Computer, Network
from tests.lan.fake_wire import Clock
from tests.lan.host import Host
from tests.lan.quality import LINES, Quality

SETUP = Setup("classic", "last-one-standing", 1, 0, 2)
TICK = 1 / TICK_RATE  # seconds
NAMES = ("Ada", "Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Hal")


class Lan:
    """A server that runs, and clients that have set out for it."""

    def __init__(
        self,
        *lines: str | Quality,
        seed: int = 1,
        setup: Setup = SETUP,
        snapshots: int = 60,
        new_room: type[Room] = Room,
        idle: int = 0,
    ) -> None:
        """`lines`: one client for each, over a line of that name or quality.

        `idle`: seconds until a bot plays for who presses nothing; 0: it never does.
        """
        settings = RoomSettings(setup, "Test", snapshots, idle)
        self.chance = Random(seed)
        self.street = Network(Clock())
        self.host = Host(self.street, lambda seed: new_room(settings, boards(), seed), self.chance.getrandbits(32))
        self.clients: list[Client] = []
        self._due: list[tuple[float, int, Host | Client]] = [(self.now + TICK, 0, self.host)]
        self._number = 0
        self.host.start()
        for line in lines:
            self.join(line)

    @property
    def now(self) -> float:
        """Virtual seconds."""
        return self.street.clock.now

    @property
    def room(self) -> Room:
        """The server's room."""
        return self.host.room

    def people(self) -> list[Client]:
        """The clients that have not left, and whose visit is not over."""
        return [client for client in self.clients if not client.is_gone and not client.visit.problem]

    def join(self, line: str | Quality = "lan", players: int = 1, name: str = "", address: str = "") -> Client:
        """Bring a client; it sets out at once, within the next tick. `address`: where the server sees it."""
        number = self._number + 1
        quality = LINES[line] if isinstance(line, str) else line
        station = Computer(
            self.street, quality, address or f"10.0.{number >> 8}.{number & 255}", self.chance.getrandbits(32)
        )
        name = name or NAMES[(number - 1) % len(NAMES)]
        return self._start(station, Settings(name=name, players=players, colour=number % 16))

    def come_again(self, client: Client) -> Client:
        """Start the game of somebody anew at the same computer, with the ticket of the last time."""
        welcome = client.session.room.welcome
        again = self._start(client.station, client.settings, welcome.token if welcome else "")
        again.before = client
        return again

    def _start(self, station: Computer, settings: Settings, token: str = "") -> Client:
        self._number += 1
        starts_at = self.now + TICK * self.chance.random()
        client = Client(station, settings, self.chance.getrandbits(32), starts_at, token)
        self.clients.append(client)
        heappush(self._due, (starts_at, self._number, client))
        return client

    # Time

    def steps(self, seconds: float) -> Iterator[Host | Client]:
        """Let time pass; yields each who was awake, right after it."""
        clock, due = self.street.clock, self._due
        end = clock.now + seconds
        while due[0][0] <= end:
            at, number, one = due[0]
            clock.now = at
            heapreplace(due, (inf if isinstance(one, Client) and one.is_gone else one.wake(at), number, one))
            yield one
        clock.now = end

    def run(self, seconds: float) -> None:
        """Let so much time pass."""
        for _ in self.steps(seconds):
            pass

    def until(self, is_so: Callable[[], object], most: float = 60.0) -> None:
        """Let time pass until something is so; looks once a tick, and fails after `most` seconds."""
        end = self.now + most
        while not is_so():
            assert self.now < end, f"it never came to that in {most:.0f} s; the log: {self.host.lines[-20:]}"
            self.run(TICK)

    def start(self) -> None:
        """Wait until everybody is in and a round runs."""
        self.until(lambda: self.room.people >= len(self.clients))
        for client in self.clients:
            client.get_ready()
        self.until(lambda: self.room.phase is Phase.PLAYING)

    # What went over the lines

    def fingerprint(self) -> int:
        """A number that two networks share in which the same bytes were said."""
        return crc32(repr([client.station.sums() for client in self.clients]).encode())
