"""What the doctor finds out about the networks of this computer: as plain values.

Rule 1: a fact that is None was not checked yet, or could not be; `Facts.done` tells the two apart.
Rule 2: a fact says what was seen, never what it means: that is for diagnosis.py.
Rule 3: the fields of Facts and the names of CheckKind are keys of `petard doctor --json`.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from petard.shared.protocol.messages import BUILD, PROTOCOL


class ConnectOutcome(Enum):
    """How an attempt to open a TCP connection ended; the one that says most comes first."""

    PETARD = "a Petard server answered"
    OTHER = "something answered, but no Petard server"
    REFUSED = "that computer answered: nobody listens there"
    FORBIDDEN = "this computer forbids it"
    SILENT = "nothing came back"
    NO_WAY = "there is no way there"
    UNKNOWN = "nobody knows that name"


class CheckKind(Enum):
    """What is checked, in the order in which it is shown: its title, and the text while the check runs."""

    NETS = "Networks", "looking at the networks of this computer"
    MIRROR = "Asking itself", "asking itself over loopback"
    OWNER = "The port", "looking who has the port"
    LISTENER = "Being a server", "opening a listener"
    SHOUTS = "Broadcasts", "sending a broadcast into every network"
    SERVERS = "Servers", "listening for servers"
    ROUTER = "The router", "connecting to the router"
    REACH = "Connection", "opening a TCP connection"
    ASKED = "The question", "sending a question"

    def __init__(self, title: str, busy: str) -> None:
        self.title, self.busy = title, busy

    @property
    def field(self) -> str:
        """The field of Facts that the check fills."""
        return self.name.lower()


OF_TARGET = (CheckKind.REACH, CheckKind.ASKED)  # the checks that need a target


@dataclass(frozen=True, slots=True)
class LocalNetwork:
    """One address of this computer, and the network around it, such as `192.168.1.0/24`."""

    name: str
    address: str
    network: str


@dataclass(frozen=True, slots=True)
class SelfTest:
    """A question over loopback, answered by this process itself. `problem`: the error of the system, or ""."""

    answered: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PortOwner:
    """The programs that use the game's port here, "" when it is free; `hidden`: the system does not tell."""

    stream: str = ""  # on TCP
    questions: str = ""  # on UDP
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Listener:
    """A listener of this process: its port (0: none could be opened), and whether a connection to it opens."""

    port: int
    reached: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class BroadcastResult:
    """One broadcast (IPv6: multicast) over one interface; `heard`: a second socket here received it."""

    name: str
    to: str
    sent: bool
    heard: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SeenServer:
    """A server that answered or announced itself. `id`: of its process; `reason`: why it cannot be joined, or ""."""

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
    """The router of this network; `answers` None: its address is not known."""

    address: str
    answers: bool | None


@dataclass(frozen=True, slots=True)
class TcpResult:
    """The TCP connection to the target. `address`: in numbers; `others`: other ports there with a Petard server."""

    address: str
    way: ConnectOutcome
    ms: float = 0.0
    others: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The question of the server list, sent to the target alone: what answered, and after how many ms.

    `refused`: that computer says that no program there receives questions.
    """

    answer: SeenServer | None
    ms: float = 0.0
    problem: str = ""
    refused: bool = False


CanFail = SelfTest | Listener | BroadcastResult | QueryResult  # `problem`: why it did


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known so far. `host` and `port`: the target that was given, or the first server that was found."""

    system: str  # as sys.platform names it
    host: str = ""
    port: int = 0
    hosting: bool = False  # this computer hosts, and others cannot see it
    searches: bool = True  # False: PETARD_DISCOVERY switches the search off
    protocol: int = PROTOCOL
    build: str = BUILD
    done: frozenset[CheckKind] = frozenset()
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
        """The target in numbers, or as it was written until the name is resolved."""
        return self.reach.address if self.reach and self.reach.address else self.host

    @property
    def listed(self) -> SeenServer | None:
        """The server at the target, if the server list shows it."""
        target = self.asked.answer.id if self.asked and self.asked.answer else ""
        here = [seen for seen in self.servers if self._is_there(seen) or seen.id == target]  # one entry, many addresses
        return next((seen for seen in here if seen.port == self.port), None)

    @property
    def answer(self) -> SeenServer | None:
        """The server at the target, if it answers questions."""
        answer = self.listed or (self.asked.answer if self.asked else None)
        return answer if answer and answer.port == self.port else None

    @property
    def elsewhere(self) -> list[int]:
        """The other ports of the target's computer with a server."""
        ports = {seen.port for seen in self.servers if self._is_there(seen)}
        ports.update([self.asked.answer.port] if self.asked and self.asked.answer else [])
        ports.update(self.reach.others if self.reach else ())
        return sorted(ports - {self.port})

    @property
    def is_own(self) -> bool:
        """True if the target is this computer."""
        return is_loopback(self.address) or any(is_same(net.address, self.address) for net in self.nets)

    @property
    def is_near(self) -> bool:
        """True if the target is in a network of this computer."""
        return self.is_own or any(is_in_network(self.address, net.network) for net in self.nets)

    @property
    def company(self) -> list[SeenServer]:
        """The servers on other computers than this one and the target."""
        return [seen for seen in self.servers if not seen.ours and not self._is_there(seen)]

    @property
    def instead(self) -> SeenServer | None:
        """A server elsewhere that can be joined; perhaps the person means that one."""
        return next((seen for seen in self.company if not seen.reason), None)

    def _is_there(self, seen: SeenServer) -> bool:
        return is_same(seen.host, self.address) or (seen.ours and self.is_own)


def parse_address(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Parse an address in numbers, without its zone and mapped IPv4 as IPv4; None for a name.

    >>> parse_address("::ffff:10.0.0.7"), parse_address("fe80::1%eth0"), parse_address("ada")
    (IPv4Address('10.0.0.7'), IPv6Address('fe80::1'), None)
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, ipaddress.IPv6Address) else parsed


def is_same(one: str, other: str) -> bool:
    """True if two addresses are the same, however they are written."""
    return one == other or (parse_address(one) is not None and parse_address(one) == parse_address(other))


def is_loopback(address: str) -> bool:
    parsed = parse_address(address)
    return address == "localhost" or (parsed is not None and parsed.is_loopback)


def is_in_network(address: str, network: str) -> bool:
    """True if an address in numbers lies in a network.

    >>> is_in_network("10.0.0.7", "10.0.0.0/24"), is_in_network("10.0.1.7", "10.0.0.0/24")
    (True, False)
    """
    parsed = parse_address(address)
    return parsed is not None and parsed in ipaddress.ip_network(network, strict=False)


def some(things: Iterable[str], most: int = 4) -> str:
    """Return the first `most` things, and how many more there are."""
    named = list(things)
    more = f" and {len(named) - most} more" if len(named) > most else ""
    return ", ".join(named[:most]) + more
