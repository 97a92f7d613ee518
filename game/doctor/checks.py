"""The checks of the doctor: each finds out one fact about this computer, its networks, or the target.

Rule 1: each blocks for a few seconds at most, so it runs in a thread of its own.
Rule 2: no check sends Hello, so the examined server gets no member. It sends a Ping, which a server answers to pending
        connections too.
"""

import errno
import ipaddress
import secrets
import select
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from petard.game.config.arguments import DEFAULT_PORT
from petard.game.doctor.facts import (
    BroadcastResult,
    ConnectOutcome,
    Facts,
    Listener,
    LocalNetwork,
    PortOwner,
    QueryResult,
    Router,
    SeenServer,
    SelfTest,
    TcpResult,
    is_loopback,
    is_same,
)
from petard.shared.discovery.client import DiscoveryClient, Questioner
from petard.shared.discovery.network import GROUP, Interface, host_of, interfaces, join_group, open_udp, receive
from petard.shared.framing import LIMIT_SERVER, Decoder, FrameError, frame
from petard.shared.protocol import beacon, codec
from petard.shared.protocol.messages import BUILD, PROTOCOL, Phase, Ping

CONNECT_WAIT = 2.5  # seconds to connect: a lost first packet is sent again after one
ANSWER_WAIT = 1.5  # seconds for an answer on an open connection
NEAR_WAIT = 0.5  # seconds to connect to another port of a computer that has answered
ROUTER_WAIT = 0.8  # seconds to connect to the router
LISTENER_WAIT = 1.5  # seconds to connect to ourselves
SELF_TEST_WAIT = 1.0  # seconds
BROADCAST_WAIT = 0.7  # seconds
ASK_WAIT = 1.6  # seconds for an answer to a question
ASK_EVERY = 0.5  # seconds between two questions
SEEK_FOR = 2.2  # seconds: all answer within 1.5, and a server that gets no question announces itself every 2
SEEK_STEP = 0.02  # seconds
ADDRESSES_MOST = 3  # of one name that are tried
SERVER_PORTS = range(7777, 7788)  # a server takes the next one where a port is taken
ROUTES = Path("/proc/thread-self/net/route")  # Linux
ROUTER_PORTS = (53, 80, 443)  # on which most routers answer or refuse
READS = 16  # datagrams in one go

OUTCOMES = {
    errno.ECONNREFUSED: ConnectOutcome.REFUSED,
    errno.ETIMEDOUT: ConnectOutcome.SILENT,
    errno.EACCES: ConnectOutcome.FORBIDDEN,
    errno.EPERM: ConnectOutcome.FORBIDDEN,
}
CARD = beacon.ServerCard(
    id=0, protocol=PROTOCOL, build=BUILD, port=1, name="doctor", map="none", rules="none", phase=Phase.LOBBY, players=0,
    seats=0, watchers=0, locked=False,
)  # fmt: skip


def _left(seconds: float) -> Iterator[float]:
    """Yield the seconds that are left, while there are any."""
    ends_at = time.monotonic() + seconds
    while (left := ends_at - time.monotonic()) > 0:
        yield left


def _reason_of(error: OSError) -> str:
    return error.strerror or errno.errorcode.get(error.errno or 0, type(error).__name__)


# This computer


def check_networks(facts: Facts) -> tuple[LocalNetwork, ...]:
    """Find every address of this computer that another computer could use."""
    return tuple(
        LocalNetwork(one.name, str(address.ip), str(address.network))
        for one in interfaces()
        if not one.is_loopback
        for address in one.addresses
    )


def check_self_test(facts: Facts) -> SelfTest:
    """Be a server and a game at once, over loopback: ask the question of the server list, and answer it."""
    try:
        with closing(open_udp(socket.AF_INET, "127.0.0.1", 0)) as server:
            address = server.getsockname()
            with closing(Questioner(socket.AF_INET, address, [address[1]])) as game:
                game.ask()
                return SelfTest(_is_answered(server, game))
    except OSError as error:
        return SelfTest(False, _reason_of(error))


def _is_answered(server: socket.socket, game: Questioner) -> bool:
    for left in _left(SELF_TEST_WAIT):
        select.select([server, game.sock], [], [], left)
        for arrived in receive(server, READS):
            if isinstance(question := beacon.decode(arrived.data), beacon.Question):
                answer = beacon.Answer(nonce=question.nonce, clock=0, held=0, card=CARD)
                server.sendto(beacon.encode(answer), arrived.address)
        if game.answers():
            return True
    return False


def check_broadcasts(facts: Facts) -> tuple[BroadcastResult, ...]:
    """Send a broadcast into every network, and receive it with another socket."""
    results = []
    for one in interfaces() if facts.searches else ():
        if not one.is_loopback:
            results += [_broadcast(one, everybody, own) for own, everybody in one.broadcasts]
            results += [_broadcast(one, GROUP, "::", one.index)] if one.has_link_local else []
    return tuple(results)


