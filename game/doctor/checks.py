"""The checks of the doctor that examine this computer and its networks: each finds out one fact.

Each blocks for a few seconds at most, so it runs in a thread of its own.
"""

import ipaddress
import secrets
import select
import socket
import struct
import time
from contextlib import closing, suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from petard.game.config.arguments import DEFAULT_PORT
from petard.game.doctor.connecting import READS, SERVER_PORTS, reason_of, seconds_left, try_connect
from petard.game.doctor.facts import (
    BroadcastResult,
    ConnectOutcome,
    Facts,
    Listener,
    LocalNetwork,
    PortOwner,
    Router,
    SeenServer,
    SelfTest,
    is_loopback,
    is_same,
)
from petard.shared.discovery.client import DiscoveryClient, Questioner
from petard.shared.discovery.network import GROUP, Interface, interfaces, join_group, open_udp, receive
from petard.shared.protocol import beacon
from petard.shared.protocol.messages import BUILD, PROTOCOL, Phase

ROUTER_WAIT = 0.8  # seconds to connect to the router
LISTENER_WAIT = 1.5  # seconds to connect to ourselves
SELF_TEST_WAIT = 1.0  # seconds
BROADCAST_WAIT = 0.7  # seconds
SEEK_FOR = 2.2  # seconds: all answer within 1.5, and a server that gets no question announces itself every 2
SEEK_STEP = 0.02  # seconds
ROUTES = Path("/proc/thread-self/net/route")  # Linux
ROUTER_PORTS = (53, 80, 443)  # on which most routers answer or refuse

CARD = beacon.ServerCard(
    id=0, protocol=PROTOCOL, build=BUILD, port=1, name="doctor", map="none", rules="none", phase=Phase.LOBBY, players=0,
    seats=0, watchers=0, locked=False,
)  # fmt: skip


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
        return SelfTest(False, reason_of(error))


def _is_answered(server: socket.socket, game: Questioner) -> bool:
    for left in seconds_left(SELF_TEST_WAIT):
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
            for left in seconds_left(BROADCAST_WAIT):
                select.select([receiver], [], [], left)
                if any(arrived.data == data for arrived in receive(receiver, READS)):
                    return BroadcastResult(one.name, to, True, True)
            return BroadcastResult(one.name, to, True, False)
    except OSError as error:
        return BroadcastResult(one.name, to, False, False, reason_of(error))


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
                problem = reason_of(error)
        else:
            return Listener(0, False, problem)
        own = next((net.address for net in facts.nets if ":" not in net.address), "127.0.0.1")
        try:
            socket.create_connection((own, port), timeout=LISTENER_WAIT).close()
        except OSError as error:
            return Listener(port, False, reason_of(error))
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


def check_servers(facts: Facts) -> tuple[SeenServer, ...]:
    """Look for servers as the list of the game does, without asking single addresses."""
    if not facts.searches:
        return ()
    with closing(DiscoveryClient((), time.monotonic())) as client:
        for _ in seconds_left(SEEK_FOR):
            client.poll(time.monotonic())
            time.sleep(SEEK_STEP)
        found = client.found(time.monotonic())
    servers = []
    for one in found:
        ours = is_loopback(one.host) or any(is_same(one.host, net.address) for net in facts.nets)
        servers.append(SeenServer(one.id, one.name, one.host, one.port, one.protocol, one.build, one.reason, ours))
    return tuple(servers)
