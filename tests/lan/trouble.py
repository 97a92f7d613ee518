"""What happens to people and their lines in a simulation: who comes, goes and breaks, when and how, from one seed.

Rule: a happening is a value, and `apply` alone does it to a network; so what happened can be printed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from math import inf
from random import Random

from tests.lan.client import Client
from tests.lan.lan import Lan
from tests.lan.quality import LINES

PEOPLE_MOST = 5


class Kind(Enum):
    """What may happen."""

    SAY = auto()
    JOIN = auto()
    LEAVE = auto()
    KILL = auto()  # the process is killed, and stays away
    POWER = auto()  # the same, and nobody is there to say so
    RESTART = auto()  # the process is killed, and started again with its ticket
    RESET = auto()
    VANISH = auto()  # the line is lost without a word to anybody: both ends stay half open
    STALL = auto()
    PULL = auto()  # the cable is out for a while
    FREEZE = auto()  # the game stands still for a while, as on a laptop that sleeps
    LEAP = auto()  # the clock of the computer jumps ahead
    SERVER_FREEZE = auto()
    SERVER_LEAP = auto()
    SERVER_RESTART = auto()  # killed, and started anew


# fmt: off
OFTEN = {  # beside the others
    Kind.SAY: 9, Kind.JOIN: 6, Kind.LEAVE: 3, Kind.KILL: 2, Kind.POWER: 1, Kind.RESTART: 4, Kind.RESET: 7,
    Kind.VANISH: 5, Kind.STALL: 8, Kind.PULL: 6, Kind.FREEZE: 5, Kind.LEAP: 3,
    Kind.SERVER_FREEZE: 2, Kind.SERVER_LEAP: 1, Kind.SERVER_RESTART: 1,
}
LONGEST = {  # seconds
    Kind.STALL: 2.0, Kind.PULL: 15.0, Kind.FREEZE: 15.0, Kind.LEAP: 30.0, Kind.RESTART: 20.0,
    Kind.SERVER_FREEZE: 5.0, Kind.SERVER_LEAP: 20.0, Kind.SERVER_RESTART: 4.0,
}
# fmt: on


@dataclass(frozen=True, slots=True)
class Incident:
    """What happens, to whom (counted round those who are there), for or by so many seconds, behind which byte."""

    at: float  # seconds
    kind: Kind
    who: int
    seconds: float
    byte: int
    line: str


def incidents(chance: Random, seconds: float, every: float) -> Iterator[Incident]:
    """Troubles of so many seconds, one every so many on the average."""
    at = 0.0
    while (at := at + chance.expovariate(1 / every)) < seconds:
        kind = chance.choices(list(OFTEN), list(OFTEN.values()))[0]
        for_long = LONGEST.get(kind, 0.0) * chance.random() ** 2  # more often short than long
        yield Incident(at, kind, chance.randrange(100), for_long, chance.randrange(200), chance.choice(list(LINES)))


class IncidentRunner:
    """Lets incidents apply a network, and ends in time what lasts for a while."""

    def __init__(self, lan: Lan) -> None:
        self._lan = lan
        self._later: list[tuple[float, Kind, Client | None]] = []  # when which trouble ends, and whose

    @property
    def next_end(self) -> float:
        """When the next trouble ends; inf if none lasts."""
        return min((at for at, *_ in self._later), default=inf)

    def end_due(self) -> None:
        """End what has lasted long enough."""
        now = self._lan.now
        due = [one for one in self._later if one[0] <= now]
        self._later = [one for one in self._later if one[0] > now]
        for _, kind, client in due:
            match kind:
                case Kind.PULL if client:
                    client.station.plug(now)
                case Kind.RESTART if client:
                    self._lan.come_again(client)
                case Kind.SERVER_RESTART:
                    self._lan.host.start()

    def apply(self, what: Incident) -> None:
        """Let it happen."""
        lan = self._lan
        here = lan.people()
        if what.kind is Kind.JOIN or not here:
            if len(here) < PEOPLE_MOST:
                lan.join(what.line, players=1 + what.who % 5 // 4)
        elif what.kind in (Kind.SERVER_FREEZE, Kind.SERVER_LEAP, Kind.SERVER_RESTART):
            self._apply_to_server(what)
        else:
            self._apply_to_client(here[what.who % len(here)], what)

    def _apply_to_server(self, what: Incident) -> None:
        host, now = self._lan.host, self._lan.now
        match what.kind:
            case Kind.SERVER_FREEZE:
                host.frozen_until = now + what.seconds
            case Kind.SERVER_LEAP:
                host.leap += what.seconds
            case Kind.SERVER_RESTART if host.net:
                host.kill()
                self._later.append((now + what.seconds, what.kind, None))

    def _apply_to_client(self, client: Client, what: Incident) -> None:
        lan, now = self._lan, self._lan.now
        match what.kind:
            case Kind.SAY:
                client.session.send_chat(f"line {what.byte}")
            case Kind.LEAVE:
                client.leave()
            case Kind.KILL | Kind.RESTART:
                client.kill()
            case Kind.POWER:
                client.lose_power()
            case Kind.RESET | Kind.VANISH | Kind.STALL:
                self._apply_to_line(client, what)
            case Kind.PULL:
                client.station.pull(now)
            case Kind.FREEZE:
                client.frozen_until = now + what.seconds
            case Kind.LEAP:
                client.station.leap += what.seconds
        if what.kind in (Kind.PULL, Kind.RESTART):
            self._later.append((lan.now + what.seconds, what.kind, client))

    def _apply_to_line(self, client: Client, what: Incident) -> None:
        for wire in client.station.wires():
            match what.kind:
                case Kind.RESET:
                    wire.reset(up=what.byte, down=what.byte)
                case Kind.VANISH:
                    wire.cut(up=what.byte, down=what.byte)
                case Kind.STALL:
                    wire.stall(what.seconds)