def _broadcast(one: Interface, to: str, own: str, index: int = 0) -> BroadcastResult:
    """`index`: of the interface, for a multicast of IPv6."""
    family = socket.AF_INET6 if index else socket.AF_INET
    try:
        with (
            closing(open_udp(family, "", 0)) as receiver,
            closing(open_udp(family, own, 0)) as sender,
        ):
            if index:
                join_group(receiver, index)
            data = secrets.token_bytes(16)
            scope = (0, index) if index else ()
            sender.sendto(data, (to, receiver.getsockname()[1], *scope))
            for left in _left(BROADCAST_WAIT):
                select.select([receiver], [], [], left)
                if any(arrived.data == data for arrived in receive(receiver, READS)):
                    return BroadcastResult(one.name, to, True, True)
            return BroadcastResult(one.name, to, True, False)
    except OSError as error:
        return BroadcastResult(one.name, to, False, False, _reason_of(error))


def check_owner(facts: Facts) -> PortOwner:
    """Ask the system which programs use the game's port. Some systems tell only administrators."""
    try:
        sockets = psutil.net_connections("inet")
    except (psutil.Error, OSError):
        return PortOwner(hidden=True)
    ours = [one for one in sockets if one.laddr and one.laddr.port == DEFAULT_PORT]
    stream = [one.pid for one in ours if one.type == socket.SOCK_STREAM and one.status == psutil.CONN_LISTEN]
    questions = [one.pid for one in ours if one.type == socket.SOCK_DGRAM]
    return PortOwner(_program_of(stream), _program_of(questions))


def _program_of(pids: list[int | None]) -> str:
    """Name and pid of the program, for Python that of the script; the system may hide those of another user."""
    pid = next(filter(None, pids), None)
    if pid is None:
        return "another user's program" if pids else ""
    with suppress(psutil.Error, OSError):
        program = psutil.Process(pid)
        name: str = program.name()
        words: list[str] = program.cmdline() if name.startswith("python") else []
        script = next((word for word in words[1:] if not word.startswith("-")), "")
        return f"{Path(script).name or name} (pid {pid})"
    return f"pid {pid}"


def check_listener(facts: Facts) -> Listener:
    """Open a listener as a server does, and connect to it at the address that others would use."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as listener:
        problem = ""
        for port in SERVER_PORTS:
            try:
                listener.bind(("", port))
                listener.listen(1)
                break
            except OSError as error:
                problem = _reason_of(error)
        else:
            return Listener(0, False, problem)
        own = next((net.address for net in facts.nets if ":" not in net.address), "127.0.0.1")
        try:
            socket.create_connection((own, port), timeout=LISTENER_WAIT).close()
        except OSError as error:
            return Listener(port, False, _reason_of(error))
    return Listener(port, True)


def check_router(facts: Facts) -> Router:
    """Connect to the router. A refusal is an answer, too."""
    known = _default_gateway()
    # Most routers are at the first address of the first IPv4 network.
    networks = [ipaddress.ip_network(net.network, strict=False) for net in facts.nets]
    guess = next((str(one[1]) for one in networks if one.version == 4 and one.num_addresses > 2), "")
    router = known or guess
    if not router or any(is_same(net.address, router) for net in facts.nets):
        return Router(router, None)
    outcomes = (try_connect((router, port), ROUTER_WAIT) for port in ROUTER_PORTS)
    answers = any(outcome in (ConnectOutcome.OTHER, ConnectOutcome.REFUSED) for outcome in outcomes)
    return Router(router, answers if answers or known else None)  # a guess may be wrong


def _default_gateway() -> str:
    """The gateway of the default route, from the table of Linux; "" on other systems."""
    with suppress(OSError, ValueError, IndexError):
        for row in ROUTES.read_text("ascii").splitlines()[1:]:
            _, target, gateway, *_ = row.split()
            if target == "00000000" and gateway != "00000000":
                return socket.inet_ntoa(struct.pack("=L", int(gateway, 16)))
    return ""


# The target


def _resolve(host: str, port: int, kind: socket.SocketKind) -> list[tuple[int, Any]]:
    """Families and addresses of a name. Blocks, perhaps for long; raises OSError or UnicodeError."""
    found = socket.getaddrinfo(host, port, type=kind)
    return list(dict.fromkeys((int(family), address) for family, _, _, _, address in found))[:ADDRESSES_MOST]


def check_tcp(facts: Facts) -> TcpResult:
    """Connect to the target; if no server answers there, try the ports beside it."""
    try:
        addresses = _resolve(facts.host, facts.port, socket.SOCK_STREAM)
    except (OSError, ValueError):
        return TcpResult("", ConnectOutcome.UNKNOWN)
    found = []
    for _, address in addresses:
        begun = time.monotonic()
        outcome = try_connect(address, CONNECT_WAIT, is_asked=True)
        found.append(TcpResult(host_of(address), outcome, round(1000 * (time.monotonic() - begun), 1)))
    best = min(found, key=lambda one: list(ConnectOutcome).index(one.way))
    if best.way in (ConnectOutcome.REFUSED, ConnectOutcome.OTHER):
        return replace(best, others=_others(best.address, facts.port))
    return best


def _others(host: str, port: int) -> tuple[int, ...]:
    """The ports beside it with a Petard server. The first silent port ends the search: a firewall drops them."""
    found = []
    for other in SERVER_PORTS:
        outcome = ConnectOutcome.OTHER if other == port else try_connect((host, other), NEAR_WAIT, is_asked=True)
        if outcome in (ConnectOutcome.SILENT, ConnectOutcome.NO_WAY):
            break
        found += [other] if outcome is ConnectOutcome.PETARD else []
    return tuple(found)


def try_connect(address: Any, wait: float, is_asked: bool = False) -> ConnectOutcome:
    """Open a TCP connection within `wait` seconds. `address`: in numbers, as `socket` wants it.

    `is_asked`: ask what answers there; otherwise an open connection is OTHER.
    """
    try:
        with socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, socket.SOCK_STREAM) as sock:
            sock.settimeout(wait)
            sock.connect(address)
            if sock.getsockname() == sock.getpeername():  # TCP can connect a free port to itself
                return ConnectOutcome.REFUSED
            return ConnectOutcome.PETARD if is_asked and _speaks_petard(sock) else ConnectOutcome.OTHER
    except TimeoutError:
        return ConnectOutcome.SILENT
    except OSError as error:
        return OUTCOMES.get(error.errno or 0, ConnectOutcome.NO_WAY)


def _speaks_petard(sock: socket.socket) -> bool:
    """True if the answer to a Ping is a message of our protocol. An older server answers with Bye."""
    decoder = Decoder(LIMIT_SERVER)
    with suppress(OSError, FrameError, codec.RemoteProtocolError):
        sock.sendall(frame(codec.encode(Ping(1))))
        for left in _left(ANSWER_WAIT):
            sock.settimeout(left)
            data = sock.recv(4096)
            if not data:
                return False
            for payload in decoder.receive_data(data):
                codec.message_type_of(payload)
                return True
    return False


def check_query(facts: Facts) -> QueryResult:
    """Send the question of the server list to the target's computer, to every port where a server may listen."""
    asked = QueryResult(None)
    with suppress(OSError, ValueError):  # nobody knows that name
        for family, address in _resolve(facts.host, beacon.PORT, socket.SOCK_DGRAM):
            asked = _ask(family, address, facts.port)
            if asked.answer:
                break
    return asked


