"""The local checks: the networks and the port of this computer, its loopback, its broadcasts, and its router.

Rule: each blocks for a few seconds at most, so it runs in a thread of its own; it returns facts with one more.
"""

import ipaddress
import secrets
import select
import socket
import struct
import time
from contextlib import closing, suppress
from dataclasses import replace
from ipaddress import IPv4Interface, IPv6Interface
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from petard.game.config.arguments import DEFAULT_PORT
from petard.game.doctor.diagnosis.facts import (
    BroadcastResult,
    ConnectOutcome,
    Facts,
    Listener,
    LocalNetwork,
    PortOwner,
    Router,
    SelfTest,
    parse_address,
)
from petard.game.doctor.remote_checks import reason_of, try_connect
from petard.shared.discovery.interfaces import Interface, interfaces
from petard.shared.discovery.sockets import GROUP, join_group, open_udp, receive
from petard.shared.protocol.beacon import Answer, Question, ServerCard, decode, encode
from petard.shared.protocol.messages import BUILD, PROTOCOL, Phase

ROUTES = Path("/proc/thread-self/net/route")  # Linux
ROUTER_PORTS = (53, 80, 443)  # on which most routers answer or refuse
ROUTER_WAIT = 0.8  # seconds
LISTENER_WAIT = 1.5  # seconds
TRIES = 11  # ports, as a server does: its own and the ten after it
SELF_TEST_WAIT = 1.0  # seconds
BROADCAST_WAIT = 0.7  # seconds
READS = 16  # datagrams in one go
CARD = ServerCard(
    id=0, protocol=PROTOCOL, build=BUILD, port=1, name="doctor", map="none", rules="none", phase=Phase.LOBBY, players=0,
    seats=0, watchers=0, locked=False,
)  # fmt: skip


def check_networks(facts: Facts) -> Facts:
    """Find every address of this computer that another computer could use."""
    found: list[LocalNetwork] = []
    for one in interfaces():
        if not one.is_loopback:
            addresses: list[IPv4Interface | IPv6Interface] = [*one.v4, *one.v6]
            found += [LocalNetwork(one.name, str(address.ip), str(address.network)) for address in addresses]
    return replace(facts, nets=tuple(found))


def check_self_test(facts: Facts) -> Facts:
    """Be a server and a game at once, over loopback: ask the question of the server list, and answer it."""
    try:
        with (
            closing(open_udp(socket.AF_INET, "127.0.0.1", 0)) as server,
            closing(open_udp(socket.AF_INET, "127.0.0.1", 0)) as game,
        ):
            nonce = secrets.randbits(64)
            game.sendto(encode(Question(nonce)), server.getsockname())
            return replace(facts, mirror=SelfTest(_is_answered(server, game, nonce)))
    except OSError as error:
        return replace(facts, mirror=SelfTest(False, reason_of(error)))


def _is_answered(server: socket.socket, game: socket.socket, nonce: int) -> bool:
    until = time.monotonic() + SELF_TEST_WAIT
    while (left := until - time.monotonic()) > 0:
        ready, _, _ = select.select([server, game], [], [], left)
        for arrived in receive(server, READS) if server in ready else ():
            question = decode(arrived.data)
            if isinstance(question, Question):
                answer = Answer(nonce=question.nonce, clock=0, held=0, card=CARD)
                server.sendto(encode(answer), (arrived.host, arrived.port))
        answers = [decode(arrived.data) for arrived in receive(game, READS)] if game in ready else []
        if any(isinstance(answer, Answer) and answer.nonce == nonce for answer in answers):
            return True
    return False


def check_broadcasts(facts: Facts) -> Facts:
    """Send a broadcast into every network, and receive it with another socket."""
    results = [result for one in interfaces() if not one.is_loopback for result in _broadcasts_over(one)]
    return replace(facts, shouts=tuple(results))


def _broadcasts_over(one: Interface) -> list[BroadcastResult]:
    results = [_broadcast(one.name, everybody, socket.AF_INET, own, 0) for own, everybody in one.broadcasts]
    if one.has_link_local:
        results.append(_broadcast(one.name, GROUP, socket.AF_INET6, "::", one.index))
    return results


