"""What the doctor can find out about the networks here, as plain values. Nothing in here looks at anything.

Rule 1: a fact that is None was not looked at yet, or could not be; `Facts.done` tells the two apart.
Rule 2: a fact says what was seen, never what it means: that is for game/doctor/cases.py.
"""

import ipaddress
from dataclasses import dataclass
from enum import Enum

from petard.shared.protocol.messages import BUILD, PROTOCOL


class DiscoveryMethod(Enum):
    """How an attempt to open a TCP line ended."""

    PETARD = "a Petard server answered"
    OTHER = "something answered, but no Petard server"
    REFUSED = "that computer answered: nobody listens there"
    SILENT = "nothing came back"
    NO_WAY = "there is no way there"
    FORBIDDEN = "this computer forbids it"
    UNKNOWN = "nobody knows that name"


class AddressKind(Enum):
    """What is looked at, in the order in which it is shown."""

    NETS = "Networks"
    MIRROR = "Asking itself"
    OWNER = "The port"
    LISTENER = "Being a server"
    SHOUTS = "Broadcasts"
    SERVERS = "Servers"
    ROUTER = "The router"
    REACH = "The line"
    ASKED = "The question"


@dataclass(frozen=True, slots=True)
class LocalNetwork:
    """One address of this computer, and the network around it, such as `192.168.1.0/24`."""

    name: str
    address: str
    network: str


@dataclass(frozen=True, slots=True)
class SelfTest:
    """It answered its own question over loopback; `problem` says what the system had against it, or ""."""

    answered: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PortOwner:
    """Who has the game's port here: the names of programs, "" when it is free; `hidden`: we may not look."""

    stream: str = ""  # on TCP
    questions: str = ""  # on UDP
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Listener:
    """A listener of our own: at which port (0: none could be opened), and whether our own address leads to it."""

    port: int
    reached: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class BroadcastResult:
    """One broadcast (IPv6: multicast) over one interface: it left, and it was heard by a second socket here."""

    name: str
    to: str
    sent: bool
    heard: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SeenServer:
    """A server that answered or announced itself. `id`: of its process; `reason`: why one cannot join, or ""."""

    id: str
    name: str
    host: str
    port: int
    protocol: int
    build: str
    reason: str = ""
    ours: bool = False  # it runs on this computer


@dataclass(frozen=True, slots=True)
class Router:
    """The computer that leads out of this network; `answers` None: we do not know which one it is."""

    address: str
    answers: bool | None


@dataclass(frozen=True, slots=True)
class TcpResult:
    """How a TCP line to the place that was asked for ended. `address`: in numbers; `others`: its ports with Petard."""

    address: str
    way: DiscoveryMethod
    ms: float = 0.0
    others: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The list's question, sent to that computer alone: what answered, and after how many milliseconds.

    `refused`: that computer says that nobody there takes questions.
    """

    answer: SeenServer | None
    ms: float = 0.0
    problem: str = ""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known so far. `host` and `port`: the place that was asked for, or the first server that was found."""

    system: str  # as sys.platform names it
    host: str = ""
    port: int = 0
    hosting: bool = False  # this computer is the host, and others cannot see it
    protocol: int = PROTOCOL
    build: str = BUILD
    done: frozenset[AddressKind] = frozenset()
    nets: tuple[LocalNetwork, ...] = ()
    mirror: SelfTest | None = None
    owner: PortOwner | None = None
    listener: Listener | None = None
    shouts: tuple[BroadcastResult, ...] = ()
    servers: tuple[SeenServer, ...] = ()
    router: Router | None = None
    reach: TcpResult | None = None
    asked: QueryResult | None = None

    @property
    def address(self) -> str:
        """The place in numbers, or as it was written while nobody knows it in numbers."""
        return self.reach.address if self.reach and self.reach.address else self.host

    @property
    def listed(self) -> SeenServer | None:
        """The server at that place, if the list shows it."""
        meant = self.asked.answer.id if self.asked and self.asked.answer else ""
        here = [seen for seen in self.servers if self._is_there(seen) or seen.id == meant]  # one entry, many addresses
        return next((seen for seen in here if seen.port == self.port), None)

    @property
    def answer(self) -> SeenServer | None:
        """The server at that place, if it answers questions at all."""
        if self.listed:
            return self.listed
        answer = self.asked.answer if self.asked else None
        return answer if answer and answer.port == self.port else None

    @property
    def elsewhere(self) -> tuple[int, ...]:
        """At which other ports of that computer there are servers."""
        ports = {seen.port for seen in self.servers if self._is_there(seen)}
        if self.asked and self.asked.answer:
            ports.add(self.asked.answer.port)
        ports.update(self.reach.others if self.reach else ())
        return tuple(sorted(ports - {self.port}))

    @property
    def is_own(self) -> bool:
        """True if that place is this computer."""
        return is_loopback(self.address) or any(is_same(net.address, self.address) for net in self.nets)

    @property
    def is_near(self) -> bool:
        """True if that place is in one of our own networks."""
        return self.is_own or any(is_in(self.address, net.network) for net in self.nets)

    @property
    def company(self) -> tuple[SeenServer, ...]:
        """The servers on other computers than this one and the one that was asked for."""
        return tuple(seen for seen in self.servers if not seen.ours and not self._is_there(seen))

    @property
    def instead(self) -> SeenServer | None:
        """A server elsewhere that can be joined; perhaps it is the one that is meant."""
        return next((seen for seen in self.company if not seen.reason), None)

    def _is_there(self, seen: SeenServer) -> bool:
        return is_same(seen.host, self.address) or (seen.ours and self.is_own)


def plain(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Read an address in numbers, without its zone and IPv4 as IPv4; None for a name.

    >>> plain("::ffff:10.0.0.7"), plain("fe80::1%eth0"), plain("ada")
    (IPv4Address('10.0.0.7'), IPv6Address('fe80::1'), None)
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, ipaddress.IPv6Address) else parsed


def is_same(one: str, other: str) -> bool:
    """True if two addresses, however they are written, are one."""
    return one == other or (plain(one) is not None and plain(one) == plain(other))


def is_loopback(address: str) -> bool:
    """True for the address of this computer that no other has."""
    parsed = plain(address)
    return address == "localhost" or (parsed is not None and parsed.is_loopback)


def is_in(address: str, network: str) -> bool:
    """True if an address in numbers lies in a network.

    >>> is_in("10.0.0.7", "10.0.0.0/24"), is_in("10.0.1.7", "10.0.0.0/24"), is_in("fe80::1", "10.0.0.0/8")
    (True, False, False)
    """
    parsed = plain(address)
    return parsed is not None and parsed in ipaddress.ip_network(network, strict=False)