def _ask(family: int, address: Any, wanted: int) -> QueryResult:
    """Ask again and again until the server at the wanted port has answered, or time is up.

    The system reports a refusal to a connected socket only, so one is connected to the first port. The answers come to
    the other socket: a computer with many addresses may answer from any of them.
    """
    ports = beacon.ports_from(beacon.PORT)
    best, is_refused, asked_at = QueryResult(None), False, float("-inf")
    try:
        with closing(Questioner(family, address, ports)) as questioner, closing(open_udp(family, "", 0)) as connected:
            connected.connect(questioner.addresses[0])
            connected.send(b"")  # no question: a server limits the answers a second
            for left in _left(ASK_WAIT):
                if time.monotonic() - asked_at >= ASK_EVERY:
                    asked_at = time.monotonic()
                    questioner.ask()
                until = min(left, asked_at + ASK_EVERY - time.monotonic())
                select.select([questioner.sock, connected], [], [], max(0.0, until))
                try:
                    connected.recv(beacon.SIZE)
                except ConnectionError:
                    is_refused = True
                except OSError:  # nothing has arrived, or another error, as firewalls cause it
                    pass
                for card in (answer.card for answer, _ in questioner.answers()):
                    reason = card.incompatibility()
                    seen = SeenServer(
                        f"{card.id:016x}", card.name, address[0], card.port, card.protocol, card.build, reason
                    )
                    best = QueryResult(seen, round(1000 * (time.monotonic() - asked_at), 1))
                    if card.port == wanted:
                        return best
            return best if best.answer else QueryResult(None, refused=is_refused)
    except OSError as error:
        return QueryResult(None, problem=_reason_of(error))


def check_servers(facts: Facts) -> tuple[SeenServer, ...]:
    """Look for servers as the list of the game does, without asking single addresses."""
    if not facts.searches:
        return ()
    with closing(DiscoveryClient((), time.monotonic())) as client:
        for _ in _left(SEEK_FOR):
            client.poll(time.monotonic())
            time.sleep(SEEK_STEP)
        found = client.found(time.monotonic())
    servers = []
    for one in found:
        ours = is_loopback(one.host) or any(is_same(one.host, net.address) for net in facts.nets)
        servers.append(SeenServer(one.id, one.name, one.host, one.port, one.protocol, one.build, one.reason, ours))
    return tuple(servers)