def _broadcast(name: str, to: str, family: int, own: str, index: int) -> BroadcastResult:
    try:
        with (
            closing(open_udp(family, "::" if index else "", 0)) as receiver,
            closing(open_udp(family, own, 0)) as sender,
        ):
            if index:
                join_group(receiver, index)
            data = secrets.token_bytes(16)
            target: Any = (to, receiver.getsockname()[1], 0, index) if index else (to, receiver.getsockname()[1])
            sender.sendto(data, target)
            return BroadcastResult(name, to, True, _is_received(receiver, data))
    except OSError as error:
        return BroadcastResult(name, to, False, False, reason_of(error))


def _is_received(receiver: socket.socket, data: bytes) -> bool:
    until = time.monotonic() + BROADCAST_WAIT
    while (left := until - time.monotonic()) > 0:
        if select.select([receiver], [], [], left)[0] and any(one.data == data for one in receive(receiver, READS)):
            return True
    return False


def check_owner(facts: Facts) -> Facts:
    """Ask the system which programs use the game's port. Some systems tell only administrators."""
    try:
        sockets = psutil.net_connections("inet")
    except (psutil.Error, OSError):
        return replace(facts, owner=PortOwner(hidden=True))
    ours = [one for one in sockets if one.laddr and one.laddr.port == DEFAULT_PORT]
    stream = [one.pid for one in ours if one.type == socket.SOCK_STREAM and one.status == psutil.CONN_LISTEN]
    questions = [one.pid for one in ours if one.type == socket.SOCK_DGRAM]
    return replace(facts, owner=PortOwner(_program_of(stream), _program_of(questions)))


def _program_of(pids: list[int | None]) -> str:
    """Name and pid of the program; the system may hide those of another user."""
    if not pids:
        return ""
    pid = next((pid for pid in pids if pid), None)
    if pid is None:
        return "another user's program"
    with suppress(psutil.Error, OSError):
        return f"{_name_of(psutil.Process(pid))} (pid {pid})"
    return f"pid {pid}"


def _name_of(program: psutil.Process) -> str:
    """The name that a person knows: for Python, that of the script."""
    name: str = program.name()
    words: list[str] = program.cmdline() if name.startswith("python") else []
    script = next((word for word in words[1:] if not word.startswith("-")), "")
    return Path(script).name or name


def check_listener(facts: Facts) -> Facts:
    """Open a listener as a server does, and connect to it at the address that others would use."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as listener:
        problem = _open(listener)
        port = 0 if problem else listener.getsockname()[1]
        if problem:
            return replace(facts, listener=Listener(0, False, problem))
        own = next((net.address for net in facts.nets if ":" not in net.address), "127.0.0.1")
        try:
            socket.create_connection((own, port), timeout=LISTENER_WAIT).close()
        except OSError as error:
            return replace(facts, listener=Listener(port, False, reason_of(error)))
    return replace(facts, listener=Listener(port, True))


def _open(listener: socket.socket) -> str:
    """Bind it to the first free port; return the error of the system if there is none, else ""."""
    problem = ""
    for port in range(DEFAULT_PORT, DEFAULT_PORT + TRIES):
        try:
            listener.bind(("", port))
            listener.listen(1)
            return ""
        except OSError as error:
            problem = reason_of(error)
    return problem


def check_router(facts: Facts) -> Facts:
    """Connect to the router. A refusal is an answer, too."""
    known = _default_gateway()
    router = known or _guessed_router(facts.nets)
    if not router or any(parse_address(net.address) == parse_address(router) for net in facts.nets):
        return replace(facts, router=Router(router, None))
    answers = any(_answers(router, port) for port in ROUTER_PORTS)
    return replace(facts, router=Router(router, answers if answers or known else None))  # a guess may be wrong


def _answers(router: str, port: int) -> bool:
    result = try_connect(router, port, ROUTER_WAIT)
    if result.sock:
        result.sock.close()
    return result.outcome in (ConnectOutcome.OTHER, ConnectOutcome.REFUSED)


def _default_gateway() -> str:
    """The gateway of the default route, from the table of Linux; "" on other systems."""
    with suppress(OSError, ValueError, IndexError):
        for row in ROUTES.read_text("ascii").splitlines()[1:]:
            _, target, gateway, *_ = row.split()
            if target == "00000000" and gateway != "00000000":
                return socket.inet_ntoa(struct.pack("=L", int(gateway, 16)))
    return ""


def _guessed_router(nets: tuple[LocalNetwork, ...]) -> str:
    """Where most routers are: the first address of the first IPv4 network."""
    for net in nets:
        network = ipaddress.ip_network(net.network, strict=False)
        if network.version == 4 and network.num_addresses > 2:
            return str(network[1])
    return ""
